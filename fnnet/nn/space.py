"""Parameters of the same shapes form a vector space with an inner product, and so do their gradients.

A sum or difference has the type of its first part. Its second is of the same type, or a `Grads`: a displacement of
parameters. So `add(params, scale(grads, -0.1))` is a step down the gradient, and `subtract(params, start)` tells how
far training has come.
"""

from collections.abc import Iterable
from math import frexp, isfinite
from typing import Any, cast, overload

import numpy as np

from fnnet.core.arrays import F, Vector
from fnnet.core.checks import as_number, check_iterable
from fnnet.core.messages import invalid, quoted, wrong_type
from fnnet.nn.buffer import Buffer
from fnnet.nn.layerwise import Layered, check_same_shapes, map_layers, require_layered, zip_layers
from fnnet.nn.params import Dense, Grads, Params


@overload
def add(a: Params[F], b: Params[F] | Grads[F]) -> Params[F]: ...
@overload
def add(a: Grads[F], b: Grads[F]) -> Grads[F]: ...
def add(a: Any, b: Any) -> Any:
    """The sum a + b of two records of the same shapes, number by number.

    Args:
        a: `Params` or `Grads`.
        b: of the same type, or a `Grads`.

    Returns:
        A record of the type of a. Law: with `scale` it forms a vector space, up to rounding.

    Raises:
        TypeError: a is a `Grads`, and b a `Params`.
        ValueError: the shapes, the dtypes, or the activations and heads differ.

    >>> from fnnet import init_params
    >>> params = init_params((2, 1), seed=0)
    >>> add(params, params) == scale(params, 2)
    True
    """
    return zip_layers(np.add, a, b)


@overload
def subtract(a: Params[F], b: Params[F] | Grads[F]) -> Params[F]: ...
@overload
def subtract(a: Grads[F], b: Grads[F]) -> Grads[F]: ...
def subtract(a: Any, b: Any) -> Any:
    """The difference a - b of two records of the same shapes, number by number.

    Args:
        a: `Params` or `Grads`.
        b: of the same type, or a `Grads`.

    Returns:
        A record of the type of a. Law: it is `add(a, scale(b, -1))`, to the bit.

    Raises:
        TypeError: a is a `Grads`, and b a `Params`.
        ValueError: the shapes, the dtypes, or the activations and heads differ.

    >>> from fnnet import init_params
    >>> params = init_params((2, 1), seed=0)
    >>> subtract(params, params) == zeros_like(params)
    True
    """
    return zip_layers(np.subtract, a, b)


def scale(record: Layered, factor: float) -> Layered:
    """The record times a number; the dtype is kept.

    >>> from fnnet import init_params
    >>> scale(init_params((2, 1), seed=0), 0) == scale(init_params((2, 1), seed=1), 0)
    True
    """
    require_layered("record", record)
    number = np.asarray(as_number("factor", factor), record.dtype)  # converted once, and not in every product
    layers = tuple(Dense.from_owned(number * layer.weights, number * layer.bias) for layer in record.layers)
    return cast(Layered, record.with_layers(layers))  # cast: mypy forgets which of the two it is


def zeros_like(record: Layered) -> Layered:
    """The zero of the space that the record is in: the same type and shapes, and every number 0.

    Law: `add(r, zeros_like(r)) == r`.

    >>> from fnnet import init_params
    >>> zeros_like(init_params((2, 1), seed=0)).layers[0].weights.tolist()
    [[0.0], [0.0]]
    """
    return map_layers(np.zeros_like, record)


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
        ValueError: there is no record, another number of weights, weights whose sum is zero or not finite, or records
            that differ in more than their numbers.
        TypeError: some are `Params`, and some `Grads`.

    >>> from fnnet import init_params
    >>> p = init_params((2, 1), seed=0)
    >>> average([p, scale(p, 5)], [1, 3]) == scale(p, 4)
    True
    """
    records = tuple(check_iterable("records", "several Params or Grads", records))
    given = (1.0,) * len(records) if weights is None else check_iterable("weights", "numbers", weights)
    shares = tuple(as_number("weights", weight) for weight in given)
    if not records or len(shares) != len(records):
        raise invalid("weights", f"one for each of one or more records ({len(records)})", len(shares))
    total = sum(shares)
    if total == 0 or not isfinite(total):
        raise invalid("weights", "a finite sum other than 0", quoted(shares))
    if other := [record for record in records if type(record) is not type(records[0])]:
        raise wrong_type("records", f"{type(records[0]).__name__}, as the first", other[0])
    return _sum_of_shares(records, [share / total for share in shares])


def _sum_of_shares(records: tuple[Layered, ...], shares: list[float]) -> Layered:
    """Σ share · record, from the first to the last, as one vector."""
    first = records[0]
    require_layered("record", first)
    if len(records) == 1:  # whose share is 1
        return first
    total, part = Buffer.like(first), Buffer.like(first)
    total.vector.fill(0)
    for record, share in zip(records, shares):
        check_same_shapes(first, record)
        number = np.asarray(share, first.dtype)  # as in `scale`
        for layer, weights, bias in zip(record.layers, part.weights, part.biases):
            np.multiply(layer.weights, number, out=weights)
            np.multiply(layer.bias, number, out=bias)
        np.add(total.vector, part.vector, out=total.vector)
    return cast(Layered, first.with_layers(total.view_layers()))  # cast: as in `scale`


def dot(a: Params[F] | Grads[F], b: Params[F] | Grads[F]) -> float:
    """The inner product Σ aᵢ bᵢ over all numbers of two records of the same shapes.

    With a gradient g and a displacement d, dot(g, d) is how fast the loss grows along d.

    Args:
        a: `Params` or `Grads`.
        b: `Params` or `Grads`, of the same shapes and dtype.

    Returns:
        A number, computed in float64. Laws: it is symmetric and linear in each part, and |dot(a, b)| is at most
        norm(a) norm(b), up to rounding. It overflows only if the product does.

    Raises:
        ValueError: the shapes, the dtypes, or the activations and heads differ.

    >>> grads = Grads((Dense(np.array([[3.0]]), np.array([4.0])),))
    >>> dot(grads, grads)
    25.0
    """
    check_same_shapes(a, b)
    (u, i), (v, j) = _unit(a), _unit(b)
    return _times_power(np.vdot(u, v), i + j)


def norm(record: Params[Any] | Grads[Any]) -> float:
    """The length of the record as a vector: the square root of the sum of the squares of all its numbers.

    Returns:
        A number, computed in float64, also for numbers whose squares would overflow or vanish.

    >>> norm(Grads((Dense(np.full((3, 1), 1e200), np.full(1, 1e200)),)))
    2e+200
    """
    unit, power = _unit(record)
    return _times_power(np.sqrt(np.vdot(unit, unit)), power)


def _unit(record: Params[Any] | Grads[Any]) -> tuple[Vector[np.float64], int]:
    """The numbers as a vector times 2^power, the largest from 1 to 2, so that no square overflows; and the power.

    The power is 0 for zeros, and where a number is not finite.
    """
    require_layered("record", record)
    parts = [part.reshape(-1) for layer in record.layers for part in (layer.weights, layer.bias)]
    vector: Vector[np.float64] = np.concatenate(parts, dtype=np.float64)
    largest = float(np.abs(vector).max())
    if not isfinite(largest) or largest == 0:
        return vector, 0
    power = frexp(largest)[1] - 1
    return np.ldexp(vector, -power), power


def _times_power(number: np.floating, power: int) -> float:
    """number 2^power, rounded once; infinite if it is too large."""
    with np.errstate(over="ignore"):
        return float(np.ldexp(number, power))
