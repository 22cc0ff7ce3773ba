"""The laws of a step of training: (state, batch) ↦ state, which `functools.reduce` takes over batches (x, y)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from fnnet.nn.params import Params
from fnnet.nn.tree import is_finite, scale
from fnnet.testing.laws import learning, training_values
from fnnet.testing.laws.cases import Samples
from fnnet.testing.laws.law import EXACT, Law
from fnnet.testing.laws.mismatch import require, require_same
from fnnet.testing.laws.runs import far_runs, runs, runs_with_cut
from fnnet.testing.laws.states import contents, copied, global_randomness, network_of
from fnnet.testing.laws.step import Training

_MOST = 50  # examples of laws that take several runs each


def _shape(t: Training, params: Params[Any], batches: Sequence[Samples]) -> None:
    state = first = t.start(params)
    require_same(network_of(state), params, "the network of the first state")
    for batch in batches:
        state = t.step(state, batch)
        require(type(state) is type(first), f"a state of type {type(first).__name__}", type(state).__name__)
        network = network_of(state)
        require(isinstance(network, Params), "a network in the state", type(network).__name__)
        for name in ("sizes", "dtype", "hidden", "head"):
            got, expected = getattr(network, name), getattr(params, name)
            require(got == expected, f"{name}: {expected}", f"{got}")


def _pure(t: Training, params: Params[Any], batches: Sequence[Samples]) -> None:
    state, start = t.start(params), contents(params)
    require_same(contents(t.start(params)), contents(state), "start(params), again")
    for batch in batches:
        randomness, given = global_randomness(), (contents(state), contents(batch))
        first = t.step(state, batch)
        require(global_randomness() == randomness, "the global random state, as it was", "another")
        require_same((contents(state), contents(batch)), given, "state and batch, afterwards")
        result = contents(first)
        _train_another(t, params, batches)
        for _ in range(2):
            require_same(contents(t.step(state, batch)), result, "step(state, batch), again")
        require_same(contents(first), result, "step(state, batch), after other steps")
        state = first
    require_same(contents(params), start, "params, afterwards")


def _train_another(t: Training, params: Params[Any], batches: Sequence[Samples]) -> None:
    t.run(scale(params, -0.5), batches)


def _own_memory(t: Training, params: Params[Any], batches: Sequence[Samples]) -> None:
    x, y = (np.array(part) for part in batches[0])
    state = t.step(t.start(params), (x, y if y.ndim else y[()]))
    before = contents(state)
    x[...], y[...] = 7, 0
    require_same(contents(state), before, "the state, after the batch is overwritten")


def _fold(t: Training, params: Params[Any], batches: Sequence[Samples], k: int) -> None:
    whole = t.run(params, batches)
    state = t.run(params, batches[:k])
    _train_another(t, params, batches)
    require_same(contents(t.go_on(state, batches[k:])), contents(whole), "the state after all batches")


def _resume(t: Training, params: Params[Any], batches: Sequence[Samples], k: int) -> None:
    whole = t.run(params, batches)
    state = copied(t.run(params, batches[:k]))
    require_same(contents(t.go_on(state, batches[k:])), contents(whole), "the state after all batches")


def _finite(t: Training, params: Params[Any], batches: Sequence[Samples]) -> None:
    network = network_of(t.run(params, batches))
    require(is_finite(network), "a network of finite numbers", network)


LAWS = (
    Law(
        "shape",
        "the network of start(params) is params; that of step(state, batch) has its sizes, dtype, activation and head",
        EXACT,
        runs,
        _shape,
        most=_MOST,
    ),
    Law(
        "pure",
        "state, batch and the global random state do not change, and the same arguments give the same bits",
        EXACT,
        runs,
        _pure,
        most=_MOST,
    ),
    Law("own memory", "step(state, batch) shares no memory with the batch", EXACT, runs, _own_memory, most=_MOST),
    Law(
        "fold",
        "reduce(step, batches, s) = reduce(step, batches[k:], reduce(step, batches[:k], s)), "
        "whatever is trained in between",
        EXACT,
        runs_with_cut,
        _fold,
        most=_MOST,
    ),
    Law(
        "resume",
        "reduce(step, batches, s) = reduce(step, batches[k:], pickled(reduce(step, batches[:k], s)))",
        EXACT,
        runs_with_cut,
        _resume,
        most=_MOST,
    ),
    Law(
        "finite", "features up to 1000 lead to finite numbers; up to 10, with a network given", EXACT, far_runs, _finite
    ),
    *training_values.LAWS,
    *learning.LAWS,
)
