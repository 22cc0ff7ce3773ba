"""An optimizer: how parameters move, given a gradient.

It has the interface that optax made standard, two pure functions: `init` gives the state before the first step, and
`step` gives the parameters and the state one step later (where optax gives their change).

What a step does is written once, as an `update` of buffers in place. `step` runs it on copies. Training reuses buffers
from step to step, since making new arrays costs more than computing.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Generic, TypeAlias

import attrs
import numpy as np

from fnnet.core.arrays import AnyRank, F, frozen
from fnnet.core.call import Call
from fnnet.core.contents import Contents
from fnnet.core.messages import invalid, quoted, wrong_type
from fnnet.core.records import Immutable
from fnnet.nn.buffer import Buffer, ParamsBuffer
from fnnet.nn.params import Grads, Params, check_alike

Slot: TypeAlias = Grads[F] | AnyRank
"""What an optimizer remembers: a quantity in the shapes of the parameters, or an array of any shape, also of none."""

Cell: TypeAlias = Buffer[F] | AnyRank
"""A slot in memory that can be written to."""

_FLUSH = 64  # steps: rare enough to cost nothing


def _own_slots(slots: Iterable[Slot[F] | float]) -> tuple[Slot[F], ...]:
    return tuple(slot if isinstance(slot, Grads) else _own_array(slot) for slot in slots)


def _own_array(slot: object) -> AnyRank:
    array = np.asarray(slot)
    if array.dtype.kind not in "biufc":
        raise invalid("slots", "Grads, or arrays of numbers", quoted(slot))
    return frozen(array)


@attrs.frozen(repr=False)
class State(Immutable, Generic[F]):
    """What an optimizer remembers from step to step.

    Args:
        count: how many steps it has taken.
        slots: its running quantities: each in the shapes of the parameters (a `Grads`), or an array of any shape,
            such as a number (of shape ()) or a random key.
        average: which of the slots is a moving average of the parameters, if one is.
        optimizer: the kind of the optimizer, whatever its numbers; another kind refuses the state.

    Raises:
        ValueError: a slot is neither.

    >>> State(3, (0.5,), optimizer="mine").slots
    (array(0.5),)
    """

    count: int
    slots: tuple[Slot[F], ...] = attrs.field(converter=_own_slots, eq=Contents)
    average: int | None = None
    optimizer: str = ""

    @property
    def layered(self) -> tuple[Grads[F], ...]:
        """The slots that are in the shapes of the parameters."""
        return tuple(slot for slot in self.slots if isinstance(slot, Grads))


class Optimizer(ABC, Call):
    """How parameters move, as a value: `adam(1e-3) == adam(1e-3)`, which can be hashed and pickled.

    A subclass is a frozen record of its numbers with two methods, `init` and `update`.

    >>> from fnnet import adam, backward, forward, init_params
    >>> params, optimizer = init_params((4, 3, 2), seed=0), adam(1e-3)
    >>> grads = backward(params, forward(params, np.ones(4, np.float32)), 1)
    >>> params, state = optimizer.step(params, grads, optimizer.init(params))
    >>> state.count
    1
    """

    __slots__ = ()

    @property
    def kind(self) -> str:
        """What its states are those of, whatever its numbers."""
        return type(self).__name__

    @abstractmethod
    def init(self, params: Params[F]) -> State[F]:
        """θ ↦ the state before the first step, a pure function."""

    @abstractmethod
    def update(self, count: int, theta: ParamsBuffer[F], grads: Buffer[F], slots: tuple[Cell[F], ...]) -> None:
        """(count, θ, g, slots) ↦ None: changes θ and the slots in place, and may overwrite g once it has been read."""

    def rate(self, count: int) -> float | None:
        """The learning rate of the step after so many, if there is one that is known; None for a rule of your own.

        >>> from fnnet import adam
        >>> from fnnet.optim import clip
        >>> clip(adam(lambda step: 0.1 / (1 + step)), 1.0).rate(9)
        0.01
        """
        return None

    def step(self, params: Params[F], grads: Grads[F], state: State[F]) -> tuple[Params[F], State[F]]:
        """(θ, g, state) ↦ (θ, state) one step later, a pure function.

        Raises:
            ValueError: the shapes or dtypes of parameters and gradient differ, or the state is another optimizer's.
            TypeError: the gradient is not a `Grads`, or the state not a `State`.
        """
        check_alike(params, grads)
        self.check_state(params, state)
        theta, slots = ParamsBuffer.of_params(params), cells(state)
        self.advance(state.count, theta, Buffer.of(grads), slots)
        return theta.params(), later_state(state, state.count + 1, slots)

    def check_state(self, params: Params[F], state: State[F]) -> None:
        """Raise an error unless the state is that of an optimizer of this kind, for these parameters."""
        if not isinstance(state, State):
            raise wrong_type("state", "State", state, {"TrainState": "state.opt_state"})
        if state.optimizer != self.kind:
            raise invalid("state", f"that of {self.kind}", f"that of {state.optimizer or 'an unnamed optimizer'}")
        for slot in state.layered:
            check_alike(params, slot)

    def advance(self, count: int, theta: ParamsBuffer[F], grads: Buffer[F], slots: tuple[Cell[F], ...]) -> None:
        """The update of a step, in place; at every 64th step, subnormal numbers become 0.

        A weight that only a penalty moves would end among the subnormal numbers (below 1.2e-38 in float32) and stay
        there, where arithmetic takes a processor many times as long.
        """
        self.update(count, theta, grads, slots)
        if (count + 1) % _FLUSH == 0:
            for buffer in (theta, *slots):
                if isinstance(buffer, Buffer):
                    buffer.flush()


def check_optimizer(value: object) -> Optimizer:
    """The value, if it is an optimizer.

    Raises:
        TypeError: it is not, or is only the class of one.
    """
    if isinstance(value, type) and issubclass(value, Optimizer):
        name = value.__name__
        raise TypeError(f"optimizer: expected Optimizer, got the class {name}; use {name}(…)")
    if not isinstance(value, Optimizer):
        raise wrong_type("optimizer", "Optimizer", value, {"str": "adam(1e-3)"})
    return value


def cells(state: State[F]) -> tuple[Cell[F], ...]:
    """Copies of a state's slots that can be written to."""
    return tuple(Buffer.of(slot) if isinstance(slot, Grads) else slot.copy() for slot in state.slots)


def later_state(before: State[F], count: int, slots: tuple[Cell[F], ...]) -> State[F]:
    """A later state of the same optimizer."""
    records = tuple(slot.grads() if isinstance(slot, Buffer) else slot for slot in slots)
    return attrs.evolve(before, count=count, slots=records)
