"""Activations, heads and passes at the ends of the range of a dtype: the correct value, without a warning."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dense, Params, backward, forward, loss, predict_proba
from fnnet.nn.activations import ACTIVATIONS, sigmoid, silu, tanh
from fnnet.nn.heads import HEADS, softmax_cross_entropy
from fnnet.nn.network import pulled_back
from fnnet.nn.tree import is_finite

DTYPES: list[Any] = [np.float32, np.float64]


def largest(dtype: Any) -> float:
    return float(np.finfo(dtype).max)


@pytest.mark.parametrize("dtype", DTYPES)
def test_silu_of_huge_negatives(dtype: Any) -> None:
    z = np.array([-1e30, -3e38, -largest(dtype)], dtype)
    a = silu.apply(z)
    assert not a.any() and np.signbit(a).all() and a.dtype == dtype


def test_sigmoid_is_exact_on_both_sides() -> None:
    z = np.array([-700.0, -100, -30, -1, 0, 1, 30, 700])
    exact = [math.exp(v) / (1 + math.exp(v)) if v < 0 else 1 / (1 + math.exp(-v)) for v in z]
    np.testing.assert_allclose(sigmoid.apply(z), exact, rtol=1e-15)
    np.testing.assert_allclose(sigmoid.apply(z.astype(np.float32)), exact, rtol=3e-7, atol=1e-44)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("hidden", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_activations_of_any_number(hidden: Any, dtype: Any) -> None:
    z = np.array([largest(dtype), 1e30, 100, 1, 0, -1, -100, -1e30, -largest(dtype)], dtype)
    a = hidden.apply(z)
    assert np.isfinite(a).all() and np.isfinite(hidden.pullback(z, a, np.ones_like(z))).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "silu", "softplus"])
def test_a_slope_of_0_outweighs_an_overflow(name: str, dtype: Any) -> None:
    """A saturated unit passes nothing back, whatever the weights behind it: 0, not 0 · ∞."""
    huge = dtype(largest(dtype) / 16)
    layers = (
        Dense(np.zeros((1, 4), dtype), np.full(4, -900, dtype)),
        Dense(np.array([[huge, -huge]] * 4), np.zeros(2, dtype)),
    )
    params: Any = Params(layers, ACTIVATIONS[name], HEADS["identity-squared-error"])
    grads = backward(params, forward(params, np.zeros(1, dtype)), np.array([huge, -huge]))
    assert grads.layers[0].bias.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("dtype", DTYPES)
def test_squares_may_overflow_alone(dtype: Any) -> None:
    """A gradient is pulled back without a warning where its numbers fit the dtype and their squares do not."""
    g = np.full((2, 3), largest(dtype) / 2)
    z = np.linspace(-1, 1, 6, dtype=dtype).reshape(2, 3)
    assert pulled_back(tanh, z, np.tanh(z), g).tolist() == tanh.pullback(z, np.tanh(z), g).tolist()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("head", [head for head in HEADS.values() if head.gives_probabilities])
def test_heads_of_the_largest_logits(head: Any, dtype: Any) -> None:
    top = largest(dtype)
    params = Params((Dense(np.array([[top, -top, 0]], dtype), np.zeros(3, dtype)),), tanh, head)
    x = np.array([[1.0], [-1.0]], dtype)
    p = predict_proba(params, x)
    assert np.isfinite(p).all()
    y = p.argmax(axis=1)  # what the network is certain of
    assert is_finite(backward(params, forward(params, x), y))
    assert np.isfinite(loss(params, x, y))


@given(st.lists(st.floats(-1e300, 1e300), min_size=2, max_size=5).map(np.array))
def test_the_loss_of_a_certain_class(z: Any) -> None:
    """0 · log 0 is 0: a class without a share adds nothing to the loss."""
    t = np.zeros((1, len(z)))
    t[0, z.argmax()] = 1
    (value,) = softmax_cross_entropy.loss(z[np.newaxis], t)
    assert 0 <= value <= math.log(len(z)) + 1e-12
