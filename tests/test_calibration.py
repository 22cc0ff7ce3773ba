"""Predictions, how sure they are, the mistakes among them, and whether sureness is deserved."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import (
    Dataset,
    Dense,
    Params,
    accuracy,
    identity,
    identity_squared_error,
    init_params,
    logistic_cross_entropy,
    predict_proba,
    softmax_cross_entropy,
)
from fnnet.core.arrays import Vector
from fnnet.metrics.calibration import Bools, calibration
from fnnet.metrics.predictions import predictions
from fnnet.nn.heads import Head, real
from tests.strategies import Problem, problems

# with the edges of bins and their neighbors among them
shares = st.floats(0, 1) | st.sampled_from([b / 10 for b in range(11)] + [float(np.nextafter(0.3, 1))])
given_answers = st.lists(st.tuples(shares, st.booleans()), min_size=1, max_size=40)
Pairs = list[tuple[float, bool]]


def arrays(pairs: Pairs) -> tuple[Vector[np.float64], Bools]:
    return np.array([sure for sure, _ in pairs]), np.array([right for _, right in pairs])


@given(given_answers, st.integers(1, 12))
def test_bins_part_the_answers(pairs: Pairs, bins: int) -> None:
    found = calibration(*arrays(pairs), bins)
    assert found.counts.shape == found.confidence.shape == found.accuracy.shape == (bins,)
    for b in range(bins):
        inside = [(p, right) for p, right in pairs if b / bins < p <= (b + 1) / bins or (b == 0 and p == 0)]
        assert found.counts[b] == len(inside)
        means = np.mean(inside, axis=0) if inside else np.zeros(2)
        np.testing.assert_allclose([found.confidence[b], found.accuracy[b]], means, atol=1e-12)
    assert found.counts.sum() == len(pairs)


@given(given_answers, st.integers(1, 12), st.randoms(use_true_random=False))
def test_the_order_of_the_answers_is_no_matter(pairs: Pairs, bins: int, random: Random) -> None:
    before = calibration(*arrays(pairs), bins)
    random.shuffle(pairs)
    after = calibration(*arrays(pairs), bins)
    assert np.array_equal(before.counts, after.counts) and after.error == pytest.approx(before.error, abs=1e-12)


@given(given_answers, st.integers(1, 6), st.integers(1, 6))
def test_the_error_is_a_share_and_grows_with_finer_bins(pairs: Pairs, bins: int, times: int) -> None:
    sure, right = arrays(pairs)
    whole, coarse, fine = (calibration(sure, right, b).error for b in (1, bins, bins * times))
    assert whole == pytest.approx(abs(sure.mean() - right.mean()), abs=1e-12)
    assert -1e-12 <= whole <= coarse + 1e-12 <= fine + 2e-12 <= 1 + 3e-12


@given(st.lists(st.integers(1, 20), min_size=1, max_size=6), st.integers(1, 12))
def test_who_is_as_often_right_as_sure_has_no_error(sizes: list[int], bins: int) -> None:
    """In groups of n answers each, k + 1 right ones, all with confidence (k + 1) / n."""
    groups = [(n, min(k + 1, n)) for k, n in enumerate(sizes)]
    sure = np.concatenate([np.full(n, hits / n) for n, hits in groups])
    right = np.concatenate([np.arange(n) < hits for n, hits in groups])
    assert calibration(sure, right, bins).error == pytest.approx(0, abs=1e-12)


def test_who_is_sure_and_always_wrong_has_all_the_error() -> None:
    assert calibration(np.ones(3), np.zeros(3, bool)).error == 1


def test_the_example_of_a_hand() -> None:
    """Three in (0.5, 0.6], of which one is right; one in (0.9, 1], right: 3/4 |1/3 - 0.57| + 1/4 |1 - 0.95|."""
    found = calibration(np.array([0.55, 0.95, 0.56, 0.6]), np.array([True, True, False, False]))
    assert found.counts.tolist() == [0, 0, 0, 0, 0, 3, 0, 0, 0, 1]
    assert found.error == pytest.approx(0.75 * (0.57 - 1 / 3) + 0.25 * 0.05)


@pytest.mark.parametrize(
    "sure, right, bins, message",
    [
        ([0.5], [True], 0, "bins: expected an integer of at least 1, got 0"),
        ([], [], 10, r"confidence: expected one number for each prediction, at least one, got \(0,\) and \(0,\)"),
        ([0.5], [True, True], 10, r"confidence: expected one number for each prediction, .*, got \(1,\) and \(2,\)"),
        ([0.5, 1.5], [True, True], 10, "confidence: expected numbers from 0 to 1, got 0.5 to 1.5"),
        ([-0.5, 1.0], [True, True], 10, "confidence: expected numbers from 0 to 1, got -0.5 to 1"),
        ([np.nan, 1.0], [True, True], 10, "confidence: expected numbers from 0 to 1, got nan to nan"),
    ],
)
def test_what_is_no_answer_is_refused(sure: list[float], right: list[bool], bins: int, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        calibration(np.array(sure), np.array(right, bool), bins)


@given(problems())
def test_answers_are_as_right_as_the_accuracy_and_as_sure_as_the_output(problem: Problem[np.float32]) -> None:
    if problem.y.ndim != 1 or problem.params.head.domain == real:
        with pytest.raises(ValueError):
            predictions(problem.params, problem.data)
        return
    found = predictions(problem.params, problem.data)
    p = predict_proba(problem.params, problem.x)
    assert np.mean(found.correct) == accuracy(problem.params, problem.data)
    for row, said, sure in zip(p, found.predicted, found.confidence):
        assert sure == (row[said] if len(row) > 1 else max(row[0], 1 - row[0]))
    mistakes = found.most_confident_errors
    assert sorted(mistakes) == [i for i, right in enumerate(found.correct) if not right]
    assert np.all(np.diff(found.confidence[mistakes]) <= 0)


def passing(width: int, head: Head) -> Params[np.float64]:
    """A network whose logits are its input."""
    return Params((Dense(np.eye(width), np.zeros(width)),), identity, head)


def test_a_no_is_as_sure_as_its_probability() -> None:
    x = np.log([[0.8 / 0.2], [0.1 / 0.9], [0.6 / 0.4]])
    found = predictions(passing(1, logistic_cross_entropy), Dataset(x, np.array([1, 1, 0])))
    assert found.predicted.tolist() == [1, 0, 1]
    np.testing.assert_allclose(found.confidence, [0.8, 0.9, 0.6])
    assert found.most_confident_errors.tolist() == [1, 2]


def test_equally_sure_mistakes_come_in_their_order() -> None:
    x = np.repeat(np.eye(2), 3, axis=0)
    found = predictions(passing(2, softmax_cross_entropy), Dataset(x, np.array([1, 0, 1, 0, 0, 1])))
    assert found.most_confident_errors.tolist() == [0, 2, 3, 4]


def test_answers_cannot_be_written_to() -> None:
    found = predictions(passing(2, softmax_cross_entropy), Dataset(np.eye(2), np.array([0, 0])))
    for array in (found.true, found.predicted, found.confidence):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_what_has_no_answers_says_so() -> None:
    data = Dataset(np.eye(2), np.array([0, 0]))
    with pytest.raises(ValueError, match="^head: expected one whose outputs are probabilities, got identity-squared"):
        predictions(passing(2, identity_squared_error), data)
    with pytest.raises(ValueError, match=r"^y: expected labels \(n,\), got \(2, 2\)$"):
        predictions(passing(2, softmax_cross_entropy), Dataset(np.eye(2), np.eye(2)))
    with pytest.raises(ValueError, match="^labels: expected from 0 to 1, got 2 to 2$"):
        predictions(passing(2, softmax_cross_entropy), Dataset(np.eye(2), np.array([2, 2])))
    with pytest.raises(ValueError, match="^x: expected shape"):
        predictions(init_params((3, 2), 0, dtype=np.float64), data)
