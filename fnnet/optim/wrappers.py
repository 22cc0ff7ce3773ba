"""Wrappers of an optimizer: clipped gradients, an L2 penalty, a limit on weights, a moving average.

Each takes an optimizer and gives another, so that they compose: `ema(clip(adam(1e-3), 1.0), 0.999)`.
"""

from functools import partial
from typing import TypeAlias

import numpy as np

from fnnet.core.arrays import F
from fnnet.core.checks import check_number, check_positive
from fnnet.core.messages import invalid
from fnnet.nn.buffer import Buffer
from fnnet.nn.params import Grads, Params
from fnnet.optim.optimizer import Optimizer, State

Slots: TypeAlias = tuple[Buffer[F], ...]


def clip(optimizer: Optimizer, norm: float) -> Optimizer:
    """Gradients longer than `norm` are shortened to it: g ← g min(1, norm / |g|).

    Args:
        optimizer: what takes the step with the shortened gradient.
        norm: the greatest length, above 0.

    Law: a gradient no longer than the norm is unchanged.

    Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013.

    Raises:
        ValueError: the norm is not above 0.

    >>> from fnnet import sgd
    >>> clip(sgd(0.1), 1.0)
    Optimizer(clipped sgd)
    """
    norm = check_positive("norm", norm)
    return Optimizer(f"clipped {optimizer.name}", optimizer.init, partial(_clip, optimizer, norm), optimizer.kind)


def _clip(
    optimizer: Optimizer, norm: float, count: int, theta: Buffer[F], grads: Buffer[F], slots: Slots[F], /
) -> None:
    # divided by the largest first: squares of numbers of at most 1 do not overflow, and no factor is subnormal
    g = grads.vector
    largest = float(np.abs(g).max()) or 1.0
    direction = g / largest
    length = float(np.linalg.norm(direction))
    if largest * length > norm:
        np.multiply(direction, norm / length, out=g)
    optimizer.update(count, theta, grads, slots)


def l2(optimizer: Optimizer, weight: float) -> Optimizer:
    """The loss grows by weight / 2 Σ W², the gradient by weight W; biases are exempt.

    Args:
        optimizer: what takes the step with the larger gradient.
        weight: of the penalty, at least 0.

    Law: at weight 0 it is the optimizer itself.

    Krogh and Hertz, "A simple weight decay can improve generalization", 1992.

    Raises:
        ValueError: the weight is negative or not finite.

    >>> from fnnet import sgd
    >>> l2(sgd(0.1), 1e-4)
    Optimizer(sgd with L2)
    """
    weight = check_number("weight", weight)
    return Optimizer(f"{optimizer.name} with L2", optimizer.init, partial(_l2, optimizer, weight), optimizer.kind)


def _l2(
    optimizer: Optimizer, weight: float, count: int, theta: Buffer[F], grads: Buffer[F], slots: Slots[F], /
) -> None:
    for g, w in zip(grads.weights, theta.weights):
        g += weight * w
    optimizer.update(count, theta, grads, slots)


def max_norm(optimizer: Optimizer, limit: float) -> Optimizer:
    """After a step, the incoming weights of each unit are no longer than `limit`.

    Args:
        optimizer: what takes the step.
        limit: the greatest length of a column of weights, above 0.

    Law: weights within the limit are unchanged.

    Srebro and Shraibman, "Rank, trace-norm and max-norm", 2005.

    Raises:
        ValueError: the limit is not above 0.

    >>> from fnnet import sgd
    >>> max_norm(sgd(0.1), 3.0)
    Optimizer(sgd with max-norm)
    """
    limit = check_positive("limit", limit)
    return Optimizer(
        f"{optimizer.name} with max-norm", optimizer.init, partial(_max_norm, optimizer, limit), optimizer.kind
    )


def _max_norm(
    optimizer: Optimizer, limit: float, count: int, theta: Buffer[F], grads: Buffer[F], slots: Slots[F], /
) -> None:
    optimizer.update(count, theta, grads, slots)
    for w in theta.weights:
        # as in clip, each column divided by its largest first
        largest = np.abs(w).max(axis=0)
        largest[largest == 0] = 1
        directions = w / largest
        lengths = np.linalg.norm(directions, axis=0)
        long = lengths > limit / largest
        w[:, long] = directions[:, long] * (limit / lengths[long])


def ema(optimizer: Optimizer, decay: float) -> Optimizer:
    """Keeps a moving average of the parameters, which `averaged_params` reads.

    It is the mean of the parameters after each step, those k steps ago weighed by decay^k, and does not contain the
    initial ones: with d the decay and t the step, ē ← ē + (1 - d) / (1 - dᵗ) (θ - ē), which is the bias correction of
    Adam's means written as one update. A constant θ is kept to the bit.

    Args:
        optimizer: what takes the step.
        decay: d, at least 0 and less than 1.

    Laws: at decay 0 the average is θ itself; θ moves as it does without the average.

    Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992; Kingma and Ba, "Adam: a method
    for stochastic optimization", 2015, section 3.

    Raises:
        ValueError: the decay is out of range.

    >>> from fnnet import sgd
    >>> ema(sgd(0.1), 0.99)
    Optimizer(averaged sgd)
    """
    decay = check_number("decay", decay, below=1)
    name, kind = (f"averaged {inner}" for inner in (optimizer.name, optimizer.kind))
    return Optimizer(name, partial(_ema_init, optimizer), partial(_ema, optimizer, decay), kind)


def _ema_init(optimizer: Optimizer, params: Params[F], /) -> State[F]:
    state = optimizer.init(params)
    slots = state.slots + (Grads(params.layers),)  # noqa: RUF005  # mypy does not see through the star
    return State(state.count, slots, True, f"averaged {optimizer.kind}")


def _ema(
    optimizer: Optimizer, decay: float, count: int, theta: Buffer[F], grads: Buffer[F], slots: Slots[F], /
) -> None:
    optimizer.update(count, theta, grads, slots[:-1])
    mean, scratch, share = slots[-1].vector, grads.vector, (1 - decay) / (1 - decay ** (count + 1))
    if share == 1:  # exactly θ, which ē + (θ - ē) need not be
        np.copyto(mean, theta.vector)
        return
    np.subtract(theta.vector, mean, out=scratch)
    scratch *= share
    mean += scratch


def averaged_params(params: Params[F], state: State[F]) -> Params[F]:
    """The network whose parameters are the moving average that `ema` keeps.

    Args:
        params: the network as it was trained, for its activation and head.
        state: the state of an optimizer that `ema` wraps.

    Raises:
        ValueError: the state is that of an optimizer without a moving average.

    >>> from fnnet import init_params, sgd
    >>> params = init_params((3, 2), seed=0)
    >>> averaged_params(params, ema(sgd(0.1), 0.99).init(params)) == params
    True
    """
    if not state.has_average:
        raise invalid("state", "that of an optimizer with a moving average", "one without", "ema(optimizer, decay)")
    return Params(state.slots[-1].layers, params.hidden, params.head)
