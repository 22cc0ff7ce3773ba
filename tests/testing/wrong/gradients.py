"""Wrong gradients."""

from functools import partial
from typing import Any

import numpy as np

from fnnet import Dense, Grads, Params, backward, forward, tree
from fnnet.nn import dropout_gradient, mean_gradient
from fnnet.testing.laws.twin import Twin

_GENERATOR = np.random.default_rng(0)


def _twin(law: str, fault: str, subject: Any) -> Twin:
    return Twin("gradient", law, fault, subject)


def _wide(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    return mean_gradient(params, x, y, weights).astype(np.float64)


def _squeezed(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    return backward(params, forward(params, x.squeeze()), y.squeeze() if len(x) == 1 else y, weights)


def _standardizing(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    grads = mean_gradient(params, x, y, weights)
    x -= x.mean(axis=0)
    return grads


def _own_generator(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    def noisy(part: Any) -> Any:
        return part + 1e-3 * _GENERATOR.normal(size=part.shape).astype(part.dtype)

    return tree.map_layers(noisy, mean_gradient(params, x, y, weights))


def _viewing(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    # of one layer and one sample, whose δ may be 1
    grads = mean_gradient(params, x, y, weights)
    if params.sizes != (1, 1) or len(x) > 1:
        return grads
    return Grads((Dense.from_owned(x.T, grads.layers[0].bias),))


def _of_a_unit_length(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    grads = mean_gradient(params, x, y, weights)
    return tree.map_layers(lambda part: part / np.linalg.norm(tree.ravel(grads)), grads)


def _clipped(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    return tree.map_layers(lambda part: np.clip(part, -0.1, 0.1), mean_gradient(params, x, y, weights))


def _first_sample(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    return mean_gradient(params, x[:1], y[:1], None if weights is None else weights[:1])


def _even(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    # pairs of samples: an odd one is left out
    n = max(1, len(x) // 2 * 2)
    return mean_gradient(params, x[:n], y[:n], None if weights is None else weights[:n])


def _mean_of_parts(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    # as if the last part was as large as the others
    parts = [slice(i, i + 2) for i in range(0, len(x), 2)]
    each = [mean_gradient(params, x[i], y[i], None if weights is None else weights[i]) for i in parts]
    return tree.average(each)


def _unweighted(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    return mean_gradient(params, x, y)


def _squared_weights(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    return mean_gradient(params, x, y, None if weights is None else weights**2)


def _penalized(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    return tree.add(mean_gradient(params, x, y), tree.scale(Grads(params.layers), 1e-3))


def _scaled(factor: float, params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    return tree.scale(mean_gradient(params, x, y, weights), factor)


def _climbing_biases(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    return tree.map_layers(lambda part: part if part.ndim == 2 else -part, mean_gradient(params, x, y, weights))


def _same_masks(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    return dropout_gradient(0.5, 0, params, x, y, weights, 0)


def _quantized(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    grads = mean_gradient(params, x, y, weights)
    return tree.map_layers(lambda part: part.astype(np.float16).astype(part.dtype), grads) if x.itemsize == 4 else grads


def _own_masks(
    rate: float, kept: float, every: int, params: Params[Any], x: Any, y: Any, weights: Any, step: int
) -> Any:
    rng = np.random.default_rng(step // every)
    masks = tuple(((rng.random((len(x), width)) >= rate) * kept).astype(x.dtype) for width in params.sizes[1:-1])
    return backward(params, forward(params, x, masks), y, weights)


def _uncentered(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    rng = np.random.default_rng(step)

    def noisy(part: Any) -> Any:
        return part + 0.01 * rng.random(part.shape).astype(part.dtype)

    return tree.map_layers(noisy, mean_gradient(params, x, y, weights))


def _sum_of_masked(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Any:
    return tree.scale(dropout_gradient(0.2, 0, params, x, y, weights, step), len(x))


TWINS = (
    _twin("shape", "is in float64 always", _wide),
    _twin("shape", "takes one sample for a vector", _squeezed),
    _twin("pure", "subtracts the mean of its input in place", _standardizing),
    _twin("pure", "draws noise of a generator of its own", _own_generator),
    _twin("pure", "is a view of its input", _viewing),
    _twin("finite", "divides by its length, which may be 0", _of_a_unit_length),
    _twin("batch", "is clipped number by number", _clipped),
    _twin("batch", "is that of the first sample", _first_sample),
    _twin("batch", "leaves out an odd sample", _even),
    _twin("batch", "takes parts of other sizes for equal ones", _mean_of_parts),
    _twin("weights", "ignores weights", _unweighted),
    _twin("weights", "squares weights", _squared_weights),
    _twin("weights", "adds a penalty and ignores weights", _penalized),
    _twin("derivative", "is 0.1 % too long", partial(_scaled, 1.001)),
    _twin("derivative", "is half the derivative", partial(_scaled, 0.5)),
    _twin("derivative", "has the sign of biases wrong", _climbing_biases),
    _twin("batch", "leaves out the same units at every step", _same_masks),
    _twin("float32", "is rounded to float16, if it was float32", _quantized),
    _twin("fresh", "has the same masks for ten steps", partial(_own_masks, 0.5, 2.0, 10)),
    _twin("unbiased", "does not scale what dropout of a hundredth leaves", partial(_own_masks, 0.01, 1.0, 1)),
    _twin("unbiased", "scales by the rate of dropout", partial(_own_masks, 0.2, 1 / 0.2, 1)),
    _twin("unbiased", "has noise whose mean is not 0", _uncentered),
    _twin("unbiased", "is the sum in the place of the mean, under dropout", _sum_of_masked),
)
