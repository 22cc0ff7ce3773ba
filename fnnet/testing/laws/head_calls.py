"""The functions of a head, called all alike."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np

from fnnet.core.arrays import Numbers
from fnnet.nn.head import Head
from fnnet.testing.laws.mismatch import require_close

Call: TypeAlias = tuple[str, Callable[..., Any], tuple[Numbers, ...]]
"""A function of a head by its name, with arguments. Any: it returns what it returns."""


def calls(h: Head, z: Numbers, t: Numbers, u: Numbers) -> Iterator[Call]:
    """Each function of the head, with copies of its arguments; the loss where there are rows, in float64, as always."""
    p = h.apply(z.copy())
    yield "apply(z)", h.apply, (z.copy(),)
    yield "delta(z, p, t)", h.delta, (z.copy(), p.copy(), t.copy())
    if z.ndim == 2 and len(z):
        yield "loss(z, t)", h.loss, (z.astype(np.float64), t.astype(np.float64))
    if h.pullback:
        yield "pullback(z, p, u)", h.pullback, (z.copy(), p.copy(), u.copy())
    if h.pushforward:
        yield "pushforward(z, p, u)", h.pushforward, (z.copy(), p.copy(), u.copy())
    if h.curvature:
        yield "curvature(z, p, t, u)", h.curvature, (z.copy(), p.copy(), t.copy(), u.copy())


def results(h: Head, z: Numbers, t: Numbers, u: Numbers) -> dict[str, Numbers]:
    return {name: function(*arguments) for name, function, arguments in calls(h, z, t, u)}


def require_near(got: Numbers, expected: Numbers, tolerance: float, what: str) -> None:
    """Close relative to the largest number of a row, from which the others may be subtracted."""
    size = float(np.max(abs(expected), initial=1, where=np.isfinite(expected)))
    require_close(got, expected, tolerance, tolerance * size, what)
