"""The network once more, in plain Python: numbers, lists and loops, one sample, nothing imported from fnnet.

It is slow and obvious, and the fast code is compared with it. So each new activation, head, optimizer and scheme of
initial weights needs an entry here.
"""

from collections.abc import Callable, Mapping
from math import exp, log, pi, sqrt, tanh
from typing import NamedTuple, TypeVar

T = TypeVar("T")
Row = list[float]
Layer = tuple[list[Row], Row]  # weights[i][j] from input i to unit j, bias[j]


def find(table: Mapping[str, T], kind: str, name: str) -> T:
    """The entry of a name; the error for a missing one says what to do."""
    if name not in table:
        raise LookupError(f"{kind} {name!r} has no reference in plain Python; add it to tests/reference.py")
    return table[name]


# Activations: f, and f' at z.


class Activation(NamedTuple):
    apply: Callable[[float], float]
    derivative: Callable[[float], float]


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z)) if z > 0 else exp(z) / (1 + exp(z))


def gelu_slope(z: float) -> float:
    """The derivative of z (1 + tanh u) / 2 with u = √(2/π) (z + 0.044715 z³)."""
    u = sqrt(2 / pi) * (z + 0.044715 * z**3)
    return (1 + tanh(u)) / 2 + z * (1 - tanh(u) ** 2) / 2 * sqrt(2 / pi) * (1 + 3 * 0.044715 * z**2)


ACTIVATIONS = {
    "identity": Activation(lambda z: z, lambda z: 1.0),
    "sigmoid": Activation(sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": Activation(tanh, lambda z: 1 - tanh(z) ** 2),
    "relu": Activation(lambda z: z if z > 0 else 0.0, lambda z: 1.0 if z > 0 else 0.0),
    "leaky-relu": Activation(lambda z: z if z > 0 else 0.01 * z, lambda z: 1.0 if z > 0 else 0.01),
    "silu": Activation(lambda z: z * sigmoid(z), lambda z: sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z))),
    "elu": Activation(lambda z: z if z > 0 else exp(z) - 1, lambda z: 1.0 if z > 0 else exp(z)),
    "gelu": Activation(lambda z: z * (1 + tanh(sqrt(2 / pi) * (z + 0.044715 * z**3))) / 2, gelu_slope),
    "softplus": Activation(lambda z: log(1 + exp(-abs(z))) + max(z, 0.0), sigmoid),
}


# Heads: the output p of the logits z, its Jacobian ∂p_i/∂z_j as a function of p, the loss of p, and its slope ∂L/∂p_i.


class Head(NamedTuple):
    apply: Callable[[Row], Row]
    jacobian: Callable[[Row], list[Row]]
    loss: Callable[[Row, Row], float]
    loss_slope: Callable[[Row, Row], Row]


def softmax(z: Row) -> Row:
    top = max(z)
    e = [exp(v - top) for v in z]
    return [v / sum(e) for v in e]


def softmax_jacobian(p: Row) -> list[Row]:
    return [[p[i] * ((i == j) - p[j]) for j in range(len(p))] for i in range(len(p))]


def logistic(z: Row) -> Row:
    return [sigmoid(v) for v in z]


def logistic_jacobian(p: Row) -> list[Row]:
    return [[p[i] * (1 - p[i]) * (i == j) for j in range(len(p))] for i in range(len(p))]


def identity_jacobian(p: Row) -> list[Row]:
    return [[float(i == j) for j in range(len(p))] for i in range(len(p))]


def cross_entropy(p: Row, t: Row) -> float:
    return -sum(t[j] * log(p[j]) for j in range(len(t)))


def cross_entropy_slope(p: Row, t: Row) -> Row:
    return [-t[j] / p[j] for j in range(len(t))]


def binary_cross_entropy(p: Row, t: Row) -> float:
    return -sum(t[j] * log(p[j]) + (1 - t[j]) * log(1 - p[j]) for j in range(len(t)))


def binary_cross_entropy_slope(p: Row, t: Row) -> Row:
    return [-t[j] / p[j] + (1 - t[j]) / (1 - p[j]) for j in range(len(t))]


def squared_error(p: Row, t: Row) -> float:
    return sum((p[j] - t[j]) ** 2 for j in range(len(t))) / len(t)


def squared_error_slope(p: Row, t: Row) -> Row:
    return [2 * (p[j] - t[j]) / len(t) for j in range(len(t))]


def huber(p: Row, t: Row) -> float:
    return sum(r**2 / 2 if r <= 1 else r - 1 / 2 for r in (abs(p[j] - t[j]) for j in range(len(t)))) / len(t)


def huber_slope(p: Row, t: Row) -> Row:
    return [max(-1.0, min(1.0, p[j] - t[j])) / len(t) for j in range(len(t))]


def absolute_error(p: Row, t: Row) -> float:
    return sum(abs(p[j] - t[j]) for j in range(len(t))) / len(t)


def absolute_error_slope(p: Row, t: Row) -> Row:
    return [((p[j] > t[j]) - (p[j] < t[j])) / len(t) for j in range(len(t))]


def rate(z: Row) -> Row:
    return [exp(min(v, 40.0)) for v in z]


def rate_jacobian(p: Row) -> list[Row]:
    return [[p[i] * (i == j) for j in range(len(p))] for i in range(len(p))]


def poisson(p: Row, t: Row) -> float:
    return sum(p[j] - t[j] * log(p[j]) for j in range(len(t)))


def poisson_slope(p: Row, t: Row) -> Row:
    return [1 - t[j] / p[j] for j in range(len(t))]


HEADS = {
    "softmax-cross-entropy": Head(softmax, softmax_jacobian, cross_entropy, cross_entropy_slope),
    "softmax-squared-error": Head(softmax, softmax_jacobian, squared_error, squared_error_slope),
    "logistic-cross-entropy": Head(logistic, logistic_jacobian, binary_cross_entropy, binary_cross_entropy_slope),
    "identity-squared-error": Head(list, identity_jacobian, squared_error, squared_error_slope),
    "identity-huber": Head(list, identity_jacobian, huber, huber_slope),
    "identity-absolute-error": Head(list, identity_jacobian, absolute_error, absolute_error_slope),
    "exp-poisson": Head(rate, rate_jacobian, poisson, poisson_slope),
}


def head_loss(head: str, z: Row, t: Row) -> float:
    found = find(HEADS, "head", head)
    return found.loss(found.apply(z), t)


def head_delta(head: str, z: Row, t: Row) -> Row:
    """∂L/∂z by the chain rule through the whole Jacobian of the output; nothing cancels on paper."""
    found = find(HEADS, "head", head)
    p = found.apply(z)
    slope, jacobian = found.loss_slope(p, t), found.jacobian(p)
    return [sum(slope[i] * jacobian[i][j] for i in range(len(p))) for j in range(len(p))]


# Initial weights: the variance of each scheme, from fan_in and fan_out.

VARIANCES: dict[str, Callable[[int, int], float]] = {
    "lecun": lambda fan_in, fan_out: 1 / fan_in,
    "glorot": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    "he": lambda fan_in, fan_out: 2 / fan_in,
    "article": lambda fan_in, fan_out: 1 / fan_out,
}


# The two passes


def affine(a: Row, layer: Layer) -> Row:
    weights, bias = layer
    return [bias[j] + sum(a[i] * weights[i][j] for i in range(len(a))) for j in range(len(bias))]


def forward(layers: list[Layer], hidden: str, head: str, x: Row) -> tuple[list[Row], list[Row]]:
    """Each layer's z and a."""
    f, output = find(ACTIVATIONS, "activation", hidden).apply, find(HEADS, "head", head).apply
    zs: list[Row] = []
    activations: list[Row] = []
    a = x
    for l, layer in enumerate(layers):
        z = affine(a, layer)
        a = output(z) if l == len(layers) - 1 else [f(v) for v in z]
        zs.append(z)
        activations.append(a)
    return zs, activations


def backward(layers: list[Layer], hidden: str, head: str, x: Row, t: Row) -> list[Layer]:
    """The derivatives of the loss of one sample, in the shape of the layers."""
    derivative = find(ACTIVATIONS, "activation", hidden).derivative
    zs, activations = forward(layers, hidden, head, x)
    inputs = [x, *activations[:-1]]
    delta = head_delta(head, zs[-1], t)
    grads: list[Layer] = []
    for l in reversed(range(len(layers))):
        grads.insert(0, ([[a * d for d in delta] for a in inputs[l]], delta))
        if l > 0:
            weights, _ = layers[l]
            back = [sum(weights[i][j] * delta[j] for j in range(len(delta))) for i in range(len(weights))]
            delta = [back[i] * derivative(zs[l - 1][i]) for i in range(len(back))]
    return grads


# Optimizers, for one number: (θ, g, slots, η, t) ↦ the new θ; the slots are changed in place, t counts from 1.


def sgd(theta: float, g: float, slots: Row, lr: float, t: int) -> float:
    return theta - lr * g


def momentum(theta: float, g: float, slots: Row, lr: float, t: int) -> float:
    slots[0] = 0.9 * slots[0] + g
    return theta - lr * slots[0]


def nesterov(theta: float, g: float, slots: Row, lr: float, t: int) -> float:
    slots[0] = 0.9 * slots[0] + g
    return theta - lr * (g + 0.9 * slots[0])


def adagrad(theta: float, g: float, slots: Row, lr: float, t: int) -> float:
    slots[0] += g**2
    return theta - lr * g / (sqrt(slots[0]) + 1e-10)


def rmsprop(theta: float, g: float, slots: Row, lr: float, t: int) -> float:
    slots[0] = 0.99 * slots[0] + 0.01 * g**2
    return theta - lr * g / (sqrt(slots[0]) + 1e-8)


def adam(theta: float, g: float, slots: Row, lr: float, t: int) -> float:
    slots[0] = 0.9 * slots[0] + 0.1 * g
    slots[1] = 0.999 * slots[1] + 0.001 * g**2
    return theta - lr * (slots[0] / (1 - 0.9**t)) / (sqrt(slots[1] / (1 - 0.999**t)) + 1e-8)


def adamw(theta: float, g: float, slots: Row, lr: float, t: int) -> float:
    return adam(theta * (1 - lr * 0.01), g, slots, lr, t)


OPTIMIZERS = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}
