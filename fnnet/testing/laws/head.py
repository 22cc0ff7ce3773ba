"""The laws of a head: its output p = f(z), the loss L of each sample, delta = ∂L/∂z, and its other derivatives."""

import numpy as np
from hypothesis import strategies as st

from fnnet.core.arrays import Numbers
from fnnet.nn.head import Head
from fnnet.testing.laws import head_derivatives
from fnnet.testing.laws.head_calls import calls, require_near, results
from fnnet.testing.laws.head_examples import ANY, BATCHES, FAR, either, examples, mixed_rows, wide
from fnnet.testing.laws.law import EXACT, NARROW, Law
from fnnet.testing.laws.mismatch import require, require_close, require_same

_SLACK = 1e-5


def _shape(h: Head, z: Numbers, t: Numbers, u: Numbers) -> None:
    for name, result in results(h, z, t, u).items():
        require(isinstance(result, (np.ndarray, np.generic)), f"{name}: an array", type(result).__name__)
        expected = f"float64 {z.shape[:1]}" if name == "loss(z, t)" else f"{z.dtype} {z.shape}"
        got = f"{result.dtype} {result.shape}"
        require(got == expected, f"{name}: {expected}", got)


def _pure(h: Head, z: Numbers, t: Numbers, u: Numbers) -> None:
    made = list(calls(h, z, t, u))
    firsts = [function(*(argument.copy() for argument in arguments)) for _, function, arguments in made]
    before = [np.copy(first) for first in firsts]
    results(h, -z, t, u)  # whose traces, if it leaves any, the next calls find
    for (name, _, _), first, same in zip(made, firsts, before):
        require_same(np.copy(first), same, f"{name}, after other calls")
    for (name, function, arguments), same in zip(reversed(made), reversed(before)):
        copies = tuple(argument.copy() for argument in arguments)
        again = function(*copies)
        require_same(copies, arguments, f"the arguments of {name}, afterwards")
        require_same(np.copy(again), same, f"{name}, a second time")


def _samples(h: Head, z: Numbers, t: Numbers, u: Numbers) -> None:
    together = results(h, z, t, u)
    for i in np.unique(np.linspace(0, len(z) - 1, 5).astype(np.int64)):
        row = slice(i, i + 1)
        alone, single = results(h, z[row], t[row], u[row]), results(h, z[i], t[i], u[i])
        for name, expected in alone.items():
            require_near(together[name][row], expected, _SLACK, f"{name} of row {i} alone")
        for name, result in single.items():
            require_near(result, alone[name][0], _SLACK, f"{name} of row {i} as a batch of one")


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
    exact = results(h, z, t, u)
    for name, result in exact.items():
        require(np.isfinite(result).all(), f"{name}: finite numbers", result)
    narrow = results(h, *(array.astype(np.float32) for array in (z, t, u)))
    for name in ("apply(z)", "delta(z, p, t)"):
        large = abs(exact[name]) > 1e30  # beyond the range of float32 on the way, if not in the end
        holds = np.isfinite(narrow[name]) | (large & ~np.isnan(narrow[name]))
        require(holds.all(), f"{name} in float32: finite numbers", narrow[name])


def _float32(h: Head, z: Numbers, t: Numbers, u: Numbers) -> None:
    exact, narrow = (results(h, *(a.astype(dtype) for a in (z, t, u))) for dtype in (np.float64, np.float32))
    for name in exact.keys() - {"loss(z, t)"}:
        for got, expected in zip(narrow[name], exact[name]):
            require_near(got.astype(np.float64), expected, 1e-4, f"a row of {name} in float64")


def like(other: Head) -> Law:
    """The law that a head is the same as another way of writing it."""

    def test(h: Head, z: Numbers, t: Numbers, u: Numbers) -> None:
        mine, others = (results(each, z, t, u) for each in (h, other))
        for name in mine.keys() & others.keys():
            require_close(mine[name], others[name], 1e-9, 1e-9, f"{name} of {other}")

    return Law("like", f"L = that of {other.name}, p and delta too", "1e-9, for rounding", wide("u"), test)


LAWS = (
    Law(
        "shape",
        "apply(z), delta(z, p, t) and all else have the shape and dtype of z; loss(z, t) has a number for each row",
        EXACT,
        either(*ANY),
        _shape,
    ),
    Law("pure", "no argument changes, and the same arguments give the same bits", EXACT, either(*ANY), _pure),
    Law(
        "samples",
        "apply, loss, delta and all else give each row of a batch what they give it alone",
        "1e-5 of the largest number: batches may be added up in another order",
        either(*BATCHES),
        _samples,
    ),
    Law("domain", "contains(t) = all(contains(row) for row in t), and t does not change", EXACT, mixed_rows, _domain),
    Law(
        "finite",
        "p, L, delta and all else are finite for |z| ≤ 100; in float32 p and delta, where they are below 1e30",
        EXACT,
        examples(BATCHES, st.just(np.float64), FAR, "u"),
        _finite,
    ),
    Law("float32", "p, delta and all else in float32 = those in float64", NARROW, wide("u"), _float32),
    *head_derivatives.LAWS,
)
