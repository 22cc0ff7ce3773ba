"""The laws of a step of training that compare numbers: with those of other batches, networks, dtypes, or steps."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import attrs
import numpy as np
from hypothesis import strategies as st

from fnnet.nn.params import Dense, Params
from fnnet.nn.tree import ravel, scale
from fnnet.testing.laws.cases import Samples
from fnnet.testing.laws.law import NARROW, Law
from fnnet.testing.laws.mismatch import require_between, require_close
from fnnet.testing.laws.runs import WIDE, runs, runs_with_seed
from fnnet.testing.laws.states import network_of
from fnnet.testing.laws.step import Training

_ROUNDING = "1e-7 of the numbers, for rounding in float64"


def _order(t: Training, params: Params[Any], batches: Sequence[Samples], seed: int) -> None:
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(len(x)) for x, _ in batches]
    mixed = [(x[order], y[order]) for (x, y), order in zip(batches, orders)]
    _require_near(t, params, mixed, batches, "the network, whatever the order in a batch")


def _mean(t: Training, params: Params[Any], batches: Sequence[Samples], seed: int) -> None:
    twice = [(np.concatenate([x, x]), np.concatenate([y, y])) for x, y in batches]
    _require_near(t, params, twice, batches, "the network, of batches twice over")


def _one_sample(t: Training, params: Params[Any], batches: Sequence[Samples], seed: int) -> None:
    rows = [(x[np.newaxis], np.asarray(y)[np.newaxis]) for x, y in batches]
    _require_near(t, params, batches, rows, "the network, of samples")


def _require_near(
    t: Training, params: Params[Any], batches: Sequence[Samples], others: Sequence[Samples], what: str
) -> None:
    got, expected = (network_of(t.run(params, each)) for each in (batches, others))
    require_close(got, expected, 1e-7, 1e-7, what)


def _symmetry(t: Training, params: Params[Any], batches: Sequence[Samples], seed: int) -> None:
    got = network_of(t.run(permuted(params, seed), batches))
    expected = permuted(network_of(t.run(params, batches)), seed)
    require_close(got, expected, 1e-7, 1e-7, "the network with hidden units permuted")


def permuted(params: Params[Any], seed: int) -> Params[Any]:
    """The same function with the units of each hidden layer in another order."""
    rng = np.random.default_rng(seed)
    layers: list[Dense[Any]] = []
    order = np.arange(params.sizes[0])
    for layer, width in zip(params.layers, params.sizes[1:]):
        is_last = len(layers) == len(params.layers) - 1
        before, order = order, np.arange(width) if is_last else rng.permutation(width)
        layers.append(Dense(layer.weights[np.ix_(before, order)], layer.bias[order]))
    return attrs.evolve(params, layers=tuple(layers))


def _float32(t: Training, params: Params[Any], batches: Sequence[Samples]) -> None:
    got = ravel(network_of(t.run(params, batches))).astype(np.float64)
    wide = [(x.astype(np.float64), _widened(y)) for x, y in batches]
    # what jumps for parameters that differ by rounding, such as a sign, may jump in float32
    here, *near = (
        ravel(network_of(t.run(scale(params.astype(np.float64), factor), wide))) for factor in (1, 1 + 1e-6, 1 - 1e-6)
    )
    slack = 1e-4 * (1 + abs(here)) + sum(abs(other - here) for other in near)
    require_between(got, here - slack, here + slack, "all numbers of the network in float64")


def _widened(y: Any) -> Any:
    return y.astype(np.float64) if y.dtype.kind == "f" else y


def like(other: Any) -> Law:
    """The law that a step is the same as another way of writing it; the other is a `Training`, or a step alone."""

    def test(t: Training, params: Params[Any], batches: Sequence[Samples]) -> None:
        got, expected = (network_of(each.run(params, batches)) for each in (t, Training.of(other)))
        require_close(got, expected, 1e-7, 1e-7, "the network of the other")

    return Law("like", "step = other", _ROUNDING, partial(runs, types=WIDE), test)


LAWS = (
    Law(
        "order",
        "the samples of a batch may come in any order",
        _ROUNDING,
        partial(runs_with_seed, together=True),
        _order,
        lambda t: t.takes_means,
    ),
    Law(
        "mean",
        "step(s, batch ++ batch) = step(s, batch)",
        _ROUNDING,
        partial(runs_with_seed, together=True),
        _mean,
        lambda t: t.takes_means,
    ),
    Law(
        "one sample",
        "step(s, (x, y)) = step(s, ([x], [y]))",
        _ROUNDING,
        partial(runs_with_seed, together=False),
        _one_sample,
        lambda t: t.takes_samples and t.takes_batches,
    ),
    Law(
        "symmetry",
        "permuting hidden units and training commute",
        _ROUNDING,
        runs_with_seed,
        _symmetry,
    ),
    Law(
        "float32",
        "training in float32 is that in float64",
        NARROW,
        partial(runs, types=st.just(np.float32)),
        _float32,
    ),
)
