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
    """Gradient descent: θ ← θ - η g (Robbins and Monro, 1951)."""
    return elementwise("sgd", lr, 0, _sgd)


def _sgd(lr: float, t: int, theta: Vector[F], g: Vector[F], slots: Slots[F], /) -> None:
    g *= lr
    theta -= g


def momentum(lr: Rate, mu: float = 0.9) -> Optimizer:
    """Heavy ball: v ← μ v + g, θ ← θ - η v (Polyak, 1964)."""
    check_number("mu", mu)
    return elementwise("momentum", lr, 1, partial(_momentum, mu))


def _momentum(mu: float, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: Slots[F], /) -> None:
    (v,) = slots
    v *= mu
    v += g
    np.multiply(v, lr, out=g)
    theta -= g


def nesterov(lr: Rate, mu: float = 0.9) -> Optimizer:
    """Nesterov's momentum: v ← μ v + g, θ ← θ - η (g + μ v) (Nesterov, 1983; Sutskever and others, 2013)."""
    check_number("mu", mu)
    return elementwise("nesterov", lr, 1, partial(_nesterov, mu))


def _nesterov(mu: float, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: Slots[F], /) -> None:
    (v,) = slots
    v *= mu
    v += g
    g += mu * v
    g *= lr
    theta -= g


def adagrad(lr: Rate, eps: float = 1e-10) -> Optimizer:
    """AdaGrad: s ← s + g², θ ← θ - η g / (√s + ε) (Duchi, Hazan and Singer, 2011)."""
    check_number("eps", eps)
    return elementwise("adagrad", lr, 1, partial(_adagrad, eps))


def _adagrad(eps: float, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: Slots[F], /) -> None:
    (s,) = slots
    s += g * g
    g *= lr
    g /= np.sqrt(s) + eps
    theta -= g


def rmsprop(lr: Rate, alpha: float = 0.99, eps: float = 1e-8) -> Optimizer:
    """RMSProp: s ← α s + (1 - α) g², θ ← θ - η g / (√s + ε) (Tieleman and Hinton, 2012)."""
    check_number("alpha", alpha)
    check_number("eps", eps)
    return elementwise("rmsprop", lr, 1, partial(_rmsprop, alpha, eps))


def _rmsprop(alpha: float, eps: float, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: Slots[F], /) -> None:
    (s,) = slots
    s *= alpha
    s += (1 - alpha) * g * g
    g *= lr
    g /= np.sqrt(s) + eps
    theta -= g


def adam(lr: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> Optimizer:
    """Adam (Kingma and Ba, 2015).

    m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², θ ← θ - η (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε).
    """
    return _adam("adam", lr, 0.0, beta1, beta2, eps)


def adamw(
    lr: Rate = 1e-3, decay: float = 1e-2, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
) -> Optimizer:
    """Adam with decoupled weight decay λ: θ ← (1 - η λ) θ, then Adam's step (Loshchilov and Hutter, 2019)."""
    return _adam("adamw", lr, decay, beta1, beta2, eps)


def _adam(name: str, lr: Rate, decay: float, beta1: float, beta2: float, eps: float) -> Optimizer:
    for key, beta in (("beta1", beta1), ("beta2", beta2)):
        check_number(key, beta, below=1)
    check_number("decay", decay)
    check_number("eps", eps)
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
