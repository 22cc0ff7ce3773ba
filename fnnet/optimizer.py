"""An optimiser: how parameters move, given a gradient, as a record of two pure functions.

`init` gives the state before the first step, `step` the parameters and the state after one more. It is the
interface that optax made standard, except that the step gives the new parameters and not their change.
"""

from functools import partial
from typing import Generic, Protocol, TypeAlias

import attrs
import numpy as np

from fnnet.arrays import Array, F, S
from fnnet.checks import instance_of, invalid
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

    >>> from fnnet import adam, backward, forward, init_params
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


class Update(Protocol):
    """(η, t, θ, g, slots) ↦ (θ, slots), for one array: g is θ's gradient, each slot of their shape."""

    def __call__(self, lr: float, t: int, theta: Array[S, F], g: Array[S, F], slots: Slots[S, F], /) -> Moved[S, F]: ...


def elementwise(name: str, lr: Rate, slots: int, update: Update) -> Optimizer:
    """The optimiser that does this to each array; all is importable, so that it pickles."""
    if not callable(lr) and not (np.isfinite(lr) and lr >= 0):
        raise invalid("lr", "a finite number of 0 or more, or a function of the step", lr)
    return Optimizer(name, partial(_init, slots), partial(_step, lr, update))


def _init(slots: int, params: Params[F], /) -> State[F]:
    zeros = tuple(Dense.adopt(np.zeros_like(layer.weights), np.zeros_like(layer.bias)) for layer in params.layers)
    return State(0, (Grads(zeros),) * slots)


def _step(
    lr: Rate, update: Update, params: Params[F], grads: Grads[F], state: State[F], /
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
