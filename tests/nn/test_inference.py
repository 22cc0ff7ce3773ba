"""Outputs and predictions, computed in blocks, are those of the forward pass."""

import numpy as np
from hypothesis import given

from fnnet import (
    Dataset,
    accuracy,
    forward,
    init_params,
    loss,
    predict,
    predict_proba,
)
from tests.strategies import Problem, problems


@given(problems())
def test_predict_proba_is_the_output(problem: Problem[np.float32]) -> None:
    """It is the output of the forward pass; for softmax its rows sum to 1."""
    p = predict_proba(problem.params, problem.x)
    np.testing.assert_allclose(p, forward(problem.params, problem.x).output, rtol=1e-5, atol=1e-6)
    assert predict(problem.params, problem.x).shape == (len(problem.x),)
    if problem.params.head.name.startswith("softmax"):
        np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)


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
