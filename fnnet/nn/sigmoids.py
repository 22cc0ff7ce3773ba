"""Activations between two bounds: the logistic sigmoid and the hyperbolic tangent."""

from typing import Final

import numpy as np

from fnnet.core.arrays import Floats
from fnnet.nn.activation import Activation

# As arrays: NumPy needs more time to convert a number than to compute with a few. Float32 leaves either dtype as it is.
_ONE, _LARGEST = np.array(1, np.float32), np.array(80, np.float32)


def _sigmoid(z: Floats, /) -> Floats:
    # With e = exp(z) it is e / (1 + e), exact to rounding at both ends unless e overflows: so z is taken as at most 80,
    # from where on the result rounds to 1 in either dtype.
    a: Floats = np.exp(np.minimum(z, _LARGEST))
    a /= _ONE + a
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


sigmoid: Final = Activation("sigmoid", _sigmoid, _sigmoid_pullback, _sigmoid_second)
"""f(z) = 1 / (1 + exp(-z)), from 0 to 1."""

tanh: Final = Activation("tanh", _tanh, _tanh_pullback, _tanh_second)
"""f(z) = tanh(z), from -1 to 1."""
