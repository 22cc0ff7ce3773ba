"""Products with the Hessian and the Gauss–Newton matrix: symmetry, definitions, positivity."""

from collections.abc import Callable
from functools import partial
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fnnet import (
    Dense,
    Grads,
    Head,
    Params,
    forward,
    hvp,
    identity_absolute_error,
    identity_squared_error,
    init_params,
    jvp,
    ravel,
    relu,
    sigmoid,
    softmax_cross_entropy,
    softmax_squared_error,
    unravel,
)
from fnnet.core.arrays import F, Matrix, Vector
from fnnet.nn.heads import HEADS
from fnnet.nn.hessians import gauss_newton_product
from fnnet.nn.targets import as_targets
from fnnet.nn.tree import add, is_finite, scale
from tests.strategies import Problem, problems, problems64, random_step, seeds

Problem64 = Problem[np.float64]
each_product = pytest.mark.parametrize("product", [hvp, gauss_newton_product])


def near(a: Any, b: Any, rtol: float = 1e-9) -> None:
    """Equal up to rounding, relative to the largest number."""
    np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol * max(1.0, float(abs(np.asarray(b)).max())))


@each_product
@given(problem=problems64(), seed=seeds, c=st.floats(-3, 3))
def test_products_are_symmetric_and_linear(product: Any, problem: Problem64, seed: int, c: float) -> None:
    v, w = random_step(problem.params, seed), random_step(problem.params, seed + 1)
    hv, hw, both = (ravel(product(problem.params, problem.x, problem.y, step)) for step in (v, w, add(v, scale(w, c))))
    size = max(1.0, float(abs(hv).max()), float(abs(hw).max()))
    assert float(ravel(w) @ hv) == pytest.approx(float(ravel(v) @ hw), rel=1e-9, abs=1e-9 * size * len(hv))
    np.testing.assert_allclose(both, hv + c * hw, rtol=1e-9, atol=1e-9 * size)


@given(problems64(), seeds)
def test_one_layer_is_linear_in_its_weights(problem: Problem64, seed: int) -> None:
    """Then the Gauss–Newton matrix is the Hessian."""
    params = attrs.evolve(problem.params, layers=problem.params.layers[:1])
    t = as_targets(params.head, np.zeros(len(problem.x), np.int64), forward(params, problem.x).output)
    v = random_step(params, seed)
    near(ravel(gauss_newton_product(params, problem.x, t, v)), ravel(hvp(params, problem.x, t, v)))


@given(problems64(), seeds)
def test_gauss_newton_is_positive(problem: Problem64, seed: int) -> None:
    """<v, G v> >= 0 for each loss that is convex in the logits."""
    assume(problem.params.head != softmax_squared_error)
    v = random_step(problem.params, seed)
    product = ravel(gauss_newton_product(problem.params, problem.x, problem.y, v))
    assert float(ravel(v) @ product) >= -1e-9 * max(1.0, float(abs(product).max()))


def logit_jacobian(params: Params[np.float64], x: Vector[np.float64]) -> Matrix[np.float64]:
    """∂z_L/∂θ, column by column."""
    linear = attrs.evolve(params, head=identity_squared_error)
    like = Grads(params.layers)
    return np.array([jvp(linear, x, unravel(like, unit))[1] for unit in np.eye(len(ravel(params)))]).T


@given(problems64(samples=st.just(1)), seeds)
def test_gauss_newton_by_its_definition(problem: Problem64, seed: int) -> None:
    """Jᵀ H J v, with J column by column, and H v by central differences of delta."""
    params, x, h = problem.params, problem.x[0], 1e-6
    cache, v = forward(params, x), random_step(params, seed)
    t = as_targets(params.head, problem.y[0], cache.output)
    jac, z = logit_jacobian(params, x), cache.pre_activations[-1]
    moved = jac @ ravel(v)
    assume(abs(moved).max() < 1e3 and abs(z - t).min() > 1e-2)
    ahead, behind = (params.head.delta(at, params.head.apply(at), t) for at in (z + h * moved, z - h * moved))
    near(ravel(gauss_newton_product(params, x, t, v)), jac.T @ ((ahead - behind) / (2 * h)), rtol=1e-5)


@each_product
@given(problem=problems(), seed=seeds)
def test_products_of_batches_and_samples(product: Any, problem: Problem[np.float32], seed: int) -> None:
    """A batch's is the mean of its samples'; nothing is written to, and the dtype is kept."""
    params, x, y = problem.params, problem.x.copy(), problem.y
    v = random_step(params, seed)
    whole = product(params, x, y, v)
    assert whole.dtype == params.dtype and np.array_equal(x, problem.x) and x.flags.writeable
    assert whole == product(params, x, y, v)
    each = np.mean([ravel(product(params, x[i], y[i], v)) for i in range(len(x))], axis=0)
    near(ravel(whole), each, rtol=1e-9 if params.dtype == np.float64 else 1e-3)


def test_a_product_worked_by_hand() -> None:
    """p = w2 sigmoid(w1), L = p²: ∂L/∂w2 = 2 w2 s², ∂L/∂w1 = 2 w2² s s', and their derivatives by w1."""
    w1, w2 = 0.5, 2.0
    s = 1 / (1 + np.exp(-w1))
    d, dd = s * (1 - s), s * (1 - s) * (1 - 2 * s)
    layers = tuple(Dense(np.array([[w]]), np.zeros(1)) for w in (w1, w2))
    params, x = Params(layers, sigmoid, identity_squared_error), np.ones(1)
    along_w1 = unravel(Grads(layers), np.array([1.0, 0, 0, 0]))
    first, _, last, _ = ravel(hvp(params, x, np.zeros(1), along_w1))
    near([first, last], [2 * w2**2 * (d * d + s * dd), 4 * w2 * s * d])
    first, _, last, _ = ravel(gauss_newton_product(params, x, np.zeros(1), along_w1))
    near([first, last], [2 * w2**2 * d * d, 2 * w2 * s * d])


def check_finite(params: Params[F], x: Matrix[F], y: Any, v: Grads[F]) -> None:
    for product in (hvp, gauss_newton_product):
        assert is_finite(product(params, x, y, v))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_products_at_the_ends_of_the_range(head: Head, dtype: Any) -> None:
    """Saturated units before weights so large that g overflows, and the largest logits: finite, without a warning."""
    huge = float(np.finfo(dtype).max) / 16
    ends, x, y = np.array([huge, -huge], dtype), np.ones((1, 1), dtype), np.array([0])
    layers: Any = (Dense(np.zeros((1, 4), dtype), np.full(4, -900, dtype)), Dense(np.array([ends] * 4), 0 * ends))
    params: Any = Params(layers, sigmoid, head)
    check_finite(params, x, y, Grads(layers))
    flat: Any = Params((Dense(np.zeros((1, 2), dtype), ends),), sigmoid, head)
    check_finite(flat, x, y, Grads((Dense(np.zeros((1, 2), dtype), np.ones(2, dtype)),)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("hidden", [sigmoid, relu])
def test_a_flat_unit_outweighs_an_overflow(hidden: Any, dtype: Any) -> None:
    """g is infinite, f''(z) is 0, and the unit does not move: 0, without a warning."""
    ends = np.array([1, -1], dtype) * np.finfo(dtype).max / 16
    layers: Any = (Dense(np.zeros((1, 4), dtype), np.full(4, -900, dtype)), Dense(np.array([ends] * 4), 0 * ends))
    params: Any = Params(layers, hidden, identity_squared_error)
    v = Grads(tuple(Dense(0 * layer.weights, 0 * layer.bias) for layer in layers))
    assert not ravel(hvp(params, np.zeros((1, 1), dtype), -ends[np.newaxis], v)).any()


def test_no_overflow_on_the_way_to_a_product() -> None:
    """g ż = 1e50 is beyond float32, and g f''(z) ż, with f''(-40) of the size of 1e-18, is not."""
    layers: Any = (Dense(np.zeros((1, 1)), np.full(1, -40.0)), Dense(np.full((1, 1), 1e30), np.zeros(1)))
    params: Any = Params(layers, sigmoid, identity_absolute_error)
    v = unravel(Grads(layers), np.array([0, 1e20, 0, 0]))
    x, y = np.ones((1, 1)), np.zeros((1, 1))
    exact = ravel(hvp(params, x, y, v))
    rounded = ravel(hvp(params.astype(np.float32), x.astype(np.float32), y.astype(np.float32), v.astype(np.float32)))
    np.testing.assert_allclose(rounded, exact, rtol=1e-5)


@pytest.mark.parametrize(
    "product, changes, message",
    [
        (
            hvp,
            {"hidden": attrs.evolve(relu, name="mine", second=None)},
            "activation: expected one with second, (z, a) ↦ f''(z), got Activation(mine); "
            "use attrs.evolve(activation, second=...)",
        ),
        (
            gauss_newton_product,
            {"head": attrs.evolve(softmax_cross_entropy, name="mine", curvature=None)},
            "head: expected one with curvature, (z, p, t, v) ↦ (∂²L/∂z²) v, got Head(mine); "
            "use attrs.evolve(head, curvature=...)",
        ),
    ],
    ids=["activation", "head"],
)
def test_what_is_missing_is_named(product: Any, changes: dict[str, Any], message: str) -> None:
    params = init_params((3, 4, 2), seed=0, dtype=np.float64)
    with pytest.raises(ValueError) as caught:
        product(attrs.evolve(params, **changes), np.ones(3), 0, random_step(params, 0))
    assert str(caught.value) == message


@each_product
def test_unsuitable_arguments_are_refused(product: Any) -> None:
    params: Params[np.float64] = init_params((3, 4, 2), seed=0, dtype=np.float64)
    call, x, v = partial(product, params), np.ones(3), random_step(params, 0)
    cases: list[tuple[Callable[[], object], str]] = [
        (lambda: call(x, 0, Grads(params.layers[:1])), "v: expected weights"),
        (lambda: call(x, 0, params), "v: expected Grads, got Params"),
        (lambda: call(x[:2], 0, v), "x: expected shape"),
        (lambda: call(x, 5, v), "y: expected labels from 0 to 1, got 5"),
        (lambda: call(x, 0, v, -1.0), "weights: expected finite numbers of at least 0"),
    ]
    for wrong, message in cases:
        with pytest.raises((ValueError, TypeError), match=f"^{message}"):
            wrong()
