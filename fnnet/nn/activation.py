"""`Activation`: a function of each number as a value, and how a gradient is pulled back through it.

For a = f(z) and a loss L, `pullback(z, a, g)` turns g = ∂L/∂a into ∂L/∂z = g f'(z). It is given both z and
a, since some derivatives follow from a alone (sigmoid: a (1 - a)) and others need z (SiLU).
"""

from typing import Protocol

import attrs
import numpy as np

from fnnet.core.arrays import Numbers
from fnnet.core.functions import check_takes
from fnnet.core.validators import instance_of, one_line
from fnnet.nn.own_functions import check_result, optional_function, sample


class Elementwise(Protocol):
    """A function z ↦ a of each number, of any shape, which keeps the dtype."""

    def __call__(self, z: Numbers, /) -> Numbers: ...


class Pullback(Protocol):
    """A function (z, a, ∂L/∂a) ↦ ∂L/∂z."""

    def __call__(self, z: Numbers, a: Numbers, g: Numbers, /) -> Numbers: ...


class Second(Protocol):
    """A function (z, a) ↦ f''(z)."""

    def __call__(self, z: Numbers, a: Numbers, /) -> Numbers: ...


@attrs.frozen(repr=False)
class Activation:
    """An activation as a value; check your own with `gradient_error` on a network that uses it.

    Args:
        name: how it is printed and saved.
        apply: z ↦ f(z), element by element: a hidden unit depends on its own pre-activation only.
        pullback: (z, f(z), g) ↦ g f'(z).
        second: (z, f(z)) ↦ f''(z), which `hvp` needs.

    Raises:
        TypeError: a function returns something other than an array, or is not a function.
        ValueError: a function returns another shape or dtype than it is given, or writes to an argument. They are
            called once, on a few numbers, when the record is made. Or the name has unprintable characters.

    >>> from fnnet import relu
    >>> relu.apply(np.array([-1.0, 2.0]))
    array([0., 2.])
    >>> relu.pullback(np.array([-1.0, 2.0]), np.array([0.0, 2.0]), np.array([5.0, 5.0]))
    array([0., 5.])
    """

    name: str = attrs.field(validator=[instance_of(str), one_line])
    apply: Elementwise = attrs.field(validator=attrs.validators.is_callable())
    pullback: Pullback = attrs.field(validator=attrs.validators.is_callable())
    second: Second | None = attrs.field(default=None, validator=optional_function)

    def __attrs_post_init__(self) -> None:
        check_takes("pullback", self.pullback, ("z", "a", "g"), "lambda z, a, g: g * df(z), where df is f'")
        for dtype in (np.float32, np.float64):
            for z in (sample(dtype), sample(dtype)[0]):
                a = check_result(f"apply of {self.name}", self.apply, (z,), z)
                check_result(f"pullback of {self.name}", self.pullback, (z, a, z), z)
                if self.second:
                    check_result(f"second of {self.name}", self.second, (z, a), z)

    def __repr__(self) -> str:
        return f"Activation({self.name})"
