"""Training as a lazy stream of epochs: `fit`.

Stopping early, keeping the best, printing: all are the caller's, with `itertools` over the stream.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from typing import Generic, TypeAlias

import attrs
import numpy as np

from fnnet.algebra import is_finite
from fnnet.arrays import F, invalid
from fnnet.dataset import Dataset, Order, order, take
from fnnet.fold import sgd_fold
from fnnet.network import check_input
from fnnet.records import Params
from fnnet.targets import as_targets

Schedule: TypeAlias = Callable[[int], float]
"""The learning rate of each epoch, counted from 0."""

Progress: TypeAlias = Callable[[Sequence[Order]], Iterable[Order]]
"""A wrapper of the parts of an epoch, such as `tqdm`: it yields them as they are and may tell the user."""

_CHUNK = 8192  # samples gathered at a time, so that no epoch copies the whole data


@attrs.frozen
class Epoch(Generic[F]):
    """The state of training after `number` whole epochs."""

    number: int
    params: Params[F]


def fit(
    params: Params[F],
    data: Dataset[F],
    *,
    epochs: int,
    lr: float | Schedule,
    batch_size: int = 1,
    seed: int = 0,
    start: int = 0,
    progress: Progress = iter,
) -> Iterator[Epoch[F]]:
    """Train by stochastic gradient descent: a lazy stream of the state after each epoch.

    Args:
        params: where to start.
        data: the training samples; each epoch sees every one once, in the order of `shuffled(data, seed, epoch)`.
        epochs: how many epochs there are in all.
        lr: the learning rate, or a pure function from the epoch, counted from 0, to it.
        batch_size: samples a step, whose mean gradient is followed; the last batch may be shorter.
        seed: of the orders, an integer of 0 or more.
        start: how many epochs `params` has behind it.
        progress: wraps the parts of each epoch, to show how far it is.

    Returns:
        `Epoch(start + 1, …)` to `Epoch(epochs, …)`, each computed when it is asked for.
        Law: resumed from any of them (`fit(e.params, data, start=e.number, …)`), the rest is the same.

    Raises:
        ValueError: the data does not fit the network, or a number is out of range.
        FloatingPointError: (from the stream) training diverged; the epochs before it were whole.

    >>> from itertools import takewhile
    >>> from fnnet import init_params, loss
    >>> data = Dataset(np.eye(3), np.arange(3))
    >>> stream = fit(init_params((3, 3), seed=0, dtype=np.float64), data, epochs=100, lr=1.0)
    >>> *_, last = takewhile(lambda epoch: loss(epoch.params, data.x, data.y) > 0.1, stream)
    >>> last.number < 20
    True
    """
    check_input(params, data.x)
    as_targets(params.head, data.y, np.empty((len(data), params.sizes[-1]), params.dtype))
    for name, number, least in (("epochs", epochs, 0), ("start", start, 0), ("batch_size", batch_size, 1)):
        if not isinstance(number, (int, np.integer)) or number < least:
            raise invalid(name, f"an integer of {least} or more", number)
    order(1, seed)
    schedule = lr if callable(lr) else _constant(lr)

    def stream(params: Params[F]) -> Iterator[Epoch[F]]:
        for epoch in range(start, epochs):
            rate = _checked_rate(schedule(epoch))
            params = _run(params, data, rate, batch_size, order(len(data), seed, epoch), progress)
            if not is_finite(params):
                raise FloatingPointError(
                    f"training diverged in epoch {epoch + 1}, at a learning rate of {rate:g}"
                )
            yield Epoch(epoch + 1, params)

    return stream(params)


def _run(
    params: Params[F], data: Dataset[F], lr: float, batch_size: int, indices: Order, progress: Progress
) -> Params[F]:
    """One epoch, a chunk of whole batches at a time: a fold over a ++ b is the fold over b of that over a."""
    size = batch_size * max(1, _CHUNK // batch_size)
    chunks = [indices[i : i + size] for i in range(0, len(indices), size)]

    def step(params: Params[F], chunk: Order) -> Params[F]:
        part = take(data, chunk)
        return sgd_fold(params, part.x, part.y, lr, batch_size=batch_size)

    return reduce(step, progress(chunks), params)


def _constant(lr: float) -> Schedule:
    _checked_rate(lr)
    return lambda epoch: lr


def _checked_rate(lr: float) -> float:
    if not (math.isfinite(lr) and lr >= 0):
        raise invalid("lr", "a finite number of 0 or more", lr)
    return float(lr)
