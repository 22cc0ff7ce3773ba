"""Training loops, as users write them."""

from collections.abc import Iterator
from functools import partial, reduce
from typing import Any

import numpy as np

from fnnet import Dataset, Params, TrainState, backward, batches, fit, forward, sgd_step, shuffled
from fnnet.nn.dropout import dropout_gradient
from fnnet.optim import adam, momentum, sgd
from fnnet.optim.schedules import cosine
from fnnet.optim.wrappers import ema, l2


def step(params: Any, sample: Any) -> Any:
    x, y = sample
    return sgd_step(params, backward(params, forward(params, x), y), lr=0.1)


def plain(start: Any, data: Dataset[Any], epochs: int) -> Iterator[Params[Any]]:
    """Of networks alone, as a list."""
    params = start
    for epoch in range(epochs):
        params = reduce(step, shuffled(data, 0, epoch), params)
        yield params


def listed(start: Any, data: Dataset[Any], epochs: int) -> list[Params[Any]]:
    return list(plain(start, data, epochs))


def in_order(start: Any, data: Dataset[Any], epochs: int) -> Iterator[Params[Any]]:
    for _ in range(epochs):
        start = reduce(step, data, start)
        yield start


def in_batches(start: Any, data: Dataset[Any], epochs: int, size: int) -> Iterator[tuple[Any, int]]:
    """States are pairs of a network and the epochs that it had."""
    params, done = start if isinstance(start, tuple) else (start, 0)
    for epoch in range(done, epochs):
        params = reduce(step, batches(shuffled(data, 7, epoch), size), params)
        yield params, epoch + 1


def decaying(start: Any, data: Dataset[Any], epochs: int) -> Iterator[dict[str, Any]]:
    """A rate for each epoch, and a state that can be written to."""
    state = start if isinstance(start, dict) else {"params": start, "epoch": 0}
    for _ in range(state["epoch"], epochs):
        params, rate = state["params"], 0.5 / (1 + state["epoch"])
        for i in np.random.default_rng(state["epoch"]).permutation(len(data)):
            x, y = data[int(i)]
            params = sgd_step(params, backward(params, forward(params, x), y), rate)
        state = {"params": params, "epoch": state["epoch"] + 1}
        yield state


def with_adam(start: Any, data: Dataset[Any], epochs: int) -> Iterator[TrainState[Any]]:
    """`epochs` more, whatever the start."""
    optimizer = adam(0.01)
    state = start if isinstance(start, TrainState) else TrainState(0, start, optimizer.init(start))
    for epoch in range(state.epoch, state.epoch + epochs):
        for x, y in shuffled(data, 1, epoch):
            grads = backward(state.params, forward(state.params, x), y)
            state = TrainState(epoch, *optimizer.step(state.params, grads, state.opt_state))
        state = TrainState(epoch + 1, state.params, state.opt_state)
        yield state


RIGHT = (
    *(partial(fit, lr=0.1, batch_size=size) for size in (1, 2, 3, 32)),
    partial(fit, lr=0.05, shuffle=False),
    partial(fit, lr=cosine(0.1, 1000, warmup=20), seed=3),
    *(
        partial(fit, optimizer=optimizer, batch_size=2)
        for optimizer in (sgd(0.5), adam(1e-3), momentum(0.05), ema(l2(adam(0.01), 1e-3), 0.9))
    ),
    partial(fit, optimizer=adam(0.01), gradient=partial(dropout_gradient, 0.2, 5)),
    plain,
    listed,
    in_order,
    partial(in_batches, size=3),
    partial(in_batches, size=100),
    decaying,
    with_adam,
)
