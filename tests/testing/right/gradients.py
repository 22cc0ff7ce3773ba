"""Gradients as `fit` takes them."""

from functools import partial
from typing import Any

import numpy as np

from fnnet import Grads, Params, backward, forward, tree
from fnnet.nn import dropout_gradient, mean_gradient
from fnnet.train.descent import Gradient


def wrapped(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Grads[Any]:
    return mean_gradient(params, x, y, weights)


def of_a_pass(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Grads[Any]:
    return backward(params, forward(params, x), y, weights)


def accumulated(size: int, params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Grads[Any]:
    total: Grads[Any] | None = None
    for i in range(0, len(x), size):
        rows = slice(i, i + size)
        part = mean_gradient(params, x[rows], y[rows], None if weights is None else weights[rows])
        part = tree.scale(part, len(x[rows]) / len(x))
        total = part if total is None else Grads(tree.add(total, part).layers)
    assert total is not None
    return total


def summed(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Grads[Any]:
    """The mean of the samples' gradients, one by one."""
    w = np.ones(len(x)) if weights is None else weights
    each = [tree.scale(mean_gradient(params, x[i : i + 1], y[i : i + 1]), float(w[i])) for i in range(len(x))]
    return tree.average(each)


def noisy(seed: int, scale: float, params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Grads[Any]:
    rng, grads = np.random.default_rng((seed, step)), mean_gradient(params, x, y, weights)
    return tree.map_layers(lambda g: g + scale * rng.normal(size=g.shape).astype(g.dtype), grads)


def jittered(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Grads[Any]:
    """Noise of the inputs."""
    rng = np.random.default_rng(step)
    return mean_gradient(params, x + rng.normal(scale=0.1, size=x.shape).astype(x.dtype), y, weights)


def column_dropout(rate: float, params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Grads[Any]:
    """The same units left out for a whole batch, the inputs too."""
    rng = np.random.default_rng([7, step])
    masks = []
    for width in params.sizes[:-1]:
        kept = (rng.random(width) >= rate) / (1 - rate)
        masks.append(np.tile(kept.astype(x.dtype), (len(x), 1)))
    return backward(params, forward(params, x * masks[0], tuple(masks[1:])), y, weights)


RIGHT: tuple[Gradient[Any], ...] = (
    wrapped,
    of_a_pass,
    partial(accumulated, 2),
    partial(accumulated, 3),
    summed,
    *(partial(dropout_gradient, rate, seed) for rate, seed in ((0.0, 0), (0.01, 1), (0.2, 0), (0.5, 5), (0.95, 2))),
    partial(noisy, 0, 1e-3),
    partial(noisy, 3, 1.0),
    jittered,
    partial(column_dropout, 0.1),
    partial(column_dropout, 0.5),
)
