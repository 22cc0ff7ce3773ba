"""The laws of an order: (n, seed, epoch) ↦ the places of n samples in an epoch."""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import permutations
from typing import Any, TypeAlias

import numpy as np
from hypothesis import strategies as st

from fnnet.testing.laws.law import EXACT, Example, Law
from fnnet.testing.laws.mismatch import require, require_same
from fnnet.testing.laws.states import contents, global_randomness

Order: TypeAlias = Callable[[int, int, int], Any]
"""(n, seed, epoch) ↦ integers. Any: an array, or a list."""

_DRAWS, _SIGMA = 4000, 7
_MANY = 1000  # samples of a large data set
_SOME = 50  # of its orders
_UNITS = (10, 16, 32, 64, 100, 128, 256, 512, 1000, 1024, 10_000, 100_000, 1_000_000)
"""Factors that a sum such as 1000 seed + epoch may have."""

_OWN = "orders of their own, as default_rng((seed, epoch)) has: of a sum of both, two runs share epochs"

_SEEDS, _EPOCHS = st.integers(0, 2**16), st.integers(0, 1000)


def _examples(order: Order) -> st.SearchStrategy[Example]:
    sizes = st.sampled_from([*range(12), 40])
    return st.fixed_dictionaries({"n": sizes, "seed": _SEEDS, "epoch": _EPOCHS})


def _large(order: Order) -> st.SearchStrategy[Example]:
    """Beyond the integers of 8 and of 16 bits."""
    return st.fixed_dictionaries({"n": st.sampled_from([300, 70_000]), "seed": _SEEDS, "epoch": _EPOCHS})


def _seeds(order: Order) -> st.SearchStrategy[Example]:
    return st.fixed_dictionaries({"seed": _SEEDS})


def _permutation(order: Order, n: int, seed: int, epoch: int) -> None:
    result = np.asarray(order(n, seed, epoch))
    require(result.shape == (n,), f"shape ({n},)", f"{result.shape}")
    require(result.dtype.kind in "iu" or not n, "integers", f"{result.dtype}")
    counts = np.bincount(result[(result >= 0) & (result < n)], minlength=n) if n else np.zeros(0)
    require((counts == 1).all(), f"each number from 0 to {n - 1} once", result)


def _pure(order: Order, n: int, seed: int, epoch: int) -> None:
    randomness = global_randomness()
    result = order(n, seed, epoch)
    require(global_randomness() == randomness, "the global random state, as it was", "another")
    first = contents(result)
    order(n, seed + 1, epoch)
    if isinstance(result, np.ndarray) and result.flags.writeable:
        result[...] = 0  # which must not change what comes next
    for _ in range(2):
        require_same(contents(order(n, seed, epoch)), first, "order(n, seed, epoch), again")


def _differ(order: Order, seed: int) -> None:
    far = [pair for unit in _UNITS for pair in ((seed, unit), (seed + unit, 0))]
    pairs = [*((seed + i, epoch) for i in range(5) for epoch in range(5)), *far]
    seen: dict[bytes, tuple[int, int]] = {}
    for pair in pairs:
        other = seen.setdefault(np.asarray(order(30, *pair)).tobytes(), pair)
        require(other == pair, _OWN, f"the same for (seed, epoch) = {other} and {pair}")


def _uniform(order: Order, seed: int) -> None:
    """Of four samples, each of 24 orders, over epochs and over seeds; of many, no trace of their places before."""
    epochs = [tuple(order(4, seed, epoch)) for epoch in range(_DRAWS)]
    seeds = [tuple(order(4, seed + k, 3)) for k in range(_DRAWS)]
    for what, drawn in (("epochs", epochs), ("seeds", seeds), ("epochs and seeds", epochs + seeds)):
        _require_even(what, drawn)
    places = np.arange(_MANY)
    many = [places, *(np.argsort(order(_MANY, seed, epoch)) for epoch in range(_SOME))]  # the place of each sample
    bound = _SIGMA / math.sqrt(_SOME * (_MANY - 1))
    for what, before in (("sample and place", [places] * _SOME), ("places in an epoch and the next", many)):
        kept = np.mean([np.corrcoef(one, other)[0, 1] for one, other in zip(before, many[1:])])
        require(abs(kept) <= bound, f"a correlation of {what} of at most {bound:.3f}", f"{kept:.3f}")


def _require_even(what: str, drawn: Iterable[tuple[Any, ...]]) -> None:
    counts = Counter(tuple(map(int, order)) for order in drawn)
    total = counts.total()
    expected, sigma = total / 24, math.sqrt(total * (1 / 24) * (23 / 24))
    for order in permutations(range(4)):
        far = abs(counts[order] - expected)
        require(
            far <= _SIGMA * sigma,
            f"{order} {expected:.0f} ± {_SIGMA * sigma:.0f} times in {total} {what}",
            counts[order],
        )


LAWS = (
    Law("permutation", "order(n, seed, epoch) has each integer from 0 to n - 1 once", EXACT, _examples, _permutation),
    Law(
        "pure",
        "the same arguments give the same order, whatever happens to it; the global random state is left alone",
        EXACT,
        _examples,
        _pure,
    ),
    Law("many", "so it has of many samples", EXACT, _large, _permutation, most=4),
    Law(
        "distinct",
        "each seed and epoch has an order of its own",
        "30! orders, of which no two are the same",
        _seeds,
        _differ,
        most=20,
    ),
    Law(
        "uniform",
        "every order is as likely as any other",
        f"{_SIGMA} standard deviations",
        _seeds,
        _uniform,
        most=1,
    ),
)
