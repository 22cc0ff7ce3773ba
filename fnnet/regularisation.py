"""Against overfitting: ways to wrap an optimiser, to soften targets, to stop in time.

Each wrapper takes an optimiser and gives another, so that they compose: `ema(clipped(adam(1e-3), 1.0), 0.999)`.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TypeAlias

import numpy as np

from fnnet.arrays import F, Labels, Matrix
from fnnet.checks import check_number, invalid
from fnnet.epoch import Epoch
from fnnet.memory import Memory
from fnnet.optimizer import Optimizer, State
from fnnet.records import Grads, Params
from fnnet.targets import one_hot

Slots: TypeAlias = tuple[Memory[F], ...]


def clipped(optimizer: Optimizer, norm: float) -> Optimizer:
    """Gradients longer than `norm` are shortened to it: g ← g min(1, norm / |g|) (Pascanu and others, 2013).

    Law: a gradient no longer than the norm is left alone.
    """
    if not norm > 0:
        raise invalid("norm", "a number above 0", norm)
    return Optimizer(f"clipped {optimizer.name}", optimizer.init, partial(_clipped, optimizer, norm))


def _clipped(
    optimizer: Optimizer, norm: float, count: int, theta: Memory[F], grads: Memory[F], slots: Slots[F], /
) -> None:
    # squares of numbers of 1 at most are no overflow
    g = grads.vector
    largest = float(np.abs(g).max()) or 1.0
    length = largest * float(np.linalg.norm(g / largest))
    if length > norm:
        g *= norm / length
    optimizer.update(count, theta, grads, slots)


def l2(optimizer: Optimizer, weight: float) -> Optimizer:
    """The loss grows by weight / 2 Σ W², the gradient by weight W; biases are spared (Krogh and Hertz, 1992).

    Law: at weight 0 it is the optimiser itself.
    """
    check_number("weight", weight)
    return Optimizer(f"{optimizer.name} with L2", optimizer.init, partial(_l2, optimizer, weight))


def _l2(
    optimizer: Optimizer, weight: float, count: int, theta: Memory[F], grads: Memory[F], slots: Slots[F], /
) -> None:
    for g, w in zip(grads.weights, theta.weights):
        g += weight * w
    optimizer.update(count, theta, grads, slots)


def max_norm(optimizer: Optimizer, limit: float) -> Optimizer:
    """No unit's incoming weights are longer than `limit` after a step (Srebro and Shraibman, 2005).

    Law: weights within the limit are left alone.
    """
    if not limit > 0:
        raise invalid("limit", "a number above 0", limit)
    return Optimizer(f"{optimizer.name} with max-norm", optimizer.init, partial(_max_norm, optimizer, limit))


def _max_norm(
    optimizer: Optimizer, limit: float, count: int, theta: Memory[F], grads: Memory[F], slots: Slots[F], /
) -> None:
    optimizer.update(count, theta, grads, slots)
    for w in theta.weights:
        w *= limit / np.maximum(np.linalg.norm(w, axis=0), limit)


def ema(optimizer: Optimizer, decay: float) -> Optimizer:
    """Alongside θ, its moving average ē ← decay ē + (1 - decay) θ, which `averaged` reads (Polyak and Juditsky, 1992).

    Law: at decay 0 the average is θ itself; θ moves as without it.
    """
    check_number("decay", decay, below=1)
    return Optimizer(f"{optimizer.name} averaged", partial(_ema_init, optimizer), partial(_ema, optimizer, decay))


def _ema_init(optimizer: Optimizer, params: Params[F], /) -> State[F]:
    state = optimizer.init(params)
    return State(state.count, state.slots + (Grads(params.layers),), has_average=True)


def _ema(
    optimizer: Optimizer, decay: float, count: int, theta: Memory[F], grads: Memory[F], slots: Slots[F], /
) -> None:
    optimizer.update(count, theta, grads, slots[:-1])
    mean, scratch = slots[-1].vector, grads.vector
    np.multiply(theta.vector, 1 - decay, out=scratch)
    mean *= decay
    mean += scratch


def averaged(params: Params[F], state: State[F]) -> Params[F]:
    """The network of the moving average that `ema` keeps as the last of the optimiser's slots.

    Raises:
        ValueError: the state is of an optimiser without one.
    """
    if not state.has_average:
        raise invalid("state", "that of an optimiser with a moving average, as ema makes one", "one without")
    return Params(state.slots[-1].layers, params.hidden, params.head)


def smooth_labels(labels: Labels, classes: int, weight: float, dtype: type[F]) -> Matrix[F]:
    """One-hot rows, of which a share is spread over all classes: (1 - weight) one_hot + weight / classes.

    Law: rows sum to 1; at weight 0 they are one-hot (Szegedy and others, 2016).

    >>> smooth_labels(np.array([1]), 2, 0.2, np.float64)
    array([[0.1, 0.9]])
    """
    if not 0 <= weight <= 1:
        raise invalid("weight", "from 0 to 1", weight)
    rows: Matrix[F] = one_hot(labels, classes, dtype) * (1 - weight) + weight / classes
    return rows


def stop_early(epochs: Iterable[Epoch[F]], score: Callable[[Params[F]], float], patience: int) -> Iterator[Epoch[F]]:
    """The stream until the score has not risen for `patience` epochs in a row.

    >>> from fnnet import init_params
    >>> stream = [Epoch(k, init_params((1, 1), seed=k)) for k in range(9)]
    >>> scores = iter([0.1, 0.5, 0.4, 0.3, 0.9])
    >>> [epoch.number for epoch in stop_early(stream, lambda params: next(scores), patience=2)]
    [0, 1, 2, 3]
    """
    best, since = -np.inf, 0
    for epoch in epochs:
        yield epoch
        value = score(epoch.params)
        best, since = (value, 0) if value > best else (best, since + 1)
        if since >= patience:
            return
