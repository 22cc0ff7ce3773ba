"""The wrappers of optimizers: identities at zero strength, and bounds that hold after every step."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dense, Grads, Params, backward, forward, init_params, ravel
from fnnet.nn.dropout import dropout_gradient, dropout_masks
from fnnet.nn.tree import map_layers, scale
from fnnet.optim.optimizer import Optimizer
from fnnet.optim.optimizers import adam, adamw, sgd
from fnnet.optim.wrappers import averaged_params, clip, decay, ema, l2, max_norm
from tests.strategies import Problem, gradient, problems, problems64


def stepped(optimizer: Optimizer, params: Params[np.float64], grads: Grads[np.float64]) -> Params[np.float64]:
    return optimizer.step(params, grads, optimizer.init(params))[0]


@given(problems64(), st.floats(0.01, 10))
def test_clip_bounds_the_length(problem: Problem[np.float64], norm: float) -> None:
    """The direction stays the same."""
    params, g = problem.params, ravel(gradient(problem))
    moved = ravel(params) - ravel(stepped(clip(sgd(1.0), norm), params, gradient(problem)))
    length = float(np.linalg.norm(g))
    expected = g if length <= norm else g * (norm / length)
    np.testing.assert_allclose(moved, expected, rtol=1e-6, atol=1e-9)


def test_clip_of_huge_gradients() -> None:
    """The squares of their numbers overflow."""
    params: Params[np.float64] = init_params((2, 2), seed=0, dtype=np.float64)
    grads = map_layers(lambda a: np.full_like(a, 1e170), Grads(params.layers))
    moved = ravel(params) - ravel(stepped(clip(sgd(1.0), 1e-3), params, grads))
    np.testing.assert_allclose(moved, 1e-3 / np.sqrt(6), rtol=1e-9)


@given(problems64())
def test_zero_strength_changes_nothing(problem: Problem[np.float64]) -> None:
    params, grads = problem.params, gradient(problem)
    plain = stepped(adam(0.1), params, grads)
    for optimizer in (
        l2(adam(0.1), 0.0),
        l2(adam(0.1), 0.0, biases=True),
        decay(adam(0.1), 0.0),
        max_norm(adam(0.1), 1e9),
        clip(adam(0.1), 1e300),
        ema(adam(0.1), 0.9),
    ):
        assert stepped(optimizer, params, grads) == plain
    masks = dropout_masks(params, len(problem.x), 0.0, seed=0, step=0)
    assert backward(params, forward(params, problem.x, masks), problem.y) == grads
    assert dropout_gradient(0.0, 0, params, problem.x, problem.y, None, 3) == grads


@given(problems64(), st.floats(0, 1))
def test_l2_is_the_gradient_of_the_penalty(problem: Problem[np.float64], weight: float) -> None:
    params, zero = problem.params, scale(Grads(problem.params.layers), 0)
    moved = stepped(l2(sgd(1.0), weight), params, zero)
    for layer, old in zip(moved.layers, params.layers):
        np.testing.assert_allclose(layer.weights, (1 - weight) * old.weights, rtol=1e-12, atol=1e-15)
        assert np.array_equal(layer.bias, old.bias)


@given(problems(), st.floats(0.125, 3, width=32))
def test_max_norm_holds_after_every_step(problem: Problem[np.float32], limit: float) -> None:
    params = problem.params
    optimizer = max_norm(sgd(0.0), limit)
    moved, _ = optimizer.step(params, Grads(params.layers), optimizer.init(params))
    for layer, old in zip(moved.layers, params.layers):
        lengths, before = np.linalg.norm(layer.weights, axis=0), np.linalg.norm(old.weights, axis=0)
        assert (lengths <= limit * (1 + 1e-6)).all() and layer.weights.dtype == old.weights.dtype
        np.testing.assert_allclose(lengths, np.minimum(before, limit), rtol=1e-5)


def test_ema_follows_its_equation() -> None:
    params: Params[np.float64] = init_params((2, 2), seed=0, dtype=np.float64)
    grads, optimizer = Grads(params.layers), ema(sgd(0.5), 0.75)
    state, mean = optimizer.init(params), ravel(params)
    assert averaged_params(params, state) == params
    for t in range(1, 4):
        params, state = optimizer.step(params, grads, state)
        mean += 0.25 / (1 - 0.75**t) * (ravel(params) - mean)
    np.testing.assert_allclose(ravel(averaged_params(params, state)), mean, rtol=1e-12)
    assert state.count == 3


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: clip(sgd(0.1), 0), "norm: expected a number above 0, got 0"),
        (lambda: max_norm(sgd(0.1), -1), "limit: expected a number above 0, got -1"),
        (lambda: l2(sgd(0.1), -1), "weight: expected a finite number of at least 0, got -1"),
        (lambda: ema(sgd(0.1), 1), "decay: expected a number of at least 0 and less than 1, got 1"),
    ],
)
def test_bad_arguments_are_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message


def test_zero_decay_is_accepted() -> None:
    assert ema(sgd(0.1), 0).kind == "averaged sgd"


@given(problems64(), st.floats(0.01, 10), st.floats(0, 1))
def test_the_outermost_acts_first(problem: Problem[np.float64], norm: float, weight: float) -> None:
    """Before the step a chain acts from left to right: what is outside sees the gradient first."""
    params, grads = problem.params, gradient(problem)

    def shortened(g: Grads[np.float64]) -> Grads[np.float64]:
        return scale(g, min(1, norm / (float(np.linalg.norm(ravel(g))) or norm)))

    def penalized(g: Grads[np.float64]) -> Grads[np.float64]:
        layers = zip(g.layers, params.layers)
        return Grads(tuple(Dense(d.weights + weight * layer.weights, d.bias) for d, layer in layers))

    for chain, expected in (
        (clip(l2(sgd(1.0), weight), norm), penalized(shortened(grads))),
        (l2(clip(sgd(1.0), norm), weight), shortened(penalized(grads))),
    ):
        moved = ravel(params) - ravel(stepped(chain, params, grads))
        np.testing.assert_allclose(moved, ravel(expected), rtol=1e-6, atol=1e-9)


@given(problems64(), st.floats(0.1, 2))
def test_the_innermost_is_followed_outward(problem: Problem[np.float64], limit: float) -> None:
    """After the step a chain acts from right to left: an average outside a limit is that of limited weights."""
    params, grads = problem.params, gradient(problem)
    optimizer = ema(max_norm(sgd(1.0), limit), 0.9)
    after, state = optimizer.step(params, grads, optimizer.init(params))
    assert averaged_params(after, state) == after
    inside = max_norm(ema(sgd(1.0), 0.9), limit)
    after, state = inside.step(params, grads, inside.init(params))
    assert averaged_params(after, state) == stepped(sgd(1.0), params, grads)


@given(problems64(), st.floats(0, 0.5), st.booleans())
def test_decay_of_sgd_is_l2(problem: Problem[np.float64], weight: float, biases: bool) -> None:
    """Biases are spared unless they are asked for."""
    params, grads = problem.params, gradient(problem)
    one = stepped(decay(sgd(0.5), 0.5 * weight, biases=biases), params, grads)
    other = stepped(l2(sgd(0.5), weight, biases=biases), params, grads)
    np.testing.assert_allclose(ravel(one), ravel(other), rtol=1e-12, atol=1e-12)
    still = stepped(decay(sgd(0.0), weight, biases=biases), params, grads)
    for layer, old in zip(still.layers, params.layers):
        np.testing.assert_array_equal(layer.weights, (1 - weight) * old.weights)
        np.testing.assert_array_equal(layer.bias, (1 - weight * biases) * old.bias)


@given(problems64(), st.floats(0, 1), st.booleans())
def test_adamw_is_adam_with_decay(problem: Problem[np.float64], weight: float, biases: bool) -> None:
    params, grads = problem.params, gradient(problem)
    one = stepped(adamw(0.1, weight, biases=biases), params, grads)
    other = stepped(decay(adam(0.1), 0.1 * weight, biases=biases), params, grads)
    np.testing.assert_allclose(ravel(one), ravel(other), rtol=1e-12, atol=1e-15)
    assert stepped(adamw(0.1, weight), params, grads) == stepped(adamw(0.1, weight, biases=True), params, grads)


def test_shares_may_follow_a_schedule() -> None:
    params: Params[np.float64] = init_params((2, 2), seed=0, dtype=np.float64)
    optimizer, zero = decay(sgd(0.0), lambda step: 0.5 * step), Grads(map_layers(np.zeros_like, params).layers)
    first, state = optimizer.step(params, zero, optimizer.init(params))
    second, _ = optimizer.step(first, zero, state)
    assert first == params and second == map_layers(lambda a: 0.5 * a, params)


def test_a_class_is_not_an_optimizer() -> None:
    for wrong, message in (
        (adam, "optimizer: expected Optimizer, got the class adam; use adam(…)"),
        ("adam", "optimizer: expected Optimizer, got str; use adam(1e-3)"),
    ):
        for wrap in (clip, l2, decay, max_norm, ema):
            with pytest.raises(TypeError) as caught:
                wrap(wrong, 0.5)  # type: ignore[arg-type]  # not an optimizer
            assert str(caught.value) == message
