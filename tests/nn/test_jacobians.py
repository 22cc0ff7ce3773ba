"""The derivative of the output: the chain rule of two networks, and the matrix. The law of networks has the rest."""

from functools import partial
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import (
    Dense,
    Grads,
    Head,
    Params,
    apply,
    identity_squared_error,
    init_params,
    jvp,
    logistic_cross_entropy,
    ravel,
    sigmoid,
    vjp,
)
from fnnet.core.arrays import Vector
from fnnet.nn.heads import HEADS
from fnnet.nn.jacobians import jacobian
from fnnet.nn.tree import add, is_finite, scale
from tests.helpers import pickled
from tests.strategies import Problem, gradient, problems, problems64, random_like, random_params, random_step, seeds

Problem64 = Problem[np.float64]
near = partial(np.testing.assert_allclose, rtol=1e-9, atol=1e-9)


@given(problems64(), seeds, st.floats(-3, 3))
def test_both_maps_are_linear(problem: Problem64, seed: int, c: float) -> None:
    params, x = problem.params, problem.x
    v, w = random_step(params, seed), random_step(params, seed + 1)
    dx, dy = random_like(x, seed), random_like(x, seed + 1)
    one, other, both = (
        jvp(params, x, step, moved)[1] for step, moved in ((v, dx), (w, dy), (add(v, scale(w, c)), dx + c * dy))
    )
    size = max(1.0, float(abs(one).max()), float(abs(other).max()))
    np.testing.assert_allclose(both, one + c * other, rtol=1e-9, atol=1e-9 * size)
    output, pull = vjp(params, x)
    u, t = (random_like(output, seed + i) for i in (2, 3))
    (g, a), (h, b), (s, d) = pull(u), pull(t), pull(u + c * t)
    size = max(1.0, *(float(abs(array).max()) for array in (ravel(g), ravel(h), a, b)))
    np.testing.assert_allclose(ravel(s), ravel(add(g, scale(h, c))), rtol=1e-9, atol=1e-9 * size)
    np.testing.assert_allclose(d, a + c * b, rtol=1e-9, atol=1e-9 * size)


@given(problems64(hidden=st.just(sigmoid)), seeds)
def test_the_chain_rule_of_two_networks(problem: Problem64, seed: int) -> None:
    """A network with sigmoids at its end, followed by another of sigmoids, is one network."""
    first, x = attrs.evolve(problem.params, head=logistic_cross_entropy), problem.x
    second = random_params((first.sizes[-1], 3, 2), sigmoid, problem.params.head, seed, np.float64)
    whole = Params(first.layers + second.layers, sigmoid, second.head)
    middle, pull_first = vjp(first, x)
    output, pull_second = vjp(second, middle)
    near(output, apply(whole, x))
    u, dx, step = random_like(output, seed), random_like(x, seed + 1), random_step(first, seed + 2)
    grads, between = pull_second(u)
    expected, expected_dx = vjp(whole, x)[1](u)
    below, back = pull_first(between)
    near(ravel(Grads(below.layers + grads.layers)), ravel(expected))
    near(back, expected_dx)
    pushed = jvp(second, middle, dx=jvp(first, x, step, dx)[1])[1]
    still = Grads(tuple(Dense(0 * layer.weights, 0 * layer.bias) for layer in second.layers))
    near(pushed, jvp(whole, x, Grads(step.layers + still.layers), dx)[1])
    near(jacobian(second, middle) @ jacobian(first, x), jacobian(whole, x))


@given(problems())
def test_rows_of_the_jacobian(problem: Problem[np.float32]) -> None:
    """Row j is what the unit cotangent e_j is pulled back to, of a batch and of one sample."""
    params, x = problem.params, problem.x
    whole, (output, pull) = jacobian(params, x), vjp(params, x)
    assert whole.shape == (len(x), params.sizes[-1], params.sizes[0]) and whole.dtype == x.dtype
    for j in range(params.sizes[-1]):
        u = np.zeros_like(output)
        u[:, j] = 1
        assert np.array_equal(whole[:, j], pull(u)[1])
    one = jacobian(params, x[0])
    assert one.shape == whole.shape[1:]
    rtol = 1e-9 if x.dtype == np.float64 else 1e-3
    np.testing.assert_allclose(one, whole[0], rtol=rtol, atol=0.1 * rtol * max(1.0, float(abs(one).max())))


@given(problems64(), seeds)
def test_the_jacobian_times_a_step(problem: Problem64, seed: int) -> None:
    params, x = problem.params, problem.x
    dx = random_like(x, seed)
    expected = jvp(params, x, dx=dx)[1]
    size = max(1.0, float(abs(expected).max()))
    np.testing.assert_allclose(np.einsum("nkf,nf->nk", jacobian(params, x), dx), expected, rtol=1e-9, atol=1e-9 * size)


@given(problems64())
def test_cotangent_of_the_loss(problem: Problem64) -> None:
    """∂L/∂p pulled back is the gradient: for squares, 2 (p - t) / k, with 1/n of the mean."""
    params = attrs.evolve(problem.params, head=identity_squared_error)
    output, pull = vjp(params, problem.x)
    t = random_like(output, 0)
    grads, _ = pull((output - t) * (2 / t.size))
    expected = gradient(Problem(params, problem.x, t))
    np.testing.assert_allclose(ravel(grads), ravel(expected), rtol=1e-9, atol=1e-9 * abs(ravel(expected)).max())


def test_a_map_worked_by_hand() -> None:
    """x = 2, W = 3, b = -5, p = sigmoid(z), z = 1: with s = p (1 - p), ∂p = s (2 ∂W + ∂b + 3 ∂x)."""
    params = Params((Dense(np.array([[3.0]]), np.array([-5.0])),), sigmoid, logistic_cross_entropy)
    p = 1 / (1 + np.exp(-1))
    s, step = p * (1 - p), Grads((Dense(np.array([[0.5]]), np.array([0.25])),))
    output, tangent = jvp(params, np.array([2.0]), step, np.array([10.0]))
    near(output, [p])
    near(tangent, [s * (1 + 0.25 + 30)])
    grads, dx = vjp(params, np.array([2.0]))[1](np.array([7.0]))
    near(ravel(grads), [14 * s, 7 * s])
    near(dx, [21 * s])


def test_a_head_without_a_pullback() -> None:
    """It may have a pushforward all the same."""
    head = attrs.evolve(identity_squared_error, name="mine", pullback=None, pushforward=lambda z, p, v: v)
    params = init_params((3, 2), seed=0, head=head, dtype=np.float64)
    x: Vector[np.float64] = np.ones(3)
    jvp(params, x, dx=x)
    message = (
        "head: expected one with pullback, (z, p, u) ↦ ∂<u, p>/∂z, got Head(mine); use attrs.evolve(head, pullback=...)"
    )
    calls = (lambda: vjp(params, x)[1](np.ones(2)), lambda: jacobian(params, x))
    for call in calls:
        with pytest.raises(ValueError) as caught:
            call()
        assert str(caught.value) == message


def test_the_pulling_function_travels() -> None:
    """It keeps what it needs: later writes to x do not reach it, and it pickles."""
    params, x = init_params((3, 4, 2), seed=0, dtype=np.float64), np.ones((5, 3))
    output, pull = vjp(params, x)
    u = np.ones_like(output)
    before = pull(u)
    x[...] = 7
    for grads, dx in (pull(u), pickled(pull)(u)):
        assert grads == before[0] and np.array_equal(dx, before[1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_saturated_units_pass_nothing(head: Head, dtype: Any) -> None:
    """Whatever the weights, the logits and the steps: the derivatives are 0, not 0 · ∞, without a warning."""
    huge = float(np.finfo(dtype).max) / 16
    ends = np.array([huge, -huge], dtype)
    layers = (Dense(np.full((1, 4), huge, dtype), np.full(4, -900, dtype)), Dense(np.array([ends] * 4), 0 * ends))
    params, x = Params(layers, sigmoid, head), np.zeros(1, dtype)
    grads, dx = vjp(params, x)[1](ends)
    assert not dx.any() and not jacobian(params, x).any() and is_finite(grads)
    step = Grads((Dense(0 * layers[0].weights, np.full(4, huge, dtype)), Dense(layers[1].weights, ends)))
    _, tangent = jvp(params, x, step, np.full(1, huge, dtype))
    assert np.isfinite(tangent).all()
    _, tangent = jvp(params, x, dx=np.full(1, huge, dtype))
    assert not tangent.any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_outputs_of_the_largest_logits(head: Head, dtype: Any) -> None:
    ends = np.array([1, -1, 0], dtype) * np.finfo(dtype).max
    params, x = Params((Dense(np.zeros((1, 3), dtype), ends),), sigmoid, head), np.ones((2, 1), dtype)
    output, pull = vjp(params, x)
    grads, _ = pull(np.broadcast_to(ends / 4, output.shape))
    step = Grads((Dense(np.zeros((1, 3), dtype), ends / 4),))
    assert is_finite(grads) and np.isfinite(jvp(params, x, step)[1]).all() and np.isfinite(jacobian(params, x)).all()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda p, x: vjp(p, x[:, :2]), r"x: expected shape (3,) or (n, 3), got (5, 2)"),
        (lambda p, x: vjp(p, x)[1](np.ones(2)), "u: expected float64 (5, 2), as the output, got float64 (2,)"),
        (
            lambda p, x: vjp(p, x)[1](np.ones((5, 2), np.float32)),
            "u: expected float64 (5, 2), as the output, got float32 (5, 2); use u.astype(np.float64)",
        ),
        (lambda p, x: jvp(p, x, dx=x[0]), "dx: expected float64 (5, 3), as x, got float64 (3,)"),
        (lambda p, x: jvp(p, x, Grads(p.layers[1:])), "dparams: expected weights [(3, 4), (4, 2)], as the parameters"),
        (lambda p, x: jvp(p, x, p), "dparams: expected Grads, got Params"),
        (lambda p, x: jacobian(p, x.astype(np.float32)), "x: expected float64, as the parameters, got float32"),
    ],
)
def test_unsuitable_arguments_are_refused(call: Any, message: str) -> None:
    params, x = init_params((3, 4, 2), seed=0, dtype=np.float64), np.ones((5, 3))
    with pytest.raises((ValueError, TypeError)) as caught:
        call(params, x)
    assert str(caught.value).startswith(message)
