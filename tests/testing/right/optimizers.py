"""Optimizers that the library does not have, or has in another form."""

from functools import partial
from typing import Any

import numpy as np
from attrs import field, frozen

from fnnet import Grads, Params, sgd_step, tree
from fnnet.nn.buffer import Buffer, ParamsBuffer
from fnnet.optim import Optimizer, State, clip, elementwise, ema, l2, max_norm, pure
from fnnet.optim.elementwise import Elementwise
from fnnet.optim.optimizer import Cell
from fnnet.optim.schedules import Rate, cosine, rate_at
from fnnet.typing import Floats

Slots = tuple[Floats, ...]


def lion(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    (m,) = slots
    theta -= lr * np.sign(0.9 * m + 0.1 * g)
    m *= 0.99
    m += 0.01 * g


def decaying_lion(weight: float, lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    theta *= 1 - lr * weight
    lion(lr, t, theta, g, slots)


def amsgrad(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    m, v, most = slots
    m[:] = 0.9 * m + 0.1 * g
    v[:] = 0.999 * v + 0.001 * g**2
    most[:] = np.maximum(most, v)
    theta -= lr * m / (np.sqrt(most) + 1e-8)


def corrected_amsgrad(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    m, v, most = slots
    m[:] = 0.9 * m + 0.1 * g
    v[:] = 0.999 * v + 0.001 * g**2
    most[:] = np.maximum(most, v)
    theta -= lr * (m / (1 - 0.9**t)) / (np.sqrt(most / (1 - 0.999**t)) + 1e-8)


def adadelta(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    squares, moves = slots
    squares[:] = 0.95 * squares + 0.05 * g * g
    step = np.sqrt(moves + 1e-6) / np.sqrt(squares + 1e-6) * g
    moves[:] = 0.95 * moves + 0.05 * step * step
    theta -= lr * step


def adam_equation(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    m, v = slots
    m[:] = 0.9 * m + 0.1 * g
    v[:] = 0.999 * v + 0.001 * g * g
    theta -= lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)


def quick_adam(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    # of other numbers, with ε within the root
    m, v = slots
    m += 0.5 * (g - m)
    v += 0.1 * (g * g - v)
    theta -= lr * m / (1 - 0.5**t) / np.sqrt(v / (1 - 0.9**t) + 1e-12)


def adamax(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    m, u = slots
    m[:] = 0.9 * m + 0.1 * g
    u[:] = np.maximum(0.999 * u, abs(g) + 1e-8)
    theta -= lr / (1 - 0.9**t) * m / u


def nadam(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    m, v = slots
    m[:] = 0.9 * m + 0.1 * g
    v[:] = 0.999 * v + 0.001 * g * g
    ahead = 0.9 * m / (1 - 0.9 ** (t + 1)) + 0.1 * g / (1 - 0.9**t)
    theta -= lr * ahead / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)


def radam(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    m, v = slots
    m[:] = 0.9 * m + 0.1 * g
    v[:] = 0.999 * v + 0.001 * g * g
    most = 2 / (1 - 0.999) - 1
    rho = most - 2 * t * 0.999**t / (1 - 0.999**t)
    mean = m / (1 - 0.9**t)
    if rho <= 5:
        theta -= lr * mean
    else:
        share = ((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho)) ** 0.5
        theta -= lr * share * mean / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)


def rprop(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    # the steps are relative to lr
    sizes, last = slots
    if t == 1:
        sizes[:] = 1
    agree = np.sign(g * last)
    sizes *= np.where(agree > 0, 1.2, np.where(agree < 0, 0.5, 1))
    theta -= lr * sizes * np.sign(g)
    last[:] = g


def heavy_ball(mu: float, lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    slots[0][:] = mu * slots[0] + g
    theta -= lr * slots[0]


def mean_momentum(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    # the mean of gradients, not their sum
    slots[0][:] = 0.9 * slots[0] + 0.1 * g
    theta -= lr * slots[0]


def rmsprop_equation(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    slots[0][:] = 0.9 * slots[0] + 0.1 * g**2
    theta -= lr * g / np.sqrt(slots[0] + 1e-8)


def descent(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    theta -= lr * g


def penalized(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    theta -= lr * (g + 1e-3 * theta)


def clipped(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    theta -= lr * np.clip(g, -1, 1)


def lasso(lr: float, t: int, theta: Floats, g: Floats, slots: Slots) -> None:
    # a proximal step: soft thresholds
    theta -= lr * g
    theta[:] = np.sign(theta) * np.maximum(abs(theta) - 1e-3 * lr, 0)


def nothing(params: Params[Any]) -> tuple[()]:
    return ()


def zeros(k: int, params: Params[Any]) -> tuple[Any, ...]:
    return tuple(tree.scale(Grads(params.layers), 0) for _ in range(k))


def pure_sgd(params: Params[Any], grads: Grads[Any], slots: Any) -> Any:
    return sgd_step(params, grads, 0.1), slots


def pure_momentum(params: Params[Any], grads: Grads[Any], slots: Any) -> Any:
    v = tree.add(tree.scale(slots[0], 0.9), grads)
    return sgd_step(params, v, 0.1), (v,)


def adam_start(params: Params[Any]) -> tuple[Any, ...]:
    return (*zeros(2, params), 0)


def pure_adam(params: Params[Any], grads: Grads[Any], slots: Any) -> Any:
    m, v, before = slots
    t = int(before) + 1
    m = tree.zip_layers(lambda m, g: 0.9 * m + 0.1 * g, m, grads)
    v = tree.zip_layers(lambda v, g: 0.999 * v + 0.001 * g * g, v, grads)
    step = tree.zip_layers(lambda m, v: m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), m, v)
    return sgd_step(params, step, 0.01), (m, v, t)


def plateau_start(params: Params[Any]) -> tuple[Any, ...]:
    return 0.1, np.inf, 0


def plateau(params: Params[Any], grads: Grads[Any], slots: Any) -> Any:
    rate, least, since = slots
    length = float(np.linalg.norm(tree.ravel(grads)))
    least, since = (length, 0) if length < least else (least, since + 1)
    if since == 2:
        rate, since = rate / 2, 0
    return sgd_step(params, grads, float(rate)), (rate, least, since)


def unit(params: Params[Any], grads: Grads[Any], slots: Any) -> Any:
    """The gradient of each layer, divided by its length."""

    def along(part: Floats) -> Any:
        return part / max(float(np.linalg.norm(part)), 1e-12)

    return sgd_step(params, tree.map_layers(along, grads), 0.1), slots


@frozen(repr=False)
class sign_descent(Elementwise):
    lr: Rate
    remembers = 0

    def move(self, lr: float, t: int, theta: Floats, g: Floats, slots: Any) -> None:
        theta -= lr * np.sign(g)


@frozen(repr=False)
class lookahead(Optimizer):
    """Steps of sgd; every k-th goes back, a share of the way, to where the last such step was."""

    lr: Rate
    k: int = 5
    share: float = 0.5

    def init(self, params: Params[Any]) -> State[Any]:
        return State(0, (Grads(params.layers),), optimizer=self.kind)

    def update(self, count: int, theta: ParamsBuffer[Any], grads: Buffer[Any], slots: tuple[Cell[Any], ...]) -> None:
        theta.vector[...] -= rate_at("lr", self.lr, count) * grads.vector
        (slow,) = slots
        assert isinstance(slow, Buffer)
        if (count + 1) % self.k == 0:
            slow.vector[...] += self.share * (theta.vector - slow.vector)
            theta.vector[...] = slow.vector


@frozen(repr=False)
class column_norm(Optimizer):
    """Descent along each column of the gradient, divided by its length."""

    lr: float = field(default=0.1)

    def init(self, params: Params[Any]) -> State[Any]:
        return State(0, (), optimizer="column_norm")

    @property
    def kind(self) -> str:
        return "column_norm"

    def update(self, count: int, theta: ParamsBuffer[Any], grads: Buffer[Any], slots: tuple[Cell[Any], ...]) -> None:
        for w, g in zip((*theta.weights, *theta.biases), (*grads.weights, *grads.biases)):
            w[...] -= self.lr * g / (np.linalg.norm(g, axis=0) + 1e-12)


class plain_class(Optimizer):
    """Not a record: its copies are not equal to it."""

    def __init__(self, lr: float) -> None:
        self.lr = lr

    def __repr__(self) -> str:
        return f"plain_class({self.lr})"

    def init(self, params: Params[Any]) -> State[Any]:
        return State(0, (), optimizer=self.kind)

    def update(self, count: int, theta: ParamsBuffer[Any], grads: Buffer[Any], slots: tuple[Cell[Any], ...]) -> None:
        theta.vector[...] -= self.lr * grads.vector


RIGHT: tuple[Optimizer, ...] = (
    elementwise("lion", 1e-3, 1, lion),
    elementwise("lion-decay", cosine(0.1, 100, warmup=5), 1, partial(decaying_lion, 0.1)),
    elementwise("amsgrad", 1e-3, 3, amsgrad),
    elementwise("amsgrad-corrected", 0.1, 3, corrected_amsgrad),
    elementwise("adadelta", 1.0, 2, adadelta),
    elementwise("adam", 1e-3, 2, adam_equation),
    elementwise("Adam", lambda step: 0.1 / (1 + step), 2, quick_adam),
    elementwise("adamax", 0.002, 2, adamax),
    elementwise("nadam", 0.002, 2, nadam),
    elementwise("radam", 0.01, 2, radam),
    elementwise("rprop", 0.01, 2, rprop),
    elementwise("momentum", 0.1, 1, partial(heavy_ball, 0.5)),
    elementwise("momentum", 0.1, 1, mean_momentum),
    elementwise("rmsprop", 0.01, 1, rmsprop_equation),
    elementwise("sgd", 0.5, 0, descent),
    elementwise("l2", 0.5, 0, penalized),
    elementwise("clipped", 0.5, 0, clipped),
    elementwise("lasso", 0.1, 0, lasso),
    pure("sgd", nothing, pure_sgd),
    pure("momentum", partial(zeros, 1), pure_momentum),
    pure("adam", adam_start, pure_adam),
    pure("plateau", plateau_start, plateau),
    pure("unit", nothing, unit),
    sign_descent(0.1),
    lookahead(0.1),
    column_norm(),
    plain_class(0.1),
    ema(clip(l2(elementwise("lion", 1e-3, 1, lion), 1e-2), 1.0), 0.9),
    max_norm(pure("adam", adam_start, pure_adam), 1.0),
)
