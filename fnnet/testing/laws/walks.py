"""Networks with gradients for the laws of optimizers, and the steps that are taken along them."""

import copy
import itertools
import pickle
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import attrs
import numpy as np
from hypothesis import strategies as st

from fnnet.core.arrays import Numbers
from fnnet.nn.activations import identity
from fnnet.nn.heads import identity_squared_error
from fnnet.nn.params import Dense, Grads, Params
from fnnet.nn.tree import count, ravel, unravel
from fnnet.optim.optimizer import Optimizer, State
from fnnet.testing.laws.law import Example
from fnnet.testing.numbers import POOL, REAL, arrays, dtypes

T = TypeVar("T")

SMALL = st.sampled_from([(1, 1), (2, 1), (1, 2), (2, 2), (1, 2, 1), (3, 2), (2, 3, 2), (1, 1, 1, 1)])
LARGE = (1, 90_000, 1)
"""Widths of more than 2¹⁸ parameters, which the library updates block by block."""

DOUBLE = st.just(np.float64)
RATE = 1 / 8
"""The rate of an optimizer whose own may be 0, or a schedule."""

# The gradients of later steps are round numbers times square roots: no two steps cancel exactly, where the sign of what
# is left would be a matter of rounding.
_ROOTS = np.sqrt(np.array([1, 2, 3, 5], np.float32)).astype(np.float64)
_NUMBERS = arrays((POOL,), REAL)
_SOME = np.array([1.0, -2.0, 0.5, 3.0, -0.25])


def network(sizes: Sequence[int], dtype: type[Any], numbers: Numbers | None = None) -> Params[Any]:
    """A network of these widths whose parameters repeat the numbers; of zeros, if there are none."""
    layers = tuple(Dense(np.zeros((m, n), dtype), np.zeros(n, dtype)) for m, n in itertools.pairwise(sizes))
    zeros = Params(layers, identity, identity_squared_error)
    return zeros if numbers is None else unravel(zeros, np.resize(numbers, count(zeros)))


def walks(
    length: int = 3,
    dtype: st.SearchStrategy[type[Any]] = dtypes,
    sizes: st.SearchStrategy[tuple[int, ...]] = SMALL,
    numbers: st.SearchStrategy[Numbers] = _NUMBERS,
    /,
    **others: st.SearchStrategy[Any],
) -> st.SearchStrategy[Example]:
    """`params`, and `grads`, a list of a gradient for each step; other parts of the example by their names."""

    def built(drawn: tuple[tuple[int, ...], type[Any], int, Numbers, Numbers, Example]) -> Example:
        widths, chosen, divisor, theta, slopes, rest = drawn
        params = network(widths, chosen, theta / divisor)
        vectors = np.resize(slopes, (length, count(params))) * _ROOTS[:length, np.newaxis]
        return {"params": params, "grads": [unravel(Grads(params.layers), vector) for vector in vectors], **rest}

    parts = (sizes, dtype, st.sampled_from([1, 16]), numbers, numbers, st.fixed_dictionaries(others))
    return st.tuples(*parts).map(built)


def few_walks(**others: st.SearchStrategy[Any]) -> st.SearchStrategy[Example]:
    """The same of each of the small networks, with always the same numbers: for laws that are not about numbers."""
    return walks(3, dtypes, SMALL, st.just(_SOME), **others)


def walk(
    o: Optimizer, params: Params[Any], grads: Sequence[Grads[Any]], state: State[Any] | None = None
) -> Iterator[tuple[Params[Any], State[Any]]]:
    """The parameters and the state after each step."""
    state = o.init(params) if state is None else state
    for g in grads:
        params, state = o.step(params, g, state)
        yield params, state


def end(
    o: Optimizer, params: Params[Any], grads: Sequence[Grads[Any]], state: State[Any] | None = None
) -> tuple[Params[Any], State[Any]]:
    """The parameters and the state after the last step."""
    *_, last = walk(o, params, grads, state)
    return last


def zeros_like(record: T) -> T:
    """The same network, or the same gradient, of zeros."""
    like: Any = record
    zeros: T = unravel(like, np.zeros(count(like)))
    return zeros


def displacement(before: Params[Any], after: Params[Any]) -> Numbers:
    """θ' - θ, in float64."""
    return ravel(after).astype(np.float64) - ravel(before).astype(np.float64)


def has_rate(o: Optimizer) -> bool:
    """Whether the optimizer has a rate of its own, a field `lr`."""
    return _rate_of(o) is not None


def takes_schedules(o: Optimizer) -> bool:
    """Whether that rate may be a function: unless it is declared as a number."""
    declared: object = getattr(_rate_of(o), "type", float)
    return declared not in (float, "float", int, "int")


def _rate_of(o: Optimizer) -> "attrs.Attribute[Any] | None":
    kind: Any = type(o)
    found: attrs.Attribute[Any] | None = attrs.fields_dict(kind).get("lr") if attrs.has(kind) else None
    return found if found is not None and found.init else None


def with_rate(o: Optimizer, lr: Any) -> Optimizer:
    """The optimizer with another rate, if it has one of its own."""
    changed: Any = o
    return attrs.evolve(changed, lr=lr) if has_rate(o) else o


def rebuilt(value: T) -> T:
    """The value after a round trip through pickle or, where it holds what has no pickle, as a deep copy."""
    try:
        again: T = pickle.loads(pickle.dumps(value))
    except (pickle.PicklingError, AttributeError, TypeError):
        again = copy.deepcopy(value)
    return again
