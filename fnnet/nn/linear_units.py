"""Activations that are linear, or piecewise linear: the identity, ReLU and leaky ReLU."""

from typing import Final

import numpy as np

from fnnet.core.arrays import Floats
from fnnet.nn.activation import Activation


def _identity(z: Floats, /) -> Floats:
    return +z  # a new array


def _identity_pullback(z: Floats, a: Floats, g: Floats, /) -> Floats:
    return +g


def _zero_second(z: Floats, a: Floats, /) -> Floats:
    # of what is linear but for a kink, where it is taken as 0 too
    return np.zeros_like(z)


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


identity: Final = Activation("identity", _identity, _identity_pullback, _zero_second)
"""f(z) = z: layers without an activation between them, whose product is one linear map."""

relu: Final = Activation("relu", _relu, _relu_pullback, _zero_second)
"""f(z) = max(z, 0); both derivatives at the kink are taken as 0 (Nair and Hinton, 2010)."""

leaky_relu: Final = Activation("leaky-relu", _leaky_relu, _leaky_relu_pullback, _zero_second)
"""f(z) = z above 0, 0.01 z below (Maas, Hannun and Ng, 2013)."""
