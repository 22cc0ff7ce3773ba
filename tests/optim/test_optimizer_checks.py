"""What an optimizer refuses: rates out of range at any step, another optimizer's state, kept arrays."""

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest

from fnnet import Grads, Params, adam, backward, fit, forward, init_params, momentum, nesterov, ravel, rmsprop, sgd
from fnnet.data import Dataset
from fnnet.optim import Optimizer, clip, elementwise, ema, l2
from fnnet.optim.schedules import exponential, linear
from fnnet.train import TrainState
from fnnet.train.descent import descend

PARAMS = init_params((3, 2), seed=0)
X, Y = np.ones((4, 3), np.float32), np.array([0, 1, 0, 1])
GRADS = backward(PARAMS, forward(PARAMS, X), Y)
DATA = Dataset(X, Y)


@pytest.mark.parametrize("rate", [-0.5, np.nan, np.inf])
def test_a_schedule_may_not_leave_its_range(rate: float) -> None:
    optimizer = adam(lambda step: 0.1 if step < 2 else rate)
    params, state = PARAMS, optimizer.init(PARAMS)
    for _ in range(2):
        params, state = optimizer.step(params, GRADS, state)
    with pytest.raises(ValueError, match=f"^lr of step 2: expected a finite number of at least 0, got {rate}$"):
        optimizer.step(params, GRADS, state)


def test_a_line_below_0_stops_the_training() -> None:
    stream = fit(PARAMS, DATA, epochs=9, optimizer=sgd(linear(0.5, -0.5, 8)), batch_size=1)
    with pytest.raises(ValueError, match=r"^lr of step 5: expected a finite number of at least 0, got -0.125$"):
        list(stream)


def test_a_schedule_that_overflows() -> None:
    with pytest.raises(ValueError, match=r"^lr of step 2000: expected a finite number of at least 0, got inf$"):
        optimizer = sgd(exponential(1.0, 2.0))
        state = optimizer.init(PARAMS)
        optimizer.step(PARAMS, GRADS, attrs.evolve(state, count=2000))


def test_the_decay_of_a_mean_square() -> None:
    with pytest.raises(ValueError, match="^alpha: expected a number of at least 0 and less than 1, got 1.5$"):
        rmsprop(0.1, alpha=1.5)


@pytest.mark.parametrize(
    "made, used",
    [
        (momentum(0.1), nesterov(0.1)),
        (momentum(0.1), rmsprop(0.1)),
        (ema(sgd(0.1), 0.9), momentum(0.1)),
        (adam(0.1), ema(momentum(0.1), 0.9)),
        (sgd(0.1), elementwise("own", 0.1, 0, lambda lr, t, theta, g, slots: None)),
    ],
)
def test_a_state_knows_its_optimizer(made: Optimizer, used: Optimizer) -> None:
    message = f"^state: expected that of {used.kind}, got that of {made.kind}$"
    attempts: list[Callable[[], object]] = [
        lambda: used.step(PARAMS, GRADS, made.init(PARAMS)),
        lambda: fit(TrainState(0, PARAMS, made.init(PARAMS)), DATA, epochs=1, optimizer=used),
        lambda: descend(used, None, TrainState(0, PARAMS, made.init(PARAMS)), [(X, Y, None)]),
    ]
    for attempt in attempts:
        with pytest.raises(ValueError, match=message):
            attempt()


def test_new_numbers_keep_the_state() -> None:
    """A rate or a strength may change between two steps; what is remembered is of the same kind."""
    state = clip(l2(momentum(0.1), 0.1), 1.0).init(PARAMS)
    _, state = clip(l2(momentum(0.2, 0.5), 0.0), 2.0).step(PARAMS, GRADS, state)
    assert state.count == 1


@pytest.mark.parametrize("by", ["step", "fit"])
def test_an_equation_that_keeps_its_arrays(by: str) -> None:
    """What an own equation keeps is its own: to write to it later changes no parameters, no state."""
    kept: list[Any] = []

    def keeping(lr: float, t: int, theta: Any, g: Any, slots: Any, /) -> None:
        kept.extend((theta, *slots))
        theta -= lr * g

    optimizer = elementwise("keeping", 0.1, 1, keeping)
    params: Params[np.float32]
    if by == "step":
        params, state = optimizer.step(PARAMS, GRADS, optimizer.init(PARAMS))
    else:
        *_, last = fit(PARAMS, DATA, epochs=2, optimizer=optimizer)
        params, state = last.params, last.opt_state
    before = ravel(params).tobytes(), *(ravel(slot).tobytes() for slot in state.layered)
    for array in kept:
        array[...] = 7
    assert (ravel(params).tobytes(), *(ravel(slot).tobytes() for slot in state.layered)) == before
    assert isinstance(GRADS, Grads)
