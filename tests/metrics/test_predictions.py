"""Predictions: their confidence, and the errors among them."""

import numpy as np
import pytest
from hypothesis import given

from fnnet import (
    Dataset,
    accuracy,
    identity_squared_error,
    init_params,
    logistic_cross_entropy,
    predict_proba,
    softmax_cross_entropy,
)
from fnnet.metrics.predictions import predictions
from tests.strategies import Problem, passing, problems


@given(problems())
def test_predictions_agree_with_accuracy(problem: Problem[np.float32]) -> None:
    """The confidence is the output of the predicted class; errors are sorted by it, the most confident first."""
    if problem.y.ndim != 1 or not problem.params.head.gives_probabilities:
        with pytest.raises(ValueError):
            predictions(problem.params, problem.data)
        return
    found = predictions(problem.params, problem.data)
    p = predict_proba(problem.params, problem.x)
    assert np.mean(found.correct) == accuracy(problem.params, problem.data)
    for row, predicted, confidence in zip(p, found.predicted, found.confidence):
        assert confidence == (row[predicted] if len(row) > 1 else max(row[0], 1 - row[0]))
    errors = found.most_confident_errors
    assert sorted(errors) == [i for i, correct in enumerate(found.correct) if not correct]
    assert np.all(np.diff(found.confidence[errors]) <= 0)


def test_confidence_of_a_no() -> None:
    """With one output p, the confidence of predicting 0 is 1 - p."""
    x = np.log([[0.8 / 0.2], [0.1 / 0.9], [0.6 / 0.4]])
    found = predictions(passing(1, logistic_cross_entropy), Dataset(x, np.array([1, 1, 0])))
    assert found.predicted.tolist() == [1, 0, 1]
    np.testing.assert_allclose(found.confidence, [0.8, 0.9, 0.6])
    assert found.most_confident_errors.tolist() == [1, 2]


def test_ties_among_errors_keep_their_order() -> None:
    x = np.repeat(np.eye(2), 3, axis=0)
    found = predictions(passing(2, softmax_cross_entropy), Dataset(x, np.array([1, 0, 1, 0, 0, 1])))
    assert found.most_confident_errors.tolist() == [0, 2, 3, 4]


def test_predictions_are_read_only() -> None:
    found = predictions(passing(2, softmax_cross_entropy), Dataset(np.eye(2), np.array([0, 0])))
    for array in (found.true, found.predicted, found.confidence):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_bad_arguments_are_refused() -> None:
    """Predictions need a head that gives probabilities, and labels in its range."""
    data = Dataset(np.eye(2), np.array([0, 0]))
    with pytest.raises(ValueError, match="^head: expected one whose outputs are probabilities, got identity-squared"):
        predictions(passing(2, identity_squared_error), data)
    with pytest.raises(ValueError, match=r"^y: expected labels \(n,\), got \(2, 2\)$"):
        predictions(passing(2, softmax_cross_entropy), Dataset(np.eye(2), np.eye(2)))
    with pytest.raises(ValueError, match="^y: expected labels from 0 to 1, got 2$"):
        predictions(passing(2, softmax_cross_entropy), Dataset(np.eye(2), np.array([2, 2])))
    with pytest.raises(ValueError, match="^x: expected shape"):
        predictions(init_params((3, 2), 0, dtype=np.float64), data)
