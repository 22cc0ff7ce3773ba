"""Values as Python code that makes them again, for a test that is made of a counterexample."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import numpy as np

from fnnet.core.call import Call
from fnnet.nn.activation import Activation
from fnnet.nn.head import Head
from fnnet.testing.numbers import POOL


def assignments(values: Mapping[str, object]) -> Iterator[str]:
    """A line `name = value` for each value.

    >>> print(*assignments({"z": np.array([0.5], np.float32), "k": 3}), sep="\\n")
    z = np.array([0.5], np.float32)
    k = 3
    """
    return (f"{name} = {source(value)}" for name, value in values.items())


def source(value: object) -> str:
    """The code of a value: of arrays, records, tuples and lists of them, and of what `repr` gives as code.

    An activation and a head are written by their names, which are variables of `fnnet` or of your own.

    >>> from fnnet import Dense, Params, leaky_relu, identity_squared_error
    >>> layer = Dense(np.ones((1, 1)), np.zeros(1))
    >>> print(source(Params((layer,), leaky_relu, identity_squared_error)))
    Params((Dense(np.array([[1.0]]), np.array([0.0])),), leaky_relu, identity_squared_error)
    """
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, np.generic):
        return f"np.{value.dtype.name}({_number(value.item())})"
    if isinstance(value, type):
        return f"np.{value.__name__}" if issubclass(value, np.generic) else value.__name__
    if isinstance(value, (Activation, Head)):
        return value.name.replace("-", "_")
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, tuple):
        return f"({', '.join(map(source, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(map(source, value))}]"
    if attrs.has(type(value)) and not isinstance(value, Call):
        return _record(value)
    return str(getattr(value, "__name__", None) or repr(value))


def _record(record: Any) -> str:
    """A record as the call that makes it, without what is as it is by default."""
    fields = attrs.fields(type(record))
    values = [getattr(record, field.name) for field in fields]
    while fields and fields[-1].default is not attrs.NOTHING and _is(values[-1], fields[-1].default):
        fields, values = fields[:-1], values[:-1]
    return f"{type(record).__name__}({', '.join(map(source, values))})"


def _is(value: object, default: object) -> bool:
    return value is default or (not isinstance(value, np.ndarray) and value == default)


def _array(array: np.ndarray) -> str:
    usual = {np.dtype(np.float64), np.dtype(np.int64), np.dtype(bool)}
    is_usual = array.dtype in usual or array.dtype.kind == "U"
    dtype = "" if is_usual and array.size else f", np.{array.dtype.name}"
    if not array.size:
        return f"np.empty({array.shape}{dtype})"
    first = array.reshape(-1)[:POOL]
    if array.size > POOL and np.array_equal(np.resize(first, array.shape), array):
        return f"np.resize({_array(first)}, {array.shape})"
    return f"np.array({_items(array)}{dtype})"


def _items(array: Any) -> str:
    """As nested lists, with as few digits as the dtype needs."""
    if array.ndim:
        return f"[{', '.join(map(_items, array))}]"
    return _number(float(str(array[()]))) if array.dtype.kind == "f" else repr(array.item())


def _number(number: object) -> str:
    if isinstance(number, float) and not math.isfinite(number):
        return repr(number).replace("inf", "np.inf").replace("nan", "np.nan")
    return repr(number)
