"""The laws hold of the heads; beyond them shifts of the logits, extreme logits, and examples worked by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import (
    Dense,
    Head,
    Params,
    backward,
    exp_poisson,
    forward,
    identity,
    identity_absolute_error,
    identity_huber,
    logistic_cross_entropy,
    loss,
    ravel,
    sigmoid,
    softmax_cross_entropy,
    softmax_squared_error,
)
from fnnet.core.arrays import Matrix, Vector
from fnnet.nn.heads import HEADS
from fnnet.testing import LawBroken, check_head


@pytest.mark.parametrize("head", HEADS.values(), ids=repr)
def test_the_laws_of_heads_hold(head: Head) -> None:
    assert head.pullback is not None and head.curvature is not None
    check_head(head, examples=40)


def test_another_way_of_writing_a_head() -> None:
    mine = Head(
        "mine",
        lambda z: (1 + np.tanh(z / 2)) / 2,
        lambda z, t: (np.logaddexp(0, z) - t * z).sum(axis=1),
        lambda z, p, t: p - t,
        logistic_cross_entropy.domain,
    )
    check_head(mine, like=logistic_cross_entropy, examples=40)
    with pytest.raises(LawBroken, match="breaks the law 'like'"):
        check_head(identity_huber, like=identity_absolute_error, examples=40)


@pytest.mark.parametrize("head", [softmax_cross_entropy, softmax_squared_error], ids=repr)
@given(z=st.lists(st.floats(-50, 50), min_size=1, max_size=6).map(np.array), shift=st.floats(-1e3, 1e3))
def test_softmax_ignores_a_shift(head: Head, z: Matrix[np.float64], shift: float) -> None:
    np.testing.assert_allclose(head.apply(z + shift), head.apply(z), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("head", [softmax_cross_entropy, softmax_squared_error, logistic_cross_entropy], ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("factor", [1e-38, 1e20, 1e30])
@pytest.mark.parametrize("label", [0, 1, 2])
def test_extreme_logits_give_finite_results(head: Head, dtype: type[np.float32], factor: float, label: int) -> None:
    logits = (np.array([-1.0, 0.5, 1.0]) * factor).astype(dtype)
    params = Params((Dense(np.zeros((1, 3), dtype), logits),), sigmoid, head)
    x = np.ones(1, dtype)
    cache = forward(params, x)
    assert np.isfinite(cache.output).all() and np.isfinite(loss(params, x, label))
    assert np.isfinite(ravel(backward(params, cache, label))).all()


def test_cross_entropy_worked_by_hand() -> None:
    """Logits log 1, log 2, log 5 give 1/8, 2/8, 5/8; the loss of class 1 is log 4 and delta (1/8, -6/8, 5/8)."""
    params = Params((Dense(np.log([[1.0, 2.0, 5.0]]), np.zeros(3)),), identity, softmax_cross_entropy)
    x: Vector[np.float64] = np.ones(1)
    cache = forward(params, x)
    np.testing.assert_allclose(cache.output, [0.125, 0.25, 0.625], rtol=1e-15)
    assert loss(params, x, 1) == pytest.approx(np.log(4), rel=1e-15)
    np.testing.assert_allclose(backward(params, cache, 1).layers[0].bias, [0.125, -0.75, 0.625], rtol=1e-15)


def test_softmax_squared_worked_by_hand() -> None:
    """p = (1/4, 3/4), t = (1, 0), k = 2: g = p - t = (-3/4, 3/4), p·g = 3/8, delta = p (g - 3/8) = (-9, 9)/32."""
    params = Params((Dense(np.log([[1.0, 3.0]]), np.zeros(2)),), identity, softmax_squared_error)
    x: Vector[np.float64] = np.ones(1)
    cache = forward(params, x)
    assert loss(params, x, 0) == pytest.approx(9 / 16, rel=1e-15)
    np.testing.assert_allclose(backward(params, cache, 0).layers[0].bias, [-9 / 32, 9 / 32], rtol=1e-15)


def test_logistic_worked_by_hand() -> None:
    """Two outputs of odds 3 and 1/4: p = 3/4 and 1/5; the loss of (1, 0) is log(4/3) + log(5/4) = log(5/3)."""
    params = Params((Dense(np.log([[3.0, 0.25]]), np.zeros(2)),), identity, logistic_cross_entropy)
    x: Vector[np.float64] = np.ones(1)
    t: Vector[np.float64] = np.array([1.0, 0.0])
    assert loss(params, x, t) == pytest.approx(np.log(5 / 3), rel=1e-15)
    np.testing.assert_allclose(backward(params, forward(params, x), t).layers[0].bias, [-0.25, 0.2], rtol=1e-14)


def test_regressions_worked_by_hand() -> None:
    """Errors 1/2, -3 of two outputs: Huber (1/8 + 5/2) / 2, with delta (1/4, -1/2); L1 (1/2 + 3) / 2, (1/2, -1/2)."""
    x, t = np.ones(1), np.array([1.0, 1.0])
    for head, value, delta in ((identity_huber, 21 / 16, [0.25, -0.5]), (identity_absolute_error, 7 / 4, [0.5, -0.5])):
        params = Params((Dense(np.array([[1.5, -2.0]]), np.zeros(2)),), identity, head)
        assert loss(params, x, t) == value
        assert backward(params, forward(params, x), t).layers[0].bias.tolist() == delta


def test_poisson_worked_by_hand() -> None:
    """A rate of 2 and a count of 3: L = 2 - 3 log 2, delta = -1; and an integer is a count of the only output."""
    params = Params((Dense(np.log([[2.0]]), np.zeros(1)),), identity, exp_poisson)
    x: Vector[np.float64] = np.ones(1)
    for y in (np.array([3.0]), 3):
        assert loss(params, x, y) == pytest.approx(2 - 3 * np.log(2), rel=1e-15)
        np.testing.assert_allclose(backward(params, forward(params, x), y).layers[0].bias, [-1], rtol=1e-15)


def test_poisson_is_a_straight_line_far_out() -> None:
    """From a log-rate of 40 on, the rate is constant, and delta the derivative of a loss that is a line."""
    z, t = np.array([[39.0, 40, 41, 50]]).T, np.full((4, 1), 2.0)
    p = exp_poisson.apply(z)
    np.testing.assert_allclose(p[:, 0], np.exp([39, 40, 40, 40]))
    ahead, behind = (exp_poisson.loss(z + h, t) for h in (1e-5, -1e-5))
    np.testing.assert_allclose((ahead - behind) / 2e-5, exp_poisson.delta(z, p, t)[:, 0], rtol=1e-4)


@pytest.mark.parametrize("head", [identity_huber, identity_absolute_error, exp_poisson], ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_at_the_ends_of_the_range(head: Head, dtype: Any) -> None:
    """The largest logits: no NaN and no warning, and only a loss may be infinite, where it is beyond float64."""
    z = np.array([[1, -1, 0], [-1, 0, 1]], dtype) * np.finfo(dtype).max
    t, p = np.array([[2, 3, 0], [1, 5, 7]], dtype), head.apply(z)
    optional: Any = head  # whose optional functions the library gives
    for array in (p, head.delta(z, p, t), optional.pullback(z, p, z / 4), optional.curvature(z, p, t, z / 4)):
        assert np.isfinite(array).all() and array.dtype == dtype
    losses = head.loss(z.astype(np.float64), t.astype(np.float64))
    assert (losses >= 0).all() and (dtype == np.float64 or np.isfinite(losses).all())
