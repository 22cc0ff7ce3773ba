"""Training as a lazy stream of epochs: `fit`.

Stopping early, keeping the best, printing: all are the caller's, with `itertools` over the stream.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np

from fnnet.arrays import F, Order
from fnnet.checks import check_integer, check_number, invalid
from fnnet.dataset import Dataset, order
from fnnet.descent import Gradient, descend
from fnnet.epoch import Epoch, diverged, is_finite_at
from fnnet.fold import sgd_fold
from fnnet.network import check_input, mean_gradient
from fnnet.optimizer import Optimizer, State
from fnnet.optimizers import sgd
from fnnet.records import Params
from fnnet.schedules import Schedule, constant
from fnnet.targets import as_targets

Progress: TypeAlias = Callable[[Sequence[Order]], Iterable[Order]]
"""A wrapper of the parts of an epoch, such as `tqdm`: it yields them as they are and may tell the user."""

_CHUNK = 4096  # samples gathered at a time, so that no epoch copies the whole data


def fit(
    params: Params[F],
    data: Dataset[F] | Callable[[int], Dataset[F]],
    *,
    epochs: int,
    lr: float | Schedule | None = None,
    optimizer: Optimizer | None = None,
    batch_size: int = 1,
    seed: int = 0,
    start: int = 0,
    state: State[F] | None = None,
    gradient: Gradient = mean_gradient,
    progress: Progress = iter,
) -> Iterator[Epoch[F]]:
    """Train by stochastic gradient descent, or by an optimiser: a lazy stream of the state after each epoch.

    Args:
        params: where to start.
        data: the training samples, or a pure function from the epoch, counted from 0, to them (augmentation).
            Each epoch sees every sample once, in the order of `shuffled(data, seed, epoch)`.
        epochs: how many epochs there are in all.
        lr: for plain gradient descent: the learning rate, or a pure function from the epoch to it.
        optimizer: instead of `lr`: how the parameters move, such as `adam(1e-3)`.
        batch_size: samples a step, whose mean gradient is followed; the last batch may be shorter.
        seed: of the orders, an integer of 0 or more.
        start: how many epochs `params` has behind it.
        state: what the optimiser remembers of them; its `init` when not given.
        gradient: the gradient of a batch, such as `partial(dropout_gradient, 0.2, seed)`.
        progress: wraps the parts of each epoch, to show how far it is.

    Returns:
        `Epoch(start + 1, …)` to `Epoch(epochs, …)`, each computed when it is asked for. Law: resumed from any of
        them (`fit(e.params, data, start=e.number, state=e.state, …)`), the rest is the same.

    Raises:
        ValueError: the data does not fit the network, a number is out of range, or there is not one of `lr` and
            `optimizer`.
        TypeError: the data is neither, or the optimiser is no `Optimizer`.
        Diverged: (from the stream) a step led out of the finite numbers; it says which, and has the last before it.

    >>> from itertools import takewhile
    >>> from fnnet import init_params, loss
    >>> data = Dataset(np.eye(3), np.arange(3))
    >>> stream = fit(init_params((3, 3), seed=0, dtype=np.float64), data, epochs=100, lr=1.0)
    >>> *_, last = takewhile(lambda epoch: loss(epoch.params, data.x, data.y) > 0.1, stream)
    >>> last.number < 20
    True
    """
    for name, number, least in (("epochs", epochs, 0), ("start", start, 0), ("batch_size", batch_size, 1)):
        check_integer(name, number, least)
    order(1, seed)
    if (lr is None) == (optimizer is None):
        raise invalid("lr", "either lr or optimizer", "both" if optimizer else "neither")
    if not isinstance(optimizer, Optimizer | None):
        raise TypeError(f"optimizer: expected an Optimizer such as adam(1e-3), got {optimizer!r}")
    if optimizer and state and len(state.slots) != len(slots := optimizer.init(params).slots):
        raise invalid("state", f"{len(slots)} slots, as {optimizer} remembers", len(state.slots))
    if isinstance(data, Dataset):
        _check_data(params, data)
    elif not callable(data):
        raise TypeError(f"data: expected a Dataset or a function of the epoch, got {type(data).__name__}")
    rates = lr if callable(lr) else constant(0.0 if lr is None else _checked_rate(lr))

    def stream(at: Epoch[F]) -> Iterator[Epoch[F]]:
        while at.number < epochs:
            samples = data if isinstance(data, Dataset) else data(at.number)
            if samples is not data:
                _check_data(params, samples)
            rate = _checked_rate(rates(at.number))
            walk = partial(_walk, optimizer, gradient, rate, batch_size, samples)
            indices = order(len(samples), seed, at.number)
            size = batch_size * max(1, _CHUNK // batch_size)
            parts = [indices[i : i + size] for i in range(0, len(indices), size)]
            for k, part in enumerate(progress(parts)):
                before, at = at, walk(at, part)
                if not is_finite_at(at):
                    how = f"at a learning rate of {rate:g}" if optimizer is None else f"with {optimizer}"
                    raise diverged(walk, before, part, batch_size, k * size // batch_size, how)
            at = Epoch(at.number + 1, at.params, at.state)
            yield at

    return stream(Epoch(start, params, state))


def _walk(
    optimizer: Optimizer | None,
    gradient: Gradient,
    rate: float,
    batch_size: int,
    samples: Dataset[F],
    at: Epoch[F],
    part: Order,
) -> Epoch[F]:
    """Where training is after the steps over a part of an epoch."""
    if optimizer is None and gradient is mean_gradient:
        params = sgd_fold(at.params, samples.x, samples.y, rate, batch_size=batch_size, order=part)
        return Epoch(at.number, params, at.state)
    steps = (part[i : i + batch_size] for i in range(0, len(part), batch_size))
    batches = ((samples.x[rows], samples.y[rows]) for rows in steps)
    with np.errstate(all="ignore"):  # training that diverges shows in the parameters
        return descend(optimizer or sgd(rate), gradient, at, batches)


def _check_data(params: Params[F], data: Dataset[F]) -> None:
    check_input(params, data.x)
    as_targets(params.head, data.y, np.empty((len(data), params.sizes[-1]), params.dtype))


def _checked_rate(lr: float) -> float:
    check_number("lr", lr)
    return float(lr)
