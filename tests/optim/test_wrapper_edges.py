"""Wrappers at the ends of the range of a dtype, and the start of a moving average."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dense, Grads, Params, identity, identity_squared_error, ravel, sgd
from fnnet.nn.tree import map_layers
from fnnet.optim import Optimizer, averaged_params, clip, ema, max_norm

DTYPES: list[Any] = [np.float32, np.float64]


def network(weights: Any, bias: Any) -> Any:
    return Params((Dense(weights, bias),), identity, identity_squared_error)


def step(optimizer: Optimizer, params: Any, grads: Any) -> Any:
    return optimizer.step(params, grads, optimizer.init(params))[0]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [1e-30, 1.0, 1e20, 3e37])
@pytest.mark.parametrize("limit", [1e-6, 1.0, 100.0])
def test_max_norm_scales_weights_of_any_size(size: float, limit: float, dtype: Any) -> None:
    weights = (np.array([[3.0, 0], [4.0, 1]]) * size).astype(dtype) / 4
    params = network(weights, np.zeros(2, dtype))
    after = step(max_norm(sgd(0.0), limit), params, Grads(map_layers(np.zeros_like, params).layers))
    lengths = np.linalg.norm(weights.astype(np.float64), axis=0)
    expected = weights.astype(np.float64) * np.minimum(1, limit / lengths)
    np.testing.assert_allclose(after.layers[0].weights, expected, rtol=1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("norm", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("size", [1e-3, 1.0, 1e20, 1e37])
def test_clip_leaves_the_length_asked_for(norm: float, size: float, dtype: Any) -> None:
    g = (np.array([[3.0, -4.0, 12.0]]) * size).astype(dtype)
    params, grads = network(np.zeros((1, 3), dtype), np.zeros(3, dtype)), Grads((Dense(g, np.zeros(3, dtype)),))
    moved = -ravel(step(clip(sgd(1.0), norm), params, grads)).astype(np.float64)
    assert np.linalg.norm(moved) == pytest.approx(min(norm, 13 * size), rel=1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("decay", [0.0, 0.5, 0.9, 0.9999, 0.99999])
def test_the_average_of_a_constant(decay: float, dtype: Any) -> None:
    """It is that constant, to the bit, however long."""
    params = network(np.array([[0.1, -1e-3, 7.0]], dtype), np.array([1 / 3, 0, 1e20], dtype))
    zero = Grads(map_layers(np.zeros_like, params).layers)
    optimizer = ema(sgd(0.1), decay)
    state = optimizer.init(params)
    for _ in range(2000):
        _, state = optimizer.step(params, zero, state)
    assert averaged_params(params, state) == params


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=20), st.sampled_from([0.0, 0.3, 0.9, 0.999]))
def test_the_average_forgets_its_start(path: list[float], decay: float) -> None:
    """It weighs the steps, θ_i by decay^(t - i), and not the initial weights: (1 - d) Σ d^(t - i) θ_i / (1 - d^t)."""
    params, optimizer = network(np.array([[1e3]]), np.array([0.0])), ema(sgd(1.0), decay)
    state = optimizer.init(params)
    for value in path:
        grads = Grads((Dense(params.layers[0].weights - value, np.array([0.0])),))
        params, state = optimizer.step(params, grads, state)
    weights = decay ** np.arange(len(path))[::-1]
    mean = float(averaged_params(params, state).layers[0].weights[0, 0])
    assert mean == pytest.approx(float(weights @ path / weights.sum()), abs=1e-9)
    if decay == 0 or len(path) == 1:
        assert averaged_params(params, state) == params
