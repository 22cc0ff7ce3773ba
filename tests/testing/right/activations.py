"""Activations that the library does not have, or has in another form."""

from math import erf, sqrt

import numpy as np

from fnnet.core.arrays import Numbers
from fnnet.nn.activation import Activation

_ERF = np.vectorize(erf, otypes=[np.float64])
_ALPHA, _SCALE = 1.6732632423543772, 1.0507009873554805


def _normal(z: Numbers, /) -> Numbers:
    return np.asarray((1 + _ERF(z / sqrt(2))) / 2, z.dtype)


def _gelu_slope(z: Numbers, a: Numbers, g: Numbers, /) -> Numbers:
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi).astype(z.dtype)
    slope: Numbers = g * (_normal(z) + z * density)
    return slope


def _tanh_gelu(z: Numbers, /) -> Numbers:
    return np.asarray(0.5 * z * (1 + np.tanh(0.7978845608 * (z + 0.044715 * z**3))), z.dtype)


def _tanh_gelu_slope(z: Numbers, a: Numbers, g: Numbers, /) -> Numbers:
    t = np.tanh(0.7978845608 * (z + 0.044715 * z**3))
    slope = 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * 0.7978845608 * (1 + 3 * 0.044715 * z**2)
    return np.asarray(g * slope, z.dtype)


def _mish(z: Numbers, /) -> Numbers:
    return np.asarray(z * np.tanh(np.log(1 + np.exp(z))))


def _stable_mish(z: Numbers, /) -> Numbers:
    return np.asarray(z * np.tanh(np.logaddexp(0, z)), z.dtype)


def _mish_slope(z: Numbers, a: Numbers, g: Numbers, /) -> Numbers:
    t = np.tanh(np.log1p(np.exp(z)))
    slope: Numbers = g * (t + z * (1 - t * t) / (1 + np.exp(-z)))
    return slope


RIGHT = (
    Activation("gelu", lambda z: z * _normal(z), _gelu_slope),
    Activation("tanh-gelu", _tanh_gelu, _tanh_gelu_slope),
    Activation("elu", lambda z: np.where(z > 0, z, np.exp(z) - 1), lambda z, a, g: g * np.where(z > 0, 1, a + 1)),
    Activation(
        "selu",
        lambda z: _SCALE * np.where(z > 0, z, _ALPHA * np.expm1(z)),
        lambda z, a, g: g * _SCALE * np.where(z > 0, 1, _ALPHA * np.exp(z)),
    ),
    Activation("mish", _mish, _mish_slope),
    Activation("mish-stable", _stable_mish, _mish_slope),
    Activation("relu", lambda z: z * (z > 0), lambda z, a, g: g * (z >= 0)),
    Activation("relu-where", lambda z: np.where(z < 0, 0, z), lambda z, a, g: np.where(a > 0, g, 0)),
    Activation("abs", np.abs, lambda z, a, g: g * np.sign(z)),
    Activation("relu6", lambda z: np.clip(z, 0, 6), lambda z, a, g: g * ((z > 0) & (z < 6))),
    Activation("hard-tanh", lambda z: np.clip(z, -1, 1), lambda z, a, g: g * (np.abs(z) <= 1)),
    Activation(
        "hard-swish",
        lambda z: z * np.clip(z + 3, 0, 6) / 6,
        lambda z, a, g: g * np.where(z < -3, 0, np.where(z > 3, 1, z / 3 + 0.5)).astype(z.dtype),
    ),
    Activation("sine", np.sin, lambda z, a, g: g * np.cos(z)),
    Activation("square", np.square, lambda z, a, g: 2 * g * z),
    Activation("cube", lambda z: z**3, lambda z, a, g: 3 * g * z**2),
    Activation("gaussian", lambda z: np.exp(-z * z), lambda z, a, g: -2 * g * z * a),
    Activation("softsign", lambda z: z / (1 + np.abs(z)), lambda z, a, g: g / (1 + np.abs(z)) ** 2),
    Activation("sigmoid", lambda z: 1 / (1 + np.exp(-z)), lambda z, a, g: g * a * (1 - a)),
    Activation("arctan", np.arctan, lambda z, a, g: g / (1 + z * z)),
    Activation(
        "silu",
        lambda z: z / (1 + np.exp(-z)),
        lambda z, a, g: g * (1 / (1 + np.exp(-z))) * (1 + z * (1 - 1 / (1 + np.exp(-z)))),
    ),
    Activation("exponential of half", lambda z: np.exp(z / 2), lambda z, a, g: g * a / 2),
    Activation("zero", np.zeros_like, lambda z, a, g: 0 * g),
    Activation("step", lambda z: np.where(z > 0.03, z, 0), lambda z, a, g: g * (z > 0.03)),
)
