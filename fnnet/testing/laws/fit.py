"""The laws of a training loop: (start, data, epochs=n) ↦ the states after n epochs, as of `fnnet.fit`."""

from typing import Any

from hypothesis import strategies as st

from fnnet.data.dataset import Dataset
from fnnet.nn.params import Params
from fnnet.nn.tree import scale
from fnnet.testing.laws import fit_batches, fit_samples
from fnnet.testing.laws.cases import SEEDS, networks, samples
from fnnet.testing.laws.law import EXACT, Example, Law
from fnnet.testing.laws.loop import Loop
from fnnet.testing.laws.mismatch import require, require_same
from fnnet.testing.laws.states import contents, copied, global_randomness, network_of
from fnnet.testing.numbers import dtypes

_EPOCHS = 4
_MOST = 40  # examples: each trains several times


@st.composite
def _runs(draw: st.DrawFn, f: Loop) -> Example:
    """A network with a few samples, or rarely with many."""
    params = draw(networks(f.network, draw(dtypes), classes=2))
    n = draw(st.sampled_from([*range(1, 6), *range(1, 6), 40]))
    return {"params": params, "data": Dataset(*samples(params, n, draw(SEEDS)))}


def _with_epoch(f: Loop) -> st.SearchStrategy[Example]:
    return st.tuples(_runs(f), st.integers(1, _EPOCHS - 1)).map(lambda drawn: drawn[0] | {"k": drawn[1]})


def _shape(f: Loop, params: Params[Any], data: Dataset[Any]) -> None:
    for epochs in (0, 1, 3):
        states = list(f(params, data, epochs))
        require(len(states) == epochs, f"{epochs} states", f"{len(states)}")
        for state in states:
            network = network_of(state)
            require(isinstance(network, Params), "a network in the state", type(network).__name__)
            for name in ("sizes", "dtype", "hidden", "head"):
                got, expected = getattr(network, name), getattr(params, name)
                require(got == expected, f"{name}: {expected}", f"{got}")


def _pure(f: Loop, params: Params[Any], data: Dataset[Any]) -> None:
    given, randomness = contents((params, data)), global_randomness()
    first = list(f(params, data, 3))
    require(global_randomness() == randomness, "the global random state, as it was", "another")
    require_same(contents((params, data)), given, "start and data, afterwards")
    states = contents(first)
    for _ in range(2):  # beside another training, whose epochs come in between
        both = zip(f(params, data, 3), f(scale(params, -0.5), data, 3))
        require_same(contents([state for state, _ in both]), states, "the states, again")
    require_same(contents(first), states, "the states, after other training")


def _states(f: Loop, params: Params[Any], data: Dataset[Any]) -> None:
    kept, then = [], []
    for state in f(params, data, 3):
        kept.append(state)
        then.append(contents(state))
    require_same(contents(kept), tuple(then), "the states, after the last epoch")


def _prefix(f: Loop, params: Params[Any], data: Dataset[Any], k: int) -> None:
    whole = list(f(params, data, _EPOCHS))
    require_same(contents(list(f(params, data, k))), contents(whole[:k]), "the first k states")


def _counts(f: Loop, params: Params[Any], data: Dataset[Any]) -> None:
    states = list(f(params, data, 3))
    if hasattr(states[0], "epoch"):
        require_same([int(state.epoch) for state in states], [1, 2, 3], "state.epoch of each")


def _resume(f: Loop, params: Params[Any], data: Dataset[Any], k: int) -> None:
    whole = list(f(params, data, _EPOCHS))
    if isinstance(whole[0], Params):
        return  # which epoch it was is known to nobody
    start = copied(whole[k - 1])
    rest = list(f(start, data, _EPOCHS))
    if len(rest) == _EPOCHS:  # epochs more, rather than in all
        rest = list(f(start, data, _EPOCHS - k))
    require_same(contents(rest), contents(whole[k:]), "the states after state k")


LAWS = (
    Law(
        "shape",
        "fit(start, data, epochs=n) gives n states, whose networks have the sizes, dtype, activation and head of start",
        EXACT,
        _runs,
        _shape,
        most=_MOST,
    ),
    Law(
        "pure",
        "start, data and the global random state do not change, and the same arguments give the same bits, "
        "whatever is trained beside",
        EXACT,
        _runs,
        _pure,
        most=_MOST,
    ),
    Law("own memory", "no state changes while later epochs are trained", EXACT, _runs, _states, most=_MOST),
    Law("counts", "state.epoch, if there is one, is 1, 2, 3, …", EXACT, _runs, _counts, most=_MOST),
    Law(
        "prefix",
        "fit(start, data, epochs=k) gives the first k states of fit(start, data, epochs=n)",
        EXACT,
        _with_epoch,
        _prefix,
        most=_MOST,
    ),
    Law(
        "resume",
        "fit(state k, data, epochs=n) gives the states from k + 1 to n",
        EXACT,
        _with_epoch,
        _resume,
        most=_MOST,
    ),
    *fit_samples.LAWS,
    *fit_batches.LAWS,
)
