"""The strategies by type, for `st.from_type` and `@given`."""

from collections.abc import Callable
from typing import Any, get_args

import numpy as np
from hypothesis import strategies as st

from fnnet.data.dataset import Dataset
from fnnet.nn.activation import Activation
from fnnet.nn.cache import Cache
from fnnet.nn.head import Head
from fnnet.nn.network import forward
from fnnet.nn.params import Dense, Grads, Params
from fnnet.optim.optimizer import Optimizer, State
from fnnet.testing.networks import activations, grads, heads, params
from fnnet.testing.problem import Problem
from fnnet.testing.rules import (
    JOINED_SCHEDULES,
    SIMPLE_OPTIMIZERS,
    SIMPLE_SCHEDULES,
    WRAPPED_OPTIMIZERS,
    optimizers,
)
from fnnet.testing.samples import datasets, problems
from fnnet.train.state import TrainState


def _dense(dtype: type[Any] | None) -> st.SearchStrategy[Dense[Any]]:
    return params(dtype=dtype).map(lambda network: network.layers[0])


def _grads(dtype: type[Any] | None) -> st.SearchStrategy[Grads[Any]]:
    return params(dtype=dtype).flatmap(grads)


def _caches(dtype: type[Any] | None) -> st.SearchStrategy[Cache[Any, Any]]:
    return problems(dtype=dtype).map(lambda problem: forward(problem.params, problem.x))


def _states(dtype: type[Any] | None) -> st.SearchStrategy[State[Any]]:
    return st.builds(lambda optimizer, network: optimizer.init(network), optimizers(), params(dtype=dtype))


def _train_states(dtype: type[Any] | None) -> st.SearchStrategy[TrainState[Any]]:
    return st.builds(
        lambda epoch, network, optimizer: TrainState(epoch, network, optimizer.init(network)),
        st.integers(0, 8),
        params(dtype=dtype),
        optimizers(),
    )


_OF_DTYPE: dict[type[Any], Callable[[type[Any] | None], st.SearchStrategy[Any]]] = {
    Cache: _caches,
    Dataset: lambda dtype: datasets(dtype=dtype),
    Dense: _dense,
    Grads: _grads,
    Params: lambda dtype: params(dtype=dtype),
    Problem: lambda dtype: problems(dtype=dtype),
    State: _states,
    TrainState: _train_states,
}

_PLAIN: dict[type[Any], st.SearchStrategy[Any]] = {
    Activation: activations(),
    Head: heads(),
    Optimizer: optimizers(),
    **SIMPLE_OPTIMIZERS,
    **WRAPPED_OPTIMIZERS,
    **SIMPLE_SCHEDULES,
    **JOINED_SCHEDULES,
}


def register() -> None:
    """Tell hypothesis which strategy each record has: of `Params` in either dtype, of `Params[np.float64]` in that."""
    for kind, of_dtype in _OF_DTYPE.items():
        st.register_type_strategy(kind, _resolver(of_dtype))
    for kind, strategy in _PLAIN.items():
        st.register_type_strategy(kind, strategy)


def _resolver(
    of_dtype: Callable[[type[Any] | None], st.SearchStrategy[Any]],
) -> Callable[[type[Any]], st.SearchStrategy[Any]]:
    def resolve(kind: type[Any]) -> st.SearchStrategy[Any]:
        chosen = [each for each in get_args(kind) if each in (np.float32, np.float64)]
        return of_dtype(chosen[0] if chosen else None)

    return resolve
