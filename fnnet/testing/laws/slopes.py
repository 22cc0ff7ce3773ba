"""One-sided slopes: what a derivative is held against, also at a kink."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from fnnet.core.arrays import Numbers
from fnnet.testing.laws.mismatch import require_between

Function: TypeAlias = Callable[[Any], Any]

_H = 1e-5
_RELATIVE, _ABSOLUTE = 1e-5, 1e-7

TOLERANCE = f"{_RELATIVE:g} of the slope + {_ABSOLUTE:g} of the values: ten times the errors of differences"


def one_sided(f: Function, at: Numbers, along: Numbers) -> tuple[Numbers, Numbers]:
    """The slopes of s ↦ f(at + s along) at 0 from the left and from the right.

    Three values on each side give an error of order h²: (-3 f(0) + 4 f(h) - f(2h)) / 2h.

    >>> left, right = one_sided(np.abs, np.array([0.0, 1.0]), np.ones(2))
    >>> left.round(6), right.round(6)
    (array([-1.,  1.]), array([1., 1.]))
    """
    here = f(at)

    def slope(h: float) -> Numbers:
        return np.asarray((-3 * here + 4 * f(at + h * along) - f(at + 2 * h * along)) / (2 * h))

    return slope(-_H), slope(_H)


def require_slope(f: Function, at: Numbers, along: Numbers, derivative: Numbers, what: str) -> None:
    """Raise `Mismatch` unless the derivative of f along a direction lies between the slopes of both sides.

    Where f is smooth these are the same; at a kink any number between them is a derivative.
    """
    left, right = one_sided(f, at, along)
    with np.errstate(invalid="ignore"):
        slack = _RELATIVE * np.maximum(abs(left), abs(right)) + _ABSOLUTE * (1 + abs(np.asarray(f(at))))
    require_between(np.asarray(derivative), np.minimum(left, right) - slack, np.maximum(left, right) + slack, what)
