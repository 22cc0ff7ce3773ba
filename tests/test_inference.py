"""Predictions and how they are counted."""

import numpy as np
import pytest
from hypothesis import given

from fnnet import (
    Dataset,
    Dense,
    Params,
    accuracy,
    forward,
    identity,
    identity_squared_error,
    init_params,
    logistic_cross_entropy,
    loss,
    predict,
    predict_proba,
    softmax_cross_entropy,
)
from fnnet.metrics.accuracy import confusion_matrix
from fnnet.nn.heads import Head
from tests.strategies import Problem, problems


def passing(width: int, head: Head) -> Params[np.float64]:
    """A network whose logits are its input."""
    return Params((Dense(np.eye(width), np.zeros(width)),), identity, head)


@given(problems())
def test_probabilities_are_the_forward_output(problem: Problem[np.float32]) -> None:
    p = predict_proba(problem.params, problem.x)
    np.testing.assert_allclose(p, forward(problem.params, problem.x).output, rtol=1e-5, atol=1e-6)
    assert predict(problem.params, problem.x).shape == (len(problem.x),)
    if problem.params.head.name.startswith("softmax"):
        np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)


def test_blocks_make_no_difference() -> None:
    """2,500 rows are two blocks and a rest."""
    params = init_params((6, 5, 3), seed=0, dtype=np.float64)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2500, 6)), rng.integers(0, 3, 2500)
    p = predict_proba(params, x)
    np.testing.assert_allclose(p, forward(params, x).output, rtol=1e-12)
    np.testing.assert_allclose(loss(params, x, y), -np.log(p[np.arange(2500), y]).mean(), rtol=1e-12)
    assert np.array_equal(predict(params, x), p.argmax(axis=1))
    assert accuracy(params, Dataset(x, y)) == np.mean(p.argmax(axis=1) == y)


@given(problems())
def test_the_confusion_matrix_counts_every_sample_once(problem: Problem[np.float32]) -> None:
    if problem.y.ndim == 1:
        counts = confusion_matrix(problem.params, problem.data)
        assert counts.sum() == len(problem.x)
        assert np.trace(counts) / counts.sum() == pytest.approx(accuracy(problem.params, problem.data))
        assert counts.sum(axis=1).tolist() == np.bincount(problem.y.reshape(-1), minlength=len(counts)).tolist()


def test_the_confusion_matrix_has_a_row_for_each_truth() -> None:
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


def test_one_class_is_always_right() -> None:
    params, data = passing(1, softmax_cross_entropy), Dataset(np.ones((2, 1)), np.array([0, 0]))
    assert accuracy(params, data) == 1
    assert predict(params, data.x).tolist() == [0, 0]
    assert confusion_matrix(params, data).tolist() == [[2]]


def test_one_half_is_a_no() -> None:
    """Of the answer and, where targets are numbers, of the truth."""
    params, x = passing(1, logistic_cross_entropy), np.zeros((3, 1))
    assert predict_proba(params, x).tolist() == [[0.5]] * 3
    assert predict(params, x).tolist() == [0, 0, 0]
    assert accuracy(params, Dataset(x, np.array([[0.5], [0.49], [0.51]]))) == pytest.approx(2 / 3)


def test_several_answers_are_right_when_each_is() -> None:
    x = np.array([[1.0, -1.0], [1.0, 1.0]])
    data = Dataset(x, np.array([[1.0, 0.0], [1.0, 0.0]]))
    assert accuracy(passing(2, logistic_cross_entropy), data) == 0.5


def test_rows_of_probabilities_count_by_their_largest() -> None:
    data = Dataset(np.eye(2), np.array([[0.9, 0.1], [0.8, 0.2]]))
    assert accuracy(passing(2, softmax_cross_entropy), data) == 0.5


def test_real_targets_have_no_accuracy_and_rows_no_confusion() -> None:
    data = Dataset(np.eye(2), np.eye(2))
    with pytest.raises(ValueError, match="y: expected labels, to count the correct answers, got real numbers"):
        accuracy(passing(2, identity_squared_error), data)
    with pytest.raises(ValueError, match=r"y: expected labels \(n,\), got \(2, 2\)"):
        confusion_matrix(passing(2, softmax_cross_entropy), data)
