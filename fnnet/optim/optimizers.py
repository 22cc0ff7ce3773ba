"""The optimizers: each is one equation, applied to every number, in place.

θ are the parameters, g is the gradient, η the learning rate and t = 1, 2, … the step. `lr` is a number or a pure
function of the step, counted from 0. An equation that has read g reuses its memory for what it computes next.
"""

from collections.abc import Callable
from typing import ClassVar, TypeAlias

import numpy as np
from attrs import field, frozen

from fnnet.core.arrays import F, Vector
from fnnet.core.checks import check_number
from fnnet.nn.buffer import Buffer, ParamsBuffer
from fnnet.optim.elementwise import Elementwise
from fnnet.optim.optimizer import Cell, Optimizer
from fnnet.optim.schedules import Rate, check_rate, rate_at

Slots: TypeAlias = tuple[Vector[F], ...]


@frozen(repr=False)
class sgd(Elementwise):
    """Gradient descent: θ ← θ - η g.

    Args:
        lr: η, the learning rate, or a pure function of the step.

    Raises:
        ValueError: the rate is negative or not finite.

    Robbins and Monro, "A stochastic approximation method", 1951.

    >>> from fnnet import Dense, Grads, Params, identity, identity_squared_error
    >>> layer = (Dense(np.array([[1.0]]), np.array([2.0])),)
    >>> params, grads = Params(layer, identity, identity_squared_error), Grads(layer)
    >>> optimizer = sgd(0.5)
    >>> after, state = optimizer.step(params, grads, optimizer.init(params))
    >>> after.layers[0].bias
    array([1.])
    """

    lr: Rate
    remembers: ClassVar[int] = 0

    def __attrs_post_init__(self) -> None:
        self._settle(lr=check_rate("lr", self.lr))

    def move(self, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: Slots[F]) -> None:
        g *= lr
        theta -= g


@frozen(repr=False)
class momentum(Elementwise):
    """Heavy ball: v ← μ v + g, θ ← θ - η v.

    Args:
        lr: η, the learning rate, or a pure function of the step.
        mu: μ, the momentum, at least 0.

    Raises:
        ValueError: a number is negative or not finite.

    Law: at μ = 0 it is `sgd`.

    Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.

    >>> momentum(0.1)
    momentum(0.1)
    """

    lr: Rate
    mu: float = 0.9

    def __attrs_post_init__(self) -> None:
        self._settle(lr=check_rate("lr", self.lr), mu=check_number("mu", self.mu))

    def move(self, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: Slots[F]) -> None:
        (v,) = slots
        v *= self.mu
        v += g
        np.multiply(v, lr, out=g)
        theta -= g


@frozen(repr=False)
class nesterov(Elementwise):
    """Nesterov's momentum: v ← μ v + g, θ ← θ - η (g + μ v).

    Args:
        lr: η, the learning rate, or a pure function of the step.
        mu: μ, the momentum, at least 0.

    Raises:
        ValueError: a number is negative or not finite.

    Law: at μ = 0 it is `sgd`.

    Nesterov, 1983, in the form of Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and
    momentum in deep learning", 2013.

    >>> nesterov(0.1)
    nesterov(0.1)
    """

    lr: Rate
    mu: float = 0.9

    def __attrs_post_init__(self) -> None:
        self._settle(lr=check_rate("lr", self.lr), mu=check_number("mu", self.mu))

    def move(self, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: Slots[F]) -> None:
        (v,) = slots
        v *= self.mu
        v += g
        g += self.mu * v
        g *= lr
        theta -= g


@frozen(repr=False)
class adagrad(Elementwise):
    """AdaGrad: s ← s + g², θ ← θ - η g / (√s + ε).

    Args:
        lr: η, the learning rate, or a pure function of the step.
        eps: ε, at least 0.

    Raises:
        ValueError: a number is negative or not finite.

    Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization", 2011.

    >>> adagrad(0.1)
    adagrad(0.1)
    """

    lr: Rate
    eps: float = 1e-10

    def __attrs_post_init__(self) -> None:
        self._settle(lr=check_rate("lr", self.lr), eps=check_number("eps", self.eps))

    def move(self, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: Slots[F]) -> None:
        (s,) = slots
        s += g * g
        g *= lr
        g /= np.sqrt(s) + self.eps
        theta -= g


@frozen(repr=False)
class rmsprop(Elementwise):
    """RMSProp: s ← α s + (1 - α) g², θ ← θ - η g / (√s + ε).

    Args:
        lr: η, the learning rate, or a pure function of the step.
        alpha: α, the decay of the mean square, at least 0 and less than 1.
        eps: ε, at least 0.

    Raises:
        ValueError: a number is out of range.

    Tieleman and Hinton, "Lecture 6.5: RMSProp", Coursera, 2012.

    >>> rmsprop(0.01)
    rmsprop(0.01)
    """

    lr: Rate
    alpha: float = 0.99
    eps: float = 1e-8

    def __attrs_post_init__(self) -> None:
        alpha, eps = check_number("alpha", self.alpha, below=1), check_number("eps", self.eps)
        self._settle(lr=check_rate("lr", self.lr), alpha=alpha, eps=eps)

    def move(self, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: Slots[F]) -> None:
        (s,) = slots
        s *= self.alpha
        s += (1 - self.alpha) * g * g
        g *= lr
        g /= np.sqrt(s) + self.eps
        theta -= g


@frozen(repr=False)
class adam(Elementwise):
    """Adam: steps of about the size η, whatever the scale of the gradient.

        m ← β₁ m + (1 - β₁) g,   v ← β₂ v + (1 - β₂) g²,   θ ← θ - η (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε)

    Args:
        lr: η, the learning rate, or a pure function of the step.
        beta1: β₁, the decay of the mean gradient, at least 0 and less than 1.
        beta2: β₂, the decay of the mean square, at least 0 and less than 1.
        eps: ε, at least 0.

    Raises:
        ValueError: a number is out of range.

    Kingma and Ba, "Adam: a method for stochastic optimization", 2015.

    >>> adam(1e-3)
    adam(0.001)
    """

    lr: Rate = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    remembers: ClassVar[int] = 2

    def __attrs_post_init__(self) -> None:
        beta1, beta2 = check_number("beta1", self.beta1, below=1), check_number("beta2", self.beta2, below=1)
        self._settle(lr=check_rate("lr", self.lr), beta1=beta1, beta2=beta2, eps=check_number("eps", self.eps))

    def move(self, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: Slots[F]) -> None:
        m, v = slots
        # m = (1 - β₁) (β₁ / (1 - β₁) m + g), which needs no other memory
        m *= self.beta1 / (1 - self.beta1)
        m += g
        m *= 1 - self.beta1
        np.square(g, out=g)
        g *= 1 - self.beta2
        v *= self.beta2
        v += g
        # both corrections in one, in the order given at the end of the paper's section 2
        correction = (1 - self.beta2**t) ** 0.5
        np.sqrt(v, out=g)
        g += self.eps * correction
        np.divide(m, g, out=g)
        g *= lr * correction / (1 - self.beta1**t)
        theta -= g


@frozen(repr=False)
class adamw(adam):
    """Adam with decoupled weight decay: θ ← (1 - η λ) θ, then Adam's step.

    Args:
        lr: η, the learning rate, or a pure function of the step.
        decay: λ, at least 0.
        beta1, beta2, eps: as in `adam`.
        biases: whether biases decay, too: they do, as in the paper and in PyTorch, unless this is False.

    Raises:
        ValueError: a number is out of range.

    Laws: at λ = 0 it is `adam`; it is `decay(adam(η), η λ, biases=True)` of `fnnet.optim`, up to rounding.

    Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.

    >>> adamw(1e-3)
    adamw(0.001)
    """

    lr: Rate = 1e-3
    decay: float = 1e-2
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    biases: bool = field(default=True, kw_only=True)

    def __attrs_post_init__(self) -> None:
        adam.__attrs_post_init__(self)
        self._settle(decay=check_number("decay", self.decay))

    def update(self, count: int, theta: ParamsBuffer[F], grads: Buffer[F], slots: tuple[Cell[F], ...]) -> None:
        shrink(theta, rate_at("lr", self.lr, count) * self.decay, self.biases)
        adam.update(self, count, theta, grads, slots)


def shrink(theta: ParamsBuffer[F], share: float, biases: bool) -> None:
    """θ ← (1 - share) θ in place: all of θ, or its weights alone."""
    if share:
        for numbers in (theta.vector,) if biases else theta.weights:
            numbers *= 1 - share


OPTIMIZERS: dict[str, Callable[[Rate], Optimizer]] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}
"""The optimizers of the library by name, as functions of the learning rate."""
