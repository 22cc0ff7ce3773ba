"""The fast fold equals the plain fold for every network, and leaves the caller's arrays alone."""

from collections.abc import Sequence
from functools import reduce
from typing import Any, cast

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import (
    Activation,
    Dense,
    Params,
    accuracy,
    backward,
    forward,
    identity,
    init_params,
    load_mnist,
    logistic_cross_entropy,
    ravel,
    relu,
    sgd_fold,
    sgd_step,
    sigmoid,
    softmax_cross_entropy,
    tanh,
    tree,
)
from fnnet.core.arrays import Array, F, Labels, S, Vector
from fnnet.data.subsets import order, take
from fnnet.optim.schedules import constant
from fnnet.testing.numbers import dtypes
from fnnet.train.fold.rates import Rates
from tests.helpers import patch
from tests.strategies import Problem, plain_fold, problems, random_params, seeds, steady, trainable

block_steps = st.sampled_from([1, 2, 3, 7, 64])
batch_sizes = st.sampled_from([1, 1, 2, 3, 5, 100])
rates = st.sampled_from([0.0, 1e-4, 0.01, 0.1])


def with_zeros(problem: Problem[F], column: int) -> Problem[F]:
    """The same problem with a feature that is always 0."""
    x = problem.x.copy()
    x[:, column % x.shape[1]] = 0
    return attrs.evolve(problem, x=x)


@given(trainable(), rates, batch_sizes, block_steps, st.integers(0, 9))
def test_fast_fold_equals_plain_fold(
    problem: Problem[np.float64], lr: float, batch_size: int, steps: int, column: int
) -> None:
    problem = with_zeros(problem, column)
    with pytest.MonkeyPatch.context() as monkeypatch:
        patch(monkeypatch, "fnnet.train.fold.runs._STEPS", steps)
        patch(monkeypatch, "fnnet.train.fold.plain_fold", None)  # no way out
        fast = sgd_fold(problem.params, problem.x, problem.y, lr, batch_size=batch_size)
    np.testing.assert_allclose(ravel(fast), ravel(plain_fold(problem, lr, batch_size)), rtol=1e-8, atol=1e-11)
    assert (fast.hidden, fast.head) == (problem.params.hidden, problem.params.head)


@pytest.mark.parametrize("sizes", [(6, 3), (6, 70, 70, 3), (6, 400, 90, 2), (3, 40, 150, 40, 2)], ids=str)
@pytest.mark.parametrize("hidden", [sigmoid, tanh, relu, identity], ids=repr)
@pytest.mark.parametrize("batch_size", [1, 4])
def test_deferred_layers_are_exact(sizes: tuple[int, ...], hidden: Activation, batch_size: int) -> None:
    """Layers that are updated at once, after 8 steps, and after 32; and a last block that is not whole."""
    rng = np.random.default_rng(0)
    params = random_params(sizes, hidden, softmax_cross_entropy, 1, np.float64, 0.1)
    problem = Problem(params, rng.normal(size=(143, sizes[0])), rng.integers(0, sizes[-1], 143))
    fast = sgd_fold(params, problem.x, problem.y, 0.01, batch_size=batch_size)
    np.testing.assert_allclose(ravel(fast), ravel(plain_fold(problem, 0.01, batch_size)), rtol=1e-8, atol=1e-11)


@given(problems(scales=(0.1, 0.5), head_kinds=steady), st.integers(1, 3))
def test_inputs_and_dtype_are_kept(problem: Problem[np.float32], batch_size: int) -> None:
    """The caller's arrays do not change, and the same input gives the same bits."""
    before = problem.x.tobytes(), problem.y.tobytes(), ravel(problem.params).tobytes()
    fast = sgd_fold(problem.params, problem.x, problem.y, 0.01, batch_size=batch_size)
    assert fast.dtype == problem.x.dtype
    assert (problem.x.tobytes(), problem.y.tobytes(), ravel(problem.params).tobytes()) == before
    assert sgd_fold(problem.params, problem.x, problem.y, 0.01, batch_size=batch_size) == fast


@given(trainable(), st.integers(1, 3), st.data())
def test_folds_compose(problem: Problem[np.float64], batch_size: int, choice: st.DataObject) -> None:
    """fold(p, a ++ b) = fold(fold(p, a), b)."""
    cut = batch_size * choice.draw(st.integers(0, len(problem.x) // batch_size))
    x, y = problem.x, problem.y
    first = sgd_fold(problem.params, x[:cut], y[:cut], 0.05, batch_size=batch_size)
    both = sgd_fold(first, x[cut:], y[cut:], 0.05, batch_size=batch_size)
    whole = sgd_fold(problem.params, x, y, 0.05, batch_size=batch_size)
    np.testing.assert_allclose(ravel(both), ravel(whole), rtol=1e-8, atol=1e-10)


@given(trainable(), st.sampled_from([KeyboardInterrupt, ZeroDivisionError]), st.integers(1, 8))
def test_interruption_changes_no_input(
    problem: Problem[np.float64], interruption: type[BaseException], calls: int
) -> None:
    left: list[int] = []

    def apply(z: Array[S, F], /) -> Array[S, F]:
        if left and left.pop() == 0:
            raise interruption
        return z

    def pullback(z: Array[S, F], a: Array[S, F], g: Array[S, F], /) -> Array[S, F]:
        return g

    params = attrs.evolve(problem.params, hidden=Activation("fragile", apply, pullback))
    before = problem.x.tobytes(), problem.y.tobytes(), ravel(params).tobytes()
    left.extend(range(calls + 1))
    if len(params.layers) > 1 and calls < len(problem.x):
        with pytest.raises(interruption):
            sgd_fold(params, problem.x, problem.y, 0.1)
    assert (problem.x.tobytes(), problem.y.tobytes(), ravel(params).tobytes()) == before


@given(dtypes, st.integers(1, 3), st.sampled_from([-1e4, -200.0, 90.0, 1e4, 1e20]))
def test_logits_far_from_zero_are_exact(dtype: type[np.float32], batch_size: int, shift: float) -> None:
    """Softmax ignores a shift of its logits, however large; so must the fast fold."""
    layer = Dense(np.zeros((2, 3), dtype), np.full(3, shift, dtype))
    params = Params((layer,), sigmoid, softmax_cross_entropy)
    x, y = np.ones((6, 2), dtype), np.array([0, 1, 2, 2, 1, 0])
    problem = Problem(params, x, y)
    slow = plain_fold(problem, 0.5, batch_size)
    with pytest.MonkeyPatch.context() as monkeypatch:
        patch(monkeypatch, "fnnet.train.fold.plain_fold", None)  # no way out
        fast = sgd_fold(params, x, y, 0.5, batch_size=batch_size)
    rounding = 10 * float(np.finfo(dtype).eps) * (1 + abs(shift))  # the rounding of the logits themselves
    np.testing.assert_allclose(fast.layers[0].weights, slow.layers[0].weights, rtol=1e-5, atol=rounding)
    assert np.isfinite(ravel(fast)).all()


def test_saturated_units_do_not_overflow() -> None:
    params = Params(
        (Dense(np.full((1, 2), 1e6), np.zeros(2)), Dense(np.ones((2, 1)), np.zeros(1))),
        sigmoid,
        logistic_cross_entropy,
    )
    x, y = np.array([[-1.0], [1.0], [-1.0]]), np.array([0, 1, 1])
    fast, slow = sgd_fold(params, x, y, 0.1), plain_fold(Problem(params, x, y), 0.1, 1)
    np.testing.assert_allclose(ravel(fast), ravel(slow), rtol=1e-12, atol=1e-30)


@given(trainable(), batch_sizes, st.data())
def test_order_selects_samples(problem: Problem[np.float64], batch_size: int, choice: st.DataObject) -> None:
    indices = st.lists(st.integers(0, len(problem.x) - 1), max_size=20)
    order = np.array(choice.draw(indices), np.int64)
    params, x, y = problem.params, problem.x, problem.y
    chosen = sgd_fold(params, x[order], y[order], 0.05, batch_size=batch_size)
    assert sgd_fold(params, x, y, 0.05, batch_size=batch_size, order=order) == chosen


def test_no_samples_change_nothing() -> None:
    params = init_params((3, 2), seed=0)
    assert sgd_fold(params, np.empty((0, 3), np.float32), np.empty(0, np.int64), 0.1) == params


@pytest.mark.slow
@pytest.mark.parametrize("batch_size, samples", [(1, 20000), (32, 12000)])
def test_mnist_epoch_is_as_accurate(batch_size: int, samples: int) -> None:
    """Over a long run in float32 rounding is amplified chaotically, so that weights differ; accuracies hardly do."""
    train, test = load_mnist()
    data = take(train, order(len(train), seed=0)[:samples])
    start = init_params((784, 128, 64, 10), seed=0)
    fast = sgd_fold(start, data.x, data.y, 0.1, batch_size=batch_size)
    slow = plain_fold(Problem(start, data.x, data.y), 0.1, batch_size)
    assert abs(accuracy(fast, test) - accuracy(slow, test)) < 0.005


@pytest.mark.slow
@pytest.mark.parametrize("batch_size", [1, 32])
@pytest.mark.parametrize("hidden, lr", [(sigmoid, 0.1), (tanh, 0.01), (relu, 0.01)], ids=["sigmoid", "tanh", "relu"])
def test_mnist_in_float64_is_exact(hidden: Activation, lr: float, batch_size: int) -> None:
    """At rates at which training does not amplify rounding, no weight differs by 1e-12 after 2,000 images."""
    train, _ = load_mnist()
    data = take(train, order(len(train), seed=0)[:2000])
    start = init_params((784, 128, 64, 10), seed=0, hidden=hidden, dtype=np.float64)
    problem = Problem(start, data.x.astype(np.float64), cast(Labels, data.y))
    fast = sgd_fold(start, problem.x, problem.y, lr, batch_size=batch_size)
    slow = plain_fold(problem, lr, batch_size)
    np.testing.assert_allclose(ravel(fast), ravel(slow), rtol=0, atol=1e-12)
    assert np.abs(ravel(fast) - ravel(start)).max() > 0.01


def test_sgd_fold_works_in_reduce() -> None:
    """Sample by sample in `reduce`, or all of them in one call."""
    params = init_params((4, 5, 3), seed=0, dtype=np.float64)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 4)), rng.integers(0, 3, 20)
    one = reduce(lambda p, i: sgd_fold(p, x[i : i + 1], y[i : i + 1], 0.1), range(20), params)
    np.testing.assert_allclose(ravel(one), ravel(sgd_fold(params, x, y, 0.1)), rtol=1e-10)


def drawn_weights(problem: Problem[F], seed: int) -> Vector[F]:
    """Weights from 0 to 3, some of which are 0."""
    rng = np.random.default_rng(seed)
    return np.maximum(rng.uniform(-0.5, 3, len(problem.x)), 0).astype(problem.x.dtype)


def plain_steps(problem: Problem[F], rates: Sequence[float], weights: Vector[F], size: int) -> Params[F]:
    """The plain fold with a rate for each step and a weight for each sample, as it is defined."""
    params = problem.params
    for k, rate in enumerate(rates):
        rows = slice(k * size, (k + 1) * size)
        grads = backward(params, forward(params, problem.x[rows]), problem.y[rows], weights[rows])
        params = sgd_step(params, grads, rate)
    return params


def fast_only(
    problem: Problem[F], lr: Rates, size: int, weights: Vector[F] | None = None, steps: int = 64
) -> Params[F]:
    """The fast fold, with no way out."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        patch(monkeypatch, "fnnet.train.fold.runs._STEPS", steps)
        patch(monkeypatch, "fnnet.train.fold.plain_fold", None)
        return sgd_fold(problem.params, problem.x, problem.y, lr, weights=weights, batch_size=size)


@given(trainable(), seeds, batch_sizes, block_steps)
def test_rates_and_weights_are_the_steps(problem: Problem[np.float64], seed: int, size: int, steps: int) -> None:
    """A rate for each step and a weight for each sample: exact, as the plain case is, and however they are given."""
    n = -(-len(problem.x) // size)
    rates = np.random.default_rng(seed).choice([0.0, 0.01, 0.1], n).tolist()
    weights = drawn_weights(problem, seed)
    fast = fast_only(problem, rates, size, weights, steps)
    expected = plain_steps(problem, rates, weights, size)
    np.testing.assert_allclose(ravel(fast), ravel(expected), rtol=1e-8, atol=1e-11)
    assert fast_only(problem, lambda k: rates[k], size, weights, steps) == fast
    assert fast_only(problem, np.array(rates), size, weights, steps) == fast


@given(problems(scales=(0.1, 0.5), head_kinds=steady), rates, batch_sizes)
def test_constant_rates_and_ones_are_none(problem: Problem[np.float32], lr: float, size: int) -> None:
    """To the bit: a schedule that is constant, the same number for each step, weights of 1."""
    plain = sgd_fold(problem.params, problem.x, problem.y, lr, batch_size=size)
    ones = np.ones(len(problem.x), problem.x.dtype)
    n = -(-len(problem.x) // size)
    for given_lr in (lr, constant(lr), [lr] * n):
        for weights in (None, ones):
            other = sgd_fold(problem.params, problem.x, problem.y, given_lr, weights=weights, batch_size=size)
            assert ravel(other).tobytes() == ravel(plain).tobytes()


@given(trainable(), seeds, st.integers(1, 3), st.data())
def test_rated_folds_compose(problem: Problem[np.float64], seed: int, size: int, choice: st.DataObject) -> None:
    """Wherever the samples are cut, each part with its rates and weights."""
    steps = -(-len(problem.x) // size)
    k = choice.draw(st.integers(0, len(problem.x) // size))
    rates, weights = [0.1 / (1 + i) for i in range(steps)], drawn_weights(problem, seed)
    x, y, cut = problem.x, problem.y, k * size
    first = sgd_fold(problem.params, x[:cut], y[:cut], rates[:k], weights=weights[:cut], batch_size=size)
    both = sgd_fold(first, x[cut:], y[cut:], rates[k:], weights=weights[cut:], batch_size=size)
    whole = sgd_fold(problem.params, x, y, rates, weights=weights, batch_size=size)
    np.testing.assert_allclose(ravel(both), ravel(whole), rtol=1e-8, atol=1e-10)


@given(trainable(), st.data())
def test_weight_0_is_absence_up_to_n(problem: Problem[np.float64], choice: st.DataObject) -> None:
    """One sample a step: a sample of weight 0 moves nothing. In one batch: it only counts in n."""
    n = len(problem.x)
    kept = np.array(choice.draw(st.lists(st.booleans(), min_size=n, max_size=n).filter(any)))
    params, x, y, w = problem.params, problem.x, problem.y, kept.astype(np.float64)
    np.testing.assert_allclose(
        ravel(sgd_fold(params, x, y, 0.1, weights=w)), ravel(sgd_fold(params, x[kept], y[kept], 0.1)), 1e-9, 1e-11
    )
    batch = sgd_fold(params, x, y, 0.1 * n, weights=w, batch_size=n)
    absent = sgd_fold(params, x[kept], y[kept], 0.1 * kept.sum(), batch_size=n)
    np.testing.assert_allclose(ravel(batch), ravel(absent), rtol=1e-9, atol=1e-11)


@given(trainable())
def test_doubling_is_repeating(problem: Problem[np.float64]) -> None:
    """In one batch, twice a weight is twice a sample, up to n; and twice all weights is twice the rate."""
    params, x, y, n = problem.params, problem.x, problem.y, len(problem.x)
    twice = np.ones(n)
    twice[0] = 2
    again = np.array([0, *range(n)])
    one = sgd_fold(params, x, y, 0.1, weights=twice, batch_size=n)
    other = sgd_fold(params, x[again], y[again], 0.1 * (n + 1) / n, batch_size=n + 1)
    np.testing.assert_allclose(ravel(one), ravel(other), rtol=1e-9, atol=1e-11)
    assert sgd_fold(params, x, y, 0.05, weights=np.full(n, 2.0)) == sgd_fold(params, x, y, 0.1)


@given(trainable(), batch_sizes, seeds, st.data())
def test_order_selects_weights_too(problem: Problem[np.float64], size: int, seed: int, choice: st.DataObject) -> None:
    indices = np.array(choice.draw(st.lists(st.integers(0, len(problem.x) - 1), max_size=20)), np.int64)
    params, x, y, w = problem.params, problem.x, problem.y, drawn_weights(problem, seed)
    chosen = sgd_fold(params, x[indices], y[indices], 0.05, weights=w[indices], batch_size=size)
    assert sgd_fold(params, x, y, 0.05, weights=w, batch_size=size, order=indices) == chosen


def test_huge_features_with_weights() -> None:
    """Their Gram matrix overflows: the plain steps have the same rates, weights and order."""
    rng = np.random.default_rng(0)
    params = init_params((3, 2), seed=0)
    params = tree.scale(params, 1e-19)
    x, y = (rng.normal(size=(8, 3)) * 1e19).astype(np.float32), rng.integers(0, 2, 8)
    rates, w, order = [1e-20, 2e-20, 3e-20, 0.0], rng.random(8).astype(np.float32), np.arange(8)[::-1].copy()
    problem = Problem(params, x[order], cast(Labels, y[order]))
    expected = plain_steps(problem, rates, w[order], 2)
    fast = sgd_fold(params, x, y, rates, weights=w, batch_size=2, order=order)
    np.testing.assert_allclose(ravel(fast), ravel(expected), rtol=1e-5)
    assert fast != params


@pytest.mark.parametrize(
    "lr, weights, message",
    [
        ([0.1], None, "lr: expected a number, a function of the step, or 2 numbers, one a step, got [0.1]"),
        (np.ones((2, 1)), None, "lr: expected a number, a function of the step, or 2 numbers, one a step, got [[1.]"),
        ([0.1, np.inf], None, "lr: expected finite numbers, got inf"),
        (np.nan, None, "lr: expected a finite number, got nan"),
        (lambda step: np.nan if step else 1.0, None, "lr of step 1: expected a finite number, got nan"),
        (0.1, np.ones(3), "weights: expected numbers (4,), one for each sample, got float64 (3,)"),
        (0.1, -np.ones(4), "weights: expected finite numbers of at least 0, got -1"),
    ],
)
def test_rates_and_weights_are_checked(lr: Any, weights: Any, message: str) -> None:
    params, x, y = init_params((3, 2), seed=0), np.ones((4, 3), np.float32), np.array([0, 1, 1, 0])
    with pytest.raises(ValueError) as caught:
        sgd_fold(params, x, y, lr, weights=weights, batch_size=2)
    assert str(caught.value).startswith(message)
