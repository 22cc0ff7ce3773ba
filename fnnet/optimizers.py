"""The optimisers: each is one equation, applied number by number.

θ are the parameters, g is the gradient, η the learning rate and t = 1, 2, … the step. `lr` is a number or a pure
function of the step, counted from 0.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from fnnet.arrays import Array, F, S
from fnnet.optimizer import Moved, Optimizer, Rate, Slots, elementwise


def sgd(lr: Rate) -> Optimizer:
    """Gradient descent: θ ← θ - η g (Robbins and Monro, 1951)."""
    return elementwise("sgd", lr, 0, _sgd)


def _sgd(lr: float, t: int, theta: Array[S, F], g: Array[S, F], slots: Slots[S, F], /) -> Moved[S, F]:
    return theta - lr * g, ()


def momentum(lr: Rate, mu: float = 0.9) -> Optimizer:
    """Heavy ball: v ← μ v + g, θ ← θ - η v (Polyak, 1964)."""
    return elementwise("momentum", lr, 1, partial(_momentum, mu))


def _momentum(mu: float, lr: float, t: int, theta: Array[S, F], g: Array[S, F], slots: Slots[S, F], /) -> Moved[S, F]:
    (v,) = slots
    v = mu * v + g
    return theta - lr * v, (v,)


def nesterov(lr: Rate, mu: float = 0.9) -> Optimizer:
    """Nesterov's momentum: v ← μ v + g, θ ← θ - η (g + μ v) (Nesterov, 1983; Sutskever and others, 2013)."""
    return elementwise("nesterov", lr, 1, partial(_nesterov, mu))


def _nesterov(mu: float, lr: float, t: int, theta: Array[S, F], g: Array[S, F], slots: Slots[S, F], /) -> Moved[S, F]:
    (v,) = slots
    v = mu * v + g
    move: Array[S, F] = g + mu * v
    return theta - lr * move, (v,)


def adagrad(lr: Rate, eps: float = 1e-10) -> Optimizer:
    """AdaGrad: s ← s + g², θ ← θ - η g / (√s + ε) (Duchi, Hazan and Singer, 2011)."""
    return elementwise("adagrad", lr, 1, partial(_adagrad, eps))


def _adagrad(eps: float, lr: float, t: int, theta: Array[S, F], g: Array[S, F], slots: Slots[S, F], /) -> Moved[S, F]:
    (s,) = slots
    s = s + g * g
    root: Array[S, F] = np.sqrt(s)
    move: Array[S, F] = lr * g / (root + eps)
    return theta - move, (s,)


def rmsprop(lr: Rate, alpha: float = 0.99, eps: float = 1e-8) -> Optimizer:
    """RMSProp: s ← α s + (1 - α) g², θ ← θ - η g / (√s + ε) (Tieleman and Hinton, 2012)."""
    return elementwise("rmsprop", lr, 1, partial(_rmsprop, alpha, eps))


def _rmsprop(
    alpha: float,
    eps: float,
    lr: float,
    t: int,
    theta: Array[S, F],
    g: Array[S, F],
    slots: Slots[S, F],
    /,
) -> Moved[S, F]:
    (s,) = slots
    s = alpha * s + (1 - alpha) * g * g
    root: Array[S, F] = np.sqrt(s)
    move: Array[S, F] = lr * g / (root + eps)
    return theta - move, (s,)


def adam(lr: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> Optimizer:
    """Adam (Kingma and Ba, 2015).

    m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², θ ← θ - η (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε).
    """
    return elementwise("adam", lr, 2, partial(_adamw, 0.0, beta1, beta2, eps))


def adamw(
    lr: Rate = 1e-3, decay: float = 1e-2, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
) -> Optimizer:
    """Adam with decoupled weight decay λ: θ ← (1 - η λ) θ, then Adam's step (Loshchilov and Hutter, 2019)."""
    return elementwise("adamw", lr, 2, partial(_adamw, decay, beta1, beta2, eps))


def _adamw(
    decay: float,
    beta1: float,
    beta2: float,
    eps: float,
    lr: float,
    t: int,
    theta: Array[S, F],
    g: Array[S, F],
    slots: Slots[S, F],
    /,
) -> Moved[S, F]:
    m, v = slots
    # One array of scratch, which becomes the new θ: memory is most of the cost.
    scratch: Array[S, F] = (1 - beta1) * g
    m = beta1 * m
    m += scratch
    np.square(g, out=scratch)
    scratch *= 1 - beta2
    v = beta2 * v
    v += scratch
    np.sqrt(v, out=scratch)
    scratch *= (1 - beta2**t) ** -0.5
    scratch += eps
    np.divide(m, scratch, out=scratch)
    scratch *= lr / (1 - beta1**t)
    kept = theta if decay == 0 else (1 - lr * decay) * theta
    np.subtract(kept, scratch, out=scratch)
    return scratch, (m, v)


OPTIMIZERS: dict[str, Callable[[Rate], Optimizer]] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}
"""The optimisers of the library by name, as functions of the learning rate."""
