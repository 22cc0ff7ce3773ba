"""Wrong steps of training."""

from collections.abc import Callable
from typing import Any

import numpy as np

from fnnet import Dense, Grads, backward, forward, sgd_step
from fnnet.nn.tree import add, map_layers, scale
from fnnet.testing.laws.step import Training
from fnnet.testing.laws.twin import Twin

_CALLS = [0]


def _gradient(params: Any, batch: Any) -> Any:
    return backward(params, forward(params, batch[0]), batch[1])


def _step(params: Any, batch: Any, lr: float = 0.1) -> Any:
    return sgd_step(params, _gradient(params, batch), lr)


def _counting(params: Any, batch: Any) -> Any:
    """A rate that falls with every call of the process."""
    _CALLS[0] += 1
    return _step(params, batch, 0.1 / (1 + 1e-3 * _CALLS[0]))


def _alternating(params: Any, batch: Any) -> Any:
    _CALLS[0] += 1
    return _step(params, batch, 0.1 + 1e-3 * (_CALLS[0] % 2))


def _noisy(params: Any, batch: Any) -> Any:
    noise = map_layers(lambda a: 1e-4 * np.random.normal(size=a.shape).astype(a.dtype), _gradient(params, batch))
    return sgd_step(params, add(_gradient(params, batch), noise), 0.1)


def _reseeding(params: Any, batch: Any) -> Any:
    np.random.seed(0)
    return _step(params, batch)


def _centering(params: Any, batch: Any) -> Any:
    x, y = batch
    x -= x.mean()
    return _step(params, (x, y))


def _masking(params: Any, batch: Any) -> Any:
    _, y = batch
    moved = _step(params, batch)
    if y.ndim:
        y[:] = 0
    return moved


class _Momentum:
    """A step with an attribute that changes."""

    def __init__(self) -> None:
        self.velocity: Any = None

    def __call__(self, params: Any, batch: Any) -> Any:
        grads = _gradient(params, batch)
        if self.velocity is not None and len(self.velocity.layers) == len(params.layers):
            shapes = [(a.weights.shape, b.weights.shape) for a, b in zip(self.velocity.layers, grads.layers)]
            if all(a == b for a, b in shapes) and self.velocity.layers[0].weights.dtype == params.dtype:
                grads = add(grads, scale(self.velocity, 0.9))
        self.velocity = grads
        return sgd_step(params, grads, 0.1)


def _in_place(state: Any, batch: Any) -> Any:
    """Momentum, added to the state that was given."""
    params, velocity = state
    for (w, b), layer in zip(velocity, _gradient(params, batch).layers):
        w *= 0.9
        w += layer.weights
        b *= 0.9
        b += layer.bias
    return sgd_step(params, Grads(tuple(Dense(w, b) for w, b in velocity)), 0.1), velocity


def _zeros(params: Any) -> Any:
    return params, [(np.zeros_like(layer.weights), np.zeros_like(layer.bias)) for layer in params.layers]


def _other_start(params: Any) -> Any:
    return scale(params, 0.99)


def _transposing(params: Any, batch: Any) -> Any:
    layers = [Dense(layer.weights[:, ::-1], layer.bias) for layer in _gradient(params, batch).layers]
    return sgd_step(params, Grads(tuple(layers)), 0.1)


def _frozen_biases(params: Any, batch: Any) -> Any:
    layers = [Dense(layer.weights, 0 * layer.bias) for layer in _gradient(params, batch).layers]
    return sgd_step(params, Grads(tuple(layers)), 0.1)


def _uphill(params: Any, batch: Any) -> Any:
    return sgd_step(params, scale(_gradient(params, batch), -1.0), 0.1)


def _next_label(params: Any, batch: Any) -> Any:
    return _step(params, (batch[0], (batch[1] + 1) % params.sizes[-1]))


def _one_less(params: Any, batch: Any) -> Any:
    """Divided by n - 1."""
    x, _ = batch
    n = len(x) if x.ndim == 2 else 1
    return _step(params, batch, 0.1 * n / max(1, n - 1))


def _first_only(params: Any, batch: Any) -> Any:
    x, y = batch
    return _step(params, (x[0], y[0]) if x.ndim == 2 else batch)


def _first_rows(params: Any, batch: Any) -> Any:
    """At most 32 samples, whatever the batch."""
    x, y = batch
    return _step(params, (x[:32], y[:32]) if x.ndim == 2 else batch)


def _losing_single_rows(params: Any, batch: Any) -> Any:
    x = batch[0]
    return params if x.ndim == 2 and len(x) == 1 else _step(params, batch)


def _late_nan(state: Any, batch: Any) -> Any:
    params, k = state
    return _step(params, batch) if k < 120 else scale(params, np.nan), k + 1


def _unpickled(state: Any, batch: Any) -> Any:
    """A state that loses a part in its copies."""
    params, velocity = state.params, state.velocity
    grads = _gradient(params, batch)
    if velocity is not None:
        grads = add(grads, scale(velocity, 0.9))
    return _Forgetful(sgd_step(params, grads, 0.1), grads)


class _Forgetful:
    def __init__(self, params: Any, velocity: Any = None) -> None:
        self.params, self.velocity = params, velocity

    def __reduce__(self) -> Any:
        return _Forgetful, (self.params,)


def _drifting(params: Any, batch: Any) -> Any:
    return map_layers(lambda a: a + a.dtype.type(1e-4), _step(params, batch))


def _twin(law: str, fault: str, step: Callable[..., Any], start: Callable[..., Any] | None = None) -> Twin:
    return Twin("training", law, fault, Training(step, start) if start else Training(step))


TWINS = (
    _twin("shape", "starts from another network", _step, _other_start),
    _twin("shape", "gives the gradient, too, with no state to take it", lambda p, b: (_step(p, b), _gradient(p, b))),
    _twin("pure", "has a rate that falls with a global counter", _counting),
    _twin("pure", "alternates between two rates", _alternating),
    _twin("pure", "adds noise of the global random state", _noisy),
    _twin("pure", "seeds the global random state", _reseeding),
    _twin("pure", "centers the inputs in place", _centering),
    _twin("pure", "writes to the labels", _masking),
    _twin("pure", "keeps momentum in an attribute", _Momentum()),
    _twin("pure", "changes its state in place", _in_place, _zeros),
    _twin("resume", "has a state that forgets its velocity in a pickle", _unpickled, _Forgetful),
    _twin("order", "takes the first sample of a batch for all", _first_only),
    _twin("order", "takes 32 samples of a batch at most", _first_rows),
    _twin("mean", "divides by n - 1", _one_less),
    _twin("mean", "loses batches of one sample", _losing_single_rows),
    _twin("symmetry", "has columns in another order", _transposing),
    _twin("downhill", "goes uphill", _uphill),
    _twin("downhill", "forgets the biases", _frozen_biases),
    _twin("learning", "counts labels from 1", _next_label),
    _twin("learning", "becomes NaN after many steps", _late_nan, lambda params: (params, 0)),
    _twin("identity", "drifts", _drifting),
)
