"""Steps of training, each of which breaks a law."""

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np

from fnnet.core.arrays import Numbers
from fnnet.nn.network import backward, forward, sgd_step
from fnnet.nn.params import Dense, Grads, Params
from fnnet.nn.tree import add, map_layers, scale
from fnnet.testing.laws.step import Training
from fnnet.testing.laws.twin import Twin

_LR = 0.1


def _gradient(params: Params[Any], batch: Any) -> Grads[Any]:
    x, y = batch
    return backward(params, forward(params, x), y)


def _step(params: Params[Any], batch: Any) -> Params[Any]:
    return sgd_step(params, _gradient(params, batch), _LR)


def _widening(params: Params[Any], batch: Any) -> Params[Any]:
    moved = _step(params, batch)
    return moved.astype(np.float64) if params.sizes[0] > 1 else moved


def _hidden_momentum() -> Callable[..., Any]:
    velocity: list[Any] = []

    def step(params: Params[Any], batch: Any) -> Params[Any]:
        grads = _gradient(params, batch)
        if velocity and _are_alike(velocity[0], grads):
            grads = add(grads, scale(velocity[0], 0.9))
        velocity[:] = [grads]
        return sgd_step(params, grads, _LR)

    return step


def _are_alike(a: Grads[Any], b: Grads[Any]) -> bool:
    return [(p.weights.shape, p.weights.dtype) for p in a.layers] == [
        (q.weights.shape, q.weights.dtype) for q in b.layers
    ]


def _keeping(state: Any, batch: Any) -> Any:
    # the last inputs, for a plot
    return _step(state[0], batch), batch[0].view()


def _last_momentum() -> Callable[..., Any]:
    last: list[Any] = [None, None]

    def step(params: Params[Any], batch: Any) -> Params[Any]:
        grads = _gradient(params, batch)
        if params is last[0]:
            grads = add(grads, scale(last[1], 0.9))
        moved = sgd_step(params, grads, _LR)
        last[:] = [moved, grads]
        return moved

    return step


def _momentum_by_id() -> Callable[..., Any]:
    memory: dict[int, Any] = {}  # the networks, too: their ids are not given away

    def step(params: Params[Any], batch: Any) -> Params[Any]:
        grads = _gradient(params, batch)
        if id(params) in memory:
            grads = add(grads, scale(memory[id(params)][1], 0.9))
        moved = sgd_step(params, grads, _LR)
        memory[id(moved)] = moved, grads
        return moved

    return step


def _naive_softmax(params: Params[Any], batch: Any) -> Params[Any]:
    """By hand, for a network of one layer or more, on batches."""
    x, y = batch
    cache = forward(params, x)
    e = np.exp(cache.pre_activations[-1])
    delta = (e / e.sum(axis=1, keepdims=True) - np.eye(params.sizes[-1])[y]) / len(x)
    return sgd_step(params, _backward_from(params, cache, delta.astype(params.dtype)), _LR)


def _backward_from(params: Params[Any], cache: Any, delta: Numbers) -> Grads[Any]:
    layers, inputs = [], [cache.x, *cache.activations]
    for layer, a in zip(reversed(params.layers), reversed(inputs[: len(params.layers)])):
        layers.append(Dense(a.T @ delta, delta.sum(axis=0)))
        delta = delta @ layer.weights.T * a * (1 - a)
    return Grads(tuple(reversed(layers)))


def _dropping(params: Params[Any], batch: Any) -> Params[Any]:
    x, y = batch
    return _step(params, (x[:-1], y[:-1]) if x.ndim == 2 and len(x) > 2 else batch)


def _summing(params: Params[Any], batch: Any) -> Params[Any]:
    n = len(batch[0]) if batch[0].ndim == 2 else 1
    return sgd_step(params, _gradient(params, batch), _LR * n)


def _dividing(params: Params[Any], batch: Any) -> Params[Any]:
    x = batch[0]
    return sgd_step(params, _gradient(params, batch), _LR if x.ndim == 2 else _LR / len(x))


def _per_unit(params: Params[Any], batch: Any) -> Params[Any]:
    rates = map_layers(lambda g: g / (1 + np.arange(g.shape[-1], dtype=g.dtype)), _gradient(params, batch))
    return sgd_step(params, rates, _LR)


def _raising_biases(params: Params[Any], batch: Any) -> Params[Any]:
    layers = tuple(Dense(layer.weights, -layer.bias) for layer in _gradient(params, batch).layers)
    return sgd_step(params, Grads(layers), _LR)


def _beyond_zero(state: Any, batch: Any) -> Any:
    params, count = state
    return sgd_step(params, _gradient(params, batch), 1 - count / 20), count + 1


def _growing(params: Params[Any], batch: Any) -> Params[Any]:
    return scale(_step(params, batch), 1 + 1e-3 * _LR)


def _halves(params: Params[Any], batch: Any) -> Params[Any]:
    moved = _step(params, batch)
    if params.dtype == np.float64:
        return moved
    return map_layers(lambda a: a.astype(np.float16).astype(np.float32), moved)


def _twin(law: str, fault: str, step: Callable[..., Any], start: Callable[..., Any] | None = None) -> Twin:
    training = Training(step)
    return Twin("training", law, fault, attrs.evolve(training, start=start) if start else training)


TWINS = (
    _twin("shape", "gives a float64 network for a float32 one", _widening),
    _twin("pure", "hides its momentum in a closure", _hidden_momentum()),
    _twin("own memory", "keeps a view of the batch", _keeping, lambda params: (params, np.zeros(0, params.dtype))),
    _twin("fold", "has the momentum of the network that it trained last", _last_momentum()),
    _twin("resume", "keeps momentum by the identity of networks", _momentum_by_id()),
    _twin("finite", "has a softmax that overflows", _naive_softmax),
    _twin("order", "drops the last sample of a batch", _dropping),
    _twin("mean", "follows the sum instead of the mean", _summing),
    _twin("one sample", "divides by the features of a sample", _dividing),
    _twin("symmetry", "has a rate of its own for each unit", _per_unit),
    _twin("downhill", "has the sign of the biases wrong", _raising_biases),
    _twin("learning", "has a rate that falls below zero", _beyond_zero, lambda params: (params, 0)),
    _twin("identity", "has the sign of the weight decay wrong", _growing),
    _twin("float32", "computes with half the digits in float32", _halves),
)
