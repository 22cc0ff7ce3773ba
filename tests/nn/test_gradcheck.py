"""The gradient checker must reject what is nearly correct."""

import attrs
import numpy as np
import pytest

from fnnet import (
    Activation,
    Dense,
    Grads,
    Head,
    backward,
    forward,
    gradient_error,
    identity_squared_error,
    init_params,
    ravel,
    softmax_cross_entropy,
    softmax_squared_error,
    tanh,
    unravel,
)
from fnnet.core.arrays import Floats
from fnnet.nn.tree import map_layers, scale

PARAMS = init_params((4, 5, 3), seed=0, hidden=tanh, dtype=np.float64)
X = np.random.default_rng(0).normal(size=(6, 4))
Y = np.array([0, 1, 2, 2, 1, 0])
CORRECT = backward(PARAMS, forward(PARAMS, X), Y)


def test_correct_gradient_passes() -> None:
    assert gradient_error(PARAMS, X, Y) < 1e-7
    assert gradient_error(PARAMS, X, Y, grads=CORRECT) < 1e-7


@pytest.mark.parametrize("factor", [1.001, 0.999, -1, 0])
def test_scaled_gradient_is_rejected(factor: float) -> None:
    assert gradient_error(PARAMS, X, Y, grads=scale(CORRECT, factor)) > 1e-4


@pytest.mark.parametrize("index", range(0, 43, 3))
def test_one_wrong_sign_is_rejected(index: int) -> None:
    vector = ravel(CORRECT)
    vector[index] *= -1
    assert gradient_error(PARAMS, X, Y, grads=unravel(CORRECT, vector)) > 1e-5


def test_half_a_small_gradient_is_rejected() -> None:
    """A small gradient is compared with its own length, down to a length of 0.01."""
    nearly = attrs.evolve(PARAMS, layers=(PARAMS.layers[0], scale_layer(PARAMS.layers[1], 0.02)))
    one_hot_rows = forward(nearly, X).output + 0.03 * np.array([1, -1, 0])
    assert 0.01 < np.linalg.norm(ravel(backward(nearly, forward(nearly, X), one_hot_rows))) < 0.1
    wrong = scale(backward(nearly, forward(nearly, X), one_hot_rows), 0.5)
    assert gradient_error(nearly, X, one_hot_rows, grads=wrong) > 0.2


def scale_layer(layer: Dense[np.float64], factor: float) -> Dense[np.float64]:
    return Dense(layer.weights * factor, layer.bias * factor)


def test_index_off_by_one_is_rejected() -> None:
    assert gradient_error(PARAMS, X, Y, grads=unravel(CORRECT, np.roll(ravel(CORRECT), 1))) > 1e-3


def test_sum_for_the_mean_is_rejected() -> None:
    assert gradient_error(PARAMS, X, Y, grads=scale(CORRECT, len(X))) > 1


def test_wrong_activation_is_rejected() -> None:
    def wrong(z: Floats, a: Floats, g: Floats, /) -> Floats:
        return g * (1 - a)

    custom = Activation("custom", tanh.apply, wrong)
    assert gradient_error(attrs.evolve(PARAMS, hidden=custom), X, Y) > 1e-3


def test_diagonal_softmax_is_rejected() -> None:
    """Its derivative is p (1 - p), without the terms off the diagonal of the Jacobian."""

    def diagonal(z: Floats, p: Floats, t: Floats, /) -> Floats:
        g: Floats = (p - t) * (2 / p.shape[-1])
        return g * p * (1 - p)

    correct = softmax_squared_error
    custom = Head("custom", correct.apply, correct.loss, diagonal, correct.domain)
    assert gradient_error(attrs.evolve(PARAMS, head=correct), X, Y) < 1e-7
    assert gradient_error(attrs.evolve(PARAMS, head=custom), X, Y) > 1e-3


def test_correct_custom_head_passes() -> None:
    def temperature(z: Floats, /) -> Floats:
        return softmax_cross_entropy.apply(z * 0.5)

    def loss(z: Floats, t: Floats, /) -> Floats:
        return softmax_cross_entropy.loss(z * 0.5, t)

    def delta(z: Floats, p: Floats, t: Floats, /) -> Floats:
        return (p - t) * 0.5

    custom = Head("temperature-2", temperature, loss, delta, softmax_cross_entropy.domain)
    assert gradient_error(attrs.evolve(PARAMS, head=custom), X, Y) < 1e-7


def test_float32_is_checked_in_float64() -> None:
    params = init_params((4, 5, 3), seed=0)
    assert gradient_error(params, X.astype(np.float32), Y) < 1e-7


def test_another_shape_is_refused() -> None:
    other = Grads(init_params((4, 3), seed=0, dtype=np.float64).layers)
    with pytest.raises(ValueError, match="grads: expected weights"):
        gradient_error(PARAMS, X, Y, grads=other)


def test_float32_targets_are_converted() -> None:
    """Rows of float32 targets give the same error as labels."""
    params = init_params((4, 5, 3), seed=0)
    rows = np.eye(3, dtype=np.float32)[Y]
    assert gradient_error(params, X.astype(np.float32), rows) == gradient_error(params, X.astype(np.float32), Y) < 1e-7


def test_seed_chooses_the_directions() -> None:
    grads = backward(PARAMS, forward(PARAMS, X), Y)
    wrong = map_layers(lambda a: a + 1, grads)
    errors = [gradient_error(PARAMS, X, Y, grads=wrong, seed=seed) for seed in (0, 1)]
    assert errors[0] == gradient_error(PARAMS, X, Y, grads=wrong) != errors[1]


@pytest.mark.parametrize("size", [1e-4, 1e-2, 0.1, 1.0, 1e3])
def test_error_is_relative(size: float) -> None:
    """The gradient of a linear network grows with its input; 1.1 times it is wrong by about a tenth."""
    params = init_params((3, 2), seed=0, head=identity_squared_error, dtype=np.float64)
    zero = map_layers(np.zeros_like, params)
    x, y = np.array([0.5, -0.25, 1.0]) * size, np.array([1.0, -1.0])
    grads = backward(zero, forward(zero, x), y)
    length = float(np.linalg.norm(ravel(grads)))
    error = gradient_error(zero, x, y, grads=scale(grads, 1.1))
    share = 0.1 * length / max(1.1 * length, 0.01)
    assert 0.3 * share < error < 3 * share
