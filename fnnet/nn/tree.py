"""The algebra of parameters and gradients: map, zip, add, scale, average, ravel.

Parameters of the same shapes form a vector space, and so do their gradients. Every function here takes either.
"""

from collections.abc import Iterable
from functools import partial, reduce
from typing import Any, Protocol, TypeVar, overload

import attrs
import numpy as np

from fnnet.core.arrays import F, Numbers, Vector
from fnnet.core.messages import invalid
from fnnet.nn.activation import Elementwise
from fnnet.nn.buffer import Buffer
from fnnet.nn.params import Dense, Grads, Params

__all__ = ["add", "astype", "average", "count", "is_finite", "map_layers", "ravel", "scale", "unravel", "zip_layers"]

Layered = TypeVar("Layered", bound=Params[Any] | Grads[Any])

G = TypeVar("G", np.float32, np.float64)


class Binary(Protocol):
    """A function of two arrays of one shape to a third of that shape."""

    def __call__(self, a: Numbers, b: Numbers, /) -> Numbers: ...


def map_layers(f: Elementwise, record: Layered) -> Layered:
    """Apply f to every weight matrix and every bias of parameters or a gradient.

    Args:
        f: from an array to one of the same shape and dtype.
        record: `Params` or `Grads`.

    Returns:
        A record of the same type. Law: `map_layers(lambda a: a, r) == r`.

    Raises:
        ValueError: f changes a shape so that the layers no longer fit.

    >>> from fnnet import init_params
    >>> map_layers(np.sign, init_params((2, 1), seed=0)).layers[0].bias
    array([0.], dtype=float32)
    """
    layers = tuple(Dense(f(layer.weights), f(layer.bias)) for layer in record.layers)
    return attrs.evolve(record, layers=layers)


@overload
def zip_layers(f: Binary, a: Params[F], b: Params[F]) -> Params[F]: ...
@overload
def zip_layers(f: Binary, a: Grads[F], b: Grads[F]) -> Grads[F]: ...
def zip_layers(f: Binary, a: Layered, b: Layered) -> Layered:
    """Apply f to every pair of arrays of two records of the same shapes.

    Args:
        f: from two arrays of one shape to a third of that shape.
        a: `Params` or `Grads`.
        b: of the same type, shapes and dtype.

    Returns:
        A record of the same type; activation and head are those of a.

    Raises:
        TypeError: one is a `Params`, the other a `Grads`.
        ValueError: the shapes, the dtypes, or the activations and heads differ.

    >>> from fnnet import init_params
    >>> params = init_params((2, 1), seed=0)
    >>> zip_layers(np.subtract, params, params).layers[0].bias
    array([0.], dtype=float32)
    """
    return _zip(f, a, b)


def _zip(f: Binary, a: Layered, b: Layered) -> Layered:
    _check_same_shape(a, b)
    layers = tuple(
        Dense(f(left.weights, right.weights), f(left.bias, right.bias)) for left, right in zip(a.layers, b.layers)
    )
    return attrs.evolve(a, layers=layers)


@overload
def add(a: Params[F], b: Params[F]) -> Params[F]: ...
@overload
def add(a: Grads[F], b: Grads[F]) -> Grads[F]: ...
def add(a: Layered, b: Layered) -> Layered:
    """The sum a + b of two records of the same shapes, number by number.

    Raises:
        TypeError: one is a `Params`, the other a `Grads`.
        ValueError: the shapes, the dtypes, or the activations and heads differ.

    >>> from fnnet import init_params
    >>> params = init_params((2, 1), seed=0)
    >>> add(params, params) == scale(params, 2)
    True
    """
    return _zip(np.add, a, b)


def scale(record: Layered, factor: float) -> Layered:
    """The record times a number; the dtype is kept.

    >>> from fnnet import init_params
    >>> scale(init_params((2, 1), seed=0), 0) == scale(init_params((2, 1), seed=1), 0)
    True
    """
    factor = float(factor)
    layers = tuple(Dense(factor * layer.weights, factor * layer.bias) for layer in record.layers)
    return attrs.evolve(record, layers=layers)


@overload
def average(records: Iterable[Params[F]], weights: Iterable[float] | None = None) -> Params[F]: ...
@overload
def average(records: Iterable[Grads[F]], weights: Iterable[float] | None = None) -> Grads[F]: ...
def average(records: Iterable[Layered], weights: Iterable[float] | None = None) -> Layered:
    """The weighted mean of records of the same shapes.

    Args:
        records: one or more.
        weights: one number for each record, such as the sizes of shards; all equal when not given.

    Law: the mean of shards' gradients, weighted by their sizes, is the gradient of the whole, whatever the
    grouping.

    Raises:
        ValueError: there is no record, another number of weights, weights that sum to zero, or records that differ in
            more than their numbers.

    >>> from fnnet import init_params
    >>> p = init_params((2, 1), seed=0)
    >>> average([p, scale(p, 5)], [1, 3]) == scale(p, 4)
    True
    """
    records = tuple(records)
    shares = (1.0,) * len(records) if weights is None else tuple(map(float, weights))
    if not records or len(shares) != len(records):
        raise invalid("weights", f"one for each of one or more records ({len(records)})", len(shares))
    total = sum(shares)
    if total == 0:
        raise invalid("weights", "a sum other than 0", shares)
    return reduce(partial(_zip, np.add), (scale(record, share / total) for record, share in zip(records, shares)))


def count(record: Params[Any] | Grads[Any]) -> int:
    """How many numbers the record holds.

    >>> from fnnet import init_params
    >>> count(init_params((784, 128, 64, 10), seed=0))
    109386
    """
    return sum(layer.size for layer in record.layers)


def astype(params: Params[F], dtype: type[G]) -> Params[G]:
    """The same network with another dtype, `np.float32` or `np.float64`.

    >>> from fnnet import init_params
    >>> astype(init_params((2, 1), seed=0), np.float64)
    Params(2-1, float64, sigmoid, softmax-cross-entropy, 3 parameters)
    """
    layers = tuple(Dense.from_owned(layer.weights.astype(dtype), layer.bias.astype(dtype)) for layer in params.layers)
    return Params(layers, params.hidden, params.head)


def is_finite(record: Params[Any] | Grads[Any]) -> bool:
    """Whether every number of the record is finite: no NaN, no infinity."""
    return all(bool(np.isfinite(part).all()) for layer in record.layers for part in (layer.weights, layer.bias))


def ravel(record: "Params[F] | Grads[F]") -> Vector[F]:
    """All the numbers in one vector: each layer's weights, row by row, then its bias.

    Returns:
        A new vector of shape (count,), as SciPy's optimizers take it. Law: `unravel(r, ravel(r)) == r`.

    >>> from fnnet import init_params
    >>> ravel(init_params((784, 128, 64, 10), seed=0)).shape
    (109386,)
    """
    arrays = [part.reshape(-1) for layer in record.layers for part in (layer.weights, layer.bias)]
    vector: Vector[F] = np.concatenate(arrays)
    return vector


def unravel(like: Layered, vector: np.ndarray[tuple[int], np.dtype[np.floating]]) -> Layered:
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
    if vector.shape != (count(like),):
        raise invalid("vector", f"shape ({count(like)},)", vector.shape)
    buffer = Buffer.like(like)
    buffer.vector[:] = vector
    return attrs.evolve(like, layers=buffer.view_layers())


def _check_same_shape(a: Layered, b: Layered) -> None:
    if type(a) is not type(b):
        raise TypeError(f"b: expected {type(a).__name__}, as a, got {type(b).__name__}")
    shapes, others = ([layer.weights.shape for layer in record.layers] for record in (a, b))
    if shapes != others:
        raise invalid("b", f"weights {shapes}, as a", others)
    if a.dtype != b.dtype:
        raise invalid("b", f"{a.dtype}, as a", b.dtype)
    if isinstance(a, Params) and isinstance(b, Params) and (a.hidden, a.head) != (b.hidden, b.head):
        raise invalid("b", f"{a.hidden.name} and {a.head.name}, as a", f"{b.hidden.name} and {b.head.name}")
