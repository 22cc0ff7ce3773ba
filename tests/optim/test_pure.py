"""An optimizer of two pure functions: it sees records, remembers arrays of any shape, and can be wrapped."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from fnnet import Dataset, Grads, Params, init_params, ravel, sgd, sgd_step, tree
from fnnet.optim import State, clip, ema, l2, momentum, pure
from fnnet.train.descent import descend, plain_descent, weighted_batches
from fnnet.train.state import TrainState
from tests.helpers import pickled
from tests.strategies import Problem, gradient, problems, steady

PARAMS = init_params((3, 2), seed=0)
GRADS = Grads(PARAMS.layers)


def nothing(params: Any) -> tuple[()]:
    return ()


def plain_move(params: Any, grads: Any, slots: Any) -> Any:
    return sgd_step(params, grads, 0.1), slots


def zero(params: Any) -> Any:
    return (tree.scale(Grads(params.layers), 0),)


def heavy_move(params: Any, grads: Any, slots: Any) -> Any:
    v = tree.add(tree.scale(slots[0], 0.9), grads)
    return sgd_step(params, v, 0.1), (v,)


def waiting(params: Any) -> Any:
    """The rate, the least length of a gradient so far, how long ago that was, and a key."""
    return 0.1, np.inf, 0, np.array([1, 2], np.uint32)


def plateau(params: Any, grads: Any, slots: Any) -> Any:
    """Descent whose rate is halved when the gradient has not become shorter for two steps; the key moves each time."""
    rate, least, since, key = slots
    length = float(np.linalg.norm(ravel(grads)))
    least, since = (length, 0) if length < least else (least, since + 1)
    if since == 2:
        rate, since = rate / 2, 0
    return sgd_step(params, grads, float(rate)), (rate, least, since, key * np.uint32(3))


OWN = [pure("plain", nothing, plain_move), pure("heavy", zero, heavy_move), pure("plateau", waiting, plateau)]


@given(problems())
def test_pure_descent_is_sgd(problem: Problem[np.float32]) -> None:
    """Momentum of one's own is `momentum`, too, up to rounding."""
    params, grads = problem.params, gradient(problem)
    for own, known in ((OWN[0], sgd(0.1)), (OWN[1], momentum(0.1))):
        one, other = ((params, optimizer.init(params)) for optimizer in (own, known))
        for _ in range(3):
            one, other = own.step(one[0], grads, one[1]), known.step(other[0], grads, other[1])
        np.testing.assert_allclose(ravel(one[0]), ravel(other[0]), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("optimizer", [*OWN, ema(clip(l2(OWN[2], 1e-3), 1.0), 0.9)], ids=repr)
@given(problem=problems(scales=(0.1, 0.5), head_kinds=steady))
def test_buffers_take_the_pure_steps(optimizer: Any, problem: Problem[np.float32]) -> None:
    """They do so to the bit, also resumed from a state that was pickled in between."""
    start = TrainState(0, problem.params, optimizer.init(problem.params))
    plain = plain_descent(optimizer, None, start, [*weighted_batches(problem.data, 1)] * 2)
    half = descend(optimizer, None, start, weighted_batches(problem.data, 1))
    assert descend(optimizer, None, pickled(half), weighted_batches(problem.data, 1)) == plain


def test_a_plateau_halves_the_rate() -> None:
    params, state = PARAMS, OWN[2].init(PARAMS)
    rates = []
    for _ in range(6):
        params, state = OWN[2].step(params, GRADS, state)
        rates.append(float(np.asarray(state.slots[0])))
    assert rates == [0.1, 0.1, 0.05, 0.05, 0.025, 0.025]
    assert state.count == 6 and np.asarray(state.slots[3]).tolist() == [729, 1458]


def test_tiny_numbers_of_a_rule_are_kept() -> None:
    """At every 64th step subnormal numbers become 0 in what has the shapes of the parameters, and nowhere else."""
    tiny = np.float32(1e-42)
    optimizer = pure("tiny", lambda params: (tiny,), lambda params, grads, slots: (params, slots))
    _, state = optimizer.step(PARAMS, GRADS, State(63, (np.array(tiny),), optimizer="tiny"))
    assert state.slots[0] == tiny and state.count == 64


def test_slots_are_read_only_and_own() -> None:
    mine = np.ones(2)
    state: State[np.float32] = State(0, (mine, 0.5, GRADS))
    mine[0] = 7
    array = state.slots[0]
    assert isinstance(array, np.ndarray) and array.tolist() == [1, 1] and not array.flags.writeable
    assert state == State(0, (np.ones(2), 0.5, GRADS)) == pickled(state)
    assert state != State(0, (np.ones(2), 0.25, GRADS)) and state != State(0, (np.ones(2), 0.5))
    assert state != State(0, (np.ones(2), GRADS, 0.5)) and state.layered == (GRADS,)
    assert not np.asarray(pickled(state).slots[0]).flags.writeable
    with pytest.raises(ValueError, match="^slots: expected Grads, or arrays of numbers, got {}$"):
        State(0, ({},))  # type: ignore[arg-type]  # an object


def returns(result: object) -> Callable[..., Any]:
    return lambda params, grads, slots: result


OTHER = init_params((4, 2), seed=0)


@pytest.mark.parametrize(
    "result, error, message",
    [
        (PARAMS, TypeError, "move: expected (params, slots), got Params"),
        ((GRADS, (1, GRADS)), TypeError, "move: expected (params, slots), got tuple"),
        ((OTHER, (1, GRADS)), ValueError, "grads: expected weights [(3, 2)], as the parameters, got [(4, 2)]"),
        ((PARAMS, ()), ValueError, "move: expected a tuple of 2 slots, got ()"),
        ((PARAMS, 1), ValueError, "move: expected a tuple of 2 slots, got 1"),
        ((PARAMS, (1, 1)), TypeError, "move: expected Grads for a slot that was one, got int"),
        ((PARAMS, (1, Grads(OTHER.layers))), ValueError, "grads: expected weights [(3, 2)], as the parameters, got"),
        ((PARAMS, (0.5, GRADS)), ValueError, "move: expected a slot of shape () and int64, got () and float64"),
        ((PARAMS, ([1], GRADS)), ValueError, "move: expected a slot of shape () and int64, got (1,) and int64"),
    ],
)
def test_what_a_move_returns_is_checked(result: object, error: type[Exception], message: str) -> None:
    optimizer = pure("own", lambda params: (0, GRADS), returns(result))
    with pytest.raises(error) as caught:
        optimizer.step(PARAMS, GRADS, optimizer.init(PARAMS))
    assert str(caught.value).startswith(message)


def test_functions_are_required() -> None:
    wrong: Any = 3
    for initial, move in ((wrong, plain_move), (nothing, wrong)):
        with pytest.raises(TypeError, match="^(initial|move): expected a function, got 3$"):
            pure("own", initial, move)


def test_data_of_one_sample_is_enough() -> None:
    data: Dataset[np.float32] = Dataset(np.ones((1, 3), np.float32), np.array([1]))
    start: TrainState[np.float32] = TrainState(0, PARAMS, OWN[2].init(PARAMS))
    after: Params[np.float32] = descend(OWN[2], None, start, weighted_batches(data, 1)).params
    assert after != PARAMS
