"""Steps of training, as users write them."""

from functools import partial
from typing import Any, NamedTuple

import attrs
import numpy as np

from fnnet import (
    Dense,
    Grads,
    Params,
    TrainState,
    backward,
    forward,
    identity_squared_error,
    init_params,
    logistic_cross_entropy,
    relu,
    sgd_step,
)
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.tree import add, map_layers, scale
from fnnet.optim import adam, momentum
from fnnet.optim.schedules import cosine
from fnnet.optim.wrappers import clip, ema, l2, max_norm
from fnnet.testing.laws.step import Training
from fnnet.train.fold import sgd_fold


def soul(params: Any, sample: Any) -> Any:
    x, y = sample
    return sgd_step(params, backward(params, forward(params, x), y), lr=0.1)


def with_rate(lr: float, params: Any, batch: Any) -> Any:
    x, y = batch
    return sgd_step(params, mean_gradient(params, x, y), lr)


def by_hand(params: Any, batch: Any) -> Any:
    """Of batches, for sigmoids and softmax, without the library's gradient."""
    x, y = batch
    activations = [x]
    for layer in params.layers[:-1]:
        activations.append(1 / (1 + np.exp(-(activations[-1] @ layer.weights + layer.bias))))
    logits = activations[-1] @ params.layers[-1].weights + params.layers[-1].bias
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    delta = e / e.sum(axis=1, keepdims=True)
    delta[np.arange(len(y)), y] -= 1
    delta /= len(y)
    layers = []
    for layer, a in zip(params.layers[::-1], activations[::-1]):
        layers.append(Dense(layer.weights - 0.5 * a.T @ delta, layer.bias - 0.5 * delta.sum(axis=0)))
        delta = delta @ layer.weights.T * a * (1 - a)
    return attrs.evolve(params, layers=tuple(layers[::-1]))


def of_one_sample(params: Any, sample: Any) -> Any:
    """Of single samples: one layer, by outer products."""
    x, y = sample
    (layer,) = params.layers
    p = np.exp(x @ layer.weights + layer.bias)
    delta = p / p.sum() - np.eye(len(p), dtype=p.dtype)[y]
    rate = p.dtype.type(0.1)
    return Params(
        (Dense(layer.weights - rate * np.outer(x, delta), layer.bias - rate * delta),), params.hidden, params.head
    )


def logistic(params: Any, batch: Any) -> Any:
    """Two classes and one output, by hand: labels are 0 or 1."""
    x, y = batch
    (layer,) = params.layers
    p = 1 / (1 + np.exp(-(x @ layer.weights + layer.bias)))
    delta = (p - y[:, np.newaxis]) / len(y)
    delta = delta.astype(p.dtype)
    return sgd_step(params, Grads((Dense(x.T @ delta, delta.sum(axis=0)),)), 0.5)


def heavy_ball(state: Any, batch: Any) -> Any:
    """Momentum, carried in a tuple."""
    params, velocity = state
    velocity = add(scale(velocity, 0.9), mean_gradient(params, *batch))
    return sgd_step(params, velocity, 0.05), velocity


class Carried(NamedTuple):
    params: Any
    squares: Any


def rms(state: Carried, batch: Any) -> Carried:
    g = backward(state.params, forward(state.params, batch[0]), batch[1])
    squares = [
        (0.9 * w + 0.1 * layer.weights**2, 0.9 * b + 0.1 * layer.bias**2)
        for (w, b), layer in zip(state.squares, g.layers)
    ]
    moves = [
        Dense((layer.weights / (np.sqrt(w) + 1e-6)).astype(w.dtype), (layer.bias / (np.sqrt(b) + 1e-6)).astype(b.dtype))
        for (w, b), layer in zip(squares, g.layers)
    ]
    return Carried(sgd_step(state.params, Grads(tuple(moves)), 0.01), squares)


def first_squares(params: Any) -> Carried:
    return Carried(params, [(np.zeros_like(layer.weights), np.zeros_like(layer.bias)) for layer in params.layers])


def lion(state: Any, batch: Any) -> Any:
    params, m = state
    g = mean_gradient(params, *batch)
    move = map_layers(np.sign, add(scale(m, 0.9), scale(g, 0.1)))
    return sgd_step(params, move, 0.003), add(scale(m, 0.99), scale(g, 0.01))


def in_a_dict(state: Any, batch: Any) -> Any:
    params, k = state["params"], state["k"]
    return {"params": sgd_step(params, mean_gradient(params, *batch), 0.5 / (1 + 0.01 * k)), "k": k + 1}


class Plain:
    """A class without equality."""

    def __init__(self, params: Any, average: Any) -> None:
        self.params, self.average = params, average


def averaging(state: Plain, batch: Any) -> Plain:
    params = soul(state.params, batch)
    return Plain(params, add(scale(state.average, 0.9), scale(params, 0.1)))


def optimized(optimizer: Any, state: Any, batch: Any) -> Any:
    grads = mean_gradient(state.params, *batch)
    params, opt_state = optimizer.step(state.params, grads, state.opt_state)
    return TrainState(state.epoch, params, opt_state)


def begun(optimizer: Any, params: Any) -> Any:
    return TrainState(0, params, optimizer.init(params))


def decayed(params: Any, batch: Any) -> Any:
    """Weight decay of the weights alone."""
    grads = mean_gradient(params, *batch)
    layers = [Dense(g.weights + 1e-3 * p.weights, g.bias) for g, p in zip(grads.layers, params.layers)]
    return sgd_step(params, Grads(tuple(layers)), 0.1)


def folded(params: Any, batch: Any) -> Any:
    x, y = batch
    return sgd_fold(params, x, y, lr=0.1)


def none(params: Any) -> Any:
    return scale(Grads(params.layers), 0.0)


OPTIMIZERS = (
    adam(0.01),
    momentum(cosine(0.1, 1000, warmup=10), mu=0.9),
    ema(clip(max_norm(l2(adam(1e-3), 1e-3), 2.0), 1.0), 0.99),
)

RIGHT = (
    soul,
    partial(with_rate, 0.05),
    partial(with_rate, 1e-4),
    by_hand,
    Training(of_one_sample, network=init_params((4, 3), seed=0)),
    Training(logistic, network=init_params((3, 1), seed=0, head=logistic_cross_entropy)),
    Training(heavy_ball, lambda params: (params, none(params))),
    Training(rms, first_squares),
    Training(lion, lambda params: (params, none(params))),
    Training(in_a_dict, lambda params: {"params": params, "k": 0}),
    Training(averaging, lambda params: Plain(params, params)),
    decayed,
    folded,
    *(Training(partial(optimized, optimizer), partial(begun, optimizer)) for optimizer in OPTIMIZERS),
    Training(soul, network=init_params((6, 5, 4), seed=0, hidden=relu, head=identity_squared_error)),
    Training(soul, batches=False),
)
