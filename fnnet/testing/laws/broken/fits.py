"""Training loops, each of which breaks a law."""

from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any

import attrs
import numpy as np

from fnnet.data.dataset import Dataset
from fnnet.nn.network import backward, forward, sgd_step
from fnnet.nn.params import Dense, Grads, Params
from fnnet.nn.tree import add, scale
from fnnet.testing.laws.twin import Twin

_LR = 0.1


@attrs.frozen
class _State:
    epoch: int
    params: Params[Any]
    velocity: Any = None


def _begun(start: Any) -> _State:
    return start if isinstance(start, _State) else _State(0, start)


def _step(params: Params[Any], sample: Any, lr: float = _LR) -> Params[Any]:
    x, y = sample
    return sgd_step(params, backward(params, forward(params, x), y), lr)


def _order(n: int, epoch: int) -> Any:
    return np.random.default_rng((0, epoch)).permutation(n)


Plan = Callable[[Dataset[Any], int], Any]


def _raising_biases(params: Params[Any], sample: Any, lr: float) -> Params[Any]:
    x, y = sample
    layers = tuple(Dense(g.weights, -g.bias) for g in backward(params, forward(params, x), y).layers)
    return sgd_step(params, Grads(layers), lr)


def _loop(
    samples: Plan,
    first: int = 1,
    more: int = 0,
    rate: Callable[[int], float] = lambda epochs: _LR,
    step: Callable[..., Params[Any]] = _step,
) -> Any:
    """A loop whose epochs go through what a plan makes of the data."""

    def fit(start: Any, data: Dataset[Any], *, epochs: int) -> Iterator[_State]:
        state = _begun(start)
        for k in range(state.epoch, epochs + more):
            params = reduce(lambda p, s: step(p, s, rate(epochs)), samples(data, k), state.params)
            state = _State(k + first, params)
            yield state

    return fit


def _shuffled(data: Dataset[Any], epoch: int) -> Any:
    return data[_order(len(data), epoch)]


def _by_chance(data: Dataset[Any], epoch: int) -> Any:
    return data[np.random.permutation(len(data))]


def _same_each_time(data: Dataset[Any], epoch: int) -> Any:
    return data[_order(len(data), 0)]


def _whole_batches(data: Dataset[Any], epoch: int) -> Any:
    order = _order(len(data), epoch)
    batches = [order[i : i + 2] for i in range(0, len(data) - 1, 2)]
    return [(data.x[rows], data.y[rows]) for rows in batches]


def _same_batches(data: Dataset[Any], epoch: int) -> Any:
    order = _order(len(data), 0)
    return [(data.x[rows], data.y[rows]) for rows in np.split(order, range(2, len(data), 2))]


def _mixed_up(data: Dataset[Any], epoch: int) -> Any:
    return list(zip(data.x[_order(len(data), epoch)], data.y))


def _living(start: Any, data: Dataset[Any], *, epochs: int) -> Iterator[_State]:
    """One buffer for all epochs, of which each state shows what is in it."""
    state = _begun(start)
    buffer = np.zeros(1)
    for k in range(state.epoch, epochs):
        buffer[0] = k
        state = _State(k + 1, reduce(_step, _shuffled(data, k), state.params), buffer)
        yield state


def _restarting(start: Any, data: Dataset[Any], *, epochs: int) -> Iterator[_State]:
    state = _begun(start)
    params, velocity = state.params, scale(backward(state.params, forward(state.params, data.x), data.y), 0.0)
    for k in range(state.epoch, epochs):
        for x, y in _shuffled(data, k):
            velocity = add(scale(velocity, 0.9), backward(params, forward(params, x), y))
            params = sgd_step(params, velocity, _LR)
        state = _State(k + 1, params)
        yield state


TWINS = tuple(
    Twin("fit", law, fault, fit)
    for law, fault, fit in (
        ("shape", "trains for an epoch too many", _loop(_shuffled, more=1)),
        ("pure", "shuffles with the global random state", _loop(_by_chance)),
        ("own memory", "reuses a buffer that its states show", _living),
        ("counts", "counts epochs from 0", _loop(_shuffled, first=0)),
        ("prefix", "has a rate that depends on the number of epochs", _loop(_shuffled, rate=lambda n: _LR / (n + 1))),
        ("resume", "begins again without momentum", _restarting),
        ("every sample", "leaves out what does not fill a batch", _loop(_whole_batches)),
        ("once", "shuffles every epoch alike", _loop(_same_each_time)),
        ("batches", "has the same batches in every epoch", _loop(_same_batches)),
        ("own target", "shuffles samples without their targets", _loop(_mixed_up)),
        ("learning", "has the sign of the biases wrong", _loop(_shuffled, step=_raising_biases)),
    )
)
