"""Strategies for targets in the domain of a head, the library's or one of your own."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import strategies as st

from fnnet.core.arrays import F, Labels, Numbers
from fnnet.core.messages import invalid
from fnnet.nn.domains import distribution
from fnnet.nn.head import Head
from fnnet.nn.targets import takes_counts
from fnnet.testing.numbers import REAL, arrays

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
    """Rows of n samples for k outputs: the first that lie in the head's domain of those that `_candidates` lists.

    Raises:
        ValueError: none of them does.

    >>> from hypothesis import find
    >>> from fnnet import softmax_cross_entropy
    >>> find(rows(softmax_cross_entropy, 1, 2, np.float64), lambda rows: rows[0, 1] > 0)
    array([[0., 1.]])
    """

    def fitted(numbers: Numbers) -> np.ndarray[Any, np.dtype[F]]:
        for candidate in _candidates(numbers):
            targets = candidate.astype(dtype)
            if head.domain.contains(targets):
                return targets
        expected = (
            "a domain with real, nonnegative or whole numbers, those from 0 to 1, ±1, one-hot rows or distributions"
        )
        raise invalid("head", expected, head.domain.description, "Problem(params, data) of your own")

    return arrays((n, k), REAL).map(fitted)


def _candidates(numbers: Numbers) -> Iterator[Numbers]:
    """The numbers as they are, then nonnegative, whole, from 0 to 1, ±1, as one-hot rows, as shares of each row."""
    yield numbers
    size = abs(numbers)
    yield size
    yield np.floor(size)
    yield np.minimum(size, 1 / np.maximum(size, 1))  # 1 stays 1, 2 becomes 1/2
    yield np.where(numbers < 0, -1.0, 1.0)
    yield np.eye(size.shape[1])[size[:, 0].astype(np.int64) % size.shape[1]]
    size[size.sum(axis=1) == 0, 0] = 1  # one-hot, where there is nothing to share
    yield size / size.sum(axis=1, keepdims=True)
