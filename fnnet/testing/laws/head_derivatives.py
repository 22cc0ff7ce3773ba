"""The laws of a head's derivatives: each is the slope of what it is the derivative of, output by output."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from fnnet.core.arrays import Numbers
from fnnet.nn.head import Head
from fnnet.testing.laws.head_calls import results
from fnnet.testing.laws.head_examples import wide
from fnnet.testing.laws.law import Law
from fnnet.testing.laws.mismatch import require_close
from fnnet.testing.laws.slopes import TOLERANCE, require_slope


def _columns(like: Numbers) -> Iterator[tuple[int, Numbers]]:
    """For each output j, a displacement e_j of it, of all rows."""
    for j in range(like.shape[1]):
        unit = np.zeros_like(like)
        unit[:, j] = 1
        yield j, unit


def _derivative(h: Head, z: Numbers, t: Numbers) -> None:
    delta = h.delta(z, h.apply(z), t)
    for j, unit in _columns(z):
        require_slope(lambda at: h.loss(at, t), z, unit, delta[:, j], f"delta(z, p, t)[:, {j}]")


def _pullback(h: Head, z: Numbers, t: Numbers) -> None:
    pullback: Any = h.pullback
    p = h.apply(z)
    for i, unit in _columns(z):
        pulled = pullback(z, p, unit)
        for j, along in _columns(z):
            what = f"pullback(z, p, e{i})[:, {j}], with 1 at {i} in e{i},"
            require_slope(_part(h.apply, np.s_[:, i]), z, along, pulled[:, j], what)


def _part(f: Callable[[Numbers], Numbers], index: Any) -> Callable[[Numbers], Numbers]:
    return lambda z: f(z)[index]


def _pushforward(h: Head, z: Numbers, t: Numbers) -> None:
    name = "pushforward" if h.pushforward else "pullback"
    pushforward: Any = h.pushforward or h.pullback
    p = h.apply(z)
    for j, unit in _columns(z):
        require_slope(h.apply, z, unit, pushforward(z, p, unit), f"{name}(z, p, e{j}), with 1 at {j} in e{j},")


def _curvature(h: Head, z: Numbers, t: Numbers) -> None:
    curvature: Any = h.curvature

    def delta(z: Numbers) -> Numbers:
        return h.delta(z, h.apply(z), t)

    for j, unit in _columns(z):
        far, near = (abs(delta(z + step * unit) - delta(z - step * unit)).max(axis=1) for step in (1e-5, 1e-6))
        smooth = near < far / 2 + 1e-9  # where delta jumps, it changes as much in a tenth of the step
        curved = curvature(z, h.apply(z), t, unit)[smooth]
        what = f"curvature(z, p, t, e{j}), with 1 at {j} in e{j},"
        require_slope(_part(delta, np.s_[smooth]), z, unit, curved, what)


def _linear(h: Head, z: Numbers, t: Numbers, u: Numbers, v: Numbers) -> None:
    ones, others, sums = (results(h, z, t, along) for along in (u, v, u - 2 * v))
    for name in ones.keys() - {"apply(z)", "delta(z, p, t)", "loss(z, t)"}:
        for got, one, other in zip(sums[name], ones[name], others[name]):
            expected = one - 2 * other
            size = float(max(1, abs(one).max(), abs(other).max()))
            require_close(got, expected, 0, 1e-6 * size, f"{name} of u - 2 v")


LAWS = (
    Law(
        "derivative",
        "delta(z, p, t) = ∂L/∂z; at a kink, between the slopes of both sides",
        TOLERANCE,
        wide(),
        _derivative,
    ),
    Law(
        "pullback",
        "pullback(z, p, u) = Σ uᵢ ∂pᵢ/∂z",
        TOLERANCE,
        wide(),
        _pullback,
        lambda h: h.pullback is not None,
    ),
    Law(
        "pushforward",
        "pushforward(z, p, u) = Σ uⱼ ∂p/∂zⱼ; without a pushforward, this is the pullback",
        TOLERANCE,
        wide(),
        _pushforward,
        lambda h: bool(h.pushforward or h.pullback),
    ),
    Law(
        "curvature",
        "curvature(z, p, t, u) = Σ uⱼ ∂delta/∂zⱼ, where delta does not jump",
        TOLERANCE,
        wide(),
        _curvature,
        lambda h: h.curvature is not None,
    ),
    Law(
        "linear",
        "pullback, pushforward and curvature of u - 2 v are those of u minus 2 times those of v",
        "1e-6 of the largest number, for rounding",
        wide("u", "v"),
        _linear,
        lambda h: bool(h.pullback or h.pushforward or h.curvature),
    ),
)
