"""The activations of the library: sigmoid, tanh, ReLU and their kin."""

from typing import Final

import numpy as np

from fnnet.core.arrays import Floats
from fnnet.nn.activation import Activation


def _identity(z: Floats, /) -> Floats:
    return z


def _identity_pullback(z: Floats, a: Floats, g: Floats, /) -> Floats:
    return g


def _zero_second(z: Floats, a: Floats, /) -> Floats:
    # of what is linear but for a kink, where it is taken as 0 too
    return np.zeros_like(z)


def _sigmoid(z: Floats, /) -> Floats:
    # With e = exp(z) it is e / (1 + e), exact to rounding at both ends unless e overflows: so z is taken as at most 80,
    # from where on the result rounds to 1 in either dtype.
    a: Floats = np.exp(np.minimum(z, 80))
    a /= 1 + a
    return a


def _sigmoid_pullback(z: Floats, a: Floats, g: Floats, /) -> Floats:
    # g a (1 - a)
    return g * (a - a * a)


def _sigmoid_second(z: Floats, a: Floats, /) -> Floats:
    return (a - a * a) * (1 - 2 * a)


def _tanh(z: Floats, /) -> Floats:
    a: Floats = np.tanh(z)
    return a


def _tanh_pullback(z: Floats, a: Floats, g: Floats, /) -> Floats:
    return g * (1 - a * a)


def _tanh_second(z: Floats, a: Floats, /) -> Floats:
    return -2 * a * (1 - a * a)


def _relu(z: Floats, /) -> Floats:
    a: Floats = np.maximum(z, 0)
    return a


def _relu_pullback(z: Floats, a: Floats, g: Floats, /) -> Floats:
    return g * (z > 0)


_LEAK = 0.01


def _leaky_relu(z: Floats, /) -> Floats:
    # max, as the leak is less than 1
    a: Floats = np.maximum(z, _LEAK * z)
    return a


def _leaky_relu_pullback(z: Floats, a: Floats, g: Floats, /) -> Floats:
    slope: Floats = np.where(z > 0, z.dtype.type(1), z.dtype.type(_LEAK))
    return g * slope


def _silu(z: Floats, /) -> Floats:
    return z * _sigmoid(z)


def _silu_pullback(z: Floats, a: Floats, g: Floats, /) -> Floats:
    # a = z s with s = sigmoid(z), and s' = s (1 - s): a' = s + z s (1 - s) = s + a (1 - s)
    s = _sigmoid(z)
    return g * (s + a * (1 - s))


def _silu_second(z: Floats, a: Floats, /) -> Floats:
    # a'' = 2 s' + z s'' with s'' = s' (1 - 2 s)
    s = _sigmoid(z)
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


identity: Final = Activation("identity", _identity, _identity_pullback, _zero_second)
"""f(z) = z: layers without an activation between them, whose product is one linear map."""

sigmoid: Final = Activation("sigmoid", _sigmoid, _sigmoid_pullback, _sigmoid_second)
"""f(z) = 1 / (1 + exp(-z)), from 0 to 1."""

tanh: Final = Activation("tanh", _tanh, _tanh_pullback, _tanh_second)
"""f(z) = tanh(z), from -1 to 1."""

relu: Final = Activation("relu", _relu, _relu_pullback, _zero_second)
"""f(z) = max(z, 0); both derivatives at the kink are taken as 0 (Nair and Hinton, 2010)."""

leaky_relu: Final = Activation("leaky-relu", _leaky_relu, _leaky_relu_pullback, _zero_second)
"""f(z) = z above 0, 0.01 z below (Maas, Hannun and Ng, 2013)."""

silu: Final = Activation("silu", _silu, _silu_pullback, _silu_second)
"""f(z) = z sigmoid(z) (Elfwing, Uchibe and Doya, 2018; also called swish)."""

softplus: Final = Activation("softplus", _softplus, _softplus_pullback, _softplus_second)
"""f(z) = log(1 + exp(z)), a smooth ReLU (Dugas and others, 2000)."""

ACTIVATIONS = {f.name: f for f in (sigmoid, tanh, relu, leaky_relu, silu, softplus, identity)}
"""The activations of the library by name."""
