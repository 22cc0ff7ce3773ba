"""The algebra of parameters and gradients: map, zip, add, scale, average, ravel.

Parameters of one shape are a vector space, and so are their gradients. Everything here takes either.
"""

from collections.abc import Iterable
from functools import reduce
from typing import Protocol, TypeVar

import attrs
import numpy as np

from fnnet.activations import Elementwise
from fnnet.arrays import Array, F, S, Vector
from fnnet.checks import invalid
from fnnet.memory import Memory
from fnnet.records import Dense, Grads, Params

Layered = TypeVar("Layered", Params[np.float32], Params[np.float64], Grads[np.float32], Grads[np.float64])

G = TypeVar("G", np.float32, np.float64)


class Binary(Protocol):
    """A function of two arrays of one shape to a third of that shape."""

    def __call__(self, a: Array[S, F], b: Array[S, F], /) -> Array[S, F]: ...


def map_layers(f: Elementwise, record: Layered) -> Layered:
    """Apply f to every weight matrix and every bias of parameters or a gradient.

    Args:
        f: from an array to one of the same shape and format.
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


def zip_layers(f: Binary, a: Layered, b: Layered) -> Layered:
    """Apply f to every pair of arrays of two records of one shape.

    Args:
        f: from two arrays of one shape to a third of that shape.
        a: `Params` or `Grads`.
        b: the same type, shapes and format.

    Returns:
        A record of the same type; activation and head are those of a.

    Raises:
        ValueError: the shapes or formats differ.
    """
    _check_same_shape(a, b)
    layers = tuple(
        Dense(f(left.weights, right.weights), f(left.bias, right.bias)) for left, right in zip(a.layers, b.layers)
    )
    return attrs.evolve(a, layers=layers)


def add(a: Layered, b: Layered) -> Layered:
    """The sum a + b of two records of one shape, number by number.

    Raises:
        ValueError: the shapes or formats differ.
    """
    return zip_layers(np.add, a, b)


def scale(record: Layered, factor: float) -> Layered:
    """The record times a number, in its own format."""
    factor = float(factor)
    layers = tuple(Dense(factor * layer.weights, factor * layer.bias) for layer in record.layers)
    return attrs.evolve(record, layers=layers)


def average(records: Iterable[Layered], weights: Iterable[float] | None = None) -> Layered:
    """The weighted mean of records of one shape.

    Args:
        records: one or more.
        weights: one number a record, such as the sizes of shards; all equal when not given.

    Law: the mean of shards' gradients, weighted by their sizes, is the gradient of the whole, whatever the
    grouping.

    Raises:
        ValueError: no record, another number of weights, weights that sum to zero, or shapes that differ.

    >>> from fnnet import init_params
    >>> p = init_params((2, 1), seed=0)
    >>> average([p, p], [1, 3]) == p
    True
    """
    records = tuple(records)
    shares = (1.0,) * len(records) if weights is None else tuple(map(float, weights))
    if not records or len(shares) != len(records):
        raise invalid("weights", f"one for each of one or more records ({len(records)})", len(shares))
    total = sum(shares)
    if total == 0:
        raise invalid("weights", "a sum other than 0", shares)
    return reduce(add, (scale(record, share / total) for record, share in zip(records, shares)))


def count(record: Layered) -> int:
    """How many numbers the record holds.

    >>> from fnnet import init_params
    >>> count(init_params((784, 128, 64, 10), seed=0))
    109386
    """
    return sum(layer.weights.size + layer.bias.size for layer in record.layers)


def astype(params: Params[F], dtype: type[G]) -> Params[G]:
    """The same network in another number format, `np.float32` or `np.float64`."""
    layers = tuple(Dense(layer.weights.astype(dtype), layer.bias.astype(dtype)) for layer in params.layers)
    return Params(layers, params.hidden, params.head)


def is_finite(record: Layered) -> bool:
    """Whether every number of the record is finite: no NaN, no infinity."""
    return all(bool(np.isfinite(part).all()) for layer in record.layers for part in (layer.weights, layer.bias))


def ravel(record: "Params[F] | Grads[F]") -> Vector[F]:
    """All the numbers in one vector: each layer's weights, row by row, then its bias.

    Returns:
        A new vector of shape (count,), as SciPy's optimisers take it. Law: `unravel(r, ravel(r)) == r`.

    >>> from fnnet import init_params
    >>> ravel(init_params((784, 128, 64, 10), seed=0)).shape
    (109386,)
    """
    arrays = [part.reshape(-1) for layer in record.layers for part in (layer.weights, layer.bias)]
    vector: Vector[F] = np.concatenate(arrays)
    return vector


def unravel(like: Layered, vector: np.ndarray[tuple[int], np.dtype[np.floating]]) -> Layered:
    """The record that `ravel` would make this vector of.

    Args:
        like: a record of the shapes, format, activation and head wanted.
        vector: shape (count(like),); it is copied, and rounded to the format of `like`.

    Raises:
        ValueError: the vector has another shape.
    """
    if vector.shape != (count(like),):
        raise invalid("vector", f"shape ({count(like)},)", vector.shape)
    memory = Memory.like(like)
    memory.vector[:] = vector
    return attrs.evolve(like, layers=memory.frozen())


def _check_same_shape(a: Layered, b: Layered) -> None:
    if type(a) is not type(b):
        raise TypeError(f"b: expected {type(a).__name__}, as a, got {type(b).__name__}")
    shapes, others = ([layer.weights.shape for layer in record.layers] for record in (a, b))
    if shapes != others:
        raise invalid("b", f"weights {shapes}, as a", others)
    if a.layers[0].weights.dtype != b.layers[0].weights.dtype:
        raise invalid("b", f"{a.layers[0].weights.dtype}, as a", b.layers[0].weights.dtype)
