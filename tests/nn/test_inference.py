"""Outputs and predictions, computed in blocks, are those of the forward pass."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import (
    Dataset,
    Params,
    accuracy,
    apply,
    forward,
    identity_squared_error,
    init_params,
    input_gradient,
    loss,
    predict,
    predict_proba,
)
from fnnet.metrics import confusion_matrix, predictions
from tests.strategies import Problem, problems


@given(problems())
def test_apply_is_the_output(problem: Problem[np.float32]) -> None:
    """It is the output of the forward pass; for softmax its rows sum to 1."""
    params, x = problem.params, problem.x
    p = apply(params, x)
    np.testing.assert_allclose(p, forward(params, x).output, rtol=1e-5, atol=1e-6)
    if params.head.gives_probabilities:
        assert predict_proba(params, x).tobytes() == p.tobytes()
        assert predict(params, x).shape == (len(x),)
    if params.head.name.startswith("softmax"):
        np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("ask", [predict, predict_proba])
def test_real_outputs_are_not_classes(ask: Any) -> None:
    params = init_params((3, 2), seed=0, head=identity_squared_error)
    message = "head: expected one whose outputs are probabilities, got identity-squared-error, .*; use apply"
    with pytest.raises(ValueError, match=message):
        ask(params, np.ones(3, np.float32))


@pytest.mark.parametrize("rows", [1, 1500])
def test_nan_is_not_a_class(rows: int) -> None:
    params, x = init_params((3, 2), seed=0), np.ones((rows, 3), np.float32)
    x[-1, 0] = np.nan
    asked: list[Any] = [predict(params, x[0])] if rows > 1 else []
    assert all(label in (0, 1) for label in asked)
    data = Dataset.from_owned(x.copy(), np.zeros(rows, np.int64))
    calls: list[Any] = [
        lambda: predict(params, x),
        lambda: predict(params, x[-1]),
        lambda: accuracy(params, data),
        lambda: confusion_matrix(params, data),
        lambda: predictions(params, data),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="^x: expected numbers for which the network has an output, got NaN"):
            call()


@pytest.mark.parametrize("ask", [accuracy, predictions])
def test_memory_does_not_grow_with_outputs(ask: Any, peak: Any) -> None:
    """Outputs of 200 classes for 40,000 samples are 32 MB; a block of them is 1 MB."""
    params: Params[np.float32] = init_params((4, 200), seed=0)
    data = Dataset(np.ones((40_000, 4), np.float32), np.zeros(40_000, np.int64))
    assert peak(lambda: ask(params, data)) < 8 << 20


@given(problems(), st.data())
def test_outputs_go_row_by_row(problem: Problem[np.float32], choice: st.DataObject) -> None:
    """What is computed of two parts of a batch, one after the other, is that of the batch, also of an empty part."""
    params, k = problem.params, choice.draw(st.integers(0, len(problem.x)))
    both = [(problem.x[:k], problem.y[:k]), (problem.x[k:], problem.y[k:])]
    functions: list[Any] = [apply, lambda p, x: forward(p, x).output]
    if params.head.gives_probabilities:
        functions += [predict, predict_proba]
    for f in functions:
        joined = np.concatenate([f(params, x) for x, _ in both])
        np.testing.assert_allclose(joined, f(params, problem.x), rtol=1e-4, atol=1e-5)
    gradients, expected = [input_gradient(params, x, y) for x, y in both], input_gradient(params, problem.x, problem.y)
    size = max(1.0, float(abs(expected).max()))
    np.testing.assert_allclose(np.concatenate(gradients), expected, rtol=1e-3, atol=1e-4 * size)


def test_no_samples_have_no_predictions() -> None:
    params, none = init_params((3, 2), seed=0), Dataset(np.ones((0, 3), np.float32), np.array([], int))
    assert predict(params, none.x).shape == (0,) and predict(params, none.x).dtype == np.int64
    assert len(predictions(params, none).true) == 0 and confusion_matrix(params, none).tolist() == [[0, 0], [0, 0]]


def test_blocks_make_no_difference() -> None:
    """2,500 rows are two full blocks and a shorter one."""
    params = init_params((6, 5, 3), seed=0, dtype=np.float64)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2500, 6)), rng.integers(0, 3, 2500)
    p = predict_proba(params, x)
    np.testing.assert_allclose(p, forward(params, x).output, rtol=1e-12)
    np.testing.assert_allclose(loss(params, x, y), -np.log(p[np.arange(2500), y]).mean(), rtol=1e-12)
    assert np.array_equal(predict(params, x), p.argmax(axis=1))
    assert accuracy(params, Dataset(x, y)) == np.mean(p.argmax(axis=1) == y)
