"""Standardized features and targets: each with mean 0 and standard deviation 1."""

from collections.abc import Callable

import attrs
import numpy as np

from fnnet.core.arrays import Array, F, Matrix, Numbers, S, Vector, frozen, unmasked
from fnnet.core.contents import Contents
from fnnet.core.messages import invalid, wrong_type
from fnnet.core.records import Immutable
from fnnet.data.checks import require_float_inputs
from fnnet.data.dataset import Dataset, require_dataset, require_samples
from fnnet.data.moments import moments

_ROWS = 4096  # at a time, so that what is computed in float64 takes little memory

Vector64 = Vector[np.float64]


def _frozen(numbers: Numbers) -> Vector64:
    return frozen(np.asarray(numbers, np.float64))


@attrs.frozen(repr=False)
class Scaler(Immutable):
    """The function x ↦ (x - μ) / σ, for each feature with its own μ and σ.

    Args:
        mean: μ, shape (features,); it is kept in float64.
        scale: σ, shape (features,), above 0; it is kept in float64.

    Raises:
        ValueError: the shapes differ, or a number is not finite, or a scale not above 0.

    >>> scaler = Scaler(mean=np.array([10.0, 0.0]), scale=np.array([2.0, 1.0]))
    >>> scaler(np.array([14.0, 3.0])), scaler.inverse(np.array([2.0, 3.0]))
    (array([2., 3.]), array([14.,  3.]))
    """

    mean: Vector64 = attrs.field(converter=_frozen, eq=Contents)
    scale: Vector64 = attrs.field(converter=_frozen, eq=Contents)

    def __attrs_post_init__(self) -> None:
        if self.mean.ndim != 1 or self.mean.shape != self.scale.shape or self.mean.size == 0:
            raise invalid("mean and scale", "shape (features,)", f"{self.mean.shape} and {self.scale.shape}")
        if not (np.isfinite(self.mean).all() and np.isfinite(self.scale).all()):
            raise invalid("mean and scale", "finite numbers", "NaN or infinity")
        if not (self.scale > 0).all():
            raise invalid("scale", "numbers above 0", f"{self.scale.min():g}")

    def __call__(self, x: Array[S, F]) -> Array[S, F]:
        """(x - μ) / σ, for one sample or a batch.

        Args:
            x: shape (features,) or (n, features), float32 or float64; it is computed in float64.

        Returns:
            A new array of the shape and dtype of x.

        Raises:
            ValueError: x has another number of features, or is not of floats.
            TypeError: x is a `Dataset`.
        """
        return self._by_rows(x, self._standard)

    def inverse(self, z: Array[S, F]) -> Array[S, F]:
        """z σ + μ, for one sample or a batch. Law: `scaler.inverse(scaler(x))` is x, to rounding.

        Args:
            z: shape (features,) or (n, features), float32 or float64; it is computed in float64.

        Returns:
            A new array of the shape and dtype of z.

        Raises:
            ValueError: z has another number of features, or is not of floats.
            TypeError: z is a `Dataset`.
        """
        return self._by_rows(z, self._raw)

    # Near the largest number, x - μ or z σ can overflow where the result does not; half of it does not overflow either.
    def _standard(self, rows: Numbers) -> Numbers:
        with np.errstate(over="ignore"):
            centered = rows - self.mean
        if np.isinf(centered).any():
            return (rows / 2 - self.mean / 2) / self.scale * 2
        return centered / self.scale

    def _raw(self, rows: Numbers) -> Numbers:
        with np.errstate(over="ignore"):
            spread = rows * self.scale
        if np.isinf(spread).any():
            return (rows * (self.scale / 2) + self.mean / 2) * 2
        return spread + self.mean

    def _by_rows(self, x: Array[S, F], f: Callable[[Numbers], Numbers]) -> Array[S, F]:
        if isinstance(x, Dataset):
            raise wrong_type("x", "an array", x, {"Dataset": "attrs.evolve(data, x=scaler(data.x))"})
        array = unmasked("x", x)
        k = len(self.mean)
        if not 1 <= array.ndim <= 2 or array.shape[-1] != k:
            raise invalid("x", f"shape ({k},) or (n, {k})", array.shape)
        require_float_inputs("x", array)
        result: Numbers = np.empty(array.shape, array.dtype)
        given, out = array.reshape(-1, k), result.reshape(-1, k)
        for i in range(0, len(given), _ROWS):
            out[i : i + _ROWS] = f(given[i : i + _ROWS])
        return result

    def _summary(self) -> str:
        return f"{len(self.mean)} feature{'s' * (len(self.mean) != 1)}"


def standardized(data: Dataset[F]) -> tuple[Dataset[F], Scaler]:
    """The data with features of mean 0 and standard deviation 1, and the function that makes others like them.

    The initial weights expect features of the size of 1.

    Args:
        data: one sample or more; with weights, mean and standard deviation are the weighted ones.

    Returns:
        The data, with its targets and weights, and the scaler. A constant feature is 0 afterwards, with a scale of 1.
        Laws: the new x is `scaler(data.x)`; its means are 0 and its standard deviations 1, to rounding, however large
        or small the features are; twice a weight is twice a sample.

    Raises:
        ValueError: the data is empty, all of its weights are 0, or a feature of weight 0 is too far from the others.

    >>> train = Dataset(np.array([[170.0, 1.0], [180.0, 1.0]]), np.array([0, 1]))
    >>> scaled, scaler = standardized(train)
    >>> scaled.x, scaler(np.array([175.0, 1.0]))
    (array([[-1.,  0.],
           [ 1.,  0.]]), array([0., 0.]))
    """
    require_dataset(data)
    require_samples(data)
    scaler = Scaler(*moments(data.x, data.weights))
    return Dataset.from_owned(_finite(scaler, data.x), data.y, data.weights), scaler


def standardized_targets(data: Dataset[F]) -> tuple[Dataset[F], Scaler]:
    """The data with targets of mean 0 and standard deviation 1, and the scaler that they were made by.

    Args:
        data: one sample or more with rows of real numbers as targets.

    Returns:
        The data, with its x and weights, and the scaler, whose `inverse` turns outputs into what was measured. Law: the
        new y is `scaler(data.y)`.

    Raises:
        ValueError: the data is empty or has labels, all of its weights are 0, or a target of weight 0 is too far from
            the others.

    >>> prices = Dataset(np.eye(2), np.array([[100.0], [300.0]]))
    >>> scaled, scaler = standardized_targets(prices)
    >>> scaled.y.T, scaler.inverse(np.array([0.5]))
    (array([[-1.,  1.]]), array([250.]))
    """
    require_dataset(data)
    require_samples(data)
    if data.y.ndim != 2:
        raise invalid("y", "rows of real numbers (n, outputs)", "labels")
    rows: Numbers = data.y
    scaler = Scaler(*moments(rows, data.weights))
    return Dataset.from_owned(data.x, _finite(scaler, rows), data.weights), scaler


def _finite(scaler: Scaler, rows: Matrix[F]) -> Matrix[F]:
    """The scaled rows; those that count nothing can be so far from the others that they would be infinite."""
    with np.errstate(over="ignore"):
        scaled = scaler(rows)
    if not np.isfinite(scaled).all():
        raise invalid("data", "numbers that are finite once scaled", "infinite ones", "data[data.weights > 0]")
    return scaled
