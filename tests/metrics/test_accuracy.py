"""Accuracy and the confusion matrix: what they count as correct."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import (
    Dataset,
    accuracy,
    exp_poisson,
    identity_squared_error,
    logistic_cross_entropy,
    predict,
    predict_proba,
    softmax_cross_entropy,
)
from fnnet.metrics.accuracy import confusion_matrix
from fnnet.nn.targets import has_classes
from tests.strategies import Problem, passing, problems


@given(problems())
def test_confusion_counts_every_sample(problem: Problem[np.float32]) -> None:
    """It counts each once; its diagonal gives the accuracy, its rows sum to the counts of the true classes."""
    if problem.y.ndim == 1 and has_classes(problem.params.head, problem.y, problem.params.sizes[-1]):
        counts = confusion_matrix(problem.params, problem.data)
        assert counts.sum() == len(problem.x)
        assert np.trace(counts) / counts.sum() == pytest.approx(accuracy(problem.params, problem.data))
        assert counts.sum(axis=1).tolist() == [np.sum(problem.y == k) for k in range(len(counts))]


def test_confusion_rows_are_true_classes() -> None:
    data = Dataset(np.eye(3)[[0, 0, 2, 1]], np.array([0, 1, 1, 2]))
    assert confusion_matrix(passing(3, softmax_cross_entropy), data).tolist() == [
        [1, 0, 0],
        [1, 0, 1],
        [0, 1, 0],
    ]


def test_one_output_is_yes_or_no() -> None:
    params, x = passing(1, logistic_cross_entropy), np.array([[-1.0], [2.0], [3.0]])
    data = Dataset(x, np.array([0, 1, 0]))
    assert predict(params, x).tolist() == [0, 1, 1]
    assert int(predict(params, x[0])) == 0
    assert accuracy(params, data) == pytest.approx(2 / 3)
    assert confusion_matrix(params, data).tolist() == [[1, 1], [0, 1]]


def test_one_class_is_always_correct() -> None:
    params, data = passing(1, softmax_cross_entropy), Dataset(np.ones((2, 1)), np.array([0, 0]))
    assert accuracy(params, data) == 1
    assert predict(params, data.x).tolist() == [0, 0]
    assert confusion_matrix(params, data).tolist() == [[2]]


def test_one_half_is_a_no() -> None:
    """A probability of one half predicts 0, and a target of one half is a 0."""
    params, x = passing(1, logistic_cross_entropy), np.zeros((3, 1))
    assert predict_proba(params, x).tolist() == [[0.5]] * 3
    assert predict(params, x).tolist() == [0, 0, 0]
    assert accuracy(params, Dataset(x, np.array([[0.5], [0.49], [0.51]]))) == pytest.approx(2 / 3)


def test_all_outputs_must_be_correct() -> None:
    """With several yes-or-no outputs, a prediction is correct when each of them is."""
    x = np.array([[1.0, -1.0], [1.0, 1.0]])
    data = Dataset(x, np.array([[1.0, 0.0], [1.0, 0.0]]))
    assert accuracy(passing(2, logistic_cross_entropy), data) == 0.5


def test_probability_rows_count_by_maximum() -> None:
    data = Dataset(np.eye(2), np.array([[0.9, 0.1], [0.8, 0.2]]))
    assert accuracy(passing(2, softmax_cross_entropy), data) == 0.5


def test_unsuitable_targets_are_refused() -> None:
    """There is no accuracy for real numbers, and no confusion matrix for rows."""
    data = Dataset(np.eye(2), np.eye(2))
    with pytest.raises(ValueError, match="y: expected labels, to count the correct answers, got real numbers"):
        accuracy(passing(2, identity_squared_error), data)
    with pytest.raises(ValueError, match=r"y: expected labels \(n,\), got \(2, 2\)"):
        confusion_matrix(passing(2, softmax_cross_entropy), data)


@given(problems(), st.data())
def test_weights_count_samples(problem: Problem[np.float32], choice: st.DataObject) -> None:
    """Each as often as it weighs, in the accuracy and in the matrix; ones are no weights."""
    params, data, n = problem.params, problem.data, len(problem.x)
    if not has_classes(params.head, data.y, params.sizes[-1]):
        return
    times = np.array(choice.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n).filter(any)))
    weighted, repeated = Dataset(data.x, data.y, times), data[np.arange(n).repeat(times)]
    assert accuracy(params, weighted) == pytest.approx(accuracy(params, repeated))
    assert accuracy(params, Dataset(data.x, data.y, np.ones(n))) == accuracy(params, data)
    if data.y.ndim == 1:
        assert confusion_matrix(params, weighted).tolist() == confusion_matrix(params, repeated).tolist()


def test_zeros_have_no_accuracy() -> None:
    data = Dataset(np.ones((2, 1)), np.array([0, 0]), np.zeros(2))
    with pytest.raises(ValueError, match="^weights: expected a sum other than 0, got only zeros$"):
        accuracy(passing(1, softmax_cross_entropy), data)


def test_counts_are_not_classes() -> None:
    data = Dataset(np.ones((2, 1)), np.array([0, 5]))
    for count in (accuracy, confusion_matrix):
        with pytest.raises(
            ValueError, match="^y: expected labels, to count the correct answers, got counts; use loss$"
        ):
            count(passing(1, exp_poisson), data)
