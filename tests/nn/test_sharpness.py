"""Sharpness-aware minimization: its gradient is that of a neighbor, uphill."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dataset, Dense, Params, identity, identity_squared_error, ravel, softmax_cross_entropy, unravel
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.dropout import dropout_gradient
from fnnet.nn.sharpness import sharpness_aware_gradient
from fnnet.nn.space import scale
from fnnet.testing.strategies import Problem, problems

radii = st.sampled_from([1e-3, 0.1, 2.0])


@given(problems(dtype=np.float64), radii)
def test_it_is_the_gradient_uphill(problem: Problem[np.float64], radius: float) -> None:
    params, x, y, weights = problem.params, problem.x, problem.y, problem.weights
    g = ravel(mean_gradient(params, x, y, weights))
    length = float(np.linalg.norm(g))
    there = unravel(params, ravel(params) + (radius * g / length if length else 0))
    found = ravel(sharpness_aware_gradient(radius, params, x, y, weights, 0))
    np.testing.assert_allclose(found, ravel(mean_gradient(there, x, y, weights)), rtol=1e-6, atol=1e-9 * length)


@given(problems())
def test_radius_0_is_the_gradient(problem: Problem[np.float32]) -> None:
    params, x, y, weights = problem.params, problem.x, problem.y, problem.weights
    assert sharpness_aware_gradient(0, params, x, y, weights, 0) == mean_gradient(params, x, y, weights)


@given(problems(dtype=np.float64), radii, st.sampled_from([0.25, 2.0]))
def test_weights_scale_the_gradient(problem: Problem[np.float64], radius: float, factor: float) -> None:
    """They do not move the neighbor: powers of two do so to the bit."""
    params, x, y = problem.params, problem.x, problem.y
    weights = np.ones(len(x))
    whole = sharpness_aware_gradient(radius, params, x, y, weights, 0)
    np.testing.assert_allclose(
        ravel(sharpness_aware_gradient(radius, params, x, y, factor * weights, 0)),
        ravel(scale(whole, factor)),
        rtol=1e-9,
        atol=1e-12,
    )


@given(problems(), st.integers(0, 9))
def test_both_gradients_use_the_same_masks(problem: Problem[np.float32], step: int) -> None:
    params, x, y = problem.params, problem.x, problem.y
    dropped = partial(dropout_gradient, 0.5, 3)
    seen = []

    def spied(params, x, y, weights, step):  # type: ignore[no-untyped-def]  # a function of the user's
        seen.append((step, params))
        return dropped(params, x, y, weights, step)

    found = sharpness_aware_gradient(0.1, params, x, y, None, step, gradient=spied)
    assert {at for at, _ in seen} == {step} and seen[0][1] == params
    assert found == dropped(seen[-1][1], x, y, None, step)


def test_tiny_gradients_stay() -> None:
    """Where the gradient is so small that its direction is lost, it is the gradient, and neither NaN nor a warning."""
    layer = Dense(np.array([[95, 0]], np.float32), np.zeros(2, np.float32))
    params = Params((layer,), identity, softmax_cross_entropy)
    x, y = np.ones((1, 1), np.float32), np.array([0])
    grads = mean_gradient(params, x, y)
    assert 0 < ravel(grads).max() < 1e-38
    for radius in (0.05, 1e39):
        assert sharpness_aware_gradient(radius, params, x, y, None, 0) == grads


def test_gradients_are_functions(zero: Problem[np.float64]) -> None:
    with pytest.raises(TypeError, match=r"^gradient: expected a function, got 0$"):
        sharpness_aware_gradient(0.1, zero.params, zero.x, zero.y, None, 0, gradient=0)  # type: ignore[arg-type]  # wrong


def test_zero_gradients_stay(zero: Problem[np.float64]) -> None:
    """No direction is uphill: no division by 0."""
    params, x, y = zero.params, zero.x, zero.y
    assert not ravel(sharpness_aware_gradient(0.1, params, x, y, None, 0)).any()


@pytest.fixture
def zero() -> Problem[np.float64]:
    """A network that is right already."""
    params = Params((Dense(np.zeros((2, 1)), np.zeros(1)),), identity, identity_squared_error)
    return Problem(params, Dataset(np.ones((3, 2)), np.zeros((3, 1))))


@pytest.mark.parametrize("radius", [-0.1, np.inf, np.nan])
def test_radii_are_finite(zero: Problem[np.float64], radius: float) -> None:
    with pytest.raises(ValueError, match=r"^radius: expected a finite number of at least 0, got "):
        sharpness_aware_gradient(radius, zero.params, zero.x, zero.y, None, 0)
