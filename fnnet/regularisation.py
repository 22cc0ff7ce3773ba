"""Against overfitting: ways to wrap an optimiser, to soften targets, to stop in time.

Each wrapper takes an optimiser and gives another, so that they compose: `ema(clipped(adam(1e-3), 1.0), 0.999)`.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import numpy as np

from fnnet.algebra import ravel, scale
from fnnet.arrays import Array, F, Labels, Matrix, S
from fnnet.checks import invalid
from fnnet.epoch import Epoch
from fnnet.optimizer import Optimizer, State
from fnnet.records import Dense, Grads, Params
from fnnet.targets import one_hot


def clipped(optimizer: Optimizer, norm: float) -> Optimizer:
    """Gradients longer than `norm` are shortened to it: g ← g min(1, norm / |g|) (Pascanu and others, 2013).

    Law: a gradient no longer than the norm is left alone.
    """
    if not norm > 0:
        raise invalid("norm", "a number above 0", norm)
    return Optimizer(f"clipped {optimizer.name}", optimizer.init, partial(_clipped, optimizer, norm))


def _clipped(
    optimizer: Optimizer, norm: float, params: Params[F], grads: Grads[F], state: State[F], /
) -> tuple[Params[F], State[F]]:
    length = float(np.linalg.norm(ravel(grads)))
    return optimizer.step(params, scale(grads, norm / length) if length > norm else grads, state)


def l2(optimizer: Optimizer, weight: float) -> Optimizer:
    """The loss grows by weight / 2 Σ W², the gradient by weight W; biases are spared (Krogh and Hertz, 1992).

    Law: at weight 0 it is the optimiser itself.
    """
    return Optimizer(f"{optimizer.name} with L2", optimizer.init, partial(_l2, optimizer, weight))


def _l2(
    optimizer: Optimizer, weight: float, params: Params[F], grads: Grads[F], state: State[F], /
) -> tuple[Params[F], State[F]]:
    layers = tuple(
        Dense.adopt(grad.weights + weight * layer.weights, grad.bias)
        for layer, grad in zip(params.layers, grads.layers)
    )
    return optimizer.step(params, Grads(layers), state)


def max_norm(optimizer: Optimizer, limit: float) -> Optimizer:
    """No unit's incoming weights are longer than `limit` after a step (Srebro and Shraibman, 2005).

    Law: weights within the limit are left alone.
    """
    if not limit > 0:
        raise invalid("limit", "a number above 0", limit)
    return Optimizer(f"{optimizer.name} with max-norm", optimizer.init, partial(_max_norm, optimizer, limit))


def _max_norm(
    optimizer: Optimizer, limit: float, params: Params[F], grads: Grads[F], state: State[F], /
) -> tuple[Params[F], State[F]]:
    moved, after = optimizer.step(params, grads, state)
    layers = tuple(_limited(layer, limit) for layer in moved.layers)
    return Params(layers, params.hidden, params.head), after


def _limited(layer: Dense[F], limit: float) -> Dense[F]:
    lengths = np.linalg.norm(layer.weights, axis=0)
    factors = (limit / np.maximum(lengths, limit)).astype(layer.bias.dtype)
    return Dense(layer.weights * factors, layer.bias)


def ema(optimizer: Optimizer, decay: float) -> Optimizer:
    """Alongside θ, its moving average ē ← decay ē + (1 - decay) θ, which `averaged` reads (Polyak and Juditsky, 1992).

    Law: at decay 0 the average is θ itself; θ moves as without it.
    """
    if not 0 <= decay < 1:
        raise invalid("decay", "from 0 to below 1", decay)
    return Optimizer(f"{optimizer.name} averaged", partial(_ema_init, optimizer), partial(_ema, optimizer, decay))


def _ema_init(optimizer: Optimizer, params: Params[F], /) -> State[F]:
    state = optimizer.init(params)
    return State(state.count, state.slots + (Grads(params.layers),))


def _ema(
    optimizer: Optimizer, decay: float, params: Params[F], grads: Grads[F], state: State[F], /
) -> tuple[Params[F], State[F]]:
    mean: Grads[F] = state.slots[-1]
    moved, inner = optimizer.step(params, grads, State(state.count, state.slots[:-1]))
    layers = tuple(
        Dense.adopt(_mixed(old.weights, new.weights, decay), _mixed(old.bias, new.bias, decay))
        for old, new in zip(mean.layers, moved.layers)
    )
    return moved, State(inner.count, inner.slots + (Grads(layers),))


def _mixed(old: Array[S, F], new: Array[S, F], decay: float) -> Array[S, F]:
    mixed = decay * old
    mixed += (1 - decay) * new
    return mixed


def averaged(params: Params[F], state: State[F]) -> Params[F]:
    """The network of the moving average that `ema` keeps as the last of the optimiser's slots."""
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
