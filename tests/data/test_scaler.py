"""Standardized features, and the networks that take raw ones in their place."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dataset, Params, apply, identity_squared_error, init_params, load_mnist, logistic_cross_entropy
from fnnet.core.arrays import Matrix
from fnnet.data import (
    Scaler,
    absorb,
    absorb_targets,
    class_weights,
    moments,
    scaler,
    standardized,
    standardized_targets,
)
from fnnet.nn.tree import scale as scaled
from tests.strategies import Problem, problems64, seeds

powers = st.integers(-300, 300)


def table(seed: int, n: int = 7) -> Matrix[np.float64]:
    """Columns of other means and other spreads."""
    rng = np.random.default_rng(seed)
    return rng.normal(rng.uniform(-3, 3, 3), rng.uniform(0.1, 2, 3), (n, 3))


def labeled(x: Matrix[np.float64], weights: Any = None) -> Dataset[np.float64]:
    return Dataset(x, np.arange(len(x)), weights)


@given(seeds, powers)
def test_features_have_mean_0_deviation_1(seed: int, power: int) -> None:
    """However large or small they are; the scaler gives the same, and its inverse the features."""
    x = table(seed) * 10.0**power
    data, scale = standardized(labeled(x))
    np.testing.assert_allclose(
        data.x.mean(axis=0), 0, atol=1e-14 * len(x) * max(1, float(abs(scale.mean / scale.scale).max()))
    )
    np.testing.assert_allclose(data.x.std(axis=0), 1, rtol=1e-12)
    assert np.array_equal(scale(x), data.x) and np.array_equal(data.y, np.arange(len(x)))
    np.testing.assert_allclose(scale.inverse(scale(x)), x, rtol=1e-12, atol=1e-12 * 10.0**power)


@given(st.floats(-1e300, 1e300), st.integers(1, 9), st.sampled_from([np.float32, np.float64]))
def test_constant_features_become_0(number: float, n: int, dtype: Any) -> None:
    with np.errstate(over="ignore"):
        x = np.full((n, 1), number).astype(dtype)
    if np.isfinite(x).all():
        data, scale = standardized(Dataset(x, np.zeros(n, int)))
        assert not data.x.any() and scale == Scaler(x[0], np.ones(1))


def test_a_large_mean_hides_no_spread() -> None:
    """A spread of 1e-3 around 1e9, whose squares differ in no digit."""
    x = 1e9 + np.array([[-1.0], [0.0], [1.0]]) / 1024
    _, scale = standardized(labeled(x))
    assert scale.mean.tolist() == [1e9] and scale.scale[0] == pytest.approx((2 / 3) ** 0.5 / 1024, rel=1e-12)


@pytest.mark.parametrize("numbers", [[0.0, 5e-324], [-1.7e308, 1.6e308], [1e-310, 3e-310]])
def test_extreme_features_stay_finite(numbers: list[float]) -> None:
    with np.errstate(over="ignore"):
        data, scale = standardized(labeled(np.array(numbers)[:, np.newaxis] / 2))
    assert np.isfinite(data.x).all() and scale.scale[0] > 0


most = 0.99 * float(np.finfo(np.float64).max)  # of what is larger, rounding may be infinite


@given(st.lists(st.floats(-most, most), min_size=1, max_size=5), st.data())
def test_every_finite_feature_is_scaled(numbers: list[float], choice: st.DataObject) -> None:
    """To finite numbers and back, without a warning, up to the largest number and with weights as large."""
    weights = choice.draw(st.none() | st.lists(st.floats(1, most), min_size=len(numbers), max_size=len(numbers)))
    x = np.array(numbers)[:, np.newaxis]
    data, scale = standardized(labeled(x, weights))
    assert np.isfinite(data.x).all() and np.array_equal(scale(x), data.x)
    np.testing.assert_allclose(scale.inverse(data.x) / 4, x / 4, rtol=1e-9, atol=1e-9 * abs(x).max() + 1e-300)


def test_a_feature_of_the_largest_numbers() -> None:
    """x - μ and z σ overflow on the way to what does not."""
    x = most * np.array([[1.0], [1.0], [-1.0]])
    data, scale = standardized(labeled(x))
    np.testing.assert_allclose(data.x.T, [[0.5**0.5, 0.5**0.5, -(2**0.5)]], rtol=1e-12)
    np.testing.assert_allclose(scale.inverse(data.x), x, rtol=1e-12)


def test_huge_weights_weigh_alike() -> None:
    x = table(0)
    assert standardized(labeled(x, np.full(7, most)))[1] == standardized(labeled(x, np.full(7, 4.0)))[1]


@given(seeds, st.lists(st.integers(0, 3), min_size=7, max_size=7).filter(any))
def test_weights_count_samples(seed: int, times: list[int]) -> None:
    """Mean and deviation are those of each sample as often as it weighs."""
    x = table(seed)
    data, scale = standardized(labeled(x, np.array(times)))
    _, repeated = standardized(labeled(x.repeat(times, axis=0)))
    np.testing.assert_allclose(scale.mean, repeated.mean, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(scale.scale, repeated.scale, rtol=1e-9)
    assert data.weights is not None and data.weights.tolist() == times


def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    x = table(0, 10)
    whole, mean, deviation = standardized(labeled(x))[0], x.mean(axis=0), x.std(axis=0)
    monkeypatch.setattr(moments, "_NUMBERS", 20)
    monkeypatch.setattr(scaler, "_ROWS", 4)
    parts, scale = standardized(labeled(x))
    assert parts == whole
    np.testing.assert_allclose([scale.mean, scale.scale], [mean, deviation], rtol=1e-13)


def test_mnist_is_standardized_in_float32() -> None:
    """67 of its pixels are 0 in every image."""
    train, test = load_mnist()
    data, scale = standardized(train)
    assert data.x.dtype == np.float32 and (scale.scale == 1).sum() == 67
    np.testing.assert_allclose(data.x.mean(axis=0, dtype=np.float64), 0, atol=1e-6)
    others = data.x[:, scale.scale != 1]
    np.testing.assert_allclose(others.std(axis=0, dtype=np.float64), 1, rtol=1e-5)
    params = init_params((784, 30, 10), seed=0)
    np.testing.assert_allclose(apply(absorb(scale, params), test.x), apply(params, scale(test.x)), rtol=1e-2, atol=1e-4)


@given(problems64(), seeds)
def test_absorbed_scalers_change_no_output(problem: Problem[np.float64], seed: int) -> None:
    params, x, k = problem.params, problem.x, problem.params.sizes[0]
    rng = np.random.default_rng(seed)
    scale = Scaler(rng.normal(size=k), 10 ** rng.uniform(-2, 2, k))
    absorbed = absorb(scale, params)
    assert absorbed.sizes == params.sizes and absorbed.layers[1:] == params.layers[1:]
    np.testing.assert_allclose(apply(absorbed, x), apply(params, scale(x)), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(apply(absorbed, x[0]), apply(params, scale(x[0])), rtol=1e-9, atol=1e-9)


@given(seeds, st.integers(1, 3))
def test_absorbed_targets_are_raw_ones(seed: int, layers: int) -> None:
    sizes = (3, *[4] * (layers - 1), 2)
    params: Params[np.float64] = init_params(sizes, seed, head=identity_squared_error, dtype=np.float64)
    data, scale = standardized_targets(Dataset(table(seed), 1e3 * table(seed + 1)[:, :2], np.ones(7)))
    absorbed = absorb_targets(scale, params)
    np.testing.assert_allclose(apply(absorbed, data.x), scale.inverse(apply(params, data.x)), rtol=1e-9, atol=1e-9)
    rows: Any = data.y
    np.testing.assert_allclose([rows.mean(axis=0), rows.std(axis=0)], [[0, 0], [1, 1]], atol=1e-12)
    assert data.weights is not None and absorbed.layers[:-1] == params.layers[:-1]


@given(st.lists(st.integers(0, 4), max_size=30))
def test_class_weights_balance_classes(labels: list[int]) -> None:
    """The weights of each class have the same sum; their mean is 1."""
    y = np.array(labels, int)
    weights = class_weights(y)
    sums = [weights[y == k].sum() for k in set(labels)]
    np.testing.assert_allclose(sums, len(y) / max(1, len(sums)), rtol=1e-12)
    assert weights.shape == y.shape
    if len(y):
        assert weights.mean() == pytest.approx(1)


def untyped(value: object) -> Any:  # Any: the calls below do not type-check
    """An argument of a wrong type, past the type checker."""
    return value


BIG = 1e300 * np.ones(2)
LINEAR = init_params((2, 2), seed=0, head=identity_squared_error)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: Scaler(np.ones(2), np.ones(3)), "mean and scale: expected shape (features,), got (2,) and (3,)"),
        (
            lambda: Scaler(np.ones((1, 2)), np.ones((1, 2))),
            "mean and scale: expected shape (features,), got (1, 2) and (1, 2)",
        ),
        (lambda: Scaler(np.ones(0), np.ones(0)), "mean and scale: expected shape (features,), got (0,) and (0,)"),
        (
            lambda: Scaler(np.ones(2), np.array([0.0, 1])),
            "scale: expected numbers above 0, got 0",
        ),
        (
            lambda: Scaler(np.array([np.nan, 1]), np.ones(2)),
            "mean and scale: expected finite numbers, got NaN or infinity",
        ),
        (
            lambda: Scaler(np.ones(2), np.array([np.inf, 1])),
            "mean and scale: expected finite numbers, got NaN or infinity",
        ),
        (lambda: Scaler(BIG, BIG)(np.ones(3)), "x: expected shape (2,) or (n, 2), got (3,)"),
        (
            lambda: Scaler(BIG, BIG).inverse(untyped(np.ones((1, 1, 2)))),
            "x: expected shape (2,) or (n, 2), got (1, 1, 2)",
        ),
        (
            lambda: Scaler(BIG, BIG)(untyped(np.ones(2, np.float16))),
            "x: expected float32 or float64, got float16; use x.astype(np.float32)",
        ),
        (lambda: standardized(labeled(table(0))[:0]), "data: expected at least one sample, got none"),
        (lambda: standardized(labeled(table(0), np.zeros(7))), "weights: expected a sum other than 0, got only zeros"),
        (lambda: standardized_targets(labeled(table(0))), "y: expected rows of real numbers (n, outputs), got labels"),
        (
            lambda: standardized_targets(Dataset(table(0), table(0))[:0]),
            "data: expected at least one sample, got none",
        ),
        (
            lambda: standardized(
                Dataset(np.array([[1e-3], [2e-3], [3e38]], np.float32), np.arange(3), np.array([1, 1, 0]))
            ),
            "data: expected numbers that are finite once scaled, got infinite ones; use data[data.weights > 0]",
        ),
        (
            lambda: absorb(Scaler(BIG, 1 / BIG), scaled(LINEAR, 0)),
            "scaler: expected numbers that float32 weights can absorb, got infinite ones; "
            "use the scaler beside the network",
        ),
        (
            lambda: absorb(Scaler(np.ones(3), np.ones(3)), LINEAR),
            "scaler: expected one for 2 features, as the network has, got one for 3",
        ),
        (
            lambda: absorb_targets(Scaler(np.ones(3), np.ones(3)), LINEAR),
            "scaler: expected one for 2 outputs, as the network has, got one for 3",
        ),
        (
            lambda: absorb_targets(Scaler(np.ones(2), np.ones(2)), init_params((2, 2), 0, head=logistic_cross_entropy)),
            "head: expected one whose output is z, as that of identity_squared_error, got logistic-cross-entropy",
        ),
        (
            lambda: absorb(Scaler(np.ones(2), 1e-300 * np.ones(2)), LINEAR),
            "scaler: expected numbers that float32 weights can absorb, got infinite ones; "
            "use the scaler beside the network",
        ),
        (
            lambda: absorb_targets(Scaler(np.ones(2), BIG), LINEAR),
            "scaler: expected numbers that float32 weights can absorb, got infinite ones; "
            "use the scaler beside the network",
        ),
        (
            lambda: class_weights(untyped(np.array([0.0, 1]))),
            "labels: expected integers (n,) of at least 0, got float64 (2,); "
            "use np.unique(labels, return_inverse=True)[1]",
        ),
        (lambda: class_weights(np.array([[0, 1]])), "labels: expected integers (n,) of at least 0, got int64 (1, 2)"),
        (
            lambda: class_weights(np.array([0, -1])),
            "labels: expected integers (n,) of at least 0, got int64 (2,); "
            "use np.unique(labels, return_inverse=True)[1]",
        ),
    ],
)
def test_bad_arguments_are_explained(call: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message


def test_what_is_no_data_set_is_named() -> None:
    for f in (standardized, standardized_targets):
        with pytest.raises(TypeError, match=r"^data: expected Dataset, got tuple; use Dataset\(x, y\)$"):
            f(untyped((np.eye(2), np.eye(2))))


def test_scalers_are_values() -> None:
    scale = Scaler(np.array([1.0, 2.0]), np.ones(2))
    assert scale == Scaler(np.array([1.0, 2.0]), np.ones(2)) and hash(scale) == hash(Scaler(scale.mean, scale.scale))
    assert repr(scale) == "Scaler(2 features)" and repr(Scaler(np.ones(1), np.ones(1))) == "Scaler(1 feature)"
    assert not scale.mean.flags.writeable and scale(np.ones((0, 2), np.float32)).shape == (0, 2)
