"""An optimizer: how parameters move, given a gradient.

It has the interface that optax made standard, two pure functions: `init` gives the state before the first step, and
`step` gives the parameters and the state one step later (where optax gives their change).

What a step does is written once, as an `Update` of buffers in place. `step` runs it on copies. Training reuses buffers
from step to step, since making new arrays costs more than computing.
"""

from functools import partial
from typing import Generic, Protocol, TypeAlias

import attrs
import numpy as np

from fnnet.core.arrays import F, Vector
from fnnet.core.checks import check_integer, check_number, instance_of
from fnnet.core.messages import invalid
from fnnet.nn.buffer import Buffer
from fnnet.nn.params import Dense, Grads, Params, check_alike
from fnnet.optim.schedules import Schedule

Rate: TypeAlias = float | Schedule
_FLUSH = 64  # steps: rare enough to cost nothing
_BLOCK = 1 << 15  # numbers updated at a time: few enough for θ, g and the slots to stay in the processor's cache


@attrs.frozen
class State(Generic[F]):
    """What an optimizer remembers from step to step.

    Args:
        count: how many steps it has taken.
        slots: its running quantities, each in the shapes of the parameters.
        has_average: whether the last slot is a moving average of the parameters.
        optimizer: the kind of the optimizer, whatever its numbers; another kind refuses the state.
    """

    count: int
    slots: tuple[Grads[F], ...]
    has_average: bool = False
    optimizer: str = ""


class Init(Protocol):
    """A function from the parameters to the state before the first step."""

    def __call__(self, params: Params[F], /) -> State[F]: ...


class Update(Protocol):
    """(count, θ, g, slots) ↦ None: changes θ and the slots in place, and may overwrite g once it has been read."""

    def __call__(self, count: int, theta: Buffer[F], grads: Buffer[F], slots: tuple[Buffer[F], ...], /) -> None: ...


@attrs.frozen(repr=False)
class Optimizer:
    """An optimizer as a value.

    Args:
        name: how it is printed.
        init: θ ↦ state, a pure function.
        update: what a step does to buffers, given how many steps came before.
        kind: what its states are those of; its name when not given.

    >>> from fnnet import adam, backward, forward, init_params
    >>> params, optimizer = init_params((4, 3, 2), seed=0), adam(1e-3)
    >>> grads = backward(params, forward(params, np.ones(4, np.float32)), 1)
    >>> params, state = optimizer.step(params, grads, optimizer.init(params))
    >>> state.count
    1
    """

    name: str = attrs.field(validator=instance_of(str))
    init: Init = attrs.field(validator=attrs.validators.is_callable())
    update: Update = attrs.field(validator=attrs.validators.is_callable())
    kind: str = attrs.field(default=attrs.Factory(lambda self: self.name, takes_self=True), validator=instance_of(str))

    def step(self, params: Params[F], grads: Grads[F], state: State[F]) -> tuple[Params[F], State[F]]:
        """(θ, g, state) ↦ (θ, state) one step later, a pure function.

        Raises:
            ValueError: the shapes or dtypes of parameters and gradient differ, or the state is another optimizer's.
            TypeError: the gradient is not a `Grads`.
        """
        check_alike(params, grads)
        self.check_state(params, state)
        theta, slots = Buffer.of(params), tuple(map(Buffer.of, state.slots))
        self.advance(state.count, theta, Buffer.of(grads), slots)
        return Params(theta.record_layers(), params.hidden, params.head), later_state(state, state.count + 1, slots)

    def check_state(self, params: Params[F], state: State[F]) -> None:
        """Raise ValueError unless the state is that of an optimizer of this kind, for these parameters."""
        if state.optimizer != self.kind:
            raise invalid("state", f"that of {self.kind}", f"that of {state.optimizer or 'an unnamed optimizer'}")
        for slot in state.slots:
            check_alike(params, slot)

    def advance(self, count: int, theta: Buffer[F], grads: Buffer[F], slots: tuple[Buffer[F], ...]) -> None:
        """The update of a step, in place; at every 64th step, subnormal numbers become 0.

        A weight that only a penalty moves would end among the subnormal numbers (below 1.2e-38 in float32) and stay
        there, where arithmetic takes a processor many times as long.
        """
        self.update(count, theta, grads, slots)
        if (count + 1) % _FLUSH == 0:
            theta.flush()
            for slot in slots:
                slot.flush()

    def __repr__(self) -> str:
        return f"Optimizer({self.name})"


def later_state(before: State[F], count: int, slots: tuple[Buffer[F], ...]) -> State[F]:
    """A later state of the same optimizer."""
    return attrs.evolve(before, count=count, slots=tuple(Grads(slot.record_layers()) for slot in slots))


class Equation(Protocol):
    """(η, t, θ, g, slots) ↦ None: one step of some of the numbers, in place; t counts from 1; g may be overwritten."""

    def __call__(self, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: tuple[Vector[F], ...], /) -> None: ...


def elementwise(name: str, lr: Rate, slots: int, equation: Equation) -> Optimizer:
    """The optimizer that does the same to each number, and remembers quantities of the parameters' shapes, at first 0.

    Args:
        name: how it is printed.
        lr: η, or a pure function of the step, counted from 0.
        slots: how many quantities it remembers.
        equation: one step, in place; importable, if the optimizer is to be pickled.

    Raises:
        ValueError: the rate is negative or not finite, or the number of slots is negative.
        TypeError: the equation is not a function, or (from a step) returns something instead of working in place.

    Descent along the sign of the gradient, for example:

    >>> def sign_equation(lr, t, theta, g, slots):
    ...     theta -= lr * np.sign(g)
    >>> elementwise("sign", 0.1, 0, sign_equation)
    Optimizer(sign)
    """
    if not callable(lr):
        lr = check_number("lr", lr)
    slots = check_integer("slots", slots, 0)
    if not callable(equation):
        raise TypeError(f"equation: expected a function, got {equation!r}")
    return Optimizer(name, partial(_zeros, name, slots), partial(_by_blocks, lr, equation))


def _zeros(name: str, slots: int, params: Params[F], /) -> State[F]:
    zeros = tuple(Dense.from_owned(np.zeros_like(layer.weights), np.zeros_like(layer.bias)) for layer in params.layers)
    return State(0, (Grads(zeros),) * slots, optimizer=name)


def _by_blocks(
    lr: Rate, equation: Equation, count: int, theta: Buffer[F], grads: Buffer[F], slots: tuple[Buffer[F], ...], /
) -> None:
    rate = check_number(f"lr of step {count}", lr(count)) if callable(lr) else lr
    for i in range(0, theta.vector.size, _BLOCK):
        block = slice(i, i + _BLOCK)
        values = tuple(slot.vector[block] for slot in slots)
        given: object = equation(rate, count + 1, theta.vector[block], grads.vector[block], values)  # type: ignore[func-returns-value]  # a caller who does not check types may return one
        if given is not None:
            raise TypeError(f"equation: expected to work in place and return None, got {type(given).__name__}")
