"""The gradients of the samples: each alone, their mean, their norms, and the record that holds them."""

from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Grads, backward, forward, identity_squared_error, init_params, ravel
from fnnet.nn.per_sample import SampleGrads, SampleLayer, sample_gradients
from tests.helpers import arrays
from tests.strategies import Problem, problems, problems64, seeds

Problem64 = Problem[np.float64]


@given(problems64())
def test_each_is_the_samples_gradient(problem: Problem64) -> None:
    params, each = problem.params, sample_gradients(problem.params, problem.x, problem.y)
    alone = [backward(params, forward(params, x), y) for x, y in problem.data]
    assert len(each) == len(alone)
    for one, other in zip(each, alone, strict=True):
        np.testing.assert_allclose(ravel(one), ravel(other), rtol=1e-9, atol=1e-12)
    for l, layer in enumerate(each.layers):
        np.testing.assert_allclose(layer.weights, [g.layers[l].weights for g in alone], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(layer.bias, [g.layers[l].bias for g in alone], rtol=1e-9, atol=1e-12)


@given(problems64(), seeds)
def test_the_mean_is_the_batchs_gradient(problem: Problem64, seed: int) -> None:
    params, x, y = problem.params, problem.x, problem.y
    each, cache = sample_gradients(params, x, y), forward(params, x)
    np.testing.assert_allclose(ravel(each.mean()), ravel(backward(params, cache, y)), rtol=1e-12, atol=1e-15)
    weights = np.random.default_rng(seed).random(len(x))
    expected = ravel(backward(params, cache, y, weights))
    np.testing.assert_allclose(ravel(each.mean(weights)), expected, rtol=1e-9, atol=1e-12)


@given(problems())
def test_norms_are_lengths(problem: Problem[np.float32]) -> None:
    each = sample_gradients(problem.params, problem.x, problem.y)
    expected = [np.linalg.norm(ravel(grads).astype(np.float64)) for grads in each]
    norms = each.norms()
    assert norms.dtype == problem.x.dtype and norms.shape == (len(problem.x),)
    np.testing.assert_allclose(norms, expected, rtol=1e-5, atol=1e-30)


def test_norms_of_huge_gradients() -> None:
    layer: SampleLayer[np.float32] = SampleLayer(np.full((2, 3), 1e20, np.float32), np.full((2, 2), 1e17, np.float32))
    np.testing.assert_allclose(SampleGrads((layer,)).norms(), 6**0.5 * 1e37, rtol=1e-5)


def test_the_record_is_a_sequence() -> None:
    params = init_params((4, 3, 2), seed=0)
    each = sample_gradients(params, np.eye(4, dtype=np.float32), np.array([0, 1, 0, 1]))
    assert each[-1] == each[3] == list(each)[3] and type(each[0]) is Grads
    with pytest.raises(IndexError):
        each[4]
    assert repr(each) == "SampleGrads(4 of 4-3-2, float32)"
    assert repr(each.layers[0]) == "SampleLayer(4 of 4 -> 3, float32)"
    assert each == attrs.evolve(each) and each.layers[0] != each.layers[1]


@given(problems(), st.slices(7))
def test_a_slice_is_of_samples(problem: Problem[np.float32], rows: slice) -> None:
    """Those of the slice alone, never a mixture; what else arrays take as an index is refused."""
    each = sample_gradients(problem.params, problem.x, problem.y)
    part = each[rows]
    assert type(part) is SampleGrads and list(part) == list(each)[rows]
    assert concatenated(each[:2], each[2:]) == each
    others: list[Any] = [np.arange(len(each)), [0], np.ones(len(each), bool), True, None, ..., 0.0]
    for index in others:
        with pytest.raises(TypeError, match="^index: expected an integer or a slice, got "):
            each[index]


def concatenated(*parts: SampleGrads[np.float32]) -> SampleGrads[np.float32]:
    layers = zip(*(part.layers for part in parts))
    return SampleGrads(
        SampleLayer(np.concatenate([l.inputs for l in same]), np.concatenate([l.deltas for l in same]))
        for same in layers
    )


@given(problems())
def test_nobody_can_write_to_it(problem: Problem[np.float32]) -> None:
    x = problem.x.copy()
    each = sample_gradients(problem.params, x, problem.y)
    before = [layer.weights for layer in each.layers]
    x[...] = 7
    assert all(np.array_equal(a, layer.weights) for a, layer in zip(before, each.layers))
    for array in arrays(each):
        with pytest.raises(ValueError):
            array.flags.writeable = True


ONES: Any = np.ones((3, 4))
PARAMS = init_params((4, 2), seed=0, dtype=np.float64)


def test_a_delta_that_is_its_target() -> None:
    """The head of a loss that is linear, <z, t>: the record keeps what the caller writes over."""
    linear = attrs.evolve(identity_squared_error, name="linear", delta=lambda z, p, t: t)
    params: Any = init_params((4, 2), seed=0, head=linear, dtype=np.float64)
    y = np.ones((3, 2))
    each = sample_gradients(params, ONES, y)
    y[...] = 7
    assert (each.layers[0].bias == 1).all()


@pytest.mark.parametrize(
    "call, message",
    [
        (
            lambda: sample_gradients(PARAMS, ONES[0], np.array([1])),
            "x: expected a batch, shape (n, 4), got (4,); use x[np.newaxis], or backward",
        ),
        (
            lambda: sample_gradients(PARAMS, ONES, np.array([0])),
            "y: expected integer labels (3,) or float64 (3, 2), got",
        ),
        (
            lambda: sample_gradients(PARAMS, ONES, np.array([0, 1, 0])).mean(np.ones(2)),
            "weights: expected numbers (3,), one for each sample, got float64 (2,)",
        ),
        (
            lambda: SampleLayer(ONES, ONES[:2]),
            "inputs and deltas: expected shapes (n, fan_in) and (n, fan_out), got (3, 4) and (2, 4)",
        ),
        (lambda: SampleLayer(ONES[0], ONES), "inputs and deltas: expected shapes"),
        (lambda: SampleLayer(ONES, ONES[:, 0]), "inputs and deltas: expected shapes"),
        (lambda: SampleLayer(ONES.astype(int), ONES), "inputs: expected float32 or float64, got int64"),
        (lambda: SampleLayer(ONES, ONES.astype(np.float32)), "deltas: expected float64, as the inputs, got float32"),
        (lambda: SampleGrads(()), "layers: expected one or more SampleLayer, got ()"),
        (lambda: SampleGrads((ONES,)), "layers: expected one or more SampleLayer, got (array"),
        (
            lambda: SampleGrads((SampleLayer(ONES, ONES), SampleLayer(ONES[:2], ONES[:2]))),
            "layers: expected inputs float64 (3, 4) after SampleLayer(3 of 4 -> 4, float64), got float64 (2, 4)",
        ),
    ],
)
def test_unsuitable_arguments_are_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value).startswith(message)
