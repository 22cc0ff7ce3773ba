"""The records as trees of JAX (pytrees), and the way back to NumPy; `fnnet.interop.jax` imports this.

The arrays of a record are leaves, and so are its counts of steps and epochs, so that a jitted function is compiled once
for all of them. Activation, head and the kind of an optimizer are static: they are part of a tree's structure, compared
and hashed, and a jitted function is compiled once for each.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

import attrs
import jax
import numpy as np
from jax.tree_util import GetAttrKey, register_pytree_with_keys

from fnnet.core.arrays import frozen
from fnnet.data.dataset import Dataset
from fnnet.data.scaler import Scaler
from fnnet.metrics.calibration import Calibration
from fnnet.metrics.predictions import Predictions
from fnnet.nn.cache import Cache
from fnnet.nn.params import Dense, Grads, Params
from fnnet.optim.optimizer import State
from fnnet.train.state import TrainState

T = TypeVar("T")

_STATIC: dict[type[Any], tuple[str, ...]] = {
    Dense: (),
    Params: ("hidden", "head"),
    Grads: (),
    Cache: (),
    Dataset: (),
    Scaler: (),
    State: ("average", "optimizer"),
    TrainState: (),
    Predictions: (),
    Calibration: (),
}
"""The records that are trees, and for each its fields that are part of the structure; the others are children."""


def to_numpy(tree: T) -> T:
    """Records, or containers of them, with NumPy's arrays in place of JAX's.

    Args:
        tree: records whose arrays are JAX's or NumPy's, alone or in tuples, lists and dictionaries.

    Returns:
        The same with arrays of NumPy. Records are checked and copied, and their counts are integers of Python.
        Law: `to_numpy(jax.device_put(record)) == record`, if JAX keeps the dtype: without x64 it narrows 64 bits to 32.

    Raises:
        ValueError: a record is none of NumPy's, since it holds something else, or arrays of a stack of networks.

    >>> from fnnet import init_params
    >>> params = init_params((4, 3, 2), seed=0)
    >>> there = jax.device_put(params)
    >>> type(there.layers[0].bias).__name__, to_numpy(there) == params
    ('ArrayImpl', True)
    """
    back: T = jax.tree.map(_to_numpy, tree, is_leaf=lambda node: type(node) in _STATIC)
    return back


def _to_numpy(node: Any) -> Any:
    """A record whose fields are NumPy's, made by its constructor, which copies them; of anything else the array."""
    kind = type(node)
    if kind not in _STATIC:
        return np.asarray(node)
    return kind(*(_field_to_numpy(kind, field, getattr(node, field.name)) for field in attrs.fields(kind)))


def _field_to_numpy(kind: type[Any], field: "attrs.Attribute[Any]", value: Any) -> Any:
    if field.name in _STATIC[kind]:
        return value
    return int(value) if field.type is int else to_numpy(value)


def _register(cls: type[Any], static: tuple[str, ...]) -> None:
    """Register a record as a tree, with these fields as parts of its structure."""
    children = tuple(field.name for field in attrs.fields(cls) if field.name not in static)

    def flatten(record: object) -> tuple[list[tuple[object, object]], tuple[object, ...]]:
        keyed: list[tuple[object, object]] = [(GetAttrKey(name), getattr(record, name)) for name in children]
        return keyed, tuple(getattr(record, name) for name in static)

    def unflatten(structure: tuple[object, ...], values: Iterable[object]) -> object:
        # without the constructor, which checks: JAX also fills trees with tracers, None and plain objects
        record = object.__new__(cls)
        for name, value in zip((*static, *children), (*structure, *values)):
            object.__setattr__(record, name, _own(value))
        return record

    register_pytree_with_keys(cls, flatten, unflatten)


def _own(value: object) -> object:
    """The value, with read-only copies in place of NumPy's arrays."""
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(map(_own, value))
    return frozen(value) if isinstance(value, np.ndarray) else value


for _cls, _static in _STATIC.items():
    _register(_cls, _static)
