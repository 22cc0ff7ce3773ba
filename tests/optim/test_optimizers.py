"""The optimizers: against their equations in plain numbers, worked by hand, and on a quadratic."""

from collections.abc import Callable
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dense, Grads, Params, init_params, sgd_step
from fnnet.nn.activations import identity
from fnnet.nn.heads import identity_squared_error
from fnnet.optim.optimizer import Optimizer
from fnnet.optim.optimizers import OPTIMIZERS, adagrad, adam, adamw, momentum, nesterov, rmsprop, sgd
from fnnet.optim.schedules import Rate
from fnnet.testing import check_optimizer
from fnnet.testing.ledger.objects import OBJECTS
from tests import reference
from tests.strategies import Problem, problems


def point(theta: float) -> Params[np.float64]:
    """A network of one weight θ, and a bias of 0."""
    return Params((Dense(np.array([[theta]]), np.zeros(1)),), identity, identity_squared_error)


def slope(g: float) -> Grads[np.float64]:
    """The gradient with respect to that weight."""
    return Grads((Dense(np.array([[g]]), np.zeros(1)),))


def path(optimizer: Optimizer, theta: float, gradients: list[float]) -> list[float]:
    """The weight after each step."""
    params, found = point(theta), []
    state = optimizer.init(params)
    for g in gradients:
        params, state = optimizer.step(params, slope(g), state)
        found.append(float(params.layers[0].weights[0, 0]))
    return found


@pytest.mark.parametrize("name", OPTIMIZERS)
@given(
    theta=st.floats(-5, 5),
    gradients=st.lists(st.floats(-3, 3), min_size=1, max_size=6),
    lr=st.sampled_from([0.0, 1e-3, 0.5]),
)
def test_each_step_is_the_equation(name: str, theta: float, gradients: list[float], lr: float) -> None:
    equation = reference.find(reference.OPTIMIZERS, "optimizer", name)
    slots, expected, value = [0.0, 0.0], [], theta
    for t, g in enumerate(gradients, start=1):
        value = equation(value, g, slots, lr, t)
        expected.append(value)
    assert path(OPTIMIZERS[name](lr), theta, gradients) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    "optimizer, expected",
    [
        (sgd(0.5), [0.0, -0.5]),
        (momentum(0.5, 0.5), [0.0, -1.0]),  # v = 2, then 1 + 1 = 2
        (nesterov(0.5, 0.5), [-0.5, -1.5]),  # g + v / 2 = 3, then v = 2: 1 + 1 = 2
        (adagrad(1.0), [0.0, -1 / sqrt(5)]),  # s = 4, then 5
        (adagrad(1.0, eps=2.0), [0.5, 0.5 - 1 / (sqrt(5) + 2)]),
        (rmsprop(1.0, 0.75), [-1.0, -2.0]),  # s = 1, then 1
        (adam(1.0, 0.5, 0.75), [0.0, -(1 / 0.75) / sqrt(1 / 0.4375)]),  # m = 1, v = 1, then m = 1, v = 1
        (adamw(1.0, 0.5, 0.5, 0.75), [-0.5, -0.25 - (1 / 0.75) / sqrt(1 / 0.4375)]),  # θ halves before each
    ],
    ids=repr,
)
def test_two_steps_worked_by_hand(optimizer: Optimizer, expected: list[float]) -> None:
    """The steps start from θ = 1, along the gradients 2 and 1."""
    assert path(optimizer, 1.0, [2.0, 1.0]) == pytest.approx(expected, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize(
    "make, lr, steps",
    [
        (sgd, 0.3, 200),
        (momentum, 0.05, 400),
        (nesterov, 0.05, 400),
        (adagrad, 1.0, 400),
        (rmsprop, lambda k: 0.1 * 0.99**k, 1500),
        (adam, lambda k: 0.1 * 0.99**k, 1500),
    ],
)
def test_quadratic_is_minimized(make: Callable[[Rate], Optimizer], lr: Rate, steps: int) -> None:
    """L = (θ - 3)² / 2, whose gradient is θ - 3, starting from θ = 1."""
    params, optimizer = point(1.0), make(lr)
    state = optimizer.init(params)
    for _ in range(steps):
        params, state = optimizer.step(params, slope(float(params.layers[0].weights[0, 0]) - 3), state)
    assert float(params.layers[0].weights[0, 0]) == pytest.approx(3, abs=1e-3)


@pytest.mark.parametrize("optimizer", OBJECTS["optimizer"], ids=repr)
def test_the_laws_of_optimizers_hold(optimizer: Optimizer) -> None:
    check_optimizer(optimizer, examples=15)


@given(problems())
def test_sgd_is_sgd_step(problem: Problem[np.float32]) -> None:
    params = problem.params
    grads = Grads(params.layers)
    assert sgd(0.1).step(params, grads, sgd(0.1).init(params))[0] == sgd_step(params, grads, 0.1)


def test_rate_may_be_a_schedule() -> None:
    assert path(sgd(lambda step: 1.0 if step == 0 else 0.25), 0.0, [1.0, 1.0]) == [-1.0, -1.25]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: sgd(np.inf), "lr: expected a finite number of at least 0, got inf"),
        (lambda: momentum(0.1, -1), "mu: expected a finite number of at least 0, got -1"),
        (lambda: nesterov(0.1, -1), "mu: expected a finite number of at least 0, got -1"),
        (lambda: adagrad(0.1, -1), "eps: expected a finite number of at least 0, got -1"),
        (lambda: rmsprop(0.1, -1), "alpha: expected a number of at least 0 and less than 1, got -1"),
        (lambda: rmsprop(0.1, 0.9, -1), "eps: expected a finite number of at least 0, got -1"),
        (lambda: adam(0.1, 1), "beta1: expected a number of at least 0 and less than 1, got 1"),
        (lambda: adam(0.1, 0, 1), "beta2: expected a number of at least 0 and less than 1, got 1"),
        (lambda: adam(0.1, eps=-1), "eps: expected a finite number of at least 0, got -1"),
        (lambda: adamw(0.1, -1), "decay: expected a finite number of at least 0, got -1"),
    ],
)
def test_numbers_out_of_range_are_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_names_and_numbers_of_slots(name: str) -> None:
    """An optimizer remembers no more than it needs."""
    optimizer = OPTIMIZERS[name](0.1)
    assert repr(OPTIMIZERS[name](0.5)) == f"{name}(0.5)"
    slots = {"sgd": 0, "adam": 2, "adamw": 2}.get(name, 1)
    assert len(optimizer.init(point(1.0)).slots) == slots


def test_default_rate_is_the_papers() -> None:
    """It is 1e-3, which is the length of the first step, whatever the gradient."""
    assert path(adam(), 0.0, [5.0]) == pytest.approx([-1e-3])
    assert path(adamw(), 0.0, [5.0]) == pytest.approx([-1e-3])
    assert path(adamw(), 1.0, [0.0]) == pytest.approx([1 - 1e-5])


def test_bad_arguments_are_refused() -> None:
    params: Params[np.float32] = init_params((3, 2), seed=0)
    with pytest.raises(ValueError, match="lr: expected a finite number of at least 0, got -1"):
        adam(-1.0)
    with pytest.raises(ValueError, match="grads: expected weights"):
        other: Params[np.float32] = init_params((4, 2), seed=0)
        adam(0.1).step(params, Grads(other.layers), adam(0.1).init(params))
