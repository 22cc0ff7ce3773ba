"""Wrong optimizers."""

from functools import partial
from typing import Any

import attrs
import numpy as np
from attrs import field, frozen

from fnnet import Grads, Params, relu, sgd_step, tree
from fnnet.nn.buffer import Buffer, ParamsBuffer
from fnnet.optim import Optimizer, State, adam, elementwise, momentum, pure, sgd
from fnnet.optim.elementwise import Equation
from fnnet.optim.optimizer import Cell
from fnnet.optim.schedules import rate_at
from fnnet.testing.laws.twin import Twin
from fnnet.typing import Floats

Slots = tuple[Floats, ...]
Step = tuple[Params[Any], State[Any]]


def _twin(law: str, fault: str, subject: Optimizer) -> Twin:
    return Twin("optimizer", law, fault, subject)


def _own(law: str, fault: str, equation: Equation, slots: int = 0, name: str = "twin") -> Twin:
    return _twin(law, fault, elementwise(name, 0.1, slots, equation))


@frozen(repr=False)
class _random_start(momentum):
    def init(self, params: Params[Any]) -> State[Any]:
        noise = tree.map_layers(lambda a: np.random.normal(size=a.shape).astype(a.dtype), Grads(params.layers))
        return State(0, (noise,), optimizer=self.kind)


@frozen(repr=False)
class _wide_start(momentum):
    def init(self, params: Params[Any]) -> State[Any]:
        zeros = tree.zeros_like(Grads(params.layers))
        return State(0, (zeros.astype(np.float64),), optimizer=self.kind)


@frozen(repr=False)
class _from_one(momentum):
    """Whose velocity starts at 1."""

    def init(self, params: Params[Any]) -> State[Any]:
        ones = tree.map_layers(np.ones_like, Grads(params.layers))
        return State(0, (ones,), optimizer=self.kind)


@frozen(repr=False)
class _other_network(sgd):
    def step(self, params: Params[Any], grads: Grads[Any], state: State[Any]) -> Step:
        after, state = sgd.step(self, params, grads, state)
        return Params(after.layers, relu, after.head), state


@frozen(repr=False)
class _leaping(sgd):
    """As if each layer was a step."""

    def step(self, params: Params[Any], grads: Grads[Any], state: State[Any]) -> Step:
        after, later = sgd.step(self, params, grads, state)
        return after, attrs.evolve(later, count=state.count + len(params.layers))


@frozen(repr=False)
class _writing(momentum):
    """It writes the velocity into the state that it is given."""

    def step(self, params: Params[Any], grads: Grads[Any], state: State[Any]) -> Step:
        after, later = momentum.step(self, params, grads, state)
        for old, new in zip(state.layered[0].layers, later.layered[0].layers):
            owner: Any = old.weights.base
            owner.setflags(write=True)
            owner[...] = new.weights
        return after, later


@frozen(repr=False)
class _hidden_velocity(sgd):
    """The velocity is an attribute, which a first step resets."""

    kept: dict[str, Any] = field(factory=dict, eq=False)

    def update(self, count: int, theta: ParamsBuffer[Any], grads: Buffer[Any], slots: tuple[Cell[Any], ...]) -> None:
        if count == 0:
            self.kept["v"] = np.zeros_like(grads.vector)
        self.kept["v"] = 0.9 * self.kept["v"] + grads.vector
        theta.vector[...] -= rate_at("lr", self.lr, count) * self.kept["v"]


@frozen(repr=False)
class _decaying_rate(sgd):
    """The rate is a list, which each step makes smaller."""

    rates: list[float] = field(factory=lambda: [1.0])

    def update(self, count: int, theta: ParamsBuffer[Any], grads: Buffer[Any], slots: tuple[Cell[Any], ...]) -> None:
        self.rates[0] *= 0.999
        theta.vector[...] -= rate_at("lr", self.lr, count) * self.rates[0] * grads.vector


def _noisy(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    noise = np.asarray(np.random.normal(size=g.shape), g.dtype)
    theta -= lr * (g + 1e-3 * noise)


@frozen(repr=False)
class _unflushed(sgd):
    """Alone it keeps subnormal numbers, which training sets to 0."""

    def step(self, params: Params[Any], grads: Grads[Any], state: State[Any]) -> Step:
        self.check_state(params, state)
        return sgd_step(params, grads, rate_at("lr", self.lr, state.count)), attrs.evolve(state, count=state.count + 1)


@frozen(repr=False)
class _shallow(momentum):
    """It is copied and pickled with another rate."""

    def __getstate__(self) -> dict[str, Any]:
        return {"lr": 0.01, "mu": self.mu}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._settle(**state)


def _from_zero(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    m, v = slots
    m += 0.1 * (g - m)
    v += 0.001 * (g * g - v)
    theta -= lr * m / (1 - 0.9 ** (t - 1)) / (np.sqrt(v / (1 - np.float64(0.999) ** (t - 1))) + 1e-8).astype(g.dtype)


def _normalized(params: Params[Any], grads: Grads[Any], slots: Any) -> Any:
    return sgd_step(params, tree.map_layers(lambda part: part / np.linalg.norm(tree.ravel(grads)), grads), 0.1), slots


def _exponential(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    theta -= lr * np.sign(g) * (np.exp(abs(g)) - 1)


def _ending(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    theta -= lr * g * np.sqrt(np.float64(1 - t / 200)).astype(g.dtype)


def _rounding(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    theta -= lr * g
    theta[:] = np.round(theta, 3)


def _bounded(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    theta[:] = np.clip(theta - lr * g, -1, 1)


def _floored(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    theta -= max(lr, 1e-4) * g


@frozen(repr=False)
class _first_rate(sgd):
    """The rate is always that of step 0."""

    def update(self, count: int, theta: ParamsBuffer[Any], grads: Buffer[Any], slots: tuple[Cell[Any], ...]) -> None:
        sgd.update(self, 0, theta, grads, slots)


def _of_sizes(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    theta -= lr * abs(g)


def _squared(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    theta -= lr * g * g


def _skipping(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    theta[:-1] -= lr * g[:-1]


def _thresholded(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    theta -= lr * np.where(abs(g) > 0.1, g, 0)


@frozen(repr=False)
class _last_layer(sgd):
    """It moves the last layer alone."""

    def update(self, count: int, theta: ParamsBuffer[Any], grads: Buffer[Any], slots: tuple[Cell[Any], ...]) -> None:
        lr = rate_at("lr", self.lr, count)
        theta.weights[-1][...] -= lr * grads.weights[-1]
        theta.biases[-1][...] -= lr * grads.biases[-1]


def _one_slot(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    m, v = slots
    m += 0.1 * (g - m)
    v = 0.999 * v + 0.001 * g * g
    theta -= lr * m / (np.sqrt(v) + 1e-8)


def _centered(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    # as if all numbers were one column
    theta -= lr * (g - 0.5 * g.mean())


def _bit_steep(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    theta -= lr * g * g.dtype.type(1.001 if g.dtype == np.float32 else 1)


def _twice_the_rate(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    theta -= lr * lr * g


@frozen(repr=False)
class _by_the_size(sgd):
    """It divides by the root of the number of parameters."""

    def update(self, count: int, theta: ParamsBuffer[Any], grads: Buffer[Any], slots: tuple[Cell[Any], ...]) -> None:
        grads.vector[...] *= grads.vector.dtype.type(grads.vector.size**-0.5)
        sgd.update(self, count, theta, grads, slots)


def _slow_momentum(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    # v is the sum of gradients over a batch of 64
    slots[0][:] = 0.9 * slots[0] + g / 64
    theta -= lr * slots[0]


def _adam(first: float, second: float, lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    # a forgotten correction is that of infinitely many steps
    m, v = slots
    m += 0.1 * (g - m)
    v += 0.001 * (g * g - v)
    theta -= lr * m / (1 - 0.9 ** (first * t)) / (np.sqrt(v / (1 - 0.999 ** (second * t))) + 1e-8)


@frozen(repr=False)
class _plain(adam):
    """Adam, whose first mean is not corrected."""

    def move(self, lr: float, t: int, theta: Floats, g: Floats, slots: Any) -> None:
        adam.move(self, lr * (1 - self.beta1**t), t, theta, g, slots)


def _zeros(params: Params[Any]) -> tuple[Any, ...]:
    return (tree.zeros_like(Grads(params.layers)),) * 2


def _pure_adam(params: Params[Any], grads: Grads[Any], slots: Any) -> Any:
    m = tree.zip_layers(lambda m, g: 0.9 * m + 0.1 * g, slots[0], grads)
    v = tree.zip_layers(lambda v, g: 0.999 * v + 0.001 * g * g, slots[1], grads)
    step = tree.zip_layers(lambda m, v: m / (np.sqrt(v) + 1e-8), m, v)
    return sgd_step(params, step, 0.01), (m, v)


TWINS = (
    _twin("state", "draws its first velocity", _random_start(0.1)),
    _twin("state", "remembers in float64 always", _wide_start(0.1)),
    _twin("shape", "changes the activation", _other_network(0.1)),
    _twin("clock", "counts layers in the place of steps", _leaping(0.1)),
    _twin("pure", "writes to the state that it is given", _writing(0.1)),
    _twin("pure", "keeps its velocity in an attribute", _hidden_velocity(0.1)),
    _twin("pure", "makes its own rate smaller", _decaying_rate(0.1)),
    _own("pure", "has noise of the global generator", _noisy),
    _twin("in place", "keeps subnormal numbers when it is called alone", _unflushed(0.1)),
    _twin("resume", "has another rate after a copy", _shallow(0.1)),
    _own("still", "corrects its means as if steps counted from 0", _from_zero, 2),
    _twin("still", "starts with a velocity of 1", _from_one(0.1)),
    _twin("still", "divides by the length of the gradient", pure("twin", lambda params: (), _normalized)),
    _own("finite", "overflows for large gradients", _exponential),
    _own("finite", "is not defined after 200 steps", _ending),
    _own("zero rate", "rounds the parameters", _rounding),
    _own("zero rate", "keeps the parameters between -1 and 1", _bounded),
    _own("zero rate", "has a least rate", _floored),
    _twin("schedule", "keeps the first rate", _first_rate(0.1)),
    _own("downhill", "takes the size of the gradient for the gradient", _of_sizes),
    _own("downhill", "takes the square of the gradient for the gradient", _squared),
    _own("every number", "leaves out the last number", _skipping),
    _own("every number", "ignores small gradients", _thresholded),
    _twin("every number", "moves the last layer alone", _last_layer(0.1)),
    _own("memory", "writes to one of its two slots", _one_slot, 2),
    _own("local", "subtracts the mean gradient of all numbers", _centered),
    _own("float32", "is 0.1 % too fast in float32", _bit_steep),
    _own("rate", "multiplies by the rate twice", _twice_the_rate),
    _twin("rate", "divides by the root of the number of parameters", _by_the_size(0.1)),
    _own("rate", "divides by the batch size in its velocity", _slow_momentum, 1),
    _own("kind", "forgets to correct the mean square", partial(_adam, 1, np.inf), 2, "adam"),
    _own("kind", "corrects for one step too many", lambda *given: _adam(2, 2, *given), 2, "Adam"),
    _twin("kind", "is a subclass that forgets to correct the mean", _plain(0.1)),
    _twin("kind", "is pure and forgets both corrections", pure("adam", _zeros, _pure_adam)),
)
