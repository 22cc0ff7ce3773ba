"""Optimizers, each of which breaks a law."""

from typing import Any

import attrs
import numpy as np
from attrs import frozen

from fnnet.core.arrays import Floats
from fnnet.nn.buffer import Buffer, ParamsBuffer
from fnnet.nn.network import sgd_step
from fnnet.nn.params import Grads, Params
from fnnet.optim.elementwise import Equation, elementwise
from fnnet.optim.optimizer import Cell, Optimizer, State
from fnnet.optim.optimizers import momentum, sgd
from fnnet.optim.pure import pure
from fnnet.optim.schedules import rate_at
from fnnet.testing.laws.twin import Twin

_Slots = tuple[Floats, ...]


def _twin(law: str, fault: str, subject: Optimizer) -> Twin:
    return Twin("optimizer", law, fault, subject)


def _own(law: str, fault: str, equation: Equation, slots: int = 0) -> Twin:
    return _twin(law, fault, elementwise("twin", 0.1, slots, equation))


@frozen(repr=False)
class _counting_from_one(sgd):
    def init(self, params: Params[Any]) -> State[Any]:
        return attrs.evolve(sgd.init(self, params), count=1)


@frozen(repr=False)
class _nameless(sgd):
    def step(self, params: Params[Any], grads: Grads[Any], state: State[Any]) -> tuple[Params[Any], State[Any]]:
        after, state = sgd.step(self, params, grads, state)
        return after, State(state.count, state.slots)


@frozen(repr=False)
class _standing_still(sgd):
    def step(self, params: Params[Any], grads: Grads[Any], state: State[Any]) -> tuple[Params[Any], State[Any]]:
        return sgd_step(params, grads, self.lr), state  # type: ignore[arg-type]  # a number, here


def _remembering(lr: float, t: int, theta: Floats, g: Floats, slots: _Slots) -> None:
    _PAST.append(float(g[0]))
    theta -= lr * (g + 0.1 * _PAST[-2])


_PAST = [0.0]


@frozen(repr=False)
class _of_two_minds(momentum):
    def step(self, params: Params[Any], grads: Grads[Any], state: State[Any]) -> tuple[Params[Any], State[Any]]:
        _, later = momentum.step(self, params, grads, state)
        return sgd_step(params, grads, self.lr), later  # type: ignore[arg-type]  # a number, here


@frozen(repr=False)
class _forgetful_pickle(momentum):
    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), (self.lr,)


def _overflowing(lr: float, t: int, theta: Floats, g: Floats, slots: _Slots) -> None:
    cube = abs(g) ** 3
    theta -= lr * g * cube / (1 + cube)


def _byte(params: Params[Any], grads: Grads[Any], slots: Any) -> Any:
    with np.errstate(over="ignore"):
        k = slots[0] + np.uint8(1)
    return sgd_step(params, grads, 0.1 / float(k)), (k,)


def _dividing(lr: float, t: int, theta: Floats, g: Floats, slots: _Slots) -> None:
    theta -= lr * g / abs(g)


def _always_decaying(lr: float, t: int, theta: Floats, g: Floats, slots: _Slots) -> None:
    theta *= 0.999
    theta -= lr * g


@frozen(repr=False)
class _late(sgd):
    def update(self, count: int, theta: ParamsBuffer[Any], grads: Buffer[Any], slots: tuple[Cell[Any], ...]) -> None:
        sgd.update(self, count + 1, theta, grads, slots)


def _climbing(lr: float, t: int, theta: Floats, g: Floats, slots: _Slots) -> None:
    theta += lr * g


def _growing(lr: float, t: int, theta: Floats, g: Floats, slots: _Slots) -> None:
    theta -= lr * (g - 1e-3 * theta)


@frozen(repr=False)
class _without_biases(sgd):
    def update(self, count: int, theta: ParamsBuffer[Any], grads: Buffer[Any], slots: tuple[Cell[Any], ...]) -> None:
        lr = rate_at("lr", self.lr, count)
        for w, g in zip(theta.weights, grads.weights):
            w -= lr * g


def _rebinding(lr: float, t: int, theta: Floats, g: Floats, slots: _Slots) -> None:
    (v,) = slots
    v = 0.9 * v + g
    theta -= lr * v


def _normalizing(lr: float, t: int, theta: Floats, g: Floats, slots: _Slots) -> None:
    theta -= lr * g / (1e-8 + np.linalg.norm(g)).astype(g.dtype)


def _uneven(lr: float, t: int, theta: Floats, g: Floats, slots: _Slots) -> None:
    theta -= lr * g * np.linspace(1, 1.5, g.size, dtype=g.dtype)


def _coarse(lr: float, t: int, theta: Floats, g: Floats, slots: _Slots) -> None:
    theta -= lr * (np.round(g, 2) if g.dtype == np.float32 else g)


def _averaging(lr: float, t: int, theta: Floats, g: Floats, slots: _Slots) -> None:
    theta -= lr / 32 * g


def _uncorrected(lr: float, t: int, theta: Floats, g: Floats, slots: _Slots) -> None:
    m, v = slots
    m += 0.1 * (g - m)
    v += 0.001 * (g * g - v)
    theta -= lr * m / (np.sqrt(v) + 1e-8)


TWINS = (
    _twin("state", "counts from 1", _counting_from_one(0.1)),
    _twin("shape", "forgets whose state it is", _nameless(0.1)),
    _twin("clock", "does not count its steps", _standing_still(0.1)),
    _own("pure", "remembers the last gradient outside of its state", _remembering),
    _twin("in place", "takes other steps in training than alone", _of_two_minds(0.1)),
    _twin("resume", "has a pickle without the momentum", _forgetful_pickle(0.1, 0.5)),
    _own("still", "divides 0 by 0", _dividing),
    _own("finite", "overflows at 1e15", _overflowing),
    _twin("steady", "counts in a byte", pure("twin", lambda params: (np.uint8(0),), _byte)),
    _own("zero rate", "decays whatever the rate", _always_decaying),
    _twin("schedule", "takes the rate of the next step", _late(0.1)),
    _own("downhill", "has the sign of the gradient wrong", _climbing),
    _own("inward", "has the sign of the decay wrong", _growing),
    _twin("every number", "forgets the biases", _without_biases(0.1)),
    _own("memory", "makes a new velocity in the place of writing to it", _rebinding, 1),
    _own("local", "divides by the length of the gradient, block by block", _normalizing),
    _own("symmetry", "has rates that depend on the place", _uneven),
    _own("float32", "rounds gradients in float32", _coarse),
    _own("rate", "divides by the batch size once more", _averaging),
    _twin("kind", "forgets the bias correction", elementwise("adam", 0.1, 2, _uncorrected)),
)
