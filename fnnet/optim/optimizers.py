"""The optimizers: each is one equation, applied to every number, in place.

θ are the parameters, g is the gradient, η the learning rate and t = 1, 2, … the step. `lr` is a number or a pure
function of the step, counted from 0. An equation that has read g reuses its memory for what it computes next.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import numpy as np

from fnnet.core.arrays import F, Vector
from fnnet.core.checks import check_number
from fnnet.optim.optimizer import Optimizer, Rate, elementwise

Slots: TypeAlias = tuple[Vector[F], ...]


def sgd(lr: Rate) -> Optimizer:
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
    return elementwise("sgd", lr, 0, _sgd)


def _sgd(lr: float, t: int, theta: Vector[F], g: Vector[F], slots: Slots[F], /) -> None:
    g *= lr
    theta -= g


def momentum(lr: Rate, mu: float = 0.9) -> Optimizer:
    """Heavy ball: v ← μ v + g, θ ← θ - η v.

    Args:
        lr: η, the learning rate, or a pure function of the step.
        mu: μ, the momentum, at least 0.

    Raises:
        ValueError: a number is negative or not finite.

    Law: at μ = 0 it is `sgd`.

    Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.

    >>> momentum(0.1)
    Optimizer(momentum)
    """
    mu = check_number("mu", mu)
    return elementwise("momentum", lr, 1, partial(_momentum, mu))


def _momentum(mu: float, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: Slots[F], /) -> None:
    (v,) = slots
    v *= mu
    v += g
    np.multiply(v, lr, out=g)
    theta -= g


def nesterov(lr: Rate, mu: float = 0.9) -> Optimizer:
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
    Optimizer(nesterov)
    """
    mu = check_number("mu", mu)
    return elementwise("nesterov", lr, 1, partial(_nesterov, mu))


def _nesterov(mu: float, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: Slots[F], /) -> None:
    (v,) = slots
    v *= mu
    v += g
    g += mu * v
    g *= lr
    theta -= g


def adagrad(lr: Rate, eps: float = 1e-10) -> Optimizer:
    """AdaGrad: s ← s + g², θ ← θ - η g / (√s + ε).

    Args:
        lr: η, the learning rate, or a pure function of the step.
        eps: ε, at least 0.

    Raises:
        ValueError: a number is negative or not finite.

    Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization", 2011.

    >>> adagrad(0.1)
    Optimizer(adagrad)
    """
    eps = check_number("eps", eps)
    return elementwise("adagrad", lr, 1, partial(_adagrad, eps))


def _adagrad(eps: float, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: Slots[F], /) -> None:
    (s,) = slots
    s += g * g
    g *= lr
    g /= np.sqrt(s) + eps
    theta -= g


def rmsprop(lr: Rate, alpha: float = 0.99, eps: float = 1e-8) -> Optimizer:
    """RMSProp: s ← α s + (1 - α) g², θ ← θ - η g / (√s + ε).

    Args:
        lr: η, the learning rate, or a pure function of the step.
        alpha: α, the decay of the mean square, at least 0 and less than 1.
        eps: ε, at least 0.

    Raises:
        ValueError: a number is out of range.

    Tieleman and Hinton, "Lecture 6.5: RMSProp", Coursera, 2012.

    >>> rmsprop(0.01)
    Optimizer(rmsprop)
    """
    alpha = check_number("alpha", alpha, below=1)
    eps = check_number("eps", eps)
    return elementwise("rmsprop", lr, 1, partial(_rmsprop, alpha, eps))


def _rmsprop(alpha: float, eps: float, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: Slots[F], /) -> None:
    (s,) = slots
    s *= alpha
    s += (1 - alpha) * g * g
    g *= lr
    g /= np.sqrt(s) + eps
    theta -= g


def adam(lr: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> Optimizer:
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
    Optimizer(adam)
    """
    return _adam("adam", lr, 0.0, beta1, beta2, eps)


def adamw(
    lr: Rate = 1e-3, decay: float = 1e-2, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
) -> Optimizer:
    """Adam with decoupled weight decay: θ ← (1 - η λ) θ, then Adam's step.

    Args:
        lr: η, the learning rate, or a pure function of the step.
        decay: λ, at least 0.
        beta1, beta2, eps: as in `adam`.

    Raises:
        ValueError: a number is out of range.

    Law: at λ = 0 it is `adam`.

    Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.

    >>> adamw(1e-3)
    Optimizer(adamw)
    """
    return _adam("adamw", lr, decay, beta1, beta2, eps)


def _adam(name: str, lr: Rate, decay: float, beta1: float, beta2: float, eps: float) -> Optimizer:
    beta1, beta2 = check_number("beta1", beta1, below=1), check_number("beta2", beta2, below=1)
    decay, eps = check_number("decay", decay), check_number("eps", eps)
    return elementwise(name, lr, 2, partial(_adamw, decay, beta1, beta2, eps))


def _adamw(
    decay: float,
    beta1: float,
    beta2: float,
    eps: float,
    lr: float,
    t: int,
    theta: Vector[F],
    g: Vector[F],
    slots: Slots[F],
    /,
) -> None:
    m, v = slots
    # m = (1 - β₁) (β₁ / (1 - β₁) m + g), which needs no other memory
    m *= beta1 / (1 - beta1)
    m += g
    m *= 1 - beta1
    np.square(g, out=g)
    g *= 1 - beta2
    v *= beta2
    v += g
    # both corrections in one, in the order given at the end of the paper's section 2
    correction = (1 - beta2**t) ** 0.5
    np.sqrt(v, out=g)
    g += eps * correction
    np.divide(m, g, out=g)
    g *= lr * correction / (1 - beta1**t)
    if decay:
        theta *= 1 - lr * decay
    theta -= g


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
