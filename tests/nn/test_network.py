"""Forward, backward and the step: the laws, the reference in plain Python, and an example worked by hand."""

from math import exp, inf
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fnnet import (
    Cache,
    Dense,
    Grads,
    Params,
    backward,
    exp_poisson,
    forward,
    identity_squared_error,
    init_params,
    loss,
    ravel,
    relu,
    sgd_step,
)
from fnnet.core.arrays import Matrix
from fnnet.nn.cache import Masks
from fnnet.nn.network import backward_stream, forward_stream, mean_delta
from fnnet.nn.tree import average
from fnnet.testing import laws_of
from fnnet.testing.laws import Claim
from fnnet.testing.strategies import params
from tests import reference
from tests.strategies import Problem, gradient, problems, problems64, random_masks, seeds

Problem32 = Problem[np.float32]
Problem64 = Problem[np.float64]
Layers = tuple[Dense[np.float64], ...]


def rows_of(problem: Problem64) -> Matrix[np.float64]:
    """The targets as rows, computed independently of fnnet."""
    if problem.y.ndim == 2:
        return cast(Matrix[np.float64], problem.y)
    k = problem.params.sizes[-1]
    softmax = problem.params.head.name.startswith("softmax")
    if k == 1 and not softmax:
        return np.array([[float(label)] for label in problem.y])
    return np.array([[float(label == j) for j in range(k)] for label in problem.y])


def as_lists(params: Params[np.float64]) -> list[reference.Layer]:
    """The layers in the form of the reference."""
    return [(layer.weights.tolist(), layer.bias.tolist()) for layer in params.layers]


@pytest.mark.parametrize("law", laws_of(params()))
def test_the_laws_of_networks_hold(law: Claim) -> None:
    law.check()


# The reference in plain Python


@given(problems64())
def test_forward_is_the_reference(problem: Problem64) -> None:
    params, cache = problem.params, forward(problem.params, problem.x)
    for i, x in enumerate(problem.x.tolist()):
        zs, activations = reference.forward(as_lists(params), params.hidden.name, params.head.name, x)
        for l in range(len(params.layers)):
            np.testing.assert_allclose(cache.pre_activations[l][i], zs[l], rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(cache.activations[l][i], activations[l], rtol=1e-9, atol=1e-12)


@given(problems64(samples=st.just(1)))
def test_backward_is_the_reference(problem: Problem64) -> None:
    """The loss is the reference's, too."""
    params, x, t = problem.params, problem.x[0].tolist(), rows_of(problem)[0].tolist()
    hidden, head = params.hidden.name, params.head.name
    zs, activations = reference.forward(as_lists(params), hidden, head, x)
    most = {"logistic-cross-entropy": 1 - 1e-9, "exp-poisson": exp(40)}.get(head, inf)
    assume(min(activations[-1]) > 1e-12 and max(activations[-1]) < most)
    grads = reference.backward(as_lists(params), hidden, head, x, t)
    for layer, (weights, bias) in zip(gradient(problem).layers, grads):
        np.testing.assert_allclose(layer.weights, weights, rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(layer.bias, bias, rtol=1e-6, atol=1e-7)
    expected = reference.head_loss(head, zs[-1], t)
    assert loss(params, problem.x, problem.y) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@given(problems())
def test_cache_copies_its_input(problem: Problem32) -> None:
    x = problem.x.copy()
    cache = forward(problem.params, x)
    x[:] = 7
    assert np.array_equal(cache.x, problem.x)


# The streams of the passes, and masks


@given(problems64(), seeds)
def test_forward_stream_gives_the_cache(problem: Problem64, seed: int) -> None:
    """Its pairs are the cache's z and a, without masks and with them."""
    for masks in ((), random_masks(problem, seed)):
        cache = forward(problem.params, problem.x, masks)
        zs, activations = zip(*forward_stream(problem.params, problem.x, masks))
        assert Cache(problem.x, zs, activations, masks) == cache


@given(problems64(), seeds)
def test_backward_stream_gives_backward(problem: Problem64, seed: int) -> None:
    """From the last layer to the first, the products aᵀ δ and the sums of δ are the layers of `backward`."""
    params, y = problem.params, problem.y
    for masks in ((), random_masks(problem, seed)):
        cache = forward(params, problem.x, masks)
        stream = list(backward_stream(params, cache, mean_delta(params, cache, y)))
        layers = backward(params, cache, y).layers
        assert len(stream) == len(layers)
        for (a, delta), layer in zip(reversed(stream), layers):
            np.testing.assert_allclose(a.T @ delta, layer.weights, rtol=1e-12, atol=1e-15)
            np.testing.assert_allclose(delta.sum(axis=0), layer.bias, rtol=1e-12, atol=1e-15)


def scaled_rows(layers: Layers, masks: Masks[tuple[int], np.float64]) -> Layers:
    """Layers in which the rows of all weights but the first are multiplied by the masks."""
    first, *rest = layers
    return first, *(Dense(mask[:, np.newaxis] * layer.weights, layer.bias) for mask, layer in zip(masks, rest))


@given(problems64(), seeds)
def test_backward_uses_the_caches_masks(problem: Problem64, seed: int) -> None:
    """The masks of one sample are factors of the rows of the next weights: (m a) W = a (diag(m) W).

    So the gradient with respect to W is diag(m) times the gradient with respect to diag(m) W.
    """
    params, masks = problem.params, random_masks(problem, seed)
    cache, grads = forward(params, problem.x, masks), []
    for i, (x, y) in enumerate(problem.data):
        rows = tuple(mask[i] for mask in masks)
        unmasked = Params(scaled_rows(params.layers, rows), params.hidden, params.head)
        there = forward(unmasked, x)
        for output in (cache.output[i], forward(params, x, rows).output):
            np.testing.assert_allclose(output, there.output, rtol=1e-9, atol=1e-12)
        grads.append(Grads(scaled_rows(backward(unmasked, there, y).layers, rows)))
    np.testing.assert_allclose(ravel(backward(params, cache, problem.y)), ravel(average(grads)), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "masks, message",
    [
        (
            [np.ones((5, 3)), np.ones((5, 2))],
            "expected shapes [(5, 4), (5, 2)], one for each hidden layer, got [(5, 3)",
        ),
        (
            [np.ones((1, 4)), np.ones((5, 2))],
            "expected shapes [(5, 4), (5, 2)], one for each hidden layer, got [(1, 4)",
        ),
        ([np.ones(4), np.ones(2)], "expected shapes [(5, 4), (5, 2)], one for each hidden layer, got [(4,), (2,)]"),
        ([np.ones((5, 4))], "expected shapes [(5, 4), (5, 2)], one for each hidden layer, got [(5, 4)]"),
        ([np.ones((5, 4)), np.ones((5, 2)), np.ones((5, 2))], "expected shapes [(5, 4), (5, 2)], one for each hidden"),
        ([np.ones((5, 4), np.float32), np.ones((5, 2))], "expected float64, as the parameters, got float32, float64"),
        ([np.ones((5, 4)), np.ones((5, 2), bool)], "expected float64, as the parameters, got float64, bool"),
    ],
    ids=["width", "samples", "rank", "too few", "too many", "dtype", "booleans"],
)
def test_unsuitable_masks_are_refused(masks: list[Matrix[np.float64]], message: str) -> None:
    params = init_params((3, 4, 2, 2), seed=0, dtype=np.float64)
    with pytest.raises(ValueError) as caught:
        forward(params, np.ones((5, 3)), tuple(masks))
    assert str(caught.value).startswith(f"masks: {message}")


# Beyond the laws: huge and tiny inputs


@given(problems(), st.sampled_from([1e-38, 1e-30, 1e-8, 1e4, 1e8, 1e15]))
def test_finite_inputs_give_finite_results(problem: Problem32, factor: float) -> None:
    """They also raise no warning."""
    params, y = problem.params, problem.y
    if params.head in (identity_squared_error, exp_poisson) and factor > 1e4:
        return  # the loss is the square of the output, or p up to exp(40), times which may be beyond float32
    x = (problem.x * factor).astype(problem.x.dtype)
    assume(all(np.isfinite(z).all() and np.abs(z).max() < 1e30 for z in forward(params, x).pre_activations))
    grads = backward(params, forward(params, x), y)
    for array in (*forward(params, x).activations, ravel(grads), ravel(sgd_step(params, grads, 1e-3))):
        assert np.isfinite(array).all()
    assert np.isfinite(loss(params, x, y))


# Worked by hand


def test_a_network_worked_by_hand() -> None:
    """x = 2, W1 = 3, b1 = -5, ReLU: z1 = 1, a1 = 1; W2 = 4, b2 = 1: p = 5. With t = 3, L = (5 - 3)² = 4.

    δ2 = 2 (5 - 3) = 4: ∂W2 = 1 * 4, ∂b2 = 4; δ1 = 4 * 4 = 16: ∂W1 = 2 * 16 = 32, ∂b1 = 16.
    """
    layers = (Dense(np.array([[3.0]]), np.array([-5.0])), Dense(np.array([[4.0]]), np.array([1.0])))
    params = Params(layers, relu, identity_squared_error)
    x, t = np.array([2.0]), np.array([3.0])
    cache = forward(params, x)
    assert [float(z[0]) for z in cache.pre_activations] == [1.0, 5.0]
    assert loss(params, x, t) == 4.0
    grads = backward(params, cache, t)
    assert ravel(grads).tolist() == [32.0, 16.0, 4.0, 4.0]
    assert ravel(sgd_step(params, grads, 0.5)).tolist() == [-13.0, -13.0, 2.0, -1.0]


@pytest.mark.parametrize(
    "shape, cure",
    [
        ((2, 2), "; use x.reshape\\(-1\\)"),
        ((5, 2, 2), "; use x.reshape\\(len\\(x\\), -1\\)"),
        ((5, 2, 2, 1), "; use x.reshape\\(len\\(x\\), -1\\)"),
        ((1, 2, 2), "; use x.reshape\\(-1\\)"),
        ((5, 3), ""),
        ((5, 3, 2), ""),
        ((4, 2, 3), ""),
        ((3,), ""),
        ((), ""),
    ],
)
def test_images_are_told_how_to_be_rows(shape: tuple[int, ...], cure: str) -> None:
    x: Any = np.zeros(shape, np.float32)
    with pytest.raises(
        ValueError, match=rf"^x: expected shape \(4,\) or \(n, 4\), got \({', '.join(map(str, shape))},?\){cure}$"
    ):
        forward(init_params((4, 2), seed=0), x)
