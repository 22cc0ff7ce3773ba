"""The laws of a gradient g(params, x, y, weights, step), as `fit` takes it: of a batch, by default of the mean loss."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from fnnet.core.arrays import Numbers
from fnnet.data.dataset import Dataset
from fnnet.nn.activations import tanh
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.heads import HEADS, exp_poisson, identity_squared_error, softmax_cross_entropy
from fnnet.nn.layerwise import map_layers
from fnnet.nn.params import Grads, check_alike
from fnnet.nn.space import average, scale
from fnnet.nn.tree import is_finite, ravel
from fnnet.testing.laws import random_gradient
from fnnet.testing.laws.law import EXACT, Law
from fnnet.testing.laws.mismatch import require, require_close, require_same
from fnnet.testing.laws.random_gradient import gradient_at, is_random, parts_of
from fnnet.testing.numbers import FACTORS, arrays
from fnnet.testing.problem import Problem
from fnnet.testing.samples import problems
from fnnet.train.descent import Gradient

_STEPS = st.sampled_from([0, 1, 2, 10, 1000, 100_000])
_SHARE = 1e-9
_TOLERANCE = f"{_SHARE:g} of the largest number, for sums in another order"
_STEADY = st.sampled_from([head for head in HEADS.values() if head != exp_poisson])
_SMOOTH = st.sampled_from([identity_squared_error, softmax_cross_entropy])
_ANY = problems(head=_STEADY)
_WIDE = problems(head=_STEADY, dtype=np.float64)
_EASY = problems(hidden=st.just(tanh), head=_SMOOTH, dtype=np.float64).map(
    lambda problem: Problem(scale(problem.params, 1 / 32), problem.data)  # where nothing saturates
)

Problems = st.SearchStrategy[Problem[Any]]


def _require_near(got: Grads[Any], expected: Grads[Any], what: str) -> None:
    size = max(float(abs(ravel(expected)).max()), float(np.finfo(np.float32).tiny))
    require_close(got, expected, 0, _SHARE * size, what)


def _shape(g: Gradient[Any], problem: Problem[Any], step: int) -> None:
    grads = gradient_at(g, problem, step, problem.weights)
    require(isinstance(grads, Grads), "Grads", type(grads).__name__)
    check_alike(problem.params, grads)


def _pure(g: Gradient[Any], problem: Problem[Any], step: int) -> None:
    params = problem.params
    given = problem.x.copy(), problem.y.copy(), None if problem.weights is None else problem.weights.copy()
    first = g(params, *given, step)
    for name, argument, before in zip(("x", "y", "weights"), given, (problem.x, problem.y, problem.weights)):
        if argument is not None:
            require_same(argument, before, f"{name}, afterwards")
            shared = any(np.shares_memory(argument, part) for each in first.layers for part in parts_of(each))
            require(not shared, "a gradient of its own memory", f"a view of {name}")
    gradient_at(g, problem, step + 1)
    require_same(gradient_at(g, problem, step, problem.weights), first, "the gradient, a second time")


def _finite(g: Gradient[Any], problem: Problem[Any], step: int) -> None:
    grads = gradient_at(g, problem, step, problem.weights)
    require(is_finite(grads), "finite numbers", grads)


def _batch(g: Gradient[Any], problem: Problem[Any], step: int) -> None:
    each = [gradient_at(g, problem, step, rows=slice(i, i + 1)) for i in range(len(problem.x))]
    _require_near(gradient_at(g, problem, step), average(each), "the mean of the samples' gradients")


def _no_weights(g: Gradient[Any], problem: Problem[Any], step: int) -> None:
    ones = np.ones(len(problem.x), problem.x.dtype)
    _require_near(
        gradient_at(g, problem, step, ones), gradient_at(g, problem, step), "g without weights, of weights that are 1"
    )


def _weights(g: Gradient[Any], problem: Problem[Any], step: int, weights: Numbers) -> None:
    w = np.resize(weights, len(problem.x))
    each = [gradient_at(g, problem, step, rows=slice(i, i + 1)) for i in range(len(w))]
    parts = [map_layers(lambda part, factor=factor: part * factor, grads) for grads, factor in zip(each, w)]
    size = max(float(abs(ravel(grads)).max()) for grads in each)
    got, expected = gradient_at(g, problem, step, w.copy()), average(parts)
    require_close(got, expected, _SHARE, _SHARE * max(size, 1e-30), f"1/n Σ w_i g_i, of weights {w}")


def _derivative(g: Gradient[Any], problem: Problem[Any], step: int) -> None:
    x, y, weights = problem.x, problem.y, problem.weights
    _require_near(
        gradient_at(g, problem, step, weights), mean_gradient(problem.params, x, y, weights), "the gradient of the loss"
    )


def _float32(g: Gradient[Any], problem: Problem[Any], step: int) -> None:
    y: Any = problem.y.astype(np.float32) if problem.y.dtype.kind == "f" else problem.y
    data = Dataset(problem.x.astype(np.float32), y)
    narrow = gradient_at(g, Problem(problem.params.astype(np.float32), data), step).astype(np.float64)
    wide = gradient_at(g, problem, step)
    allowed = 1e-4 * float(abs(ravel(wide)).max()) + 3e-6 * max(1.0, float(abs(problem.x).max()))
    require_close(narrow, wide, 0, allowed, "g in float64")


def _is_plain(g: Gradient[Any]) -> bool:
    return not is_random(g)


def like(other: Gradient[Any]) -> Law:
    """The law that a gradient is the same as another way of writing it."""

    def test(g: Gradient[Any], problem: Problem[Any], step: int) -> None:
        _require_near(
            gradient_at(g, problem, step, problem.weights),
            gradient_at(other, problem, step, problem.weights),
            "the other",
        )

    name = getattr(other, "__name__", None) or repr(other)
    return Law("like", f"g = {name}", _TOLERANCE, _given(_WIDE), test)


def _given(problems: Problems, **others: st.SearchStrategy[Any]) -> Any:
    """What gives the examples of a law: a problem, a step, and others. Any: for every gradient the same."""
    return lambda g: st.fixed_dictionaries({"problem": problems, "step": _STEPS, **others})


def laws(*, problems: Problems | None = None) -> tuple[Law, ...]:
    """The laws of a gradient on the problems that it is for; by default on networks and data of any kind."""

    def examples(among: Problems, **others: st.SearchStrategy[Any]) -> Any:
        return _given(among if problems is None else problems, **others)

    weights = arrays((12,), FACTORS)
    return (
        Law("shape", "g is a Grads of the shapes and the dtype of the network", EXACT, examples(_ANY), _shape),
        Law(
            "pure", "g changes no argument, shares no memory, and has the same bits again", EXACT, examples(_ANY), _pure
        ),
        Law("finite", "g is finite", EXACT, examples(_ANY), _finite),
        Law("no weights", "weights that are all 1 are none", _TOLERANCE, examples(_WIDE), _no_weights),
        Law("batch", "g of a batch = 1/n Σ g of its samples", _TOLERANCE, examples(_WIDE), _batch, _is_plain),
        Law(
            "weights",
            "g of a weighted batch = 1/n Σ w_i g of its samples",
            _TOLERANCE,
            examples(_WIDE, weights=weights),
            _weights,
            _is_plain,
        ),
        Law("derivative", "g = ∂L/∂θ, of the mean loss", _TOLERANCE, examples(_WIDE), _derivative, _is_plain),
        Law(
            "float32",
            "g in float32 = g in float64",
            "1e-4 of the largest number + 3e-6 of x, for what cancels",
            examples(_EASY),
            _float32,
            _is_plain,
        ),
        *random_gradient.LAWS,
    )


LAWS = laws()
