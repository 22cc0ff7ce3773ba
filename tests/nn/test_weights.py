"""Weights of samples, beyond the law of networks: every function that takes them, blocks of rows, errors."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given

from fnnet import backward, forward, init_params, loss, ravel, value_and_gradient
from fnnet.core.arrays import Vector
from fnnet.nn.calculus import mean_gradient
from tests.strategies import Problem, problems64, seeds

Vector64 = Vector[np.float64]


def gradient(problem: Problem[np.float64], weights: Vector64) -> Vector64:
    return ravel(backward(problem.params, forward(problem.params, problem.x), problem.y, weights))


def random_weights(n: int, seed: int) -> Vector64:
    """Numbers from 0 to 3, of which about a quarter are 0."""
    return np.maximum(np.random.default_rng(seed).uniform(-1, 3, n), 0)


@given(problems64(), seeds)
def test_all_gradients_take_weights(problem: Problem[np.float64], seed: int) -> None:
    """To the bit as `backward` does, whatever the precision in which the weights come."""
    weights = random_weights(len(problem.x), seed).astype(np.float32)
    grads = mean_gradient(problem.params, problem.x, problem.y, weights)
    assert ravel(grads).tobytes() == gradient(problem, weights.astype(np.float64)).tobytes()
    assert grads.dtype == np.float64
    value, same_grads = value_and_gradient(problem.params, problem.x, problem.y, weights)
    assert same_grads == grads
    assert value == pytest.approx(loss(problem.params, problem.x, problem.y, weights), rel=1e-9, abs=1e-12)
    value, _ = value_and_gradient(problem.params, problem.x[0], problem.y[0], 0.5)
    assert value == pytest.approx(loss(problem.params, problem.x[0], problem.y[0], 0.5), rel=1e-9, abs=1e-12)


def test_weights_go_with_blocks_of_rows() -> None:
    """2,500 rows are two full blocks and a shorter one."""
    params, rng = init_params((6, 3), seed=0, dtype=np.float64), np.random.default_rng(0)
    x, y, w = rng.normal(size=(2500, 6)), rng.integers(0, 3, 2500), rng.random(2500)
    p = forward(params, x).output
    np.testing.assert_allclose(loss(params, x, y, w), -(w * np.log(p[np.arange(2500), y])).mean(), rtol=1e-12)


@pytest.mark.parametrize(
    "weights, message",
    [
        (np.ones(1), "expected a number for the one sample, got float64 (1,)"),
        (-1.0, "expected finite numbers of at least 0, got -1"),
        (np.nan, "expected finite numbers of at least 0, got nan"),
        ("1", "expected a number for the one sample, got <U1 ()"),
        (True, "expected a number for the one sample, got bool (); use weights.astype(np.float64)"),
    ],
)
def test_one_sample_weighs_a_number(weights: Any, message: str) -> None:
    params, x = init_params((4, 2), seed=0, dtype=np.float64), np.ones(4)
    for call in (lambda: backward(params, forward(params, x), 1, weights), lambda: loss(params, x, 1, weights)):
        with pytest.raises(ValueError) as caught:
            call()
        assert str(caught.value) == f"weights: {message}"


def test_batches_weigh_a_number_each() -> None:
    params, x, y = init_params((4, 2), seed=0, dtype=np.float64), np.ones((3, 4)), np.array([0, 1, 1])
    for call in (lambda w: mean_gradient(params, x, y, w), lambda w: loss(params, x, y, w)):
        with pytest.raises(
            ValueError, match=r"^weights: expected numbers \(3,\), one for each sample, got int64 \(\)$"
        ):
            call(1)
