"""Calibration: bins of predictions by confidence, and the error between confidence and accuracy."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet.core.arrays import Bools, Vector
from fnnet.metrics.calibration import calibration

# the edges of bins, and a neighbor of one, are among them
confidences = st.floats(0, 1) | st.sampled_from([b / 10 for b in range(11)] + [float(np.nextafter(0.3, 1))])
some_pairs = st.lists(st.tuples(confidences, st.booleans()), min_size=1, max_size=40)
Pairs = list[tuple[float, bool]]


def arrays(pairs: Pairs) -> tuple[Vector[np.float64], Bools]:
    return np.array([confidence for confidence, _ in pairs]), np.array([correct for _, correct in pairs])


@given(some_pairs, st.integers(1, 12))
def test_bins_partition_the_predictions(pairs: Pairs, bins: int) -> None:
    found = calibration(*arrays(pairs), bins)
    assert found.counts.shape == found.confidence.shape == found.accuracy.shape == (bins,)
    for b in range(bins):
        inside = [(p, correct) for p, correct in pairs if b / bins < p <= (b + 1) / bins or (b == 0 and p == 0)]
        assert found.counts[b] == len(inside)
        means = np.mean(inside, axis=0) if inside else np.zeros(2)
        np.testing.assert_allclose([found.confidence[b], found.accuracy[b]], means, atol=1e-12)
    assert found.counts.sum() == len(pairs)


@given(some_pairs, st.integers(1, 12), st.randoms(use_true_random=False))
def test_order_does_not_matter(pairs: Pairs, bins: int, random: Random) -> None:
    before = calibration(*arrays(pairs), bins)
    random.shuffle(pairs)
    after = calibration(*arrays(pairs), bins)
    assert np.array_equal(before.counts, after.counts) and after.error == pytest.approx(before.error, abs=1e-12)


@given(some_pairs, st.integers(1, 6), st.integers(1, 6))
def test_error_grows_with_finer_bins(pairs: Pairs, bins: int, times: int) -> None:
    """It is between 0 and 1; with one bin it is |mean confidence - accuracy|."""
    confidence, correct = arrays(pairs)
    whole, coarse, fine = (calibration(confidence, correct, b).error for b in (1, bins, bins * times))
    assert whole == pytest.approx(abs(confidence.mean() - correct.mean()), abs=1e-12)
    assert -1e-12 <= whole <= coarse + 1e-12 <= fine + 2e-12 <= 1 + 3e-12


@given(st.lists(st.integers(1, 20), min_size=1, max_size=6), st.integers(1, 12))
def test_perfect_calibration_has_zero_error(sizes: list[int], bins: int) -> None:
    """In groups of n predictions, k + 1 are correct, each with confidence (k + 1) / n."""
    groups = [(n, min(k + 1, n)) for k, n in enumerate(sizes)]
    confidence = np.concatenate([np.full(n, hits / n) for n, hits in groups])
    correct = np.concatenate([np.arange(n) < hits for n, hits in groups])
    assert calibration(confidence, correct, bins).error == pytest.approx(0, abs=1e-12)


def test_confident_errors_have_error_one() -> None:
    assert calibration(np.ones(3), np.zeros(3, bool)).error == 1


def test_example_worked_by_hand() -> None:
    """Three in (0.5, 0.6], of which one is correct; one in (0.9, 1], correct: 3/4 |1/3 - 0.57| + 1/4 |1 - 0.95|."""
    found = calibration(np.array([0.55, 0.95, 0.56, 0.6]), np.array([True, True, False, False]))
    assert found.counts.tolist() == [0, 0, 0, 0, 0, 3, 0, 0, 0, 1]
    assert found.error == pytest.approx(0.75 * (0.57 - 1 / 3) + 0.25 * 0.05)


@pytest.mark.parametrize(
    "confidence, correct, bins, message",
    [
        ([0.5], [True], 0, "bins: expected an integer of at least 1, got 0"),
        ([], [], 10, r"confidence: expected one number for each prediction, at least one, got \(0,\) and \(0,\)"),
        ([0.5], [True, True], 10, r"confidence: expected one number for each prediction, .*, got \(1,\) and \(2,\)"),
        ([0.5, 1.5], [True, True], 10, "confidence: expected numbers from 0 to 1, got 0.5 to 1.5"),
        ([-0.5, 1.0], [True, True], 10, "confidence: expected numbers from 0 to 1, got -0.5 to 1"),
        ([np.nan, 1.0], [True, True], 10, "confidence: expected numbers from 0 to 1, got nan to nan"),
    ],
)
def test_bad_arguments_are_refused(confidence: list[float], correct: list[bool], bins: int, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        calibration(np.array(confidence), np.array(correct, bool), bins)


@given(st.lists(st.tuples(confidences, st.booleans(), st.integers(0, 3)), min_size=1, max_size=20), st.integers(1, 9))
def test_weights_count_predictions(triples: list[tuple[float, bool, int]], bins: int) -> None:
    """Each as often as it weighs; ones are no weights, and only the ratios of weights decide the error."""
    confidence, correct = arrays([(p, right) for p, right, _ in triples])
    times = np.array([weight for _, _, weight in triples])
    assert (
        calibration(confidence, correct, bins, np.ones(len(times))).error
        == calibration(confidence, correct, bins).error
    )
    if not times.any():
        with pytest.raises(ValueError, match="^weights: expected a sum other than 0, got only zeros$"):
            calibration(confidence, correct, bins, times)
        return
    weighted, scaled = (
        calibration(confidence, correct, bins, times),
        calibration(confidence, correct, bins, 1e-3 * times),
    )
    repeated = calibration(confidence.repeat(times), correct.repeat(times), bins)
    assert weighted.counts.tolist() == repeated.counts.tolist()
    np.testing.assert_allclose(weighted.confidence, repeated.confidence, atol=1e-12)
    np.testing.assert_allclose(weighted.accuracy, repeated.accuracy, atol=1e-12)
    assert weighted.error == pytest.approx(repeated.error, abs=1e-12) == pytest.approx(scaled.error, abs=1e-12)
