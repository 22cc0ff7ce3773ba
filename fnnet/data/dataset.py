"""Samples and their targets: `Dataset`."""

from collections.abc import Iterator
from typing import Generic, TypeAlias, cast, overload

import attrs
import numpy as np

from fnnet.core.arrays import (
    F,
    G,
    Label,
    Labels,
    Labels64,
    Matrix,
    Order,
    Vector,
    frozen,
    locked,
    require_float,
    unmasked,
)
from fnnet.core.contents import Contents
from fnnet.core.messages import invalid, wrong_type
from fnnet.core.records import Immutable, Table
from fnnet.data.checks import as_indices, check_inputs, check_targets
from fnnet.nn.weights import Weights, as_weights

Sample: TypeAlias = tuple[Vector[F], Label | Vector[F]]
"""One (x, y) pair, as iterating over a data set gives them and a step takes them."""

Rows: TypeAlias = slice | Order | np.ndarray[tuple[int], np.dtype[np.bool_]] | list[int] | list[bool]
"""Which samples: a slice, indices, or a mask of booleans, as NumPy takes them."""

Batch: TypeAlias = tuple[Matrix[F], Labels | Matrix[F]]
"""Several samples as one (x, y) pair, as `batches` gives them."""


def _frozen_x(x: Matrix[F]) -> Matrix[F]:
    return frozen(cast(Matrix[F], unmasked("x", x)))  # cast: the constructor checks what it is


def _frozen_y(y: Labels | Matrix[F]) -> Labels | Matrix[F]:
    array = unmasked("y", y)
    if array.dtype.kind in "iu":
        return frozen(cast(Labels64, np.asarray(array, np.int64)))  # cast: the dtype is known at run time only
    return frozen(array)


def _frozen_weights(weights: Weights | None) -> Vector[F] | None:
    # cast: the constructor rounds them to F
    return None if weights is None else frozen(cast(Vector[F], unmasked("weights", weights)))


@attrs.frozen(repr=False)
class Dataset(Immutable, Generic[F]):
    """Samples with their targets, and weights if some count more; iterating gives one (x, y) pair after the other.

    Args:
        x: inputs of shape (n, features), at least one feature; finite, float32 or float64.
        y: integer labels of shape (n,), at least 0; or finite numbers of shape (n, outputs), of the dtype of x.
        weights: how much each sample counts, shape (n,): finite, at least 0, rounded to the dtype of x. The loss is
            then (1/n) Σ wᵢ Lᵢ. Without weights each sample counts 1.

    Raises:
        ValueError: a shape or dtype is not as above, a number is NaN or infinite, or a label or weight is negative.

    >>> data = Dataset(np.eye(3), np.array([2, 0, 1]))
    >>> data
    Dataset(3 samples of 3 features, labels, float64)
    >>> len(data)
    3
    >>> [int(y) for x, y in data]
    [2, 0, 1]

    It is indexed as an array is: an integer gives a pair, and a slice, indices or a mask a data set.

    >>> data[0]
    (array([1., 0., 0.]), np.int64(2))
    >>> data[:2], data[data.y > 0].y
    (Dataset(2 samples of 3 features, labels, float64), array([2, 1]))
    >>> Dataset(np.eye(3), np.array([2, 0, 1]), weights=np.array([1, 1, 2]))
    Dataset(3 samples of 3 features, labels, weights, float64)
    """

    x: Matrix[F] = attrs.field(converter=_frozen_x, eq=Contents)
    y: Labels | Matrix[F] = attrs.field(converter=_frozen_y, eq=Contents)
    weights: Vector[F] | None = attrs.field(default=None, converter=_frozen_weights, eq=Contents)

    def __attrs_post_init__(self) -> None:
        check_inputs(self.x)
        check_targets(self.y, len(self.x), self.x.dtype)
        if self.weights is not None:
            object.__setattr__(self, "weights", locked(as_weights(self.weights, (len(self),), self.x.dtype)))

    @classmethod
    def from_owned(cls, x: Matrix[F], y: Labels | Matrix[F], weights: Vector[F] | None = None) -> "Dataset[F]":
        """The data set of arrays owned by the caller, who gives them up: read-only from now on, unchecked, not copied.

        >>> x, y = np.eye(3), np.array([2, 0, 1])
        >>> data = Dataset.from_owned(x, y)
        >>> np.shares_memory(data.x, x), x.flags.writeable
        (True, False)
        """
        return cls._of(x=locked(x), y=locked(y), weights=None if weights is None else locked(weights))

    def astype(self, dtype: type[G]) -> "Dataset[G]":
        """The same samples with x, and rows y, in another dtype, `np.float32` or `np.float64`.

        Raises:
            ValueError: the dtype is another, or a number is too large for it.

        >>> Dataset(np.eye(3), np.array([2, 0, 1])).astype(np.float32)
        Dataset(3 samples of 3 features, labels, float32)
        """
        require_float("dtype", dtype)
        with np.errstate(over="ignore"):  # a number beyond float32 becomes infinite, which the constructor refuses
            x: Matrix[G] = self.x.astype(dtype)
            y = self.y if self.y.ndim == 1 else self.y.astype(dtype)
        return Dataset(x, cast(Labels | Matrix[G], y), self.weights)  # cast: mypy does not follow the rank

    @property
    def labels(self) -> Labels64:
        """The labels, shape (n,).

        Raises:
            ValueError: the targets are rows.
        """
        if self.y.ndim != 1:
            raise invalid("y", "labels (n,)", self.y.shape)
        return cast(Labels64, self.y)  # of rank 1, so the constructor has found integers

    @property
    def outputs(self) -> int:
        """How many outputs a network for these targets has: the largest label + 1, or the columns of the rows.

        >>> Dataset(np.eye(3), np.array([2, 0, 1])).outputs
        3
        """
        return int(self.y.max(initial=-1)) + 1 if self.y.ndim == 1 else self.y.shape[-1]

    def __len__(self) -> int:
        return len(self.x)

    @overload
    def __getitem__(self, key: int | np.integer, /) -> Sample[F]: ...
    @overload
    def __getitem__(self, key: Rows, /) -> "Dataset[F]": ...
    def __getitem__(self, key: int | np.integer | Rows, /) -> "Sample[F] | Dataset[F]":
        if isinstance(key, (int, np.integer)) and not isinstance(key, bool):
            self.require_unweighted("for one sample", "data[[i]], which keeps them")
            return cast("Sample[F]", (self.x[key], self.y[key]))  # cast: NumPy does not say what a row is
        rows = key if isinstance(key, slice) else as_indices(key, len(self))
        weights = None if self.weights is None else self.weights[rows]
        return Dataset.from_owned(self.x[rows], self.y[rows], weights)

    def __iter__(self) -> Iterator[Sample[F]]:
        self.require_unweighted("to iterate over", "zip(data.x, data.y, data.weights)")
        # cast: NumPy does not say what the rows of an array are
        return cast(Iterator[Sample[F]], zip(self.x, self.y))

    def _summary(self) -> str:
        n, features = self.x.shape
        k = self.y.shape[-1]
        targets = "labels" if self.y.ndim == 1 else f"{k} target{'s' * (k != 1)} each"
        weights = "" if self.weights is None else ", weights"
        return f"{n} samples of {features} features, {targets}{weights}, {self.x.dtype}"

    def _table(self) -> Table:
        if self.y.ndim != 1:
            return repr(self), *Immutable._table(self)[1:]
        labels, counts = np.unique(self.y, return_counts=True)
        rows = [(label, count, f"{count / len(self):.1%}") for label, count in zip(labels, counts)]
        return repr(self), ("label", "samples", "share"), rows

    def require_unweighted(self, purpose: str, cure: str) -> None:
        """Raise ValueError if the samples have weights, which pairs (x, y) would lose."""
        if self.weights is not None:
            raise invalid("data", f"no weights {purpose}, since pairs (x, y) would lose them", "weights", cure)


def require_samples(data: Dataset[F]) -> None:
    """Raise ValueError if the data is empty."""
    if len(data) == 0:
        raise invalid("data", "at least one sample", "none")


def require_dataset(data: object, name: str = "data") -> None:
    """Raise TypeError, with this name, unless it is a `Dataset`."""
    if not isinstance(data, Dataset):
        raise wrong_type(name, "Dataset", data, {"tuple": "Dataset(x, y)", "ndarray": "Dataset(x, y)"})
