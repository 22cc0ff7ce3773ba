"""The laws of a training loop about its samples: an epoch takes each once, with its target, in its own order."""

from collections.abc import Sequence
from itertools import permutations, product
from typing import Any

import numpy as np
from hypothesis import strategies as st

from fnnet.data.dataset import Dataset
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.inference import loss
from fnnet.nn.initializers import init_params
from fnnet.nn.network import sgd_step
from fnnet.nn.params import Params
from fnnet.nn.tree import is_finite, ravel, scale, unravel
from fnnet.testing.laws.cases import SEEDS, networks, samples
from fnnet.testing.laws.law import EXACT, Example, Law
from fnnet.testing.laws.loop import Loop
from fnnet.testing.laws.mismatch import require
from fnnet.testing.laws.states import network_of
from fnnet.testing.laws.step import EASY

_PROBLEMS = 8  # some loop may leave a loss as it is, where its rate is small and dropout large
_ORDERS = 12  # epochs whose orders are found out
_OTHERS = 30  # samples that take the place of one
_ITERATIONS = 30
_TAKEN = (*permutations(range(3)), *(taken for length in (2, 3, 4) for taken in product(range(3), repeat=length)))
"""Orders of three samples, and what an epoch may take in place of one."""


@st.composite
def _with_sample(draw: st.DrawFn, f: Loop) -> Example:
    params, n = draw(networks(f.network, np.float64, classes=2)), draw(st.integers(1, 3))
    return {"params": params, "data": Dataset(*samples(params, n, draw(SEEDS))), "i": draw(st.integers(0, n - 1))}


def _seeds(f: Loop) -> st.SearchStrategy[Example]:
    return st.fixed_dictionaries({"seed": SEEDS})


def _every_sample(f: Loop, params: Params[Any], data: Dataset[Any], i: int) -> None:
    def trained(data: Dataset[Any]) -> Any:
        *_, last = f(params, data, 2)
        return ravel(network_of(last))

    here = trained(data)
    # a step along signs may stay the same for another sample or two, not for any
    is_seen = any((trained(_with_another(params, data, i, seed)) != here).any() for seed in range(_OTHERS))
    require(is_seen, f"another network where sample {i} is another", f"the same, for {_OTHERS} others")


def _with_another(params: Params[Any], data: Dataset[Any], i: int, seed: int) -> Dataset[Any]:
    x, y = np.array(data.x), np.array(data.y)
    (x[i],), (y[i],) = samples(params, 1, seed)
    return Dataset(x, y)


def _once(f: Loop, seed: int) -> None:
    """Where an epoch is as if it were plain steps of single samples, it takes each once."""
    params, data = _problem(f, 3, seed)
    rate = _rate(f, params, data[:1])
    if rate is None:
        return  # not plain descent of single samples, of which alone this can be said
    before, orders = params, []
    for state in f(params, data, _ORDERS):
        after = network_of(state)
        found = next((taken for taken in _TAKEN if _near(_steps(before, data, taken, rate), after)), None)
        if found is None:
            return
        require(sorted(found) == [0, 1, 2], "each of three samples once in an epoch", f"samples {list(found)}")
        orders.append(found)
        before = after
    is_shuffled = orders[0] != (0, 1, 2)
    require(not is_shuffled or len(set(orders)) > 1, "epochs in orders of their own", f"{_ORDERS} times {orders[0]}")


def _rate(f: Loop, params: Params[Any], sample: Dataset[Any]) -> float | None:
    """The rate with which an epoch over one sample is one plain step; None if there is none."""
    (state,) = f(params, sample, 1)
    after, g = network_of(state), ravel(mean_gradient(params, sample.x, sample.y))
    moved, first = ravel(params) - ravel(after), g @ g
    rate = float(moved @ g / first)
    if _near(_steps(params, sample, [0], rate), after):
        return rate
    for _ in range(_ITERATIONS):  # are they two steps?
        later = _steps(params, sample, [0], rate)
        rate = float(moved @ g / (first + ravel(mean_gradient(later, sample.x, sample.y)) @ g))
    require(not _near(_steps(params, sample, [0, 0], rate), after), "one step for one sample", "two")
    return None


def _steps(params: Params[Any], data: Dataset[Any], taken: Sequence[int], rate: float) -> Params[Any]:
    """Plain steps of single samples."""
    for i in taken:
        params = sgd_step(params, mean_gradient(params, data.x[i : i + 1], data.y[i : i + 1]), rate)
    return params


def _near(a: Params[Any], b: Params[Any]) -> bool:
    return bool(np.allclose(ravel(a), ravel(b), rtol=1e-9, atol=1e-11))


def _problem(f: Loop, n: int, seed: int) -> tuple[Params[Any], Dataset[Any]]:
    params = f.network or EASY
    rng = np.random.default_rng(seed)
    moved = ravel(params) + 0.1 * rng.normal(size=ravel(params).shape)
    network: Params[Any] = unravel(params, moved.astype(params.dtype))
    return network, Dataset(*samples(network, n, seed))


def _own_target(f: Loop, seed: int) -> None:
    """Row i of the weights belongs to sample i alone: it can only have moved towards its class."""
    n, classes = 6, 3
    y = np.random.default_rng(seed).permutation(n) % classes
    start = init_params((n, classes), seed=0, dtype=np.float64)
    for state in f(scale(start, 0.0), Dataset(np.eye(n), y), 5):
        weights = network_of(state).layers[0].weights
        own = weights[np.arange(n), y]
        require(
            (own >= weights.max(axis=1) - 1e-9).all(), "weights that are largest at the class of their sample", weights
        )


def _learning(f: Loop, seed: int) -> None:
    before: list[float] = []
    after: list[float] = []
    for k in range(_PROBLEMS):
        params, data = _problem(f, 3, _PROBLEMS * seed + k)
        *_, last = f(params, data, 40)
        network = network_of(last)
        require(is_finite(network), "a network of finite numbers", network)
        for losses, which in ((before, params), (after, network)):
            losses.append(loss(which, data.x, data.y))
    first, final = np.mean(before), np.mean(after)
    require(final < first, f"a mean loss of less than {first:.6g} after 40 epochs", f"{final:.6g}")


LAWS = (
    Law("every sample", "another sample i leads to another network", EXACT, _with_sample, _every_sample, most=40),
    Law(
        "once",
        "an epoch that is plain steps of single samples takes each once; and if it shuffles them, "
        "others take them in other orders",
        "1e-9, for rounding; twelve epochs of three samples have the same order with a probability of 6⁻¹¹",
        _seeds,
        _once,
        most=3,
    ),
    Law(
        "own target",
        "with x = I and W = 0, row i of W is largest at the class of sample i",
        "1e-9, for rounding",
        _seeds,
        _own_target,
        lambda f: f.network is None,
        most=10,
    ),
    Law(
        "learning",
        f"a few samples are learned: on average over {_PROBLEMS} networks, their loss falls",
        "none; with dropout, a small rate and a limit of the norm, that mean was 4 standard deviations below 0",
        _seeds,
        _learning,
        most=2,
    ),
)
