"""Means and standard deviations of columns, whatever the size of their numbers."""

import numpy as np

from fnnet.core.arrays import F, Matrix, Numbers, Vector
from fnnet.core.messages import invalid

_NUMBERS = 1 << 22  # in float64 at a time: 32 MB

Vector64 = Vector[np.float64]


def moments(x: Matrix[F], weights: Vector[F] | None = None) -> tuple[Vector64, Vector64]:
    """The mean and the standard deviation of each column, sqrt(Σ wᵢ (xᵢ - μ)² / Σ wᵢ), in float64.

    Args:
        x: shape (n, k), n at least 1.
        weights: shape (n,); all 1 when not given.

    Returns:
        Two vectors of shape (k,). A column of equal numbers has these as its mean, exactly, and 1 in place of its
        deviation of 0, so that it can be divided by.

    Raises:
        ValueError: all weights are 0.

    >>> moments(np.array([[1e200, 7.0], [3e200, 7.0]]))
    (array([2.e+200, 7.e+000]), array([1.e+200, 1.e+000]))
    """
    if weights is not None:
        x, weights = x[weights > 0], weights[weights > 0]
        if len(x) == 0:
            raise invalid("weights", "a sum other than 0", "only zeros")
    each = np.ones(len(x)) if weights is None else weights.astype(np.float64)
    each = np.ldexp(each, -np.frexp(each.max())[1])  # at most 1, so that their sum does not overflow
    step = max(1, _NUMBERS // len(x))
    blocks = [_moments(x[:, j : j + step], each / each.sum()) for j in range(0, x.shape[1], step)]
    mean, deviation = (np.concatenate(parts) for parts in zip(*blocks))
    return mean, deviation


def _moments(x: Matrix[F], shares: Vector64) -> tuple[Vector64, Vector64]:
    least, most = x.min(axis=0), x.max(axis=0)
    # times a power of two, each column is from -1 to 1, so that no square overflows or vanishes, and nothing is rounded
    _, powers = np.frexp(np.maximum(np.abs(least), np.abs(most)).astype(np.float64))
    u: Numbers = np.ldexp(x.astype(np.float64), -powers)
    mean = shares @ u
    u -= mean
    correction = shares @ u  # what the rounding of the mean has left
    u -= correction
    deviation = np.ldexp(np.sqrt(shares @ (u * u)), powers)
    constant = (least == most) | (deviation == 0)
    return np.where(constant, most, np.ldexp(mean + correction, powers)), np.where(constant, 1.0, deviation)
