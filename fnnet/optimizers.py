"""Optimisers: how parameters move, given a gradient, as records of two pure functions.

With θ the parameters, g the gradient, η the learning rate and t = 1, 2, … the step, each is the equation that its
docstring states, number by number. `init` gives the state before the first step, `step` the parameters and the
state after one more. `lr` is a number or a pure function of the step, counted from 0.
"""

from collections.abc import Callable
from functools import partial
from typing import Generic, Protocol, TypeAlias

import attrs
import numpy as np

from fnnet.arrays import Array, F, S, instance_of, invalid
from fnnet.network import check_alike
from fnnet.records import Dense, Grads, Params
from fnnet.schedules import Schedule

Rate: TypeAlias = float | Schedule


@attrs.frozen
class State(Generic[F]):
    """What an optimiser remembers.

    Args:
        count: how many steps it has taken.
        slots: its running quantities, each in the shapes of the parameters.
    """

    count: int
    slots: tuple[Grads[F], ...]


class Init(Protocol):
    """A function from the parameters to the state before the first step."""

    def __call__(self, params: Params[F], /) -> State[F]: ...


class Step(Protocol):
    """A function (θ, g, state) ↦ (θ, state) one step later."""

    def __call__(self, params: Params[F], grads: Grads[F], state: State[F], /) -> tuple[Params[F], State[F]]: ...


@attrs.frozen(repr=False)
class Optimizer:
    """An optimiser as a value.

    Args:
        name: how it is printed.
        init: θ ↦ state.
        step: (θ, g, state) ↦ (θ, state).

    >>> from fnnet import backward, forward, init_params
    >>> params, optimizer = init_params((4, 3, 2), seed=0), adam(1e-3)
    >>> grads = backward(params, forward(params, np.ones(4, np.float32)), 1)
    >>> params, state = optimizer.step(params, grads, optimizer.init(params))
    >>> state.count
    1
    """

    name: str = attrs.field(validator=instance_of(str))
    init: Init = attrs.field(validator=attrs.validators.is_callable())
    step: Step = attrs.field(validator=attrs.validators.is_callable())

    def __repr__(self) -> str:
        return f"Optimizer({self.name})"


Slots: TypeAlias = tuple[Array[S, F], ...]
Moved: TypeAlias = tuple[Array[S, F], tuple[Array[S, F], ...]]
"""A new θ and new slots."""


class _Update(Protocol):
    """(η, t, θ, g, slots) ↦ (θ, slots), for one array: g is θ's gradient, each slot of their shape."""

    def __call__(self, lr: float, t: int, theta: Array[S, F], g: Array[S, F], slots: Slots[S, F], /) -> Moved[S, F]: ...


def _elementwise(name: str, lr: Rate, slots: int, update: _Update) -> Optimizer:
    """The optimiser that does this to each array; all is importable, so that it pickles."""
    if not callable(lr) and not (np.isfinite(lr) and lr >= 0):
        raise invalid("lr", "a finite number of 0 or more, or a function of the step", lr)
    return Optimizer(name, partial(_init, slots), partial(_step, lr, update))


def _init(slots: int, params: Params[F], /) -> State[F]:
    zeros = tuple(Dense.adopt(np.zeros_like(layer.weights), np.zeros_like(layer.bias)) for layer in params.layers)
    return State(0, (Grads(zeros),) * slots)


def _step(
    lr: Rate, update: _Update, params: Params[F], grads: Grads[F], state: State[F], /
) -> tuple[Params[F], State[F]]:
    check_alike(params, grads)
    rate, t = float(lr(state.count) if callable(lr) else lr), state.count + 1
    layers: list[Dense[F]] = []
    remembered: list[list[Dense[F]]] = [[] for _ in state.slots]
    for l, (layer, grad) in enumerate(zip(params.layers, grads.layers)):
        old = [slot.layers[l] for slot in state.slots]
        weights, new_w = update(rate, t, layer.weights, grad.weights, tuple(s.weights for s in old))
        bias, new_b = update(rate, t, layer.bias, grad.bias, tuple(s.bias for s in old))
        layers.append(Dense.adopt(weights, bias))
        for slot, w, b in zip(remembered, new_w, new_b):
            slot.append(Dense.adopt(w, b))
    slots = tuple(Grads(tuple(slot)) for slot in remembered)
    return Params(tuple(layers), params.hidden, params.head), State(t, slots)


def sgd(lr: Rate) -> Optimizer:
    """Gradient descent: θ ← θ - η g (Robbins and Monro, 1951)."""
    return _elementwise("sgd", lr, 0, _sgd)


def _sgd(lr: float, t: int, theta: Array[S, F], g: Array[S, F], slots: Slots[S, F], /) -> Moved[S, F]:
    return theta - lr * g, ()


def momentum(lr: Rate, mu: float = 0.9) -> Optimizer:
    """Heavy ball: v ← μ v + g, θ ← θ - η v (Polyak, 1964)."""
    return _elementwise("momentum", lr, 1, partial(_momentum, mu))


def _momentum(mu: float, lr: float, t: int, theta: Array[S, F], g: Array[S, F], slots: Slots[S, F], /) -> Moved[S, F]:
    (v,) = slots
    v = mu * v + g
    return theta - lr * v, (v,)


def nesterov(lr: Rate, mu: float = 0.9) -> Optimizer:
    """Nesterov's momentum: v ← μ v + g, θ ← θ - η (g + μ v) (Nesterov, 1983; Sutskever and others, 2013)."""
    return _elementwise("nesterov", lr, 1, partial(_nesterov, mu))


def _nesterov(mu: float, lr: float, t: int, theta: Array[S, F], g: Array[S, F], slots: Slots[S, F], /) -> Moved[S, F]:
    (v,) = slots
    v = mu * v + g
    move: Array[S, F] = g + mu * v
    return theta - lr * move, (v,)


def adagrad(lr: Rate, eps: float = 1e-10) -> Optimizer:
    """AdaGrad: s ← s + g², θ ← θ - η g / (√s + ε) (Duchi, Hazan and Singer, 2011)."""
    return _elementwise("adagrad", lr, 1, partial(_adagrad, eps))


def _adagrad(eps: float, lr: float, t: int, theta: Array[S, F], g: Array[S, F], slots: Slots[S, F], /) -> Moved[S, F]:
    (s,) = slots
    s = s + g * g
    root: Array[S, F] = np.sqrt(s)
    move: Array[S, F] = lr * g / (root + eps)
    return theta - move, (s,)


def rmsprop(lr: Rate, alpha: float = 0.99, eps: float = 1e-8) -> Optimizer:
    """RMSProp: s ← α s + (1 - α) g², θ ← θ - η g / (√s + ε) (Tieleman and Hinton, 2012)."""
    return _elementwise("rmsprop", lr, 1, partial(_rmsprop, alpha, eps))


def _rmsprop(
    alpha: float,
    eps: float,
    lr: float,
    t: int,
    theta: Array[S, F],
    g: Array[S, F],
    slots: Slots[S, F],
    /,
) -> Moved[S, F]:
    (s,) = slots
    s = alpha * s + (1 - alpha) * g * g
    root: Array[S, F] = np.sqrt(s)
    move: Array[S, F] = lr * g / (root + eps)
    return theta - move, (s,)


def adam(lr: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> Optimizer:
    """Adam (Kingma and Ba, 2015).

    m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², θ ← θ - η (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε).
    """
    return _elementwise("adam", lr, 2, partial(_adamw, 0.0, beta1, beta2, eps))


def adamw(
    lr: Rate = 1e-3, decay: float = 1e-2, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
) -> Optimizer:
    """Adam with decoupled weight decay λ: θ ← (1 - η λ) θ, then Adam's step (Loshchilov and Hutter, 2019)."""
    return _elementwise("adamw", lr, 2, partial(_adamw, decay, beta1, beta2, eps))


def _adamw(
    decay: float,
    beta1: float,
    beta2: float,
    eps: float,
    lr: float,
    t: int,
    theta: Array[S, F],
    g: Array[S, F],
    slots: Slots[S, F],
    /,
) -> Moved[S, F]:
    m, v = slots
    # One array of scratch, which becomes the new θ: memory is most of the cost.
    scratch: Array[S, F] = (1 - beta1) * g
    m = beta1 * m
    m += scratch
    np.square(g, out=scratch)
    scratch *= 1 - beta2
    v = beta2 * v
    v += scratch
    np.sqrt(v, out=scratch)
    scratch *= (1 - beta2**t) ** -0.5
    scratch += eps
    np.divide(m, scratch, out=scratch)
    scratch *= lr / (1 - beta1**t)
    kept = theta if decay == 0 else (1 - lr * decay) * theta
    np.subtract(kept, scratch, out=scratch)
    return scratch, (m, v)


OPTIMIZERS: dict[str, Callable[[Rate], Optimizer]] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}
"""The optimisers of the library by name, as functions of the learning rate."""
