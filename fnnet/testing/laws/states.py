"""States of training, of any kind: their networks, their copies, and what they hold."""

import copy
import pickle
import random
from collections.abc import Mapping
from typing import Any, TypeAlias

import attrs
import numpy as np

from fnnet.nn.params import Params

State: TypeAlias = Any
"""What a step carries. Any: whatever its author has chosen."""


def network_of(state: State) -> Any:
    """The network of a state: the state itself, its `params`, or the first item of a tuple.

    >>> from fnnet import init_params
    >>> network_of((init_params((2, 1), seed=0), 0.5))
    Params(2-1, float32, sigmoid, softmax-cross-entropy, 3 parameters)
    """
    if isinstance(state, (tuple, list)) and state and not hasattr(state, "params"):
        return state[0]
    if isinstance(state, Mapping) and "params" in state:
        return state["params"]
    return state if isinstance(state, Params) else getattr(state, "params", state)


def copied(state: State) -> State:
    """A copy through a pickle, as a file would hold it; or a deep copy of what no pickle holds."""
    try:
        return pickle.loads(pickle.dumps(state))
    except Exception:  # whatever the authors of its parts raise
        return copy.deepcopy(state)


def contents(value: object) -> Any:
    """What a value holds, in arrays, tuples and lists that nothing will change later.

    >>> contents({"v": np.zeros(2)})
    ['dict', ('v', array([0., 0.]))]
    """
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, (tuple, list)):
        return tuple(contents(item) for item in value)
    if isinstance(value, Mapping):
        return [type(value).__name__, *((key, contents(item)) for key, item in value.items())]
    if attrs.has(type(value)):
        return copy.deepcopy(value)
    if fields := getattr(value, "__dict__", None):
        return [type(value).__name__, *((name, contents(field)) for name, field in fields.items())]
    return value


def global_randomness() -> tuple[object, ...]:
    """The states of the random numbers that every function of a process may draw from."""
    _, keys, *rest = np.random.get_state(legacy=True)
    return np.asarray(keys).tobytes(), rest, random.getstate()
