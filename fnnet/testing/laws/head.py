"""The laws of a head: its output p = f(z), the loss L of each sample, delta = ∂L/∂z, and its other derivatives."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
from hypothesis import strategies as st

from fnnet.core.arrays import Numbers
from fnnet.nn.domains import Domain
from fnnet.nn.head import Head
from fnnet.testing.laws.activation import PLACES
from fnnet.testing.laws.law import EXACT, NARROW, Example, Law
from fnnet.testing.laws.mismatch import require, require_close, require_same
from fnnet.testing.laws.slopes import TOLERANCE, require_slope
from fnnet.testing.numbers import REAL, dtypes, filled, grid, pools
from fnnet.testing.targets import candidates, targets_of

Shape: TypeAlias = tuple[int, ...]
Call: TypeAlias = tuple[str, Callable[..., Any], tuple[Numbers, ...]]
"""A function of a head by its name, with arguments. Any: it returns what it returns."""

NEAR = np.concatenate([REAL[abs(REAL * 16) % 1 == 0], [5.0, -5.0, 6.0, -6.0]])
"""Where derivatives are tried: 0, multiples of 1/16 up to 4, and 5, 6. Further out, logarithms may be kept from 0."""

_FAR = np.concatenate([grid(-100, 100, 10), grid(-9, 9, 1)])
_FACTORS = np.array([0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 3.0])
_SMALL: tuple[Shape, ...] = ((1, 1), (1, 2), (2, 1), (2, 2), (3, 3), (2, 5), (3, 12))
_BATCHES = (*_SMALL, (40, 3), (40, 3), (40, 3))
_ANY: tuple[Shape, ...] = ((1,), (3,), (1, 1), (2, 2), (0, 3), (3, 12), (40, 3))
_SLACK = 1e-5


def _examples(
    shapes: tuple[Shape, ...], dtypes: st.SearchStrategy[type[Any]], places: Numbers, *factors: str
) -> Callable[[Head], st.SearchStrategy[Example]]:
    """Logits z with targets t in the domain of the head, and arrays of their shape by other names."""

    def of(head: Head) -> st.SearchStrategy[Example]:
        domain = Domain(head.domain.description, _trusting(head.domain))

        def made(shape: Shape, dtype: type[Any], last: bool, *drawn: bytes) -> Example:
            rows = (max(shape[0], 1), shape[-1]) if len(shape) == 2 else (1, *shape)
            t = targets_of(domain, filled(drawn[0], rows, REAL.astype(dtype)), last)
            others = {name: filled(pool, shape, _FACTORS.astype(dtype)) for name, pool in zip(factors, drawn[2:])}
            return {"z": filled(drawn[1], shape, places.astype(dtype)), "t": t[: shape[0]].reshape(shape), **others}

        each = [pools] * (2 + len(factors))
        return st.tuples(st.sampled_from(shapes), dtypes, st.booleans(), *each).map(lambda drawn: made(*drawn))

    return of


def _trusting(domain: Domain) -> Callable[[Numbers], bool]:
    """Whether targets lie in a domain; also where it fails, of which the law of the domain tells."""

    def contains(t: Numbers, /) -> bool:
        try:
            return bool(domain.contains(t.copy()))
        except Exception:
            return True

    return contains


def _calls(h: Head, z: Numbers, t: Numbers, u: Numbers) -> Iterator[Call]:
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


def _results(h: Head, z: Numbers, t: Numbers, u: Numbers) -> dict[str, Numbers]:
    return {name: function(*arguments) for name, function, arguments in _calls(h, z, t, u)}


def _require_near(got: Numbers, expected: Numbers, tolerance: float, what: str) -> None:
    """Close relative to the largest number of a row, from which the others may be subtracted."""
    size = float(np.max(abs(expected), initial=1, where=np.isfinite(expected)))
    require_close(got, expected, tolerance, tolerance * size, what)


def _shape(h: Head, z: Numbers, t: Numbers, u: Numbers) -> None:
    for name, result in _results(h, z, t, u).items():
        require(isinstance(result, (np.ndarray, np.generic)), f"{name}: an array", type(result).__name__)
        expected = f"float64 {z.shape[:1]}" if name == "loss(z, t)" else f"{z.dtype} {z.shape}"
        got = f"{result.dtype} {result.shape}"
        require(got == expected, f"{name}: {expected}", got)


def _pure(h: Head, z: Numbers, t: Numbers, u: Numbers) -> None:
    calls = list(_calls(h, z, t, u))
    results = [function(*(argument.copy() for argument in arguments)) for _, function, arguments in calls]
    before = [np.copy(result) for result in results]
    _results(h, -z, t, u)  # whose traces, if it leaves any, the next calls find
    for (name, _, _), result, same in zip(calls, results, before):
        require_same(np.copy(result), same, f"{name}, after other calls")
    for (name, function, arguments), same in zip(reversed(calls), reversed(before)):
        copies = tuple(argument.copy() for argument in arguments)
        again = function(*copies)
        require_same(copies, arguments, f"the arguments of {name}, afterwards")
        require_same(np.copy(again), same, f"{name}, a second time")


def _samples(h: Head, z: Numbers, t: Numbers, u: Numbers) -> None:
    together = _results(h, z, t, u)
    for i in np.unique(np.linspace(0, len(z) - 1, 5).astype(np.int64)):
        row = slice(i, i + 1)
        alone, single = _results(h, z[row], t[row], u[row]), _results(h, z[i], t[i], u[i])
        for name, expected in alone.items():
            _require_near(together[name][row], expected, _SLACK, f"{name} of row {i} alone")
        for name, result in single.items():
            _require_near(result, alone[name][0], _SLACK, f"{name} of row {i} as a batch of one")


def _mixed_rows(h: Head) -> st.SearchStrategy[Example]:
    """Rows in the domain, then some others, whose first numbers may have changed places, so that only sums stay."""
    domain = Domain(h.domain.description, _trusting(h.domain))

    def mixed(shape: Shape, last: bool, rolled: bool, pool: bytes, kinds: bytes) -> Example:
        numbers = filled(pool, shape, REAL)
        t, others = targets_of(domain, numbers, last).copy(), list(candidates(numbers))
        for i, kind in enumerate(kinds[: len(t)]):
            if kind % 4 == 3:
                t[i] = others[kind // 4 % len(others)][i]
        if rolled:
            t[:, 0] = np.roll(t[:, 0], 1)
        return {"t": t}

    return st.tuples(st.sampled_from(_BATCHES), st.booleans(), st.booleans(), pools, pools).map(
        lambda drawn: mixed(*drawn)
    )


def _domain(h: Head, t: Numbers) -> None:
    def contains(targets: Numbers) -> bool:
        copy = targets.copy()
        answer = h.domain.contains(copy)
        require(isinstance(answer, (bool, np.bool)), "contains(t): True or False", answer)
        require_same(copy, targets, "t, after contains(t)")
        return bool(answer)

    each = [contains(row) for row in t]
    require(contains(t) == all(each), f"contains(t) = {all(each)}, since its rows give {each}", contains(t))
    require([contains(row[np.newaxis]) for row in t] == each, f"as batches of one {each}", "other answers")


def _finite(h: Head, z: Numbers, t: Numbers, u: Numbers) -> None:
    wide = _results(h, z, t, u)
    for name, result in wide.items():
        require(np.isfinite(result).all(), f"{name}: finite numbers", result)
    narrow = _results(h, *(array.astype(np.float32) for array in (z, t, u)))
    for name in ("apply(z)", "delta(z, p, t)"):
        large = abs(wide[name]) > 1e30  # beyond the range of float32 on the way, if not in the end
        holds = np.isfinite(narrow[name]) | (large & ~np.isnan(narrow[name]))
        require(holds.all(), f"{name} in float32: finite numbers", narrow[name])


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


def _float32(h: Head, z: Numbers, t: Numbers, u: Numbers) -> None:
    wide, narrow = (_results(h, *(a.astype(dtype) for a in (z, t, u))) for dtype in (np.float64, np.float32))
    for name in wide.keys() - {"loss(z, t)"}:
        for got, expected in zip(narrow[name], wide[name]):
            _require_near(got.astype(np.float64), expected, 1e-4, f"a row of {name} in float64")


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
    ones, others, sums = (_results(h, z, t, along) for along in (u, v, u - 2 * v))
    for name in ones.keys() - {"apply(z)", "delta(z, p, t)", "loss(z, t)"}:
        for got, one, other in zip(sums[name], ones[name], others[name]):
            expected = one - 2 * other
            size = float(max(1, abs(one).max(), abs(other).max()))
            require_close(got, expected, 0, 1e-6 * size, f"{name} of u - 2 v")


def like(other: Head) -> Law:
    """The law that a head is the same as another way of writing it."""

    def test(h: Head, z: Numbers, t: Numbers, u: Numbers) -> None:
        mine, others = (_results(each, z, t, u) for each in (h, other))
        for name in mine.keys() & others.keys():
            require_close(mine[name], others[name], 1e-9, 1e-9, f"{name} of {other}")

    return Law("like", f"L = that of {other.name}, p and delta too", "1e-9, for rounding", _wide("u"), test)


def _wide(*factors: str) -> Callable[[Head], st.SearchStrategy[Example]]:
    """In float64, where derivatives can be told from differences."""
    return _examples(_SMALL, st.just(np.float64), NEAR, *factors)


def _either(*shapes: Shape) -> Callable[[Head], st.SearchStrategy[Example]]:
    return _examples(shapes, dtypes, PLACES, "u")


LAWS = (
    Law(
        "shape",
        "apply(z), delta(z, p, t) and all else have the shape and dtype of z; loss(z, t) has a number for each row",
        EXACT,
        _either(*_ANY),
        _shape,
    ),
    Law("pure", "no argument changes, and the same arguments give the same bits", EXACT, _either(*_ANY), _pure),
    Law(
        "samples",
        "apply, loss, delta and all else give each row of a batch what they give it alone",
        "1e-5 of the largest number: batches may be added up in another order",
        _either(*_BATCHES),
        _samples,
    ),
    Law("domain", "contains(t) = all(contains(row) for row in t), and t does not change", EXACT, _mixed_rows, _domain),
    Law(
        "finite",
        "p, L, delta and all else are finite for |z| ≤ 100; in float32 p and delta, where they are below 1e30",
        EXACT,
        _examples(_BATCHES, st.just(np.float64), _FAR, "u"),
        _finite,
    ),
    Law(
        "derivative",
        "delta(z, p, t) = ∂L/∂z; at a kink, between the slopes of both sides",
        TOLERANCE,
        _wide(),
        _derivative,
    ),
    Law("float32", "p, delta and all else in float32 = those in float64", NARROW, _wide("u"), _float32),
    Law(
        "pullback",
        "pullback(z, p, u) = Σ uᵢ ∂pᵢ/∂z",
        TOLERANCE,
        _wide(),
        _pullback,
        lambda h: h.pullback is not None,
    ),
    Law(
        "pushforward",
        "pushforward(z, p, u) = Σ uⱼ ∂p/∂zⱼ; without a pushforward, this is the pullback",
        TOLERANCE,
        _wide(),
        _pushforward,
        lambda h: bool(h.pushforward or h.pullback),
    ),
    Law(
        "curvature",
        "curvature(z, p, t, u) = Σ uⱼ ∂delta/∂zⱼ, where delta does not jump",
        TOLERANCE,
        _wide(),
        _curvature,
        lambda h: h.curvature is not None,
    ),
    Law(
        "linear",
        "pullback, pushforward and curvature of u - 2 v are those of u minus 2 times those of v",
        "1e-6 of the largest number, for rounding",
        _wide("u", "v"),
        _linear,
        lambda h: bool(h.pullback or h.pushforward or h.curvature),
    ),
)
