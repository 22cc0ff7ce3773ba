"""Adversarial training: samples are moved against the network, each by the same distance."""

from decimal import Decimal, localcontext
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import (
    Dataset,
    Dense,
    Params,
    exp_poisson,
    identity,
    identity_squared_error,
    input_gradient,
    logistic_cross_entropy,
    softmax_cross_entropy,
    softmax_squared_error,
)
from fnnet.core.arrays import Bools, F, Matrix, Vector
from fnnet.nn.adversary import adversarial_gradient, adversarial_inputs
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.dropout import dropout_gradient
from fnnet.nn.head import Head
from fnnet.nn.heads import HEADS
from fnnet.nn.inference import loss
from fnnet.testing.problem import Problem
from fnnet.testing.samples import problems

distances = st.sampled_from([1e-3, 0.5, 20.0])
one_layer = st.tuples(st.integers(1, 4), st.integers(1, 4))
steady = st.sampled_from([head for head in HEADS.values() if head != exp_poisson])  # derivatives that do not explode
convex = st.sampled_from([softmax_cross_entropy, logistic_cross_entropy, identity_squared_error])


def known(g: Matrix[np.float64]) -> Bools:
    """Which derivatives are more than the rounding of what they are summed from, so that they have a direction."""
    lengths: Vector[np.float64] = np.linalg.norm(g, axis=1)
    return lengths > 1e-6


@given(problems(head=steady, dtype=np.float64), distances)
def test_it_moves_along_the_derivative(problem: Problem[np.float64], distance: float) -> None:
    params, x, y = problem.params, problem.x, problem.y
    moved = adversarial_inputs(params, x, y, distance) - x
    g = input_gradient(params, x, y)
    lengths = np.linalg.norm(moved, axis=1)
    assert ((abs(lengths - distance) <= 1e-6 * distance + 1e-9) | (lengths == 0)).all()
    expected = distance * g[known(g)] / np.linalg.norm(g[known(g)], axis=1, keepdims=True)
    np.testing.assert_allclose(moved[known(g)], expected, rtol=1e-3, atol=1e-3 * distance)


@given(problems(sizes=one_layer, head=convex, dtype=np.float64), distances)
def test_convex_losses_rise(problem: Problem[np.float64], distance: float) -> None:
    """Without hidden layers the loss is convex in the sample: it rises by at least |g| times the distance."""
    params, x, y = problem.params, problem.x, problem.y
    moved = adversarial_inputs(params, x, y, distance)
    least = distance * np.linalg.norm(input_gradient(params, x, y), axis=1)
    for i in range(len(x)):
        before, after = loss(params, x[i], y[i]), loss(params, moved[i], y[i])
        assert after - before >= least[i] - 1e-9 * (1 + after)


@given(problems(head=steady, dtype=np.float64))
def test_each_sample_moves_alone(problem: Problem[np.float64]) -> None:
    params, x, y = problem.params, problem.x, problem.y
    together = adversarial_inputs(params, x, y, 0.5)
    for i in np.flatnonzero(known(input_gradient(params, x, y))):
        np.testing.assert_allclose(adversarial_inputs(params, x[i], y[i], 0.5), together[i], rtol=1e-3, atol=1e-3)


@given(problems(), st.sampled_from([0.0, 0.5]))
def test_its_gradient_is_that_there(problem: Problem[np.float32], distance: float) -> None:
    params, x, y, weights = problem.params, problem.x, problem.y, problem.weights
    moved = adversarial_inputs(params, x, y, distance)
    assert adversarial_gradient(distance, params, x, y, weights, 0) == mean_gradient(params, moved, y, weights)
    if distance == 0:
        np.testing.assert_array_equal(moved, x)


@given(problems(), st.integers(0, 9))
def test_it_wraps_another_gradient(problem: Problem[np.float32], step: int) -> None:
    params, x, y, weights = problem.params, problem.x, problem.y, problem.weights
    dropped = partial(dropout_gradient, 0.5, 3)
    found = adversarial_gradient(0.5, params, x, y, weights, step, gradient=dropped)
    assert found == dropped(params, adversarial_inputs(params, x, y, 0.5), y, weights, step)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_steep_networks_move_nothing_too_far(dtype: type[F], size: float) -> None:
    """The derivative of the loss would overflow."""
    weights = np.array([[size, 0], [0, size]], dtype)
    params = Params((Dense(weights, np.zeros(2, dtype)),), identity, identity_squared_error)
    y = np.array([[1e10, -1e10]], dtype)
    for distance in (0.0, 2**0.5):
        moved = adversarial_inputs(params, np.zeros((1, 2), dtype), y, distance)
        np.testing.assert_allclose(moved, np.array([[-1, 1]]) * distance / 2**0.5, rtol=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_no_size_loses_the_direction(dtype: type[F], size: float) -> None:
    """Squares of the derivative would be 0, or infinite."""
    weights = np.array([[3.0], [4.0]], dtype)
    params = Params((Dense(weights, np.zeros(1, dtype)),), identity, identity_squared_error)
    x, y = np.zeros((1, 2), dtype), np.full((1, 1), -size / 8, dtype)
    moved = adversarial_inputs(params, x, y, 5.0)
    np.testing.assert_allclose(moved, [[3, 4]], rtol=1e-5)
    assert moved.dtype == dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("margin", [0, 10, 25, 40, 85])
@pytest.mark.parametrize("head", [softmax_cross_entropy, softmax_squared_error])
def test_sure_networks_know_the_way(head: Head, margin: float, dtype: type[F]) -> None:
    """There p - 1 is nothing but the rounding error of p."""
    params = Params((Dense(np.eye(3, dtype=dtype), np.zeros(3, dtype)),), identity, head)
    x = np.array([margin, 0, 0], dtype)
    moved = adversarial_inputs(params, x, 0, 6**0.5) - x
    np.testing.assert_allclose(moved, [-2, 1, 1], rtol=1e-4)


@pytest.mark.parametrize("z", [[0.0, 40, 0.3], [50, 0, 0.3], [0.1, 0.2, 0], [0, 0, 90], [300, 1, 300]])
@pytest.mark.parametrize("label", [0, 1, 2])
def test_sure_derivatives_are_precise(z: list[float], label: int) -> None:
    """Whether the network is right or wrong: as with 500 digits, by (p - t) and J (p - t)."""
    with localcontext(prec=500):
        powers = [Decimal(number).exp() for number in z]
        p = [power / sum(powers) for power in powers]
        r = [each - (k == label) for k, each in enumerate(p)]
        inner = sum(a * b for a, b in zip(p, r))
        exact = {
            softmax_cross_entropy: [float(each) for each in r],
            softmax_squared_error: [float(2 * a * (b - inner) / 3) for a, b in zip(p, r)],
        }
    for head, expected in exact.items():
        params = Params((Dense(np.eye(3), np.zeros(3)),), identity, head)
        found = input_gradient(params, np.array(z, np.float64), label)
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13 * np.abs(expected).max())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("z", [-600.0, -85, -40, 0, 40, 85, 600])
def test_sure_answers_know_the_way(z: float, dtype: type[F]) -> None:
    """Yes or no: where the answer is right the loss rises towards the other one, on both sides alike."""
    params = Params((Dense(np.eye(1, dtype=dtype), np.zeros(1, dtype)),), identity, logistic_cross_entropy)
    x = np.array([z], dtype)
    assert adversarial_inputs(params, x, 1, 1.0) == x - 1
    assert adversarial_inputs(params, x, 0, 1.0) == x + 1


def test_what_overflows_does_not_move() -> None:
    """With a derivative that is infinite there is no direction; the other samples move all the same."""
    steep = (Dense(np.diag(np.array(sizes, np.float32)), np.zeros(2, np.float32)) for sizes in ([1e20, 1], [1e20, 1]))
    params = Params(tuple(steep), identity, identity_squared_error)
    x, y = np.zeros((2, 2), np.float32), np.array([[-1, -1], [0, -1]], np.float32)
    np.testing.assert_array_equal(adversarial_inputs(params, x, y, 1.0), [[0, 0], [0, 1]])


def test_no_derivative_moves_nothing() -> None:
    params = Params((Dense(np.zeros((2, 3)), np.zeros(3)),), identity, softmax_cross_entropy)
    x = np.ones((4, 2))
    np.testing.assert_array_equal(adversarial_inputs(params, x, np.zeros(4, int), 0.5), x)
    assert adversarial_inputs(params, x[:0], np.zeros(0, int), 0.5).shape == (0, 2)


@pytest.mark.parametrize("distance", [-0.1, np.inf, np.nan, 1e39])
def test_distances_are_numbers_of_dtype(distance: float) -> None:
    data = Dataset(np.ones((3, 2), np.float32), np.zeros(3, int))
    params = Params((Dense(np.zeros((2, 3), np.float32), np.zeros(3, np.float32)),), identity, softmax_cross_entropy)
    with pytest.raises(ValueError, match=r"^distance: expected a number of at least 0 and less than 3\.40"):
        adversarial_gradient(distance, params, data.x, data.y, None, 0)


def test_numbers_of_numpy_are_distances() -> None:
    params, x = Params((Dense(np.eye(2), np.zeros(2)),), identity, softmax_cross_entropy), np.zeros((1, 2))
    expected = adversarial_inputs(params, x, np.array([0]), 0.5)
    for kind in (np.float16, np.float32, np.float64):
        moved = adversarial_inputs(params, x, np.array([0]), kind(0.5))  # type: ignore[arg-type]  # a float, at run time
        np.testing.assert_array_equal(moved, expected)


def test_networks_are_asked_for() -> None:
    with pytest.raises(TypeError, match="^params: expected Params, got int$"):
        adversarial_inputs(3, np.zeros(2), 0, 0.5)  # type: ignore[call-overload]  # wrong


def test_what_it_wraps_is_a_function() -> None:
    params, x = Params((Dense(np.zeros((2, 3)), np.zeros(3)),), identity, softmax_cross_entropy), np.ones((3, 2))
    with pytest.raises(TypeError, match=r"^gradient: expected a function, got 'dropout'$"):
        adversarial_gradient(0.1, params, x, np.zeros(3, int), None, 0, gradient="dropout")  # type: ignore[arg-type]  # wrong
