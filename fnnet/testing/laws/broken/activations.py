"""Activations, each of which breaks a law."""

import numpy as np

from fnnet.core.arrays import Numbers
from fnnet.nn.activation import Activation, Elementwise, Pullback
from fnnet.testing.laws.twin import Twin


def _twin(law: str, fault: str, apply: Elementwise, pullback: Pullback) -> Twin:
    return Twin("activation", law, fault, Activation("twin", apply, pullback))


def _tanh_pullback(z: Numbers, a: Numbers, g: Numbers, /) -> Numbers:
    slope: Numbers = g * (1 - a * a)
    return slope


def _widening(z: Numbers, /) -> Numbers:
    # only where there are many numbers, which the check of a new record does not see
    return np.tanh(z).astype(np.float64 if z.size > 6 else z.dtype)


def _writing(z: Numbers, /) -> Numbers:
    z[z > 3] = 3
    return np.tanh(z)


def _softmax(z: Numbers, /) -> Numbers:
    e = np.exp(z - z.max(axis=-1, keepdims=True, initial=-100))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _naive_softplus(z: Numbers, /) -> Numbers:
    return np.asarray(np.log(1 + np.exp(z)))


def _coarse(z: Numbers, /) -> Numbers:
    # tanh in float32 is that of numbers with three digits
    return np.tanh(np.round(z, 1) if z.dtype == np.float32 else z)


TWINS = (
    _twin("shape", "gives float64 for many float32 numbers", _widening, _tanh_pullback),
    _twin("pure", "writes to z beyond 3", _writing, _tanh_pullback),
    _twin("own memory", "returns its argument", lambda z: z, lambda z, a, g: +g),
    _twin("local", "is softmax, which depends on neighbors", _softmax, lambda z, a, g: g * a * (1 - a)),
    _twin("finite", "overflows at 100", _naive_softplus, lambda z, a, g: g / (1 + np.exp(-z))),
    _twin("derivative", "has a pullback 0.1 % too steep", np.tanh, lambda z, a, g: 1.001 * _tanh_pullback(z, a, g)),
    _twin("linear", "pulls back the size of the gradient", np.tanh, lambda z, a, g: _tanh_pullback(z, a, abs(g))),
    _twin("float32", "is coarse in float32", _coarse, _tanh_pullback),
    Twin(
        "activation",
        "second",
        "has the sign of the second derivative wrong",
        Activation("twin", np.tanh, _tanh_pullback, lambda z, a: 2 * a * (1 - a * a)),
    ),
)
