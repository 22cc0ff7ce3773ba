"""The laws of a random gradient, such as that of dropout or noise: steps differ, and their mean is the derivative."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from fnnet.core.arrays import Numbers
from fnnet.data.dataset import Dataset
from fnnet.nn.activations import identity
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.heads import identity_absolute_error
from fnnet.nn.params import Grads, Params
from fnnet.nn.tree import ravel
from fnnet.testing.laws.law import EXACT, Example, Law
from fnnet.testing.laws.mismatch import Mismatch, require
from fnnet.testing.laws.walks import network
from fnnet.testing.problem import Problem
from fnnet.train.descent import Gradient

_UNITS, _SAMPLES, _DRAWS, _SIGMAS = 32, 32, 64, 7


def gradient_at(
    g: Gradient[Any], problem: Problem[Any], step: int, weights: Any = None, rows: Any = slice(None)
) -> Grads[Any]:
    """The gradient of some of the samples, from copies that it may not write to."""
    return g(problem.params, problem.x[rows].copy(), problem.y[rows].copy(), weights, step)


def parts_of(layer: Any) -> tuple[Numbers, Numbers]:
    """The two arrays of a layer."""
    return layer.weights, layer.bias


def _linear(hidden: int) -> Problem[Any]:
    """Equal samples, far from targets that are equal: the gradient is linear in each mask or noise."""
    sizes = (2, *[_UNITS] * hidden, 1)
    params = network(sizes, np.float64, np.array([1 / _UNITS]))
    x, y = np.ones((_SAMPLES, 2)), np.full((_SAMPLES, 1), 1e9)
    return Problem(Params(params.layers, identity, identity_absolute_error), Dataset(x, y))


def _unbiased(g: Gradient[Any], hidden: int, first: int, weighted: bool) -> None:
    problem = _linear(hidden)
    weights = np.full(_SAMPLES, 0.5) if weighted else None
    expected = mean_gradient(problem.params, problem.x, problem.y, weights)
    drawn = [gradient_at(g, problem, first + k, weights) for k in range(_DRAWS)]
    for l, layer in enumerate(expected.layers):
        for part, name in enumerate(("weights", "bias")):
            of = [parts_of(grads.layers[l])[part] for grads in drawn]
            _require_mean(np.array([each.mean() for each in of]) / parts_of(layer)[part].mean(), f"layers[{l}].{name}")


def _require_mean(ratios: Numbers, name: str) -> None:
    mean, error = float(ratios.mean()), float(ratios.std(ddof=1)) / _DRAWS**0.5
    if abs(mean - 1) > _SIGMAS * error + 1e-9:
        raise Mismatch(
            f"{name}: the gradient of the loss, on the average of {_DRAWS} steps",
            f"{mean:.4g} times that, ± {error:.1g}",
        )


def _fresh(g: Gradient[Any], hidden: int, first: int, weighted: bool) -> None:
    problem = _linear(hidden)
    found: dict[bytes, int] = {}
    for step in range(first, first + 8):
        bits = ravel(gradient_at(g, problem, step)).tobytes()
        require(bits not in found, f"another gradient at step {step} than at step {found.get(bits)}", "the same")
        found[bits] = step


def is_random(g: Gradient[Any]) -> bool:
    """Whether a gradient depends on the step, as with dropout or noise."""
    problem = _linear(2)
    try:
        first, *others = (ravel(gradient_at(g, problem, step)) for step in (0, 1, 2, 3, 1000))
    except Exception:  # it takes other data, or the laws will tell
        return False
    return any(not np.array_equal(first, other) for other in others)


def _examples(g: Gradient[Any]) -> st.SearchStrategy[Example]:
    parts = {"hidden": st.integers(1, 2), "first": st.sampled_from([0, 1000]), "weighted": st.booleans()}
    return st.fixed_dictionaries(parts)


LAWS = (
    Law("fresh", "no two steps have the same random g", EXACT, _examples, _fresh, is_random),
    Law(
        "unbiased",
        "the mean of a random g over steps = ∂L/∂θ, where this is linear in what is random",
        f"{_SIGMAS} standard errors of the mean of {_DRAWS} steps",
        _examples,
        _unbiased,
        is_random,
    ),
)
