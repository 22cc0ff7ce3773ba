"""Training as a lazy stream of states, one after each epoch: `fit`.

Stopping early, keeping the best and printing are left to the caller, with `itertools` over the stream.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Generic, TypeAlias

import attrs
import numpy as np

from fnnet.core.arrays import F, Order
from fnnet.core.checks import check_integer
from fnnet.core.functions import check_callable, check_takes
from fnnet.core.messages import invalid, wrong_type
from fnnet.core.threads import blas_threads
from fnnet.data.dataset import Dataset, require_samples
from fnnet.data.subsets import order
from fnnet.nn.network import check_input
from fnnet.nn.params import Params
from fnnet.nn.targets import check_targets
from fnnet.optim.optimizer import Optimizer, check_optimizer
from fnnet.optim.optimizers import sgd
from fnnet.optim.schedules import Rate, rate_at
from fnnet.train.descent import Gradient, descend, weighted_batches
from fnnet.train.fold import sgd_fold
from fnnet.train.fold.linear import is_linear, linear_fold
from fnnet.train.state import TrainState, begin, is_finite_state, locate_divergence

Progress: TypeAlias = Callable[["Parts[F]"], Iterable[TrainState[F]]]
"""A wrapper of the parts of an epoch, such as `tqdm` or `progress_bar(data)`: it yields them all, unchanged, and may
show how far training is."""

_FOLDED = 16  # samples a step, up to which the fold of a linear optimizer is faster than its steps
_CHUNK = 4096  # samples gathered at a time, so that an epoch does not copy all of the data


def fit(
    start: Params[F] | TrainState[F],
    data: Dataset[F] | Callable[[int], Dataset[F]],
    *,
    epochs: int,
    lr: Rate | None = None,
    optimizer: Optimizer | None = None,
    batch_size: int = 1,
    seed: int = 0,
    shuffle: bool = True,
    gradient: Gradient[F] | None = None,
    progress: Progress[F] = iter,
    limit_threads: bool = True,
) -> Iterator[TrainState[F]]:
    """Train by stochastic gradient descent or with an optimizer: a lazy stream of the state after each epoch.

    Args:
        start: a network; or a state that `fit` gave, from which training resumes.
        data: the training samples, or a pure function from the epoch, counted from 0, to them (augmentation).
            Weights that they have count in every gradient.
        epochs: how many epochs there are in all, those before the start included.
        lr: for plain gradient descent: the learning rate, a number or a schedule of the step. `lr=0.1` is
            `optimizer=sgd(0.1)`.
        optimizer: instead of `lr`: how the parameters move, such as `adam(1e-3)`.
        batch_size: how many samples a step takes the mean gradient of; the last batch may be smaller.
        seed: of the orders, an integer of at least 0.
        shuffle: whether each epoch sees the samples in an order of its own, that of `shuffled(data, seed, epoch)`; if
            not, in the order of the data.
        gradient: the gradient of a batch, such as `partial(dropout_gradient, 0.2, seed)`; that of the mean loss when
            not given.
        progress: wraps the states after the parts of each epoch, to show how far it is, such as `progress_bar(data)`.
        limit_threads: whether steps over fewer than 256 samples are computed with one BLAS thread, which is faster; it
            takes threadpoolctl. Whenever the caller has control, there are as many threads as before.

    Returns:
        The states after the epochs that are left, up to `epochs`, each computed when it is asked for. Law: resumed from
        any of them, `fit(state, data, …)`, the rest is the same, to the bit.

    Raises:
        ValueError: the data does not match the network, a number is out of range, both or neither of `lr` and
            `optimizer` are given, or the state is that of an optimizer of another kind.
        TypeError: the data is neither a `Dataset` nor a function, the start neither a network nor a state, the
            optimizer is not an `Optimizer`, or `gradient` or `progress` is not a function of what it is given.
        Diverged: (from the stream) a step left the finite numbers; the error has the last finite parameters.

    Every schedule counts steps, here as in an optimizer. `schedules.per_epoch` makes one of a schedule of epochs.

    >>> from itertools import takewhile
    >>> from fnnet import init_params, loss
    >>> data = Dataset(np.eye(3), np.arange(3))
    >>> stream = fit(init_params((3, 3), seed=0, dtype=np.float64), data, epochs=100, lr=1.0)
    >>> *_, last = takewhile(lambda state: loss(state.params, data.x, data.y) > 0.1, stream)
    >>> last.epoch, last.opt_state.count
    (5, 15)
    """
    epochs = check_integer("epochs", epochs, 0)
    batch_size, seed = check_integer("batch_size", batch_size, 1), check_integer("seed", seed, 0)
    chosen = _choose(lr, optimizer)
    check_takes("progress", check_callable("progress", progress), ("parts",))
    if gradient is not None:
        cure = "one such as partial(dropout_gradient, 0.2, seed)"
        check_takes("gradient", check_callable("gradient", gradient), ("params", "x", "y", "weights", "step"), cure)
    first = begin(start, chosen)
    if isinstance(data, Dataset):
        _check_data(first.params, data)
    elif not callable(data):
        raise wrong_type("data", "a Dataset or a function of the epoch", data, {"tuple": "Dataset(x, y)"})

    def stream(state: TrainState[F]) -> Iterator[TrainState[F]]:
        while state.epoch < epochs:
            samples = data if isinstance(data, Dataset) else _check_data(state.params, data(state.epoch))
            indices = order(len(samples), seed, state.epoch) if shuffle else np.arange(len(samples))
            steps = _Steps(chosen, gradient, batch_size, samples, limit_threads)
            state = _epoch(Parts(steps, state, indices), progress)
            yield state

    return stream(first)


def _choose(lr: Rate | None, optimizer: Optimizer | None) -> Optimizer:
    """The optimizer; raise ValueError unless there is one of `lr` and `optimizer`."""
    if (lr is None) == (optimizer is None):
        got, cure = ("neither", "lr=0.1 or optimizer=adam(1e-3)") if lr is None else ("both", "one of them")
        raise invalid("lr", "either lr or optimizer", got, cure)
    return check_optimizer(optimizer) if lr is None else sgd(lr)


def _check_data(params: Params[F], data: Dataset[F]) -> Dataset[F]:
    """Return the data; raise an error unless it matches the network."""
    if not isinstance(data, Dataset):
        raise wrong_type("data", "a Dataset from the function of the epoch", data, {"tuple": "Dataset(x, y)"})
    require_samples(data)
    check_input(params, data.x)
    check_targets(params.head, data.y, (len(data), params.sizes[-1]), params.dtype)
    return data


@attrs.frozen(eq=False)
class _Steps(Generic[F]):
    """How the steps of an epoch are taken, and over which samples."""

    optimizer: Optimizer
    gradient: Gradient[F] | None
    batch_size: int
    samples: Dataset[F]
    limit_threads: bool

    def threads(self) -> AbstractContextManager[object]:
        """A block with the BLAS threads that serve these steps."""
        return blas_threads(self.batch_size) if self.limit_threads else nullcontext()

    def walk(self, state: TrainState[F], part: Order) -> TrainState[F]:
        """The state after the steps over a part of the epoch: by an exact fold where one serves, else in buffers."""
        # no subclass, whose steps may be others
        if type(self.optimizer) is sgd and self.gradient is None:
            return self._fold(self.optimizer.lr, state, part)
        if self.gradient is None and self.batch_size <= _FOLDED and is_linear(self.optimizer):
            with np.errstate(all="ignore"):
                after = linear_fold(self.optimizer, state, self.samples, self.batch_size, part)
            if after and is_finite_state(after):
                return after
        return self.walk_plainly(state, part)

    def walk_plainly(self, state: TrainState[F], part: Order) -> TrainState[F]:
        """The same, step by step."""
        with np.errstate(all="ignore"):  # divergence shows in the parameters
            batches = weighted_batches(self.samples, self.batch_size, part)
            return descend(self.optimizer, self.gradient, state, batches)

    def _fold(self, lr: Rate, state: TrainState[F], part: Order) -> TrainState[F]:
        data, count, steps = self.samples, state.opt_state.count, -(-len(part) // self.batch_size)
        rates = [rate_at("lr", lr, count + k) for k in range(steps)] if callable(lr) else lr
        params = sgd_fold(
            state.params, data.x, data.y, rates, weights=data.weights, batch_size=self.batch_size, order=part
        )
        return TrainState(state.epoch, params, attrs.evolve(state.opt_state, count=count + steps))


@attrs.frozen(eq=False)
class Parts(Generic[F]):
    """An epoch as the states after its parts, of some 4,096 samples each, computed when they are asked for."""

    _steps: _Steps[F]
    _start: TrainState[F]
    _order: Order

    @property
    def _size(self) -> int:
        """How many samples a part has: whole batches."""
        return self._steps.batch_size * max(1, _CHUNK // self._steps.batch_size)

    def __len__(self) -> int:
        return -(-len(self._order) // self._size)

    def rate(self, state: TrainState[F]) -> float | None:
        """The learning rate of the last step before a state; None where the optimizer does not tell it."""
        return self._steps.optimizer.rate(state.opt_state.count - 1)

    def __iter__(self) -> Iterator[TrainState[F]]:
        state = self._start
        for k in range(len(self)):
            with self._steps.threads():
                state = self._after(state, k)
            yield state  # outside, where the threads are the caller's

    def _after(self, before: TrainState[F], k: int) -> TrainState[F]:
        """The state after part k; raise Diverged if it is not finite."""
        steps, size = self._steps, self._size
        part = self._order[k * size : (k + 1) * size]
        state = steps.walk(before, part)
        if not is_finite_state(state):
            done = k * size // steps.batch_size
            raise locate_divergence(steps.walk_plainly, before, part, steps.batch_size, done, f"with {steps.optimizer}")
        return state


def _epoch(parts: Parts[F], progress: Progress[F]) -> TrainState[F]:
    """The state after an epoch."""
    walked = deque(enumerate(progress(parts), 1), maxlen=1)
    count, last = walked[0] if walked else (0, None)
    if last is None or count != len(parts):
        raise invalid("progress", f"a function that yields all {len(parts)} parts of an epoch", count)
    return attrs.evolve(last, epoch=last.epoch + 1)
