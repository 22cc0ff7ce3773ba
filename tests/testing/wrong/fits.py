"""Wrong training loops."""

from collections.abc import Iterator
from functools import partial, reduce
from typing import Any

import attrs
import numpy as np

from fnnet import Dataset, TrainState, backward, batches, fit, forward, sgd_step, shuffled
from fnnet.data.subsets import order, take
from fnnet.nn.tree import scale
from fnnet.optim import adam
from fnnet.testing.laws.twin import Twin

_SEEN: list[int] = [0]


def _step(params: Any, sample: Any, lr: float = 0.1) -> Any:
    x, y = sample
    return sgd_step(params, backward(params, forward(params, x), y), lr)


def _begun(start: Any) -> tuple[Any, int]:
    return start if isinstance(start, tuple) else (start, 0)


def _loop(plan: Any, start: Any, data: Dataset[Any], *, epochs: int) -> Iterator[Any]:
    params, done = _begun(start)
    for k in range(done, epochs):
        params = reduce(_step, take(data, plan(len(data), k)), params)
        yield params, k + 1


def _restarted(start: Any, data: Dataset[Any], *, epochs: int) -> Iterator[Any]:
    """`fit` from the parameters of a state alone: Adam begins again."""
    if not isinstance(start, TrainState):
        yield from fit(start, data, epochs=epochs, optimizer=adam(0.01))
        return
    for state in fit(start.params, data, epochs=epochs - start.epoch, optimizer=adam(0.01)):
        yield attrs.evolve(state, epoch=state.epoch + start.epoch)


def _same_orders_again(start: Any, data: Dataset[Any], *, epochs: int) -> Iterator[Any]:
    """Resumed training begins with the order of epoch 0."""
    params, done = _begun(start)
    for k in range(epochs - done):
        params = reduce(_step, shuffled(data, 0, k), params)
        yield params, done + k + 1


def _repeated(start: Any, data: Dataset[Any], *, epochs: int) -> Iterator[Any]:
    params, done = _begun(start)
    for k in range(done, epochs):
        params = reduce(_step, shuffled(data, 0, k), params)
        yield params, k + 1
        yield params, k + 1


def _global_epochs(start: Any, data: Dataset[Any], *, epochs: int) -> Iterator[Any]:
    params, done = _begun(start)
    for k in range(done, epochs):
        _SEEN[0] += 1
        params = reduce(_step, shuffled(data, 0, _SEEN[0]), params)
        yield params, k + 1


def _nan_late(start: Any, data: Dataset[Any], *, epochs: int) -> Iterator[Any]:
    params, done = _begun(start)
    for k in range(done, epochs):
        params = reduce(_step, shuffled(data, 0, k), params) if k < 30 else scale(params, np.nan)
        yield params, k + 1


def _wide(start: Any, data: Dataset[Any], *, epochs: int) -> Iterator[Any]:
    params, done = _begun(start)
    for k in range(done, epochs):
        params = reduce(_step, shuffled(data, 0, k), params).astype(np.float64)
        yield params, k + 1
        data = data.astype(np.float64)


def _uphill(params: Any, sample: Any) -> Any:
    x, y = sample
    return sgd_step(params, scale(backward(params, forward(params, x), y), -1.0), 0.1)


def _ascending(start: Any, data: Dataset[Any], *, epochs: int) -> Iterator[Any]:
    params, done = _begun(start)
    for k in range(done, epochs):
        params = reduce(_uphill, shuffled(data, 0, k), params)
        yield params, k + 1


def _twice(n: int, k: int) -> Any:
    chosen = order(n, 0, k)
    return np.append(chosen, chosen[:1])


def _in_fours(start: Any, data: Dataset[Any], *, epochs: int) -> Iterator[Any]:
    """Batches of four, and at the end the first sample once more."""
    params, done = _begun(start)
    for k in range(done, epochs):
        epoch = take(data, _twice(len(data), k))
        params = reduce(_step, batches(epoch, 4), params)
        yield params, k + 1


def _lossy(n: int, k: int) -> Any:
    chosen = np.array(order(n, 0, k))
    chosen[-1] = chosen[0]
    return chosen


def _fresh(n: int, k: int) -> Any:
    return np.random.default_rng(k).integers(0, n, n)


def _all_but_last(n: int, k: int) -> Any:
    return np.arange(n - 1)


TWINS = tuple(
    Twin("fit", law, fault, loop)
    for law, fault, loop in (
        ("shape", "gives each state twice", _repeated),
        ("shape", "goes on in float64", _wide),
        ("pure", "counts epochs for all loops", _global_epochs),
        ("resume", "resumes Adam without its memory", _restarted),
        ("resume", "resumes with the orders of the first epochs", _same_orders_again),
        ("every sample", "takes one sample twice and leaves one out", partial(_loop, _lossy)),
        ("every sample", "draws samples with replacement", partial(_loop, _fresh)),
        ("every sample", "ends one sample early", partial(_loop, _all_but_last)),
        ("once", "takes a sample twice", partial(_loop, _twice)),
        ("batches", "takes a sample twice, in batches", _in_fours),
        ("own target", "goes uphill", _ascending),
        ("learning", "becomes NaN late", _nan_late),
    )
)
