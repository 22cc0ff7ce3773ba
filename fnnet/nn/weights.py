"""Weights of samples: how much each counts in the loss, L = (1/n) Σ wᵢ Lᵢ."""

from typing import TypeAlias

import numpy as np

from fnnet.core.arrays import Array, F, Numbers, S, Vector, unmasked
from fnnet.core.messages import invalid

Weights: TypeAlias = np.ndarray[tuple[int], np.dtype[np.integer | np.floating]]
"""A number for each sample, of any dtype; it is rounded to that of the network."""


def as_weights(
    weights: object, samples: tuple[int, ...], dtype: np.dtype[F]
) -> np.ndarray[tuple[int, ...], np.dtype[F]]:
    """The weights as an array of the network's dtype.

    Args:
        weights: a finite number of at least 0 for each sample.
        samples: the shape wanted: (n,), or () for one sample, whose weight is a number.
        dtype: float32 or float64.

    Raises:
        ValueError: the shape is another, or a weight is not a number, or negative, NaN or infinite.

    >>> as_weights([1, 2], (2,), np.dtype(np.float32))
    array([1., 2.], dtype=float32)
    >>> as_weights(np.array([1.0, -2.0]), (2,), np.dtype(np.float32))
    Traceback (most recent call last):
        ...
    ValueError: weights: expected finite numbers of at least 0, got -2
    """
    array = unmasked("weights", weights)
    if array.dtype.kind not in "iuf" or array.shape != samples:
        expected = f"numbers {samples}, one for each sample" if samples else "a number for the one sample"
        cure = f"weights.astype(np.{dtype})" if array.dtype.kind == "b" and array.shape == samples else ""
        raise invalid("weights", expected, f"{array.dtype} {array.shape}", cure)
    with np.errstate(over="ignore"):  # what is beyond float32 becomes infinite, which is refused below
        rounded = array.astype(dtype, copy=False)
    if rounded.size and not (rounded.min() >= 0 and rounded.max() < np.inf):  # the minimum of NaN and others is NaN
        wrong = rounded[~((rounded >= 0) & (rounded < np.inf))]
        raise invalid("weights", "finite numbers of at least 0", f"{wrong[0]:g}")
    return rounded


def factors(weights: object, samples: tuple[int, ...], dtype: np.dtype[F]) -> Vector[F]:
    """The weight of each sample, shape (n,); without weights 1 for each, which takes no memory."""
    given = np.ones((), dtype) if weights is None else as_weights(weights, samples, dtype)
    return np.broadcast_to(given, (samples[0] if samples else 1,))


def sample_count(samples: tuple[int, ...]) -> int:
    """How many samples a mean is taken over, given the shape (n,), or () for one.

    Raises:
        ValueError: there is none, of which there is no mean.
    """
    n = samples[0] if samples else 1
    if n == 0:
        raise invalid("x", "at least one sample", "none")
    return n


def weighted(delta: Array[S, F], weights: object) -> Array[S, F]:
    """Each sample's row times its share of the mean loss, wᵢ / n; without weights, 1 / n."""
    if weights is None and delta.ndim == 1:  # one sample is its own mean: the plain fold comes here at every step
        return delta
    samples = delta.shape[:-1]
    # a product and not a quotient, so that a weight of 1 gives the bits of no weights
    share: Numbers | float = 1 / sample_count(samples)
    if weights is not None:
        share = (as_weights(weights, samples, delta.dtype) * share)[..., np.newaxis]
    rows: Numbers = delta * share
    return rows
