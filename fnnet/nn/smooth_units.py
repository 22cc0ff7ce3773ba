"""Activations that are smooth relatives of ReLU: near 0 far below, near z far above."""

from math import pi, sqrt
from typing import Final

import numpy as np

from fnnet.core.arrays import Floats
from fnnet.nn.activation import Activation
from fnnet.nn.sigmoids import sigmoid


def _silu(z: Floats, /) -> Floats:
    a: Floats = z * sigmoid.apply(z)
    return a


def _silu_pullback(z: Floats, a: Floats, g: Floats, /) -> Floats:
    # a = z s with s = sigmoid(z), and s' = s (1 - s): a' = s + z s (1 - s) = s + a (1 - s)
    s: Floats = sigmoid.apply(z)
    return g * (s + a * (1 - s))


def _silu_second(z: Floats, a: Floats, /) -> Floats:
    # a'' = 2 s' + z s'' with s'' = s' (1 - 2 s)
    s: Floats = sigmoid.apply(z)
    return (s - s * s) * (2 + z * (1 - 2 * s))


def _softplus(z: Floats, /) -> Floats:
    a: Floats = np.logaddexp(z, 0)
    return a


def _softplus_pullback(z: Floats, a: Floats, g: Floats, /) -> Floats:
    # sigmoid(z) = 1 - exp(-log(1 + exp(z))) = 1 - exp(-a)
    slope: Floats = -np.expm1(-a)
    return g * slope


def _softplus_second(z: Floats, a: Floats, /) -> Floats:
    # s (1 - s) with s = sigmoid(z), and 1 - s = exp(-a)
    second: Floats = -np.expm1(-a) * np.exp(-a)
    return second


# GELU: a = z s with s = sigmoid(u) and u = 2 c (z + k z³). Beyond 30 on either side s is 0 or 1, and u is kept,
# so that no power of z overflows.
_GELU_C, _GELU_K = sqrt(2 / pi), 0.044715


def _gelu_argument(z: Floats) -> tuple[Floats, Floats, Floats]:
    """u, u' and u''."""
    near = np.clip(z, -30, 30)
    square = near * near
    u: Floats = 2 * _GELU_C * near * (1 + _GELU_K * square)
    return u, 2 * _GELU_C * (1 + 3 * _GELU_K * square), 12 * _GELU_C * _GELU_K * near


def _gelu(z: Floats, /) -> Floats:
    u, _, _ = _gelu_argument(z)
    a: Floats = z * sigmoid.apply(u)
    return a


def _gelu_pullback(z: Floats, a: Floats, g: Floats, /) -> Floats:
    # a' = s + z s (1 - s) u' = s + a (1 - s) u'
    u, first, _ = _gelu_argument(z)
    s: Floats = sigmoid.apply(u)
    return g * (s + a * (1 - s) * first)


def _gelu_second(z: Floats, a: Floats, /) -> Floats:
    # a'' = s (1 - s) [2 u' + z ((1 - 2 s) u'² + u'')]
    u, first, second = _gelu_argument(z)
    s: Floats = sigmoid.apply(u)
    return (s - s * s) * (2 * first + np.clip(z, -30, 30) * ((1 - 2 * s) * first * first + second))


def _elu(z: Floats, /) -> Floats:
    a: Floats = np.where(z > 0, z, np.expm1(np.minimum(z, 0)))
    return a


def _elu_pullback(z: Floats, a: Floats, g: Floats, /) -> Floats:
    # 1 above 0, exp(z) below
    slope: Floats = np.exp(np.minimum(z, 0))
    return g * slope


def _elu_second(z: Floats, a: Floats, /) -> Floats:
    second: Floats = np.exp(np.minimum(z, 0)) * (z <= 0)
    return second


silu: Final = Activation("silu", _silu, _silu_pullback, _silu_second)
"""f(z) = z sigmoid(z) (Elfwing, Uchibe and Doya, 2018; also called swish)."""

softplus: Final = Activation("softplus", _softplus, _softplus_pullback, _softplus_second)
"""f(z) = log(1 + exp(z)), a smooth ReLU (Dugas and others, 2000)."""

gelu: Final = Activation("gelu", _gelu, _gelu_pullback, _gelu_second)
"""f(z) = z (1 + tanh(√(2/π) (z + 0.044715 z³))) / 2, z Φ(z) to within 5e-4, with the distribution function Φ of
the normal distribution (Hendrycks and Gimpel, "Gaussian error linear units", 2016; the form with tanh is theirs)."""

elu: Final = Activation("elu", _elu, _elu_pullback, _elu_second)
"""f(z) = z above 0, exp(z) - 1 below; the second derivative at 0 is taken as that from below, 1 (Clevert, Unterthiner
and Hochreiter, "Fast and accurate deep network learning by exponential linear units", 2016)."""
