"""Whether a network is as often right as it is sure: of the answers given with 80 %, 80 % should be.

Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", 2017.
"""

from typing import cast

import attrs
import numpy as np

from fnnet.arrays import Vector, locked
from fnnet.checks import check_integer, invalid
from fnnet.records import Immutable

Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]
Counts = np.ndarray[tuple[int], np.dtype[np.int64]]


@attrs.frozen(eq=False)
class Calibration(Immutable):
    """Answers gathered in B bins of equal width by their confidence: bin b holds those in ((b - 1) / B, b / B].

    Args:
        counts: how many answers there are in each bin, shape (B,).
        confidence: their mean confidence, shape (B,); 0 where there is none.
        accuracy: the share of them that is right, shape (B,); 0 where there is none.
    """

    counts: Counts
    confidence: Vector[np.float64]
    accuracy: Vector[np.float64]

    @property
    def error(self) -> float:
        """The expected calibration error, Σ n_b / n |accuracy_b - confidence_b|, from 0 to 1."""
        return float(self.counts @ np.abs(self.accuracy - self.confidence) / self.counts.sum())


def calibration(confidence: Vector[np.float64], right: Bools, bins: int = 10) -> Calibration:
    """Hold how sure the answers were against how often they were right.

    Args:
        confidence: the probability that the network gave to each of its answers, shape (n,), n at least 1.
        right: whether each was right, shape (n,).
        bins: B, how many bins; the error depends on it.

    Raises:
        ValueError: the shapes differ or are empty, a probability is out of [0, 1], or there is no bin.

    Laws: each answer is in one bin, whatever their order; where each bin is as often right as it is sure the error
    is 0; with one bin it is the distance between mean confidence and accuracy, and more bins that divide others
    never make it smaller.

    >>> found = calibration(np.array([0.75, 0.75, 1.0, 0.8]), np.array([True, False, True, True]), bins=2)
    >>> found.counts, found.accuracy, round(found.error, 3)
    (array([0, 4]), array([0.  , 0.75]), 0.075)
    """
    check_integer("bins", bins, 1)
    if confidence.ndim != 1 or len(confidence) == 0 or confidence.shape != right.shape:
        raise invalid("confidence", "one number for each answer, at least one", f"{confidence.shape}, {right.shape}")
    if not np.all((confidence >= 0) & (confidence <= 1)):
        raise invalid("confidence", "from 0 to 1", f"{confidence.min():g} to {confidence.max():g}")
    # b / B ends bin b: an answer is behind all the ends that are below it
    ends = np.arange(1, bins) / bins
    index = np.searchsorted(ends, confidence, side="left")
    counts = np.bincount(index, minlength=bins)
    sums = (np.bincount(index, weights, bins) for weights in (confidence, right))
    # NumPy's type for a quotient leaves the rank open
    means = (cast(Vector[np.float64], np.divide(total, np.maximum(counts, 1))) for total in sums)
    return Calibration(locked(counts), *map(locked, means))
