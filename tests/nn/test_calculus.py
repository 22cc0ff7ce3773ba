"""The gradient in one call: with respect to the input, and with respect to the parameters."""

import tracemalloc
from functools import partial

import attrs
import numpy as np
import pytest
from hypothesis import assume, given

from fnnet import (
    Activation,
    Params,
    backward,
    forward,
    init_params,
    input_gradient,
    loss,
    predict_proba,
    softmax_cross_entropy,
    tanh,
    value_and_gradient,
)
from fnnet.core.arrays import Floats, Vector
from fnnet.nn.calculus import mean_gradient
from tests.strategies import Problem, problems, problems64, smooth

_STEP = 1e-5


def slopes(problem: Problem[np.float64], i: int) -> Vector[np.float64]:
    """The derivative of the loss of sample i along each axis, by central differences."""
    x, y = problem.x[i : i + 1], problem.y[i : i + 1]
    steps = _STEP * np.eye(x.shape[1])
    ahead, behind = ([loss(problem.params, x + sign * step, y) for step in steps] for sign in (1, -1))
    slope: Vector[np.float64] = (np.array(ahead) - np.array(behind)) / (2 * _STEP)
    return slope


def check_derivative(problem: Problem[np.float64]) -> None:
    gradient = input_gradient(problem.params, problem.x, problem.y)
    expected = np.stack([slopes(problem, i) for i in range(len(problem.x))])
    np.testing.assert_allclose(gradient, expected, rtol=1e-5, atol=1e-6 * max(1.0, float(abs(expected).max())))


@given(problems64(smooth))
def test_input_gradient_is_the_derivative(problem: Problem[np.float64]) -> None:
    """Each row is the derivative of the loss of its own sample."""
    check_derivative(problem)


@given(problems64())
def test_derivative_away_from_kinks(problem: Problem[np.float64]) -> None:
    """For every activation, it is the derivative where no hidden unit is near a kink."""
    cache = forward(problem.params, problem.x)
    assume(all(abs(z).min() > 1e-2 for z in cache.pre_activations[:-1]))
    check_derivative(problem)


@given(problems())
def test_rows_are_independent(problem: Problem[np.float32]) -> None:
    """Each row depends on its own sample alone, and no input changes."""
    x, before = problem.x, problem.x.copy()
    together = input_gradient(problem.params, x, problem.y)
    assert together.dtype == x.dtype and together.shape == x.shape and np.array_equal(x, before)
    assert np.array_equal(together, input_gradient(problem.params, x, problem.y))
    alone = [input_gradient(problem.params, x[i], problem.y[i]) for i in range(len(x))]
    scale = max(1.0, float(abs(together).max()))
    np.testing.assert_allclose(np.stack(alone), together, rtol=1e-4, atol=1e-5 * scale)


def test_negative_raises_log_probability() -> None:
    """With a cross-entropy head, the negative is the derivative of log p of the class."""
    params = init_params((4, 5, 3), seed=0, hidden=tanh, head=softmax_cross_entropy, dtype=np.float64)
    x, step = np.array([0.5, -1.0, 0.25, 2.0]), 1e-6 * np.array([0.0, 0.0, 1.0, 0.0])
    ahead, behind = (np.log(predict_proba(params, x + sign * step)[2]) for sign in (1, -1))
    assert -input_gradient(params, x, 2)[2] == pytest.approx((ahead - behind) / 2e-6, rel=1e-6)


def test_a_wrong_derivative_is_noticed() -> None:
    def wrong(z: Floats, a: Floats, g: Floats, /) -> Floats:
        return g * (1 - a)

    custom = Activation("wrong", tanh.apply, wrong)
    params = init_params((4, 5, 3), seed=0, hidden=tanh, dtype=np.float64)
    problem = partial(Problem, x=np.random.default_rng(0).normal(size=(2, 4)), y=np.array([0, 1]))
    check_derivative(problem(params))
    with pytest.raises(AssertionError):
        check_derivative(problem(attrs.evolve(params, hidden=custom)))


def test_bad_arguments_are_refused() -> None:
    params = init_params((4, 3), seed=0, dtype=np.float64)
    with pytest.raises(ValueError, match=r"^x: expected shape \(4,\) or \(n, 4\), got \(5,\)"):
        input_gradient(params, np.ones(5), 0)
    with pytest.raises(ValueError, match="^y: expected labels from 0 to 2, got 3$"):
        input_gradient(params, np.ones(4), 3)
    with pytest.raises(ValueError, match=r"^y: expected integer labels \(2,\) or float64 \(2, 3\), got int64 \(1,\)"):
        input_gradient(params, np.ones((2, 4)), np.array([0]))


@given(problems())
def test_value_and_gradient_of_one_pass(problem: Problem[np.float32]) -> None:
    """The gradient is that of `backward` to the bit; the loss is `loss`, of a batch and of one sample."""
    params, before = problem.params, problem.x.copy()
    value, grads = value_and_gradient(params, problem.x, problem.y)
    assert grads == backward(params, forward(params, problem.x), problem.y)
    assert value == pytest.approx(loss(params, problem.x, problem.y), rel=1e-12)
    assert type(value) is float and np.array_equal(problem.x, before) and problem.x.flags.writeable
    x, y = next(iter(problem.data))
    value, grads = value_and_gradient(params, x, y)
    assert grads == backward(params, forward(params, x), y)
    rel = 1e-12 if x.dtype == np.float64 else 1e-4
    assert value == pytest.approx(loss(params, x, y), rel=rel, abs=rel)


def test_value_of_more_than_one_block() -> None:
    params = init_params((4, 3), seed=0, dtype=np.float64)
    x, y = np.random.default_rng(0).normal(size=(3000, 4)), np.arange(3000) % 3
    assert value_and_gradient(params, x, y)[0] == pytest.approx(loss(params, x, y), rel=1e-12)


def test_gradients_are_freed() -> None:
    """Each takes 40 kB; the memory of a hundred of them is that of a few."""
    params: Params[np.float32] = init_params((100, 100), seed=0)
    x, y = np.ones((2, 100), np.float32), np.array([0, 1])
    tracemalloc.start()
    try:
        for _ in range(100):
            mean_gradient(params, x, y)
        assert tracemalloc.get_traced_memory()[1] < 500_000
    finally:
        tracemalloc.stop()
