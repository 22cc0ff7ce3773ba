"""What the laws of a head are tried on: logits, with targets in its domain."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from hypothesis import strategies as st

from fnnet.core.arrays import Numbers
from fnnet.nn.domains import Domain
from fnnet.nn.head import Head
from fnnet.testing.laws.activation import PLACES
from fnnet.testing.laws.law import Example
from fnnet.testing.numbers import REAL, dtypes, filled, grid, pools
from fnnet.testing.targets import candidates, targets_of

Shape: TypeAlias = tuple[int, ...]
Examples: TypeAlias = Callable[[Head], st.SearchStrategy[Example]]

NEAR = np.concatenate([REAL[abs(REAL * 16) % 1 == 0], [5.0, -5.0, 6.0, -6.0]])
"""Where derivatives are tried: 0, multiples of 1/16 up to 4, and 5, 6. Further out, logarithms may be kept from 0."""

FAR = np.concatenate([grid(-100, 100, 10), grid(-9, 9, 1)])
_FACTORS = np.array([0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 3.0])
SMALL: tuple[Shape, ...] = ((1, 1), (1, 2), (2, 1), (2, 2), (3, 3), (2, 5), (3, 12))
BATCHES = (*SMALL, (40, 3), (40, 3), (130, 2))
ANY: tuple[Shape, ...] = ((1,), (3,), (1, 1), (1, 3), (1, 5), (2, 2), (0, 3), (3, 12), (40, 3), (130, 2))


def examples(
    shapes: tuple[Shape, ...], dtypes: st.SearchStrategy[type[Any]], places: Numbers, *factors: str
) -> Examples:
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


def wide(*factors: str) -> Examples:
    """In float64, where derivatives can be told from differences."""
    return examples(SMALL, st.just(np.float64), NEAR, *factors)


def either(*shapes: Shape) -> Examples:
    return examples(shapes, dtypes, PLACES, "u")


def mixed_rows(h: Head) -> st.SearchStrategy[Example]:
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

    return st.tuples(st.sampled_from(BATCHES), st.booleans(), st.booleans(), pools, pools).map(
        lambda drawn: mixed(*drawn)
    )
