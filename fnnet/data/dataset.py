"""Samples and their targets: `Dataset`, and pure ways to order, cut and split one."""

from collections.abc import Iterator
from typing import Generic, TypeAlias, cast

import attrs
import numpy as np

from fnnet.core.arrays import F, Label, Labels, Matrix, Order, Vector, frozen, locked, require_float, same
from fnnet.core.checks import invalid
from fnnet.core.random import generator
from fnnet.core.records import Immutable

Sample: TypeAlias = tuple[Vector[F], Label | Vector[F]]
"""What iterating a data set gives, and a typed step takes: one (x, y) pair."""

Batch: TypeAlias = tuple[Matrix[F], Labels | Matrix[F]]
"""What `batches` gives: several samples as one (x, y) pair."""


def _frozen_x(x: Matrix[F]) -> Matrix[F]:
    return frozen(x)


def _frozen_y(y: Labels | Matrix[F]) -> Labels | Matrix[F]:
    kind = np.asarray(y).dtype.kind
    return frozen(cast(Labels, np.asarray(y, np.int64)) if kind in "iu" else y)


def _finite(array: Matrix[F]) -> bool:
    # the extremes tell without an array of answers as long as the data; NaN is both
    return bool(np.isfinite(array.min()) and np.isfinite(array.max()))


@attrs.frozen(repr=False)
class Dataset(Immutable, Generic[F]):
    """Samples with their targets; iterating gives one (x, y) pair after the other.

    Args:
        x: shape (n, features), n at least 1, finite, float32 or float64.
        y: integer labels (n,) from 0, or finite numbers (n, outputs) in the format of x.

    Raises:
        ValueError: another rank or format, no samples, lengths that differ, NaN or infinity, a negative label.

    >>> data = Dataset(np.eye(3), np.array([2, 0, 1]))
    >>> data
    Dataset(3 samples of 3 features, labels, float64)
    >>> len(data)
    3
    >>> [int(y) for x, y in data]
    [2, 0, 1]
    """

    x: Matrix[F] = attrs.field(converter=_frozen_x, eq=attrs.cmp_using(eq=same))
    y: Labels | Matrix[F] = attrs.field(converter=_frozen_y, eq=attrs.cmp_using(eq=same))

    def __attrs_post_init__(self) -> None:
        require_float("x", self.x.dtype)
        if self.x.ndim != 2 or 0 in self.x.shape:
            raise invalid("x", "shape (n, features), both at least 1", self.x.shape)
        if not _finite(self.x):
            raise invalid("x", "finite numbers", "NaN or infinity")
        if self.y.dtype.kind == "i":
            self._check_labels(cast(Labels, self.y))
        else:
            self._check_rows(cast(Matrix[F], self.y))

    def _check_labels(self, labels: Labels) -> None:
        if labels.shape != self.x.shape[:1]:
            expected = f"integer labels ({len(self.x)},) or {self.x.dtype} ({len(self.x)}, outputs)"
            raise invalid("y", expected, f"{labels.dtype} {labels.shape}")
        if labels.min() < 0:
            raise invalid("y", "labels of 0 or more", labels.min())

    def _check_rows(self, rows: Matrix[F]) -> None:
        if rows.ndim != 2 or len(rows) != len(self.x) or rows.dtype != self.x.dtype or 0 in rows.shape:
            expected = f"integer labels ({len(self.x)},) or {self.x.dtype} ({len(self.x)}, outputs)"
            raise invalid("y", expected, f"{rows.dtype} {rows.shape}")
        if not _finite(rows):
            raise invalid("y", "finite numbers", "NaN or infinity")

    @classmethod
    def from_owned(cls, x: Matrix[F], y: Labels | Matrix[F]) -> "Dataset[F]":
        """The data set of arrays that the caller gives up: they are locked, not copied or checked."""
        return cls._of(x=locked(x), y=locked(y))

    def __len__(self) -> int:
        return len(self.x)

    def __iter__(self) -> Iterator[Sample[F]]:
        return cast(Iterator[Sample[F]], zip(self.x, self.y))

    def __repr__(self) -> str:
        n, features = self.x.shape
        targets = "labels" if self.y.ndim == 1 else f"{self.y.shape[-1]} targets each"
        return f"Dataset({n} samples of {features} features, {targets}, {self.x.dtype})"


def order(n: int, seed: int, epoch: int = 0) -> Order:
    """The order in which an epoch sees n samples: a permutation of 0 … n-1 that depends on (n, seed, epoch) alone.

    Raises:
        ValueError: seed or epoch is negative or no integer.
    """
    return generator(seed, "order", epoch).permutation(n)


def shuffled(data: Dataset[F], seed: int, epoch: int = 0) -> Dataset[F]:
    """The same samples in the order of one epoch.

    Args:
        data: n samples.
        seed: an integer of at least 0.
        epoch: an integer of at least 0; each epoch has its own order.

    Returns:
        A new data set. Law: it holds the samples of `data`, each once, in an order that depends on
        (n, seed, epoch) alone.

    Raises:
        ValueError: seed or epoch is negative or no integer.

    >>> data = Dataset(np.eye(4), np.arange(4))
    >>> sorted(shuffled(data, seed=0).y.tolist())
    [0, 1, 2, 3]
    >>> shuffled(data, seed=0) == shuffled(data, seed=0)
    True
    """
    return take(data, order(len(data), seed, epoch))


def take(data: Dataset[F], indices: Order) -> Dataset[F]:
    """The samples at these indices, in their order.

    Raises:
        IndexError: one is out of range.
        ValueError: there is none.
    """
    if len(indices) == 0:
        raise invalid("indices", "at least one", indices)
    return Dataset.from_owned(data.x[indices], data.y[indices])


def batches(data: Dataset[F], size: int) -> Iterator[Batch[F]]:
    """The data in batches of `size` samples, in order; the last may be shorter.

    Returns:
        A lazy stream of (x, y), views of shapes (size, features) and (size,) or (size, outputs).
        Law: joined, the batches are the data.

    Raises:
        ValueError: the size is below 1.

    >>> [len(x) for x, y in batches(Dataset(np.eye(5), np.arange(5)), 2)]
    [2, 2, 1]
    """
    if size < 1:
        raise invalid("size", "1 or more", size)
    starts = range(0, len(data), size)
    return ((data.x[i : i + size], data.y[i : i + size]) for i in starts)


def split(data: Dataset[F], size: int) -> tuple[Dataset[F], Dataset[F]]:
    """The first `size` samples and the rest; shuffle before if their order means something.

    Raises:
        ValueError: either part would be empty.

    >>> train, validation = split(Dataset(np.eye(5), np.arange(5)), 4)
    >>> len(train), len(validation)
    (4, 1)
    """
    if not isinstance(size, (int, np.integer)) or not 0 < size < len(data):
        raise invalid("size", f"an integer from 1 to {len(data) - 1}", size)
    return (
        Dataset.from_owned(data.x[:size], data.y[:size]),
        Dataset.from_owned(data.x[size:], data.y[size:]),
    )
