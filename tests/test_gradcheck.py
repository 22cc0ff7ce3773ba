"""The checker is checked: it must reject what is nearly right."""

import attrs
import numpy as np
import pytest

from fnnet import (
    Activation,
    Grads,
    Head,
    backward,
    forward,
    gradient_error,
    init_params,
    ravel,
    scale,
    softmax_cross_entropy,
    softmax_squared_error,
    tanh,
    unravel,
)
from fnnet.arrays import Array, F, S

PARAMS = init_params((4, 5, 3), seed=0, hidden=tanh, dtype=np.float64)
X = np.random.default_rng(0).normal(size=(6, 4))
Y = np.array([0, 1, 2, 2, 1, 0])
RIGHT = backward(PARAMS, forward(PARAMS, X), Y)


def test_the_right_gradient_passes() -> None:
    assert gradient_error(PARAMS, X, Y) < 1e-7
    assert gradient_error(PARAMS, X, Y, grads=RIGHT) < 1e-7


@pytest.mark.parametrize("factor", [1.001, 0.999, -1, 0])
def test_a_scaled_gradient_is_rejected(factor: float) -> None:
    assert gradient_error(PARAMS, X, Y, grads=scale(RIGHT, factor)) > 1e-4


@pytest.mark.parametrize("index", range(0, 43, 3))
def test_one_wrong_sign_is_rejected(index: int) -> None:
    vector = ravel(RIGHT)
    vector[index] *= -1
    assert gradient_error(PARAMS, X, Y, grads=unravel(RIGHT, vector)) > 1e-5


def test_an_index_off_by_one_is_rejected() -> None:
    assert gradient_error(PARAMS, X, Y, grads=unravel(RIGHT, np.roll(ravel(RIGHT), 1))) > 1e-3


def test_a_missing_mean_is_rejected() -> None:
    assert gradient_error(PARAMS, X, Y, grads=scale(RIGHT, len(X))) > 1


def test_a_wrong_activation_of_the_users_is_rejected() -> None:
    def wrong(z: Array[S, F], a: Array[S, F], g: Array[S, F], /) -> Array[S, F]:
        return g * (1 - a)

    mine = Activation("mine", tanh.apply, wrong)
    assert gradient_error(attrs.evolve(PARAMS, hidden=mine), X, Y) > 1e-3


def test_the_articles_softmax_derivative_is_rejected() -> None:
    def diagonal(z: Array[S, F], p: Array[S, F], t: Array[S, F], /) -> Array[S, F]:
        return (p - t) * (2 / p.shape[-1]) * p * (1 - p)

    right = softmax_squared_error
    mine = Head("mine", right.apply, right.loss, diagonal, right.domain)
    assert gradient_error(attrs.evolve(PARAMS, head=right), X, Y) < 1e-7
    assert gradient_error(attrs.evolve(PARAMS, head=mine), X, Y) > 1e-3


def test_a_head_of_the_users_passes_when_it_is_right() -> None:
    def temperature(z: Array[S, F], /) -> Array[S, F]:
        return softmax_cross_entropy.apply(z * 0.5)

    def loss(z: Array[tuple[int, int], F], t: Array[tuple[int, int], F], /) -> Array[tuple[int], F]:
        return softmax_cross_entropy.loss(z * 0.5, t)

    def delta(z: Array[S, F], p: Array[S, F], t: Array[S, F], /) -> Array[S, F]:
        return (p - t) * 0.5

    mine = Head("temperature-2", temperature, loss, delta, softmax_cross_entropy.domain)
    assert gradient_error(attrs.evolve(PARAMS, head=mine), X, Y) < 1e-7


def test_float32_parameters_are_checked_in_float64() -> None:
    params = init_params((4, 5, 3), seed=0)
    assert gradient_error(params, X.astype(np.float32), Y) < 1e-7


def test_a_gradient_of_another_shape_says_so() -> None:
    other = Grads(init_params((4, 3), seed=0, dtype=np.float64).layers)
    with pytest.raises(ValueError, match="grads: expected weights"):
        gradient_error(PARAMS, X, Y, grads=other)
