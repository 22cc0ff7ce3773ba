"""Strategies for targets in the domain of a head, the library's or one of your own."""

from collections.abc import Iterator
from typing import Any, TypeVar, cast

import numpy as np
from hypothesis import strategies as st

from fnnet.core.arrays import F, Labels, Numbers
from fnnet.core.messages import invalid
from fnnet.nn.domains import Domain, distribution
from fnnet.nn.head import Head
from fnnet.nn.targets import takes_counts
from fnnet.testing.numbers import REAL, arrays

Targets = TypeVar("Targets", bound=Numbers)

_COUNTS = 10  # the largest count is one less


def labels(head: Head, n: int, k: int) -> st.SearchStrategy[Labels]:
    """Labels of n samples for k outputs, or counts; none if the head does not take one-hot rows.

    >>> from hypothesis import find
    >>> from fnnet import softmax_cross_entropy
    >>> find(labels(softmax_cross_entropy, n=2, k=3), lambda labels: labels[1] > 0)
    array([0, 1])
    """
    several = k > 1 or head.domain == distribution
    targets = np.eye(k) if several else np.array([[0.0], [1.0]])
    if not head.domain.contains(targets):
        return st.nothing()
    return arrays((n,), np.arange(_COUNTS if takes_counts(head, k) else len(targets)))


def rows(head: Head, n: int, k: int, dtype: type[F]) -> st.SearchStrategy[np.ndarray[Any, np.dtype[F]]]:
    """Rows of n samples for k outputs: the first or the last in the head's domain of those that `candidates` lists.

    Raises:
        ValueError: none of them is.

    >>> from hypothesis import find
    >>> from fnnet import softmax_cross_entropy
    >>> find(rows(softmax_cross_entropy, 1, 2, np.float64), lambda rows: rows[0, 1] > 0)
    array([[0., 1.]])
    """

    def fitted(numbers: Numbers, last: bool) -> np.ndarray[Any, np.dtype[F]]:
        return targets_of(head.domain, numbers.astype(dtype), last)

    return st.builds(fitted, arrays((n, k), REAL), st.booleans())


def targets_of(domain: Domain, numbers: Targets, last: bool = False) -> Targets:
    """The first of the candidates that lie in a domain, or the last.

    Raises:
        ValueError: none of them does.
    """
    choices = [targets.astype(numbers.dtype) for targets in candidates(numbers)]
    for targets in reversed(choices) if last else choices:
        if domain.contains(targets):
            return cast(Targets, targets)  # of the dtype of the numbers
    expected = "a domain with real, positive or whole numbers, those from 0 to 1, ±1, one-hot rows or distributions"
    raise invalid("head", expected, domain.description, "Problem(params, data) of your own")


def candidates(numbers: Numbers) -> Iterator[Numbers]:
    """Rows of many kinds, made of multiples of 1/32 from -4 to 4; the last are the shares of each row.

    All others are multiples of 1/256, so that no sum is almost 1, which a domain might take for 1.
    """
    yield numbers
    size = abs(numbers)
    yield size
    yield np.floor(size)
    yield np.where(size > 1, size / 4, size)  # up to 1
    yield np.where(numbers < 0, -1.0, 1.0)
    yield np.eye(size.shape[1])[size[:, 0].astype(np.int64) % size.shape[1]]  # one-hot
    yield numbers / 8
    yield 1 + size
    yield (1 + size) / 8  # between 0 and 1
    size[size.sum(axis=1) == 0, 0] = 1  # one-hot, where there is nothing to share
    yield size / size.sum(axis=1, keepdims=True)
