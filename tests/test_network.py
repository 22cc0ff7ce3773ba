"""Forward, backward and the step: the laws, the scalar reference, and examples worked by hand."""

from typing import cast

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fnnet import (
    Activation,
    Dense,
    Grads,
    Head,
    Params,
    backward,
    forward,
    gradient_error,
    identity,
    identity_squared_error,
    logistic_cross_entropy,
    loss,
    predict_proba,
    ravel,
    relu,
    sgd_step,
    sigmoid,
    softmax_cross_entropy,
    softmax_squared_error,
    unravel,
)
from fnnet.core.arrays import Matrix, Vector
from fnnet.data.dataset import take
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.targets import as_targets
from fnnet.nn.tree import add, astype, average, count, scale
from tests import reference
from tests.strategies import Problem, problems, problems64, random_params, seeds, smooth

Problem32 = Problem[np.float32]
Problem64 = Problem[np.float64]


def gradient(problem: Problem64) -> Grads[np.float64]:
    return backward(problem.params, forward(problem.params, problem.x), problem.y)


def rows_of(problem: Problem64) -> Matrix[np.float64]:
    """The targets as rows, by a rule of the test's own."""
    if problem.y.ndim == 2:
        return cast(Matrix[np.float64], problem.y)
    k = problem.params.sizes[-1]
    softmax = problem.params.head.name.startswith("softmax")
    if k == 1 and not softmax:
        return np.array([[float(label)] for label in problem.y])
    return np.array([[float(label == j) for j in range(k)] for label in problem.y])


def as_lists(params: Params[np.float64]) -> list[reference.Layer]:
    return [(layer.weights.tolist(), layer.bias.tolist()) for layer in params.layers]


# Against the scalar reference


@given(problems64())
def test_forward_is_the_reference(problem: Problem64) -> None:
    params, cache = problem.params, forward(problem.params, problem.x)
    for i, x in enumerate(problem.x.tolist()):
        zs, activations = reference.forward(as_lists(params), params.hidden.name, params.head.name, x)
        for l in range(len(params.layers)):
            np.testing.assert_allclose(cache.pre_activations[l][i], zs[l], rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(cache.activations[l][i], activations[l], rtol=1e-9, atol=1e-12)


@given(problems64(samples=st.just(1)))
def test_backward_and_loss_are_the_reference(problem: Problem64) -> None:
    params, x, t = problem.params, problem.x[0].tolist(), rows_of(problem)[0].tolist()
    hidden, head = params.hidden.name, params.head.name
    zs, activations = reference.forward(as_lists(params), hidden, head, x)
    assume(min(activations[-1]) > 1e-12 and (head[0] != "l" or max(activations[-1]) < 1 - 1e-9))
    grads = reference.backward(as_lists(params), hidden, head, x, t)
    for layer, (weights, bias) in zip(gradient(problem).layers, grads):
        np.testing.assert_allclose(layer.weights, weights, rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(layer.bias, bias, rtol=1e-6, atol=1e-7)
    expected = reference.head_loss(head, zs[-1], t)
    assert loss(params, problem.x, problem.y) == pytest.approx(expected, rel=1e-6, abs=1e-9)


# Law 1, purity


@given(problems())
def test_no_input_changes_and_the_same_input_gives_the_same_bits(problem: Problem32) -> None:
    params, x, y = problem.params, problem.x.copy(), problem.y.copy()
    before = ravel(params).tobytes()
    cache = forward(params, x)
    grads = backward(params, cache, y)
    stepped = sgd_step(params, grads, 0.5)
    assert ravel(params).tobytes() == before
    assert x.tobytes() == problem.x.tobytes() and y.tobytes() == problem.y.tobytes()
    assert forward(params, x) == cache
    assert backward(params, cache, y) == grads
    assert sgd_step(params, grads, 0.5) == stepped


@given(problems())
def test_a_cache_does_not_share_memory_with_its_input(problem: Problem32) -> None:
    x = problem.x.copy()
    cache = forward(problem.params, x)
    x[:] = 7
    assert np.array_equal(cache.x, problem.x)


# Law 2, derivative


@given(problems64(hidden=smooth))
def test_backward_is_the_derivative_of_the_loss(problem: Problem64) -> None:
    assert gradient_error(problem.params, problem.x, problem.y) < 1e-5


@pytest.mark.parametrize("name", ["relu", "leaky-relu"])
@given(seed=seeds)
def test_backward_is_the_derivative_away_from_kinks(name: str, seed: int) -> None:
    params = random_params((3, 5, 4, 2), ACTIVATIONS[name], softmax_cross_entropy, seed, np.float64)
    x = np.random.default_rng(seed + 1).normal(size=3)
    assume(min(np.abs(z).min() for z in forward(params, x).pre_activations[:-1]) > 1e-3)
    assert gradient_error(params, x, 1) < 1e-5


# Laws 3 and 4, batches and shards


@given(problems64())
def test_the_gradient_of_a_batch_is_the_mean_of_its_samples_gradients(problem: Problem64) -> None:
    params = problem.params
    each = [backward(params, forward(params, x), y) for x, y in problem.data]
    np.testing.assert_allclose(ravel(gradient(problem)), ravel(average(each)), rtol=1e-9, atol=1e-12)


@given(problems64(), st.lists(st.integers(1, 5), max_size=3))
def test_weighted_shards_combine_to_the_batch_in_any_grouping(problem: Problem64, cuts: list[int]) -> None:
    params, n = problem.params, len(problem.x)
    edges = sorted({0, n, *(c for c in cuts if c < n)})
    shards = [Problem(params, problem.x[a:b], problem.y[a:b]) for a, b in zip(edges, edges[1:])]
    grads = list(map(gradient, shards))
    weights = [len(shard.x) for shard in shards]
    whole = ravel(gradient(problem))
    np.testing.assert_allclose(ravel(average(grads, weights)), whole, rtol=1e-9, atol=1e-12)
    left = average(grads[:1], weights[:1])
    for grad, weight, before in zip(grads[1:], weights[1:], np.cumsum(weights)):
        left = average([left, grad], [float(before), weight])
    np.testing.assert_allclose(ravel(left), whole, rtol=1e-9, atol=1e-12)


@given(problems64())
def test_one_sample_is_a_batch_of_one(problem: Problem64) -> None:
    params, first = problem.params, take(problem.data, np.array([0]))
    x, y = next(iter(problem.data))
    single, batch = forward(params, x), forward(params, first.x)
    np.testing.assert_allclose(single.output, batch.output[0], rtol=1e-12)
    one = backward(params, single, y)
    other = backward(params, batch, first.y)
    np.testing.assert_allclose(ravel(one), ravel(other), rtol=1e-9, atol=1e-14)
    assert loss(params, x, y) == pytest.approx(loss(params, first.x, first.y))
    np.testing.assert_allclose(predict_proba(params, x), single.output, rtol=1e-12)


# Law 7, symmetry


@given(problems64(), seeds)
def test_permuting_hidden_units_commutes_with_a_step(problem: Problem64, seed: int) -> None:
    rng = np.random.default_rng(seed)
    orders = [np.arange(problem.params.sizes[0])]
    orders += [rng.permutation(width) for width in problem.params.sizes[1:-1]]
    orders += [np.arange(problem.params.sizes[-1])]

    def permuted(params: Params[np.float64]) -> Params[np.float64]:
        layers = (
            Dense(layer.weights[np.ix_(before, after)], layer.bias[after])
            for layer, before, after in zip(params.layers, orders, orders[1:])
        )
        return Params(tuple(layers), params.hidden, params.head)

    def step(params: Params[np.float64]) -> Params[np.float64]:
        return sgd_step(params, backward(params, forward(params, problem.x), problem.y), 0.1)

    one, other = step(permuted(problem.params)), permuted(step(problem.params))
    np.testing.assert_allclose(ravel(one), ravel(other), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("head", [softmax_cross_entropy, softmax_squared_error], ids=repr)
@given(z=st.lists(st.floats(-50, 50), min_size=1, max_size=6).map(np.array), shift=st.floats(-1e3, 1e3))
def test_shifting_the_logits_leaves_softmax_alone(head: Head, z: Matrix[np.float64], shift: float) -> None:
    np.testing.assert_allclose(head.apply(z + shift), head.apply(z), rtol=1e-9, atol=1e-12)


# Law 8, identity


@given(problems(), st.floats(0, 10))
def test_no_rate_or_no_gradient_changes_nothing(problem: Problem32, lr: float) -> None:
    params = problem.params
    grads = backward(params, forward(params, problem.x), problem.y)
    assert sgd_step(params, grads, 0) == params
    assert sgd_step(params, scale(grads, 0), lr) == params


# Law 10, finite


@given(problems(), st.sampled_from([1e-38, 1e-30, 1e-8, 1e4, 1e8, 1e15]))
def test_finite_inputs_give_finite_results_without_a_warning(problem: Problem32, factor: float) -> None:
    params, y = problem.params, problem.y
    if params.head == identity_squared_error and factor > 1e4:
        return  # the loss is the square of the answer: it may truly be too large for float32
    x = (problem.x * factor).astype(problem.x.dtype)
    assume(all(np.isfinite(z).all() and np.abs(z).max() < 1e30 for z in forward(params, x).pre_activations))
    grads = backward(params, forward(params, x), y)
    for array in (*forward(params, x).activations, ravel(grads), ravel(sgd_step(params, grads, 1e-3))):
        assert np.isfinite(array).all()
    assert np.isfinite(loss(params, x, y))


@pytest.mark.parametrize("head", [softmax_cross_entropy, softmax_squared_error, logistic_cross_entropy], ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("factor", [1e-38, 1e20, 1e30])
@pytest.mark.parametrize("label", [0, 1, 2])
def test_huge_and_tiny_logits_are_finite_too(head: Head, dtype: type[np.float32], factor: float, label: int) -> None:
    logits = (np.array([-1.0, 0.5, 1.0]) * factor).astype(dtype)
    params = Params((Dense(np.zeros((1, 3), dtype), logits),), sigmoid, head)
    x = np.ones(1, dtype)
    cache = forward(params, x)
    assert np.isfinite(cache.output).all() and np.isfinite(loss(params, x, label))
    assert np.isfinite(ravel(backward(params, cache, label))).all()


@given(st.sampled_from(list(ACTIVATIONS.values())), st.sampled_from([np.float32, np.float64]))
def test_activations_are_finite_at_the_extremes(hidden: Activation, dtype: type[np.float32]) -> None:
    z = np.array([-3e38, -1e30, -800, -100, -1e-38, 0, 1e-38, 100, 800, 1e30, 3e38], dtype)
    a = hidden.apply(z)
    assert np.isfinite(a).all() and np.isfinite(hidden.pullback(z, a, np.ones_like(z))).all()
    assert a.dtype == z.dtype == hidden.pullback(z, a, np.ones_like(z)).dtype


# The format


@given(problems())
def test_the_format_is_kept_throughout(problem: Problem32) -> None:
    params, dtype = problem.params, problem.x.dtype
    cache = forward(params, problem.x)
    grads = backward(params, cache, problem.y)
    matrices = [*cache.pre_activations, *cache.activations, predict_proba(params, problem.x)]
    vectors = [ravel(grads), ravel(sgd_step(params, grads, 0.1)), ravel(add(grads, scale(grads, 0.3)))]
    assert {array.dtype for array in matrices} == {array.dtype for array in vectors} == {dtype}


@given(problems64())
def test_float32_backprop_is_close_to_float64(problem: Problem64) -> None:
    params = astype(problem.params, np.float32)
    x, y = problem.x.astype(np.float32), rows_of(problem).astype(np.float32)
    cache = forward(params, x)
    assume(all(np.abs(z).min() > 1e-4 for z in cache.pre_activations))
    grads = backward(params, cache, y)
    exact_params, exact_x = astype(params, np.float64), x.astype(np.float64)
    exact = backward(exact_params, forward(exact_params, exact_x), y.astype(np.float64))
    largest = float(np.abs(ravel(exact)).max())
    np.testing.assert_allclose(ravel(grads), ravel(exact), rtol=1e-3, atol=2e-5 * max(1, largest))


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


def test_softmax_and_cross_entropy_worked_by_hand() -> None:
    """Logits log 1, log 2, log 5 give 1/8, 2/8, 5/8; the loss of class 1 is log 4 and delta (1/8, -6/8, 5/8)."""
    params = Params((Dense(np.log([[1.0, 2.0, 5.0]]), np.zeros(3)),), identity, softmax_cross_entropy)
    x: Vector[np.float64] = np.ones(1)
    cache = forward(params, x)
    np.testing.assert_allclose(cache.output, [0.125, 0.25, 0.625], rtol=1e-15)
    assert loss(params, x, 1) == pytest.approx(np.log(4), rel=1e-15)
    np.testing.assert_allclose(backward(params, cache, 1).layers[0].bias, [0.125, -0.75, 0.625], rtol=1e-15)


def test_softmax_with_squared_error_worked_by_hand() -> None:
    """p = (1/4, 3/4), t = (1, 0), k = 2: g = p - t = (-3/4, 3/4), p·g = 3/8, delta = p (g - 3/8) = (-9, 9)/32."""
    params = Params((Dense(np.log([[1.0, 3.0]]), np.zeros(2)),), identity, softmax_squared_error)
    x: Vector[np.float64] = np.ones(1)
    cache = forward(params, x)
    assert loss(params, x, 0) == pytest.approx(9 / 16, rel=1e-15)
    np.testing.assert_allclose(backward(params, cache, 0).layers[0].bias, [-9 / 32, 9 / 32], rtol=1e-15)


def test_logistic_worked_by_hand() -> None:
    """Two answers of odds 3 and 1/4: p = 3/4 and 1/5; the loss of (1, 0) is log(4/3) + log(5/4) = log(5/3)."""
    params = Params((Dense(np.log([[3.0, 0.25]]), np.zeros(2)),), identity, logistic_cross_entropy)
    x: Vector[np.float64] = np.ones(1)
    t: Vector[np.float64] = np.array([1.0, 0.0])
    assert loss(params, x, t) == pytest.approx(np.log(5 / 3), rel=1e-15)
    np.testing.assert_allclose(backward(params, forward(params, x), t).layers[0].bias, [-0.25, 0.2], rtol=1e-14)


@given(problems64())
def test_unravel_undoes_ravel(problem: Problem64) -> None:
    vector = ravel(problem.params)
    assert vector.shape == (count(problem.params),)
    assert unravel(problem.params, vector) == problem.params


@given(problems64())
def test_a_head_gives_the_loss_of_every_sample(problem: Problem64) -> None:
    params, x, y = problem.params, problem.x, problem.y
    cache = forward(params, x)
    losses = params.head.loss(cache.pre_activations[-1], as_targets(params.head, y, cache.output))
    alone = [loss(params, x[i : i + 1], y[i : i + 1]) for i in range(len(x))]
    np.testing.assert_allclose(losses, alone, rtol=1e-9, atol=1e-12)


@given(problems64())
def test_the_loss_of_a_batch_is_the_mean_of_its_samples(problem: Problem64) -> None:
    each = [loss(problem.params, x, y) for x, y in problem.data]
    assert loss(problem.params, problem.x, problem.y) == pytest.approx(float(np.mean(each)), rel=1e-9, abs=1e-12)


def test_the_derivative_at_a_kink_is_the_left_one() -> None:
    zero, one = np.zeros(1), np.ones(1)
    for name, slope in (("relu", 0.0), ("leaky-relu", 0.01)):
        f = ACTIVATIONS[name]
        assert f.pullback(zero, f.apply(zero), one).tolist() == [slope]
