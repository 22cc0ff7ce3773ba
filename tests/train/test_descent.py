"""Steps of an optimizer in buffers are its pure steps, to the bit."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import (
    Dataset,
    Dense,
    Grads,
    Params,
    TrainState,
    fit,
    identity,
    identity_squared_error,
    init_params,
    ravel,
    sgd,
    shuffled,
)
from fnnet.core.arrays import F, Labels, Matrix
from fnnet.nn.dropout import dropout_gradient
from fnnet.nn.tree import map_layers
from fnnet.optim.optimizer import Optimizer, State
from fnnet.optim.optimizers import adam
from fnnet.optim.wrappers import clip, ema, l2, max_norm
from fnnet.train.descent import Gradient, descend, plain_descent, weighted_batches
from tests.helpers import patch
from tests.strategies import Problem, problems, problems64

# With a given gradient, the laws of `fnnet.testing` say the same of all optimizers; here it is that of the mean loss.
ALL: list[Optimizer] = [
    sgd(0.01),
    ema(clip(max_norm(l2(adam(lambda step: 0.1 / (1 + step)), 1e-3), 2.0), 1.0), 0.9),
]


def plain(
    optimizer: Optimizer, gradient: Gradient[F] | None, at: TrainState[F], data: Dataset[F], size: int
) -> TrainState[F]:
    """The plain descent over batches of this size."""
    return plain_descent(optimizer, gradient, at, weighted_batches(data, size))


@pytest.mark.parametrize("optimizer", ALL, ids=repr)
@given(problem=problems(scales=(0.1, 0.5)), size=st.integers(1, 4))
def test_descend_is_plain_descent(optimizer: Optimizer, problem: Problem[np.float32], size: int) -> None:
    """It is so to the bit, over two calls, of which the second resumes from the first."""
    before = ravel(problem.params).tobytes()
    start = TrainState(3, problem.params, optimizer.init(problem.params))
    weights = np.random.default_rng(size).random(len(problem.x)).astype(problem.x.dtype)
    for data in (problem.data, Dataset(problem.x, problem.y, weights)):
        first = descend(optimizer, None, start, weighted_batches(data, size))
        assert first == plain(optimizer, None, start, data, size)
        second = descend(optimizer, None, first, weighted_batches(data, size))
        assert second == plain(optimizer, None, first, data, size)
    assert ravel(problem.params).tobytes() == before


@given(problems(scales=(0.1, 0.5)))
def test_gradients_see_unchanging_params(problem: Problem[np.float32]) -> None:
    """A gradient function may keep the parameters that it was given: later steps do not change them."""
    seen: list[tuple[np.ndarray[tuple[int, int]], bytes]] = []

    def gradient(params: Params[F], x: Matrix[F], y: Labels | Matrix[F], weights: object, step: int) -> Grads[F]:
        seen.append((params.layers[0].weights, params.layers[0].weights.tobytes()))
        assert step == len(seen) - 1 and not params.layers[0].weights.flags.writeable
        return dropout_gradient(0.4, 0, params, x, y, None, step)

    start: TrainState[np.float32] = TrainState(0, problem.params, adam(0.1).init(problem.params))
    reached = descend(adam(0.1), gradient, start, weighted_batches(problem.data, 1))
    assert len(seen) == len(problem.x)
    assert all(weights.tobytes() == bits for weights, bits in seen)
    assert reached == plain(adam(0.1), partial(dropout_gradient, 0.4, 0), start, problem.data, 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_subnormals_flush_every_64_steps(dtype: type[np.float32]) -> None:
    """In parameters and slots, they become 0 at every 64th step; normal numbers, however small, are unchanged."""
    tiny = np.finfo(dtype).tiny
    numbers = np.array([[tiny, -tiny, tiny / 2, -tiny / 4, 0, 1.0]], dtype)
    layer = Dense(numbers.T, np.array([tiny / 8], dtype))
    params = Params((layer,), identity, identity_squared_error)
    still = ema(sgd(0.0), decay=0.0)  # the moving average is the parameters
    zero = map_layers(np.zeros_like, Grads((layer,)))
    for count in (0, 62, 63, 64, 127):
        after, state = still.step(params, zero, State(count, (Grads((layer,)),), 0, still.kind))
        flushed = count in (63, 127)
        for left in (after.layers[0], state.layered[0].layers[0]):
            assert left.weights[[0, 1, 4, 5]].tolist() == layer.weights[[0, 1, 4, 5]].tolist()
            assert left.weights[2:4].any() == left.bias.any() == (not flushed)


def test_l2_alone_leaves_no_subnormals() -> None:
    """The first feature is always 0, so that the penalty alone moves its weights; they end at exactly 0."""
    data = Dataset(np.array([[0, 1], [0, -1]], np.float32), np.array([0, 1]))
    params = init_params((2, 2), seed=0)
    *_, last = fit(params, data, epochs=640, optimizer=l2(sgd(0.4), 1.0), batch_size=2)
    weights = last.params.layers[0].weights
    assert not weights[0].any() and weights[1].all()


def test_fit_descends_in_each_epochs_order() -> None:
    rng = np.random.default_rng(0)
    data = Dataset(rng.normal(size=(50, 3)), rng.integers(0, 2, 50))
    params = init_params((3, 4, 2), seed=0, dtype=np.float64)
    at = TrainState(0, params, ema(adam(0.1), 0.9).init(params))
    for epoch in fit(at.params, data, epochs=3, optimizer=ema(adam(0.1), 0.9), batch_size=8, seed=7):
        there = plain(ema(adam(0.1), 0.9), None, at, shuffled(data, 7, at.epoch), 8)
        at = TrainState(at.epoch + 1, there.params, there.opt_state)
        assert epoch == at


@given(problems64(), st.integers(1, 9))
def test_block_size_makes_no_difference(problem: Problem[np.float64], size: int) -> None:
    optimizer, grads = adam(0.1), Grads(problem.params.layers)
    whole = optimizer.step(problem.params, grads, optimizer.init(problem.params))
    with pytest.MonkeyPatch.context() as monkeypatch:
        patch(monkeypatch, "fnnet.optim.elementwise._BLOCK", size)
        assert optimizer.step(problem.params, grads, optimizer.init(problem.params)) == whole


PARAMS = init_params((3, 2), seed=0)


def other_network(params: Params[F], x: Matrix[F], y: Labels | Matrix[F], weights: object, step: int) -> Grads[F]:
    """A gradient of other shapes, which NumPy would broadcast."""
    weights = np.ones((1, 1), params.dtype)
    layer = type(params.layers[0])(weights, weights[0])
    return Grads((layer,) * len(params.layers))


@pytest.mark.parametrize(
    "attempt",
    [
        lambda at, data: descend(adam(0.1), other_network, at, weighted_batches(data, 1)),
        lambda at, data: descend(
            adam(0.1),
            None,
            TrainState(0, at.params, adam(0.1).init(init_params((2, 2), seed=0))),
            weighted_batches(data, 1),
        ),
    ],
    ids=["gradient", "state"],
)
def test_mismatched_values_are_refused(
    attempt: Callable[[TrainState[np.float32], Dataset[np.float32]], object],
) -> None:
    """A gradient or a state of another network does not match."""
    data = Dataset(np.ones((2, 3), np.float32), np.array([0, 1]))
    with pytest.raises(ValueError, match="(gradient|grads): expected weights"):
        attempt(TrainState(0, PARAMS, adam(0.1).init(PARAMS)), data)
