"""Parameters of one shape are a vector space with an inner product, and gradients displace them."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dense, Grads, Params, TrainState, ravel, relu, sgd, sgd_step, softmax_cross_entropy, unravel
from fnnet.nn.per_sample import sample_gradients
from fnnet.nn.space import add, average, dot, norm, scale, subtract, zeros_like
from fnnet.nn.tree import count, is_finite
from tests.strategies import Problem, gradient, problems, problems64, seeds

finite = st.floats(-3, 3)


def like(params: Params[np.float64], seed: int, size: float = 1.0) -> Grads[np.float64]:
    """A random displacement."""
    record = Grads(params.layers)
    return unravel(record, size * np.random.default_rng(seed).normal(size=ravel(record).size))


def near(a: Any, b: Any) -> None:
    assert type(a) is type(b)
    np.testing.assert_allclose(ravel(a), ravel(b), rtol=1e-12, atol=1e-12)


@given(problems64(), seeds, finite, finite)
def test_axioms_of_a_vector_space(problem: Problem[np.float64], seed: int, s: float, t: float) -> None:
    """They hold for displacements, and exactly where rounding plays no part."""
    u, v, w = (like(problem.params, seed + k) for k in range(3))
    zero = zeros_like(u)
    assert add(u, v) == add(v, u) and add(u, zero) == u and scale(u, 1) == u and scale(u, 0) == zero
    assert add(u, scale(u, -1)) == zero == subtract(u, u) and subtract(u, v) == add(u, scale(v, -1))
    near(add(add(u, v), w), add(u, add(v, w)))
    near(scale(add(u, v), s), add(scale(u, s), scale(v, s)))
    near(scale(u, s + t), add(scale(u, s), scale(u, t)))
    near(scale(u, s * t), scale(scale(u, s), t))


@given(problems64(), seeds)
def test_parameters_plus_a_displacement(problem: Problem[np.float64], seed: int) -> None:
    """They are parameters; the difference of two leads from one to the other; a step is such a sum."""
    p, d, e = problem.params, like(problem.params, seed), like(problem.params, seed + 1)
    near(add(add(p, d), e), add(p, add(d, e)))
    assert add(p, zeros_like(d)) == p and (add(p, d).hidden, add(p, d).head) == (p.hidden, p.head)
    near(subtract(add(p, d), d), p)
    q = add(p, d)
    near(add(p, subtract(q, p)), q)
    grads = gradient(problem)
    near(add(p, scale(grads, -0.1)), sgd_step(p, grads, 0.1))


@given(problems(), st.lists(seeds, min_size=1, max_size=4))
def test_a_mean_is_the_sum_of_its_shares(problem: Problem[Any], seeds: list[int]) -> None:
    """To the bit, from the first to the last; it shares no memory with them, but that of one is that record."""
    zero = zeros_like(Grads(problem.params.layers))
    each: list[Grads[Any]] = [unravel(zero, np.random.default_rng(s).normal(size=ravel(zero).size)) for s in seeds]
    shares = [(k + 1) / sum(range(1, len(each) + 1)) for k in range(len(each))]
    mean = average(each, range(1, len(each) + 1))
    assert mean == reduce(add, map(scale, each, shares))
    shared = [np.shares_memory(mean.layers[0].weights, record.layers[0].weights) for record in each]
    assert not any(shared) or mean is each[0]


@given(problems64(), seeds, finite, finite)
def test_the_inner_product(problem: Problem[np.float64], seed: int, s: float, t: float) -> None:
    """It is symmetric and bilinear, and that of the vectors; no product is longer than the two lengths."""
    u, v, w = (like(problem.params, seed + k) for k in range(3))
    size = norm(u) * norm(v) + norm(u) * norm(w)
    assert dot(u, v) == dot(v, u) == pytest.approx(float(ravel(u) @ ravel(v)), abs=1e-13 * size)
    mixed = s * dot(u, v) + t * dot(u, w)
    assert dot(u, add(scale(v, s), scale(w, t))) == pytest.approx(mixed, abs=1e-12 * size)
    assert abs(dot(u, v)) <= norm(u) * norm(v) * (1 + 1e-12)
    assert dot(problem.params, v) == pytest.approx(float(ravel(problem.params) @ ravel(v)), rel=1e-9, abs=1e-9)


@given(problems64(), seeds, st.sampled_from([-290, -200, -90, 0, 90, 200, 290]))
def test_the_norm_is_a_norm(problem: Problem[np.float64], seed: int, power: int) -> None:
    """It keeps ratios and the triangle's inequality, and no size of the numbers overflows or vanishes."""
    u, v = (like(problem.params, seed + k) for k in range(2))
    assert norm(u) == pytest.approx(float(np.linalg.norm(ravel(u))), rel=1e-12)
    assert norm(add(u, v)) <= (norm(u) + norm(v)) * (1 + 1e-12)
    assert norm(zeros_like(u)) == 0 and norm(scale(u, -1)) == norm(u)
    factor = 10.0**power
    assert norm(scale(u, factor)) == pytest.approx(factor * norm(u), rel=1e-12)
    assert dot(u, u) == pytest.approx(norm(u) ** 2, rel=1e-12)
    assert dot(scale(u, 1e200), scale(u, 1e200)) == np.inf and dot(scale(u, 1e-200), scale(u, 1e-200)) == 0
    assert dot(scale(u, factor), scale(v, 1 / factor)) == pytest.approx(dot(u, v), rel=1e-9, abs=1e-12)


@given(problems(np.float32))
def test_lengths_of_float32_are_exact(problem: Problem[np.float32]) -> None:
    """They are computed in float64, so that the square of a huge number is finite."""
    huge = scale(zeros_like(problem.params), 0)
    huge = add(huge, unravel(huge, np.full(ravel(huge).size, 3e38)))
    assert norm(huge) == pytest.approx(float(np.float32(3e38)) * ravel(huge).size ** 0.5, rel=1e-12)
    assert norm(problem.params) == pytest.approx(float(np.linalg.norm(ravel(problem.params).astype(np.float64))))


@pytest.mark.parametrize("number, expected", [(np.inf, np.inf), (-np.inf, np.inf), (np.nan, np.nan), (5e-324, 5e-324)])
def test_the_norm_of_odd_numbers(number: float, expected: float) -> None:
    record = Grads((Dense(np.array([[number]]), np.array([0.0])),))
    assert norm(record) == pytest.approx(expected, nan_ok=True)
    assert dot(record, zeros_like(record)) == pytest.approx(0 if np.isfinite(number) else np.nan, nan_ok=True)


GRADS = Grads((Dense(np.ones((2, 1)), np.ones(1)),))
PARAMS: Params[np.float64] = Params(GRADS.layers, relu, softmax_cross_entropy)
USES: dict[str, Callable[[Any], object]] = {
    "scale": lambda r: scale(r, 2),
    "norm": norm,
    "zeros_like": zeros_like,
    "ravel": ravel,
    "count": count,
    "is_finite": is_finite,
    "unravel": lambda r: unravel(r, np.ones(3)),
    "add to": lambda r: add(r, GRADS),
    "subtract": lambda r: subtract(PARAMS, r),
    "dot": lambda r: dot(GRADS, r),
    "average": lambda r: average([r, r]),
}
EACH = sample_gradients(PARAMS, np.ones((3, 2)), np.zeros(3, np.int64))


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_only_these_records_are_vectors(use: Callable[[Any], object]) -> None:
    """Others have layers, too, such as the gradients of samples: they are not taken for one gradient."""
    use(PARAMS)
    others: list[Any] = [
        EACH,
        GRADS.layers[0],
        TrainState(0, PARAMS, sgd(0.1).init(PARAMS)),
        np.ones(3),
        [1.0],
        3,
        None,
    ]
    for other in others:
        with pytest.raises(
            TypeError, match=rf"^(record|a|b): expected .*Grads.*, got {type(other).__name__}"
        ) as caught:
            use(other)
        assert "\n" not in str(caught.value)


def test_parameters_do_not_move_gradients() -> None:
    grads = Grads((Dense(np.ones((2, 1)), np.ones(1)),))
    params: Any = Params(grads.layers, relu, softmax_cross_entropy)
    for combine in (add, subtract):
        with pytest.raises(TypeError, match="^b: expected Grads, as a, got Params$"):
            combine(grads, params)
    for mixed in ([grads, params], [params, grads]):
        first, other = (type(record).__name__ for record in mixed)
        with pytest.raises(TypeError, match=f"^records: expected {first}, as the first, got {other}$"):
            average(mixed)
