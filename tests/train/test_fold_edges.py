"""Where a delayed update would overflow, or its rate has no reciprocal: the fold does what the plain steps do."""

from functools import reduce
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dense, Params, backward, forward, init_params, ravel, relu, sgd_fold, sgd_step
from fnnet.nn.activations import ACTIVATIONS, identity
from fnnet.nn.heads import HEADS, identity_squared_error, softmax_cross_entropy
from fnnet.nn.tree import is_finite, scale

DTYPES: list[Any] = [np.float32, np.float64]
RATES = [5e-324, 1e-300, 1e-45, 1e-39, 1e-37, 1e-30]


def plain(params: Any, x: Any, y: Any, lr: float, batch_size: int) -> Any:
    def step(params: Any, i: int) -> Any:
        rows = slice(i, i + batch_size)
        return sgd_step(params, backward(params, forward(params, x[rows]), y[rows]), lr)

    return reduce(step, range(0, len(x), batch_size), params)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("batch_size", [1, 3])
@pytest.mark.parametrize("lr", RATES)
@pytest.mark.parametrize("head", HEADS.values())
def test_tiny_rates_change_almost_nothing(head: Any, lr: float, batch_size: int, dtype: Any) -> None:
    params: Any = init_params((4, 5, 3), seed=0, head=head, dtype=dtype)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(10, 4)).astype(dtype), rng.integers(0, 3, 10)
    after = sgd_fold(params, x, y, lr, batch_size=batch_size)
    np.testing.assert_allclose(ravel(after), ravel(params), rtol=1e-6, atol=1e-25)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("batch_size", [1, 4])
@given(lr=st.floats(1e-3, 10), k=st.integers(1, 4))
def test_a_gradient_of_0_moves_nothing(batch_size: int, dtype: Any, lr: float, k: int) -> None:
    """The targets are what softmax gives: p - t is 0, at any rate."""
    weights = np.zeros((3, k), dtype)
    params: Any = Params((Dense(weights, np.zeros(k, dtype)),), identity, softmax_cross_entropy)
    x = np.random.default_rng(k).normal(size=(8, 3)).astype(dtype)
    t = forward(params, x).output
    assert sgd_fold(params, x, t, lr, batch_size=batch_size) == params


@pytest.mark.parametrize(
    "dtype, size", [(np.float32, 1e19), (np.float32, 3e37), (np.float64, 1e154), (np.float64, 1e300)]
)
@pytest.mark.parametrize("batch_size", [1, 3])
@pytest.mark.parametrize("hidden", ["sigmoid", "relu", "tanh"])
def test_huge_features_take_the_plain_steps(hidden: str, batch_size: int, dtype: Any, size: float) -> None:
    """Their Gram matrix overflows, the plain steps do not."""
    layers = (
        Dense((np.array([[1.0, -2], [0.5, 1], [0, 1]]) / size).astype(dtype), np.zeros(2, dtype)),
        Dense(np.array([[1, -1, 0], [0, 1, 2]], dtype), np.zeros(3, dtype)),
    )
    params: Any = Params(layers, ACTIVATIONS[hidden], HEADS["softmax-cross-entropy"])
    rng = np.random.default_rng(0)
    x, y = (rng.normal(size=(20, 3)) * size).astype(dtype), rng.integers(0, 3, 20)
    lr = 1e-3 / size
    slow, fast = plain(params, x, y, lr, batch_size), sgd_fold(params, x, y, lr, batch_size=batch_size)
    assert is_finite(slow)
    np.testing.assert_allclose(ravel(fast), ravel(slow), rtol=1e-5, atol=1e-7 / size)


def test_overflow_of_the_first_layer() -> None:
    """ReLU hands the products on: what overflowed in the Gram matrix would reach the other layers."""
    layers = (Dense(np.full((1, 1), 1e-19, np.float32), np.zeros(1, np.float32)),)
    params = Params(layers, relu, identity_squared_error)
    x, t = np.full((5, 1), 2e19, np.float32), np.full((5, 1), 2, np.float32)
    assert sgd_fold(params, x, t, 1e-42) == plain(params, x, t, 1e-42, 1)


@given(st.permutations(range(6)), st.integers(1, 6), st.integers(1, 3))
def test_the_plain_steps_keep_the_order(order: list[int], taken: int, batch_size: int) -> None:
    """Order, weights and rates reach the plain steps, too, that features of this size take."""
    rng = np.random.default_rng(0)
    params = scale(init_params((3, 2), seed=0), 1e-19)
    x, y, weights = (rng.normal(size=(6, 3)) * 1e19).astype(np.float32), rng.integers(0, 2, 6), np.arange(6.0)
    chosen, lr = np.array(order[:taken]), 1e-20 * np.arange(1, -(-taken // batch_size) + 1)
    after = sgd_fold(params, x, y, lr, weights=weights, batch_size=batch_size, order=chosen)
    arranged = sgd_fold(params, x[chosen], y[chosen], lr, weights=weights[chosen], batch_size=batch_size)
    assert after == arranged and is_finite(after)
    assert weights[chosen].max() == 0 or after != params


@pytest.mark.parametrize("lr", [1.0, 1, 2.0])
def test_a_rate_of_1_is_a_step(lr: float) -> None:
    params = init_params((4, 3), seed=0, dtype=np.float64)
    x, y = np.random.default_rng(0).normal(size=(5, 4)), np.array([0, 1, 2, 0, 1])
    np.testing.assert_allclose(ravel(sgd_fold(params, x, y, lr)), ravel(plain(params, x, y, lr, 1)), rtol=1e-9)
