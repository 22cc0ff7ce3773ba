"""The network once more, in plain Python: numbers, lists and loops, one sample, nothing shared with fnnet.

Slow and obvious. The fast code is compared with it.
"""

from collections.abc import Callable
from math import exp, log, tanh

Row = list[float]
Layer = tuple[list[Row], Row]  # weights[i][j] from input i to unit j, bias[j]


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z)) if z > 0 else exp(z) / (1 + exp(z))


FUNCTIONS: dict[str, Callable[[float], float]] = {
    "identity": lambda z: z,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "relu": lambda z: z if z > 0 else 0.0,
    "leaky-relu": lambda z: z if z > 0 else 0.01 * z,
    "silu": lambda z: z * sigmoid(z),
    "softplus": lambda z: log(1 + exp(-abs(z))) + max(z, 0.0),
}
DERIVATIVES: dict[str, Callable[[float], float]] = {
    "identity": lambda z: 1.0,
    "sigmoid": lambda z: sigmoid(z) * (1 - sigmoid(z)),
    "tanh": lambda z: 1 - tanh(z) ** 2,
    "relu": lambda z: 1.0 if z > 0 else 0.0,
    "leaky-relu": lambda z: 1.0 if z > 0 else 0.01,
    "silu": lambda z: sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z)),
    "softplus": sigmoid,
}


def softmax(z: Row) -> Row:
    top = max(z)
    e = [exp(v - top) for v in z]
    return [v / sum(e) for v in e]


def head_output(head: str, z: Row) -> Row:
    if head.startswith("softmax"):
        return softmax(z)
    if head.startswith("logistic"):
        return [sigmoid(v) for v in z]
    return list(z)


def head_loss(head: str, z: Row, t: Row) -> float:
    p = head_output(head, z)
    if head == "softmax-cross-entropy":
        return -sum(t[j] * log(p[j]) for j in range(len(t)))
    if head == "logistic-cross-entropy":
        return -sum(t[j] * log(p[j]) + (1 - t[j]) * log(1 - p[j]) for j in range(len(t)))
    return sum((p[j] - t[j]) ** 2 for j in range(len(t))) / len(t)


def head_delta(head: str, z: Row, t: Row) -> Row:
    """By the chain rule through the whole Jacobian of the output, with no cancellation done on paper."""
    p = head_output(head, z)
    k = len(p)
    if head == "softmax-cross-entropy":
        dp = [-t[j] / p[j] for j in range(k)]
    elif head == "logistic-cross-entropy":
        dp = [-t[j] / p[j] + (1 - t[j]) / (1 - p[j]) for j in range(k)]
    else:
        dp = [2 * (p[j] - t[j]) / k for j in range(k)]
    if head.startswith("softmax"):
        jacobian = [[p[i] * ((i == j) - p[j]) for j in range(k)] for i in range(k)]
    elif head.startswith("logistic"):
        jacobian = [[p[i] * (1 - p[i]) * (i == j) for j in range(k)] for i in range(k)]
    else:
        jacobian = [[float(i == j) for j in range(k)] for i in range(k)]
    return [sum(dp[i] * jacobian[i][j] for i in range(k)) for j in range(k)]


def affine(a: Row, layer: Layer) -> Row:
    weights, bias = layer
    return [bias[j] + sum(a[i] * weights[i][j] for i in range(len(a))) for j in range(len(bias))]


def forward(layers: list[Layer], hidden: str, head: str, x: Row) -> tuple[list[Row], list[Row]]:
    """Each layer's z and a."""
    zs: list[Row] = []
    activations: list[Row] = []
    a = x
    for l, layer in enumerate(layers):
        z = affine(a, layer)
        a = head_output(head, z) if l == len(layers) - 1 else [FUNCTIONS[hidden](v) for v in z]
        zs.append(z)
        activations.append(a)
    return zs, activations


def backward(layers: list[Layer], hidden: str, head: str, x: Row, t: Row) -> list[Layer]:
    """The derivatives of the loss of one sample, in the shape of the layers."""
    zs, activations = forward(layers, hidden, head, x)
    inputs = [x, *activations[:-1]]
    delta = head_delta(head, zs[-1], t)
    grads: list[Layer] = []
    for l in reversed(range(len(layers))):
        grads.insert(0, ([[a * d for d in delta] for a in inputs[l]], delta))
        if l > 0:
            weights, _ = layers[l]
            back = [sum(weights[i][j] * delta[j] for j in range(len(delta))) for i in range(len(weights))]
            delta = [back[i] * DERIVATIVES[hidden](zs[l - 1][i]) for i in range(len(back))]
    return grads
