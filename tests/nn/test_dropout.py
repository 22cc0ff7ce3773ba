"""Dropout: the masks depend on (seed, step) alone, and its gradient is the one through the masks."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Params, backward, forward, init_params, ravel, unravel
from fnnet.nn.dropout import dropout_gradient, dropout_masks
from fnnet.testing import check_gradient
from tests.strategies import Problem, problems, seeds


@given(problems(), seeds, st.integers(0, 99), st.sampled_from([0.0, 0.2, 0.5, 0.9]))
def test_masks_depend_on_seed_and_step(problem: Problem[np.float32], seed: int, step: int, rate: float) -> None:
    """They depend on nothing else, and hold 0 and 1 / (1 - rate)."""
    params = problem.params
    masks = dropout_masks(params, 7, rate, seed, step)
    for mask, other, width in zip(masks, dropout_masks(params, 7, rate, seed, step), params.sizes[1:]):
        assert np.array_equal(mask, other) and mask.dtype == params.dtype and mask.shape == (7, width)
        assert set(np.unique(mask)) <= {0, params.dtype.type(1 / (1 - rate))}


@pytest.mark.parametrize("rate", [0.0, 0.5, 0.9])
def test_the_laws_of_gradients_hold(rate: float) -> None:
    check_gradient(partial(dropout_gradient, rate, 0))


def test_layers_have_masks_of_their_own() -> None:
    first, second = dropout_masks(init_params((1, 100, 100, 1), seed=0), 100, 0.3, 0, 0)
    assert not np.array_equal(first, second)


@given(seeds)
def test_masked_gradient_is_the_derivative(seed: int) -> None:
    """It is the derivative of the masked loss of one sample, by central differences."""
    params: Params[np.float64] = init_params((3, 6, 2), seed=seed, dtype=np.float64)
    x, masks = np.random.default_rng(seed).normal(size=(1, 3)), dropout_masks(params, 1, 0.5, seed, 0)
    y = np.array([1])
    grads = backward(params, forward(params, x, masks), y)
    theta, h = ravel(params), 1e-6

    def masked_loss(vector: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        return float(-np.log(forward(unravel(params, vector), x, masks).output[0, 1]))

    for i in range(0, len(theta), 5):
        d = np.zeros_like(theta)
        d[i] = h
        slope = (masked_loss(theta + d) - masked_loss(theta - d)) / (2 * h)
        assert slope == pytest.approx(float(ravel(grads)[i]), rel=1e-4, abs=1e-7)


@given(problems(), seeds, st.integers(0, 9), st.sampled_from([0.1, 0.5, 0.9]))
def test_dropout_gradient_uses_its_masks(problem: Problem[np.float32], seed: int, step: int, rate: float) -> None:
    params, x, y = problem.params, problem.x, problem.y
    masks = dropout_masks(params, len(x), rate, seed, step)
    there = forward(params, x, masks)
    assert dropout_gradient(rate, seed, params, x, y, None, step) == backward(params, there, y)
    weights = np.arange(len(x)).astype(params.dtype)
    assert dropout_gradient(rate, seed, params, x, y, weights, step) == backward(params, there, y, weights)


def test_rate_1_is_refused() -> None:
    with pytest.raises(ValueError, match="^rate: expected a number of at least 0 and less than 1, got 1.0$"):
        dropout_masks(init_params((1, 1), seed=0), 1, 1.0, 0, 0)
