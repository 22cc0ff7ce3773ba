"""Whether a network is as accurate as it is confident: of the predictions made with 80 %, 80 % should be correct.

Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", 2017.
"""

import attrs
import numpy as np

from fnnet.core.arrays import Bools, Vector, frozen, unmasked
from fnnet.core.checks import check_integer
from fnnet.core.contents import Contents
from fnnet.core.messages import invalid
from fnnet.core.records import Immutable
from fnnet.nn.weights import Weights, factors

BinCounts = np.ndarray[tuple[int], np.dtype[np.int64 | np.float64]]


def _frozen_counts(counts: BinCounts) -> BinCounts:
    return frozen(counts)


def _frozen_shares(shares: Vector[np.float64]) -> Vector[np.float64]:
    return frozen(shares)


@attrs.frozen(repr=False)
class Calibration(Immutable):
    """Predictions in B bins of equal width by their confidence: bin b holds those in ((b - 1) / B, b / B].

    Args:
        counts: how many predictions there are in each bin, or how much they weigh, shape (B,).
        confidence: their mean confidence, shape (B,); 0 in an empty bin.
        accuracy: the share of them that is correct, shape (B,); 0 in an empty bin.
    """

    counts: BinCounts = attrs.field(converter=_frozen_counts, eq=Contents)
    confidence: Vector[np.float64] = attrs.field(converter=_frozen_shares, eq=Contents)
    accuracy: Vector[np.float64] = attrs.field(converter=_frozen_shares, eq=Contents)

    @property
    def error(self) -> float:
        """The expected calibration error, Σ n_b / n |accuracy_b - confidence_b|, from 0 to 1."""
        return float(self.counts @ np.abs(self.accuracy - self.confidence) / self.counts.sum())


def calibration(
    confidence: Vector[np.float64], correct: Bools, bins: int = 10, weights: Weights | None = None
) -> Calibration:
    """Compare how confident the predictions were with how often they were correct.

    Args:
        confidence: the probability that the network gave to each of its predictions, shape (n,), n at least 1.
        correct: whether each was correct, shape (n,).
        bins: B, the number of bins; the error depends on it.
        weights: how much each prediction counts, shape (n,), as `data.weights`; all 1 when not given.

    Raises:
        ValueError: the shapes differ or are empty, a probability is not in [0, 1], there is no bin, or a weight is
            negative or not finite, or all are 0.

    Laws: each prediction is in one bin, whatever their order; where accuracy and confidence agree in each bin the
    error is 0; with one bin it is the distance between mean confidence and accuracy, and bins that subdivide others
    never make it smaller; twice a weight is twice a prediction.

    >>> found = calibration(np.array([0.75, 0.75, 1.0, 0.8]), np.array([True, False, True, True]), bins=2)
    >>> found.counts, found.accuracy, round(found.error, 3)
    (array([0, 4]), array([0.  , 0.75]), 0.075)
    """
    bins = check_integer("bins", bins, 1)
    confidence, correct = unmasked("confidence", confidence), unmasked("correct", correct)
    if confidence.ndim != 1 or len(confidence) == 0 or confidence.shape != correct.shape:
        got = f"{confidence.shape} and {correct.shape}"
        raise invalid("confidence", "one number for each prediction, at least one", got)
    if not np.all((confidence >= 0) & (confidence <= 1)):
        raise invalid("confidence", "numbers from 0 to 1", f"{confidence.min():g} to {confidence.max():g}")
    # bin b ends at b / B: a prediction's bin is the number of ends below its confidence
    ends = np.arange(1, bins) / bins
    index = np.searchsorted(ends, confidence, side="left")
    each = factors(weights, confidence.shape, np.dtype(np.float64))
    counts = np.bincount(index, None if weights is None else each, bins)
    if not counts.any():
        raise invalid("weights", "a sum other than 0", "only zeros")
    sums = (np.bincount(index, each * numbers, bins) for numbers in (confidence, correct))
    means = (np.divide(total, counts, out=np.zeros(bins), where=counts > 0) for total in sums)
    return Calibration(counts, *means)
