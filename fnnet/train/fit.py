"""Training as a lazy stream of states, one after each epoch: `fit`.

Stopping early, keeping the best and printing are left to the caller, with `itertools` over the stream.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Generic, Protocol, TypeAlias

import attrs
import numpy as np

from fnnet.core.arrays import F, Labels, Matrix, Order
from fnnet.core.checks import check_integer, check_number
from fnnet.core.messages import invalid, wrong_type
from fnnet.data.dataset import Dataset, require_samples
from fnnet.data.subsets import order
from fnnet.nn.network import check_input
from fnnet.nn.params import Params
from fnnet.nn.targets import check_targets
from fnnet.optim.optimizer import Optimizer, State, check_optimizer
from fnnet.optim.optimizers import sgd
from fnnet.optim.schedules import Schedule, constant
from fnnet.train.descent import Gradient, descend
from fnnet.train.fold import plain_fold, sgd_fold
from fnnet.train.state import TrainState, is_finite_state, locate_divergence

Progress: TypeAlias = Callable[[Sequence[Order]], Iterable[Order]]
"""A wrapper of the parts of an epoch, such as `tqdm`: it yields them unchanged and may show how far training is."""

_CHUNK = 4096  # samples gathered at a time, so that an epoch does not copy all of the data


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
    gradient: Gradient[F] | None = None,
    progress: Progress = iter,
) -> Iterator[TrainState[F]]:
    """Train by stochastic gradient descent or with an optimizer: a lazy stream of the state after each epoch.

    Args:
        params: where to start.
        data: the training samples, or a pure function from the epoch, counted from 0, to them (augmentation).
            Each epoch sees every sample once, in the order of `shuffled(data, seed, epoch)`.
        epochs: how many epochs there are in all, those before `start` included.
        lr: for plain gradient descent: the learning rate, or a pure function from the epoch to it.
        optimizer: instead of `lr`: how the parameters move, such as `adam(1e-3)`.
        batch_size: how many samples a step takes the mean gradient of; the last batch may be smaller.
        seed: of the orders, an integer of at least 0.
        start: how many epochs `params` has already been trained for.
        state: the optimizer's state after them; its `init` when not given.
        gradient: the gradient of a batch, such as `partial(dropout_gradient, 0.2, seed)`; that of the mean loss when
            not given.
        progress: wraps the parts of each epoch, to show how far it is.

    Returns:
        The states after the epochs start + 1 to `epochs`, each computed when it is asked for. Law: resumed from any
        of them (`fit(s.params, data, start=s.epoch, state=s.opt_state, …)`), the rest is the same.

    Raises:
        ValueError: the data does not match the network, a number is out of range, or both or neither of `lr` and
            `optimizer` are given.
        TypeError: the data is neither a `Dataset` nor a function, or the optimizer is not an `Optimizer`.
        Diverged: (from the stream) a step left the finite numbers; the error has the last finite parameters.

    >>> from itertools import takewhile
    >>> from fnnet import init_params, loss
    >>> data = Dataset(np.eye(3), np.arange(3))
    >>> stream = fit(init_params((3, 3), seed=0, dtype=np.float64), data, epochs=100, lr=1.0)
    >>> *_, last = takewhile(lambda state: loss(state.params, data.x, data.y) > 0.1, stream)
    >>> last.epoch
    5
    """
    epochs, start = check_integer("epochs", epochs, 0), check_integer("start", start, 0)
    batch_size, seed = check_integer("batch_size", batch_size, 1), check_integer("seed", seed, 0)
    _check_choice(params, lr, optimizer, gradient, state)
    if isinstance(data, Dataset):
        _check_data(params, data)
    elif not callable(data):
        raise wrong_type("data", "a Dataset or a function of the epoch", data, {"tuple": "Dataset(x, y)"})
    rates = lr if callable(lr) else constant(0.0 if lr is None else check_number("lr", lr))

    def stream(state: TrainState[F]) -> Iterator[TrainState[F]]:
        while state.epoch < epochs:
            samples = data if isinstance(data, Dataset) else _check_data(params, data(state.epoch))
            rate = check_number("lr", rates(state.epoch))
            steps = _Steps(optimizer, gradient, rate, batch_size, samples)
            state = _epoch(steps, state, order(len(samples), seed, state.epoch), progress)
            yield state

    return stream(TrainState(start, params, state))


def _check_choice(
    params: Params[F],
    lr: float | Schedule | None,
    optimizer: Optimizer | None,
    gradient: Gradient[F] | None,
    state: State[F] | None,
) -> None:
    """Raise an error unless there is one of `lr` and `optimizer`, and the state is that of the optimizer."""
    if (lr is None) == (optimizer is None):
        got, cure = ("both", "one of them") if optimizer else ("neither", "lr=0.1 or optimizer=adam(1e-3)")
        raise invalid("lr", "either lr or optimizer", got, cure)
    if optimizer is not None:
        check_optimizer(optimizer)
    if not isinstance(state, State | None):
        raise wrong_type("state", "State", state, {"TrainState": "state.opt_state"})
    if optimizer is None and gradient is None and state:
        raise invalid("state", "none for plain gradient descent, which has no state", f"that of {state.optimizer}")
    if optimizer and state:
        optimizer.check_state(params, state)


def _check_data(params: Params[F], data: Dataset[F]) -> Dataset[F]:
    """Return the data; raise an error unless it matches the network."""
    if not isinstance(data, Dataset):
        raise wrong_type("data", "a Dataset from the function of the epoch", data, {"tuple": "Dataset(x, y)"})
    require_samples(data)
    check_input(params, data.x)
    check_targets(params.head, data.y, (len(data), params.sizes[-1]), params.dtype)
    return data


class _Fold(Protocol):
    """`sgd_fold`; or `plain_fold`, which replays the same steps one by one to find where training diverged."""

    def __call__(
        self,
        params: Params[F],
        x: Matrix[F],
        y: Labels | Matrix[F],
        lr: float,
        *,
        batch_size: int,
        order: Order | None,
    ) -> Params[F]: ...


@attrs.frozen(eq=False)
class _Steps(Generic[F]):
    """How the steps of an epoch are taken, and over which samples."""

    optimizer: Optimizer | None
    gradient: Gradient[F] | None
    rate: float
    batch_size: int
    samples: Dataset[F]

    def walk(self, state: TrainState[F], part: Order, fold: _Fold = sgd_fold) -> TrainState[F]:
        """The state after the steps over a part of the epoch: by the exact fold where it serves, else in buffers."""
        x, y, size = self.samples.x, self.samples.y, self.batch_size
        if self.optimizer is None and self.gradient is None:
            params = fold(state.params, x, y, self.rate, batch_size=size, order=part)
            return TrainState(state.epoch, params, state.opt_state)
        rows = (part[i : i + size] for i in range(0, len(part), size))
        with np.errstate(all="ignore"):  # divergence shows in the parameters
            return descend(self.optimizer or sgd(self.rate), self.gradient, state, ((x[r], y[r]) for r in rows))

    def __str__(self) -> str:
        return f"at a learning rate of {self.rate:g}" if self.optimizer is None else f"with {self.optimizer}"


def _epoch(steps: _Steps[F], state: TrainState[F], indices: Order, progress: Progress) -> TrainState[F]:
    """The state after an epoch over the samples in this order, which is checked part by part."""
    size = steps.batch_size * max(1, _CHUNK // steps.batch_size)  # whole batches
    parts = [indices[i : i + size] for i in range(0, len(indices), size)]
    for k, part in enumerate(progress(parts)):
        before, state = state, steps.walk(state, part)
        if not is_finite_state(state):
            replay = partial(steps.walk, fold=plain_fold)
            done = k * size // steps.batch_size
            raise locate_divergence(replay, before, part, steps.batch_size, done, str(steps))
    return TrainState(state.epoch + 1, state.params, state.opt_state)
