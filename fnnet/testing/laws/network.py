"""The laws of a network: what holds of its passes whatever its activation, its head and its numbers."""

from typing import Any

import numpy as np

from fnnet.core.arrays import Numbers
from fnnet.nn.inference import apply, loss
from fnnet.nn.network import backward, forward, sgd_step
from fnnet.nn.params import Params
from fnnet.nn.tree import average, ravel, unravel
from fnnet.testing.laws import network_algebra, network_derivatives
from fnnet.testing.laws.law import EXACT
from fnnet.testing.laws.mismatch import require, require_close, require_same
from fnnet.testing.laws.problems import MOST, ROUNDING, gradient, law, near, wide


def _pure(params: Params[Any], x: Numbers, y: Numbers, weights: Numbers | None) -> None:
    before, arguments = unravel(params, ravel(params)), [x.copy(), y.copy()]
    cache = forward(params, x)
    first = _results(params, cache, x, y, weights)
    forward(params, -x)  # whose traces, if it leaves any, the next calls find
    require_same(_results(params, cache, x, y, weights), first, "gradient, step and loss, a second time")
    require_same(params, before, "the network, afterwards")
    require_same([x, y], arguments, "x and y, afterwards")
    require_same(forward(params, x), cache, "the forward pass, a second time")


def _results(params: Params[Any], cache: Any, x: Numbers, y: Numbers, weights: Numbers | None) -> tuple[object, ...]:
    grads = backward(params, cache, y, weights)
    return grads, sgd_step(params, grads, 0.5), loss(params, x, y, weights)


def _shape(params: Params[Any], x: Numbers, y: Numbers, weights: Numbers | None) -> None:
    for rows in (x, x[0], x[:0]):
        cache = forward(params, rows)
        for l, (width, a) in enumerate(zip(params.sizes[1:], cache.activations), start=1):
            expected = f"{params.dtype} {(*rows.shape[:-1], width)}"
            require(f"{a.dtype} {a.shape}" == expected, f"a of layer {l}: {expected}", f"{a.dtype} {a.shape}")
    got = backward(params, forward(params, x), y, weights)
    for l, (layer, grad) in enumerate(zip(params.layers, got.layers), start=1):
        for whole, part in zip((layer.weights, layer.bias), (grad.weights, grad.bias)):
            expected = f"{whole.dtype} {whole.shape}"
            require(f"{part.dtype} {part.shape}" == expected, f"the gradient of layer {l}: {expected}", part)


def _one_sample(params: Params[Any], x: Numbers, y: Numbers, weights: Numbers | None) -> None:
    network, samples = wide(params, x, y, weights)
    for i in range(len(samples)):
        one, (x0, y0, w0) = samples[i : i + 1], (samples.x[i], samples.y[i], float(samples.weights[i]))
        single = forward(network, x0)
        near(single.output, forward(network, one.x).output[0], 1e-9, "the output of a batch of one")
        expected = ravel(gradient(network, one))
        near(ravel(backward(network, single, y0, w0)), expected, 1e-9, "the gradient of a batch of one")


def _batch(params: Params[Any], x: Numbers, y: Numbers, weights: Numbers | None) -> None:
    network, samples = wide(params, x, y, weights)
    if len(samples):
        each = [samples[i : i + 1] for i in range(len(samples))]
        outputs = np.concatenate([apply(network, one.x) for one in each])
        near(apply(network, samples.x), outputs, 1e-9, "the outputs of the samples")
        losses = [loss(network, one.x, one.y, one.weights) for one in each]
        got = loss(network, samples.x, samples.y, samples.weights)
        size = max(1, *map(abs, losses))
        require_close(got, float(np.mean(losses)), 0, 1e-9 * size, "the mean loss of the samples")
        mean = ravel(average([gradient(network, one) for one in each]))
        near(ravel(gradient(network, samples)), mean, 1e-9, "the mean gradient of the samples")


def _finite(params: Params[Any], x: Numbers, y: Numbers, weights: Numbers | None) -> None:
    network = params.astype(np.float64)
    cache = forward(network, x.astype(np.float64))
    rows = np.ones(len(x), bool)
    for l, (z, a) in enumerate(zip(cache.pre_activations, cache.activations), start=1):
        rows &= (abs(z) <= MOST).all(axis=1)
        require(np.isfinite(a[rows]).all(), f"a of layer {l}: finite numbers", a[rows])
    network, samples = wide(params, x, y, weights)
    if len(samples):
        value, grads = loss(network, samples.x, samples.y, samples.weights), gradient(network, samples)
        require(np.isfinite(value), "the loss: a finite number", value)
        require(np.isfinite(ravel(grads)).all(), "the gradient: finite numbers", grads)


def _float32(params: Params[Any], x: Numbers, y: Numbers, weights: Numbers | None) -> None:
    network, samples = wide(params, x, y, weights, most=10)
    exact, narrow = forward(network, samples.x), forward(network.astype(np.float32), samples.x.astype(np.float32))
    rows = np.ones(len(samples), bool)
    for z, a in zip(exact.pre_activations[:-1], narrow.pre_activations[:-1]):
        slopes = [
            network.hidden.pullback(at, network.hidden.apply(at), np.ones_like(at)) for at in (z, a.astype(np.float64))
        ]
        rows &= (abs(slopes[0] - slopes[1]) < 1e-2).all(axis=1)  # rounding has not led across a kink
    for l, (a, expected) in enumerate(zip(narrow.activations, exact.activations), start=1):
        near(a[rows].astype(np.float64), expected[rows], 1e-3, f"a of layer {l} in float64")


LAWS = (
    law("shape", "each a and each gradient has its layer's width and the network's dtype", EXACT, _shape),
    law("pure", "forward, backward, sgd_step and loss change nothing, and give the same bits again", EXACT, _pure),
    law("one sample", "forward(x) = forward(x[newaxis])[0], the gradient too", ROUNDING, _one_sample),
    law("batch", "outputs are those of the samples; L = (1/n) Σ wᵢ Lᵢ, and so is its gradient", ROUNDING, _batch),
    law("finite", "outputs, loss and gradient are finite where |z| ≤ 100", EXACT, _finite),
    *network_derivatives.LAWS,
    *network_algebra.LAWS,
    law(
        "float32",
        "each a in float32 = that in float64, where |z| ≤ 10",
        "1e-3 of the largest number: the weights of a layer multiply the rounding of the one before",
        _float32,
    ),
)
