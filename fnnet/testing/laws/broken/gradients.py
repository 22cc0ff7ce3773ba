"""Gradients, each of which breaks a law."""

from functools import partial
from typing import Any

import numpy as np

from fnnet.core.arrays import Numbers
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.dropout import dropout_masks
from fnnet.nn.layerwise import map_layers
from fnnet.nn.network import backward, check_input, run_forward
from fnnet.nn.params import Grads, Params
from fnnet.nn.space import scale
from fnnet.testing.laws.twin import Twin
from fnnet.train.descent import Gradient


def _twin(law: str, fault: str, subject: Gradient[Any]) -> Twin:
    return Twin("gradient", law, fault, subject)


def _as_params(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    return Params(mean_gradient(params, x, y, weights).layers, params.hidden, params.head)


def _of_the_global_generator(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Grads[Any]:
    def noisy(part: Numbers) -> Numbers:
        noise = np.random.normal(size=part.shape)
        return np.asarray(part + 1e-3 * noise, part.dtype)

    return map_layers(noisy, mean_gradient(params, x, y, weights))


def _normalized(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Grads[Any]:
    grads = mean_gradient(params, x, y, weights)
    return map_layers(lambda part: part / abs(part).max(), grads)


def _of_the_sum(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Grads[Any]:
    return scale(mean_gradient(params, x, y, weights), len(x))


def _by_the_sum_of_weights(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Grads[Any]:
    if weights is None or not weights.any():
        return mean_gradient(params, x, y, weights)
    return mean_gradient(params, x, y, weights / weights.mean())


def _halved_weights(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Grads[Any]:
    return mean_gradient(params, x, y, np.full(len(x), 0.5, x.dtype) if weights is None else weights)


def _climbing(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Grads[Any]:
    return scale(mean_gradient(params, x, y, weights), -1)


def _coarse(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Grads[Any]:
    rounded = np.round(x, 1) if x.dtype == np.float32 else x
    return mean_gradient(params, rounded, y, weights)


def _dropout(
    kept: float, rate: float, every: int, params: Params[Any], x: Any, y: Any, weights: Any, step: int
) -> Grads[Any]:
    masks = dropout_masks(params, len(x), rate, 0, step // every)
    scaled = tuple(np.asarray(mask * kept, mask.dtype) for mask in masks)
    return backward(params, run_forward(params, check_input(params, x).view(), scaled), y, weights)


TWINS = (
    _twin("shape", "is a network", _as_params),
    _twin("pure", "has noise of the global generator", _of_the_global_generator),
    _twin("finite", "divides 0 by 0", _normalized),
    _twin("no weights", "takes a half for no weight", _halved_weights),
    _twin("batch", "is the sum in the place of the mean", _of_the_sum),
    _twin("weights", "divides by the sum of the weights", _by_the_sum_of_weights),
    _twin("derivative", "points uphill", _climbing),
    _twin("float32", "rounds its input in float32", _coarse),
    _twin("fresh", "has the same masks for two steps", partial(_dropout, 1.0, 0.5, 2)),
    _twin("unbiased", "does not scale what dropout leaves", partial(_dropout, 0.9, 0.1, 1)),
)
