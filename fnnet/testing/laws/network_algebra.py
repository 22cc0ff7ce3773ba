"""The laws of what is done with a network: weights of samples, shards, steps, permutations, files, scalers."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import numpy as np

from fnnet.core.arrays import Numbers
from fnnet.data.absorb import absorb
from fnnet.data.scaler import Scaler
from fnnet.io.model import load, save
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS
from fnnet.nn.inference import apply, loss
from fnnet.nn.network import backward, forward, sgd_step
from fnnet.nn.params import Dense, Params
from fnnet.nn.tree import average, ravel, scale, unravel
from fnnet.testing.laws.law import EXACT
from fnnet.testing.laws.mismatch import require_same
from fnnet.testing.laws.problems import ROUNDING, Network, Samples, gradient, law, near, wide


def _weights(params: Params[Any], x: Numbers, y: Numbers, weights: Numbers | None) -> None:
    network, samples = wide(params, x, y, weights)
    n = len(samples)
    if n:
        ones, rows = attrs.evolve(samples, weights=np.ones(n)), (samples.x, samples.y)
        require_same(_mean(network, *rows, ones.weights), _mean(network, *rows), "the mean with weights of 1")
        one = samples.x[0], samples.y[0]
        near(_mean(network, *one, 1.0), _mean(network, *one), 1e-12, "a sample with weight 1")
        times = np.round(samples.weights).astype(np.int64)
        repeated = ones[np.repeat(np.arange(n), times)]
        m = len(repeated)
        sums = n * _mean(network, *rows, times)
        expected = m * _mean(network, repeated.x, repeated.y) if m else 0 * sums
        near(sums, expected, 1e-9, "the sums over samples repeated as often as they weigh")
        both, other = n * _mean(network, *rows, times + 2 * samples.weights), n * _mean(network, *rows, samples.weights)
        near(both, sums + 2 * other, 1e-9, "the sums, linear in the weights")


def _mean(params: Network, x: Any, y: Any, weights: Any = None) -> Numbers:
    """The mean loss and its gradient, in one vector."""
    return np.append(ravel(backward(params, forward(params, x), y, weights)), loss(params, x, y, weights))


def _shards(params: Params[Any], x: Numbers, y: Numbers, weights: Numbers | None) -> None:
    network, samples = wide(params, x, y, weights)
    for cut in range(1, len(samples)):
        shards = samples[:cut], samples[cut:]
        mean = average([gradient(network, shard) for shard in shards], [len(shard) for shard in shards])
        near(ravel(mean), ravel(gradient(network, samples)), 1e-9, "the gradient of the whole")


def _identity(params: Params[Any], x: Numbers, y: Numbers, weights: Numbers | None) -> None:
    network, samples = wide(params, x, y, weights)
    if len(samples):
        grads = gradient(network, samples)
        require_same(ravel(sgd_step(network, grads, 0)) + 0, ravel(network) + 0, "a step at rate 0")
        require_same(ravel(sgd_step(network, scale(grads, 0), 0.5)) + 0, ravel(network) + 0, "a step along 0")


def _symmetry(params: Params[Any], x: Numbers, y: Numbers, weights: Numbers | None) -> None:
    network, samples = wide(params, x, y, weights)
    if len(samples):
        one, other = _step(_rolled(network), samples), _rolled(_step(network, samples))
        near(ravel(one), ravel(other), 1e-9, "the step with hidden units in another order")


def _step(params: Network, samples: Samples) -> Network:
    return sgd_step(params, gradient(params, samples), 0.125)


def _rolled(params: Network) -> Network:
    """The same network, in each hidden layer of which the last unit has become the first."""
    last = len(params.layers) - 1
    layers = []
    for l, layer in enumerate(params.layers):
        before, after = int(l > 0), int(l < last)
        layers.append(Dense(np.roll(layer.weights, (before, after), (0, 1)), np.roll(layer.bias, after)))
    return attrs.evolve(params, layers=layers)


def _round_trip(params: Params[Any], x: Numbers, y: Numbers, weights: Numbers | None) -> None:
    require_same(unravel(params, ravel(params)), params, "unravel(params, ravel(params))")
    own: Params[Any] = attrs.evolve(params, hidden=_own(params.hidden, ACTIVATIONS), head=_own(params.head, HEADS))
    with TemporaryDirectory() as folder:
        path = Path(folder, "model.npz")
        save(own, path)
        loaded = load(path, activations=[own.hidden], heads=[own.head])
    require_same(loaded, own, "the network that was saved")


def _own(function: Any, table: dict[str, Any]) -> Any:
    """An activation or a head by a name that none of the library's has, unless it is one of those."""
    return function if function in table.values() else attrs.evolve(function, name=f"own {function.name}")


def _absorption(params: Params[Any], x: Numbers, y: Numbers, weights: Numbers | None, dx: Numbers) -> None:
    network, samples = wide(params, x, y, weights)
    scaler = Scaler(dx[0], 2.0 ** np.round(dx[-1]))  # powers of 2, which round nothing
    raw = scaler.inverse(samples.x)
    near(apply(absorb(scaler, network), raw), apply(network, samples.x), 1e-9, "the output for standardized features")


LAWS = (
    law(
        "weights",
        "weights of 1 are none; a sample of weight 2 is two samples; (1/n) Σ wᵢ Lᵢ is linear in w",
        f"none; {ROUNDING}",
        _weights,
    ),
    law("shards", "the means of two shards, by their sizes, average to that of the batch", ROUNDING, _shards),
    law("symmetry", "a step of a network with permuted hidden units = the step, permuted", ROUNDING, _symmetry),
    law("identity", "at rate 0, or along a gradient of 0, a step changes nothing", EXACT, _identity),
    law("round trip", "unravel(p, ravel(p)) = p; load(path) after save(p, path) = p", EXACT, _round_trip),
    law("absorption", "apply(absorb(scaler, p), x) = apply(p, scaler(x))", ROUNDING, _absorption, "dx"),
)
