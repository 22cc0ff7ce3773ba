"""Optimizers that do the same to each number: one equation, applied to a block of numbers at a time."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, TypeAlias

import numpy as np
from attrs import field, frozen

from fnnet.core.arrays import F, Numbers, Vector
from fnnet.core.checks import check_integer
from fnnet.core.functions import check_callable
from fnnet.core.validators import instance_of
from fnnet.nn.buffer import Buffer, ParamsBuffer
from fnnet.nn.params import Dense, Grads, Params
from fnnet.optim.optimizer import Cell, Optimizer, State
from fnnet.optim.schedules import Rate, check_rate, rate_at

Equation: TypeAlias = Callable[[float, int, Numbers, Numbers, Any], None]
"""(η, t, θ, g, slots) ↦ None: one step of some of the numbers, in place; t counts from 1; g may be overwritten. Any:
the slots are a tuple of arrays, of a length that the equation knows."""

_BLOCK = 1 << 18  # numbers updated at a time: few enough for θ, g and the slots to stay in the processor's last cache


class Elementwise(Optimizer):
    """An optimizer of one equation, which remembers quantities of the parameters' shapes, at first 0."""

    __slots__ = ()

    lr: Rate
    remembers: ClassVar[int] = 1
    """How many quantities."""

    @abstractmethod
    def move(self, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: tuple[Vector[F], ...]) -> None:
        """(η, t, θ, g, slots) ↦ None: one step of some of the numbers, in place; t counts from 1."""

    def init(self, params: Params[F]) -> State[F]:
        return zero_state(self, params, self.remembers)

    def rate(self, count: int) -> float | None:
        return rate_at("lr", self.lr, count)

    def update(self, count: int, theta: ParamsBuffer[F], grads: Buffer[F], slots: tuple[Cell[F], ...]) -> None:
        lr, vectors = rate_at("lr", self.lr, count), [slot.vector for slot in slots if isinstance(slot, Buffer)]
        for i in range(0, theta.vector.size, _BLOCK):
            block = slice(i, i + _BLOCK)
            values = tuple(vector[block] for vector in vectors)
            self.move(lr, count + 1, theta.vector[block], grads.vector[block], values)


def zero_state(optimizer: Optimizer, params: Params[F], slots: int) -> State[F]:
    """The state before the first step of an optimizer that remembers so many quantities of the parameters' shapes."""
    zeros = tuple(Dense.from_owned(np.zeros_like(layer.weights), np.zeros_like(layer.bias)) for layer in params.layers)
    return State(0, (Grads(zeros),) * slots, optimizer=optimizer.kind)


@frozen(repr=False)
class elementwise(Elementwise):
    """An optimizer of your own that does the same to each number, by one equation.

    Args:
        name: what its states are those of.
        lr: η, or a pure function of the step, counted from 0.
        slots: how many quantities it remembers.
        equation: one step, (η, t, θ, g, slots) ↦ None, in place; importable, if the optimizer is to be pickled.

    Raises:
        ValueError: the rate is negative or not finite, or the number of slots is negative.
        TypeError: the equation is not a function, or (from a step) returns something instead of working in place.

    Descent along the sign of the gradient, for example:

    >>> def sign_equation(lr, t, theta, g, slots):
    ...     theta -= lr * np.sign(g)
    >>> elementwise("sign", 0.1, 0, sign_equation)
    elementwise('sign', 0.1, 0, sign_equation)
    """

    name: str = field(validator=instance_of(str))
    lr: Rate
    slots: int
    equation: Equation

    def __attrs_post_init__(self) -> None:
        slots, equation = check_integer("slots", self.slots, 0), check_callable("equation", self.equation)
        self._settle(lr=check_rate("lr", self.lr), slots=slots, equation=equation)

    @property
    def kind(self) -> str:
        return self.name

    def init(self, params: Params[F]) -> State[F]:
        return zero_state(self, params, self.slots)

    def move(self, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: tuple[Vector[F], ...]) -> None:
        given: object = self.equation(lr, t, theta, g, slots)  # type: ignore[func-returns-value]  # a caller who does not check types may return one
        if given is not None:
            raise TypeError(f"equation: expected to work in place and return None, got {type(given).__name__}")
