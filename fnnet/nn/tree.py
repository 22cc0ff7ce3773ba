"""The algebra of parameters and gradients: map, zip, add, scale, average, ravel.

Every function here takes either. `fnnet.nn.space` has what makes a vector space of them, `fnnet.nn.layerwise` what goes
array by array, and this module what they are as a whole.
"""

from typing import Any, overload

import attrs
import numpy as np

from fnnet.core.arrays import F, G, Vector, unmasked
from fnnet.core.messages import invalid, wrong_type
from fnnet.nn.buffer import Buffer
from fnnet.nn.layerwise import Layered, map_layers, require_layered, zip_layers
from fnnet.nn.params import Dense, Grads, Params
from fnnet.nn.space import add, average, dot, norm, scale, subtract, zeros_like

__all__ = [
    "add",
    "astype",
    "average",
    "count",
    "dot",
    "is_finite",
    "map_layers",
    "norm",
    "ravel",
    "scale",
    "subtract",
    "unravel",
    "zeros_like",
    "zip_layers",
]


def count(record: Params[Any] | Grads[Any]) -> int:
    """How many numbers the record holds.

    >>> from fnnet import init_params
    >>> count(init_params((784, 128, 64, 10), seed=0))
    109386
    """
    require_layered("record", record)
    return sum(layer.size for layer in record.layers)


@overload
def astype(record: Params[F], dtype: type[G]) -> Params[G]: ...
@overload
def astype(record: Grads[F], dtype: type[G]) -> Grads[G]: ...
@overload
def astype(record: Dense[F], dtype: type[G]) -> Dense[G]: ...
def astype(record: Params[F] | Grads[F] | Dense[F], dtype: type[G]) -> Params[G] | Grads[G] | Dense[G]:
    """The same record with another dtype, `np.float32` or `np.float64`: `record.astype(dtype)` as a function.

    Raises:
        ValueError: the dtype is another.

    >>> from fnnet import init_params
    >>> astype(init_params((2, 1), seed=0), np.float64)
    Params(2-1, float64, sigmoid, softmax-cross-entropy, 3 parameters)
    """
    if not isinstance(record, Dense):
        require_layered("record", record)
    return record.astype(dtype)


def is_finite(record: Params[Any] | Grads[Any]) -> bool:
    """Whether every number of the record is finite: no NaN, no infinity."""
    require_layered("record", record)
    return all(bool(np.isfinite(part).all()) for layer in record.layers for part in (layer.weights, layer.bias))


def ravel(record: "Params[F] | Grads[F]") -> Vector[F]:
    """All the numbers in one vector: each layer's weights, row by row, then its bias.

    Returns:
        A new vector of shape (count,), as SciPy's optimizers take it. Law: `unravel(r, ravel(r)) == r`.

    Raises:
        TypeError: the record is neither parameters nor a gradient.

    >>> from fnnet import init_params
    >>> ravel(init_params((784, 128, 64, 10), seed=0)).shape
    (109386,)
    """
    if not isinstance(record, (Params, Grads)):
        cures = {"SampleGrads": "np.stack([ravel(grads) for grads in each])", "TrainState": "ravel(state.params)"}
        raise wrong_type("record", "Params or Grads", record, cures)
    require_layered("record", record)
    arrays = [part.reshape(-1) for layer in record.layers for part in (layer.weights, layer.bias)]
    vector: Vector[F] = np.concatenate(arrays)
    return vector


def unravel(like: Layered, vector: Vector[Any]) -> Layered:
    """The record that `ravel` would turn into this vector.

    Args:
        like: a record with the shapes, dtype, activation and head wanted.
        vector: shape (count(like),); it is copied, and rounded to the dtype of `like`.

    Raises:
        ValueError: the vector has another shape.

    >>> from fnnet import init_params
    >>> unravel(init_params((2, 1), seed=0), np.array([1.0, 2.0, 3.0])).layers[0].bias
    array([3.], dtype=float32)
    """
    array = unmasked("vector", vector)
    if array.shape != (count(like),):
        raise invalid("vector", f"shape ({count(like)},)", array.shape)
    buffer = Buffer.like(like)
    buffer.vector[:] = array
    return attrs.evolve(like, layers=buffer.view_layers())
