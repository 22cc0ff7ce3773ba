"""An optimizer made of two pure functions, which sees whole records: one of your own, or one of optax's."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from attrs import field, frozen

from fnnet.core.arrays import F
from fnnet.core.functions import check_callable
from fnnet.core.messages import invalid, wrong_type
from fnnet.core.validators import instance_of
from fnnet.nn.buffer import Buffer, ParamsBuffer
from fnnet.nn.params import Grads, Params, check_alike
from fnnet.optim.optimizer import Cell, Optimizer, Slot, State

Initial: TypeAlias = Callable[[Params[F]], tuple[Any, ...]]
"""θ ↦ slots. Any: each a `Grads`, an array of any shape, or a number."""

Move: TypeAlias = Callable[[Params[F], Grads[F], Any], tuple[Params[F], tuple[Any, ...]]]
"""(θ, g, slots) ↦ (θ, slots). Any: the function knows how many slots there are, and what they are."""


@frozen(repr=False)
class pure(Optimizer):
    """An optimizer made of two pure functions.

    Args:
        name: what its states are those of.
        initial: θ ↦ slots, what it remembers before the first step: a tuple of `Grads`, of arrays of any shape, and of
            numbers. All that a rule needs beside the parameters belongs there, so that it is saved and resumed.
        move: (θ, g, slots) ↦ (θ, slots) one step later, each slot of the same shape and dtype as before.

    Raises:
        TypeError: one of them is not a function, or (from a step) `move` returns anything else.
        ValueError: (from a step) what it returns has other shapes.

    Descent whose rate is halved at every third step, which it counts itself:

    >>> from fnnet import Grads, init_params, sgd_step
    >>> def move(params, grads, slots):
    ...     (k,) = slots
    ...     return sgd_step(params, grads, 0.1 * 0.5 ** (k // 3)), (k + 1,)
    >>> params = init_params((3, 2), seed=0)
    >>> optimizer = pure("halving", lambda params: (0,), move)
    >>> params, state = optimizer.step(params, Grads(params.layers), optimizer.init(params))
    >>> state.slots
    (array(1),)
    """

    name: str = field(validator=instance_of(str))
    initial: Initial[Any]
    move: Move[Any]

    def __attrs_post_init__(self) -> None:
        self._settle(initial=check_callable("initial", self.initial), move=check_callable("move", self.move))

    @property
    def kind(self) -> str:
        return self.name

    def init(self, params: Params[F]) -> State[F]:
        return State(0, self.initial(params), optimizer=self.name)

    def update(self, count: int, theta: ParamsBuffer[F], grads: Buffer[F], slots: tuple[Cell[F], ...]) -> None:
        before = State(count, tuple(slot.grads() if isinstance(slot, Buffer) else slot for slot in slots))
        params = theta.params()
        after: object = self.move(params, grads.grads(), before.slots)
        if not (isinstance(after, tuple) and len(after) == 2 and isinstance(after[0], Params)):
            raise wrong_type("move", "(params, slots)", after)
        moved, values = after
        check_alike(params, Grads(moved.layers))
        if not isinstance(values, tuple) or len(values) != len(slots):
            raise invalid("move", f"a tuple of {len(slots)} slots", values)
        theta.load(moved)
        for slot, value in zip(slots, values):
            _store(params, slot, value)


def _store(params: Params[F], slot: Cell[F], value: Slot[F]) -> None:
    """Write a slot's next value where its last is."""
    if isinstance(slot, Buffer):
        if not isinstance(value, Grads):
            raise wrong_type("move", "Grads for a slot that was one", value)
        check_alike(params, value)
        slot.load(value)
    else:
        array = np.asarray(value)
        if array.shape != slot.shape or not np.can_cast(array.dtype, slot.dtype, "same_kind"):
            raise invalid("move", f"a slot of shape {slot.shape} and {slot.dtype}", f"{array.shape} and {array.dtype}")
        slot[...] = array
