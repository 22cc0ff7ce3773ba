"""Activations: functions of each number, and how a gradient is pulled back through them.

For a = f(z) and a loss L, `pullback(z, a, g)` turns g = ∂L/∂a into ∂L/∂z = g f'(z). It is given both z and
a, since some derivatives follow from a alone (sigmoid: a (1 - a)) and others need z (SiLU).
"""

from typing import Protocol

import attrs
import numpy as np

from fnnet.core.arrays import Floats, Numbers
from fnnet.core.checks import instance_of
from fnnet.nn.own_functions import check_result, sample


class Elementwise(Protocol):
    """A function z ↦ a of each number, of any shape, which keeps the dtype."""

    def __call__(self, z: Numbers, /) -> Numbers: ...


class Pullback(Protocol):
    """A function (z, a, ∂L/∂a) ↦ ∂L/∂z."""

    def __call__(self, z: Numbers, a: Numbers, g: Numbers, /) -> Numbers: ...


@attrs.frozen(repr=False)
class Activation:
    """An activation as a value; check your own with `gradient_error` on a network that uses it.

    Args:
        name: how it is printed and saved.
        apply: z ↦ f(z), element by element: a hidden unit depends on its own pre-activation only.
        pullback: (z, f(z), g) ↦ g f'(z).

    Raises:
        TypeError: a function returns something other than an array, or is not a function.
        ValueError: a function returns another shape or dtype than it is given, or writes to an argument. They are
            called once, on a few numbers, when the record is made.

    >>> import numpy as np
    >>> relu.apply(np.array([-1.0, 2.0]))
    array([0., 2.])
    >>> relu.pullback(np.array([-1.0, 2.0]), np.array([0.0, 2.0]), np.array([5.0, 5.0]))
    array([0., 5.])
    """

    name: str = attrs.field(validator=instance_of(str))
    apply: Elementwise = attrs.field(validator=attrs.validators.is_callable())
    pullback: Pullback = attrs.field(validator=attrs.validators.is_callable())

    def __attrs_post_init__(self) -> None:
        for dtype in (np.float32, np.float64):
            for z in (sample(dtype), sample(dtype)[0]):
                a = check_result(f"apply of {self.name}", self.apply, (z,), z)
                check_result(f"pullback of {self.name}", self.pullback, (z, a, z), z)

    def __repr__(self) -> str:
        return f"Activation({self.name})"


def _identity(z: Floats, /) -> Floats:
    return z


def _identity_pullback(z: Floats, a: Floats, g: Floats, /) -> Floats:
    return g


def _sigmoid(z: Floats, /) -> Floats:
    # With e = exp(z) it is e / (1 + e), exact to rounding at both ends unless e overflows: so z is taken as at most 80,
    # from where on the result rounds to 1 in either dtype.
    a: Floats = np.exp(np.minimum(z, 80))
    a /= 1 + a
    return a


def _sigmoid_pullback(z: Floats, a: Floats, g: Floats, /) -> Floats:
    # g a (1 - a)
    return g * (a - a * a)


def _tanh(z: Floats, /) -> Floats:
    a: Floats = np.tanh(z)
    return a


def _tanh_pullback(z: Floats, a: Floats, g: Floats, /) -> Floats:
    return g * (1 - a * a)


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


def _softplus(z: Floats, /) -> Floats:
    a: Floats = np.logaddexp(z, 0)
    return a


def _softplus_pullback(z: Floats, a: Floats, g: Floats, /) -> Floats:
    # sigmoid(z) = 1 - exp(-log(1 + exp(z))) = 1 - exp(-a)
    slope: Floats = -np.expm1(-a)
    return g * slope


identity = Activation("identity", _identity, _identity_pullback)
"""f(z) = z: layers without an activation between them, whose product is one linear map."""

sigmoid = Activation("sigmoid", _sigmoid, _sigmoid_pullback)
"""f(z) = 1 / (1 + exp(-z)), from 0 to 1."""

tanh = Activation("tanh", _tanh, _tanh_pullback)
"""f(z) = tanh(z), from -1 to 1."""

relu = Activation("relu", _relu, _relu_pullback)
"""f(z) = max(z, 0); the derivative at the kink is taken as 0 (Nair and Hinton, 2010)."""

leaky_relu = Activation("leaky-relu", _leaky_relu, _leaky_relu_pullback)
"""f(z) = z above 0, 0.01 z below (Maas, Hannun and Ng, 2013)."""

silu = Activation("silu", _silu, _silu_pullback)
"""f(z) = z sigmoid(z) (Elfwing, Uchibe and Doya, 2018; also called swish)."""

softplus = Activation("softplus", _softplus, _softplus_pullback)
"""f(z) = log(1 + exp(z)), a smooth ReLU (Dugas and others, 2000)."""

ACTIVATIONS = {f.name: f for f in (sigmoid, tanh, relu, leaky_relu, silu, softplus, identity)}
"""The activations of the library by name."""
