"""What the laws of a network are tried on: the network, or one of a strategy, with samples and displacements."""

from collections.abc import Callable
from typing import Any, TypeAlias

import attrs
import numpy as np
from hypothesis import strategies as st

from fnnet.core.arrays import Matrix, Numbers, Vector
from fnnet.nn.network import backward, forward
from fnnet.nn.params import Grads, Params
from fnnet.testing.laws.law import Example, Law
from fnnet.testing.laws.mismatch import require_close
from fnnet.testing.networks import grads
from fnnet.testing.numbers import reals
from fnnet.testing.samples import problems_with

Network: TypeAlias = Params[np.float64]
Subject: TypeAlias = Params[Any] | st.SearchStrategy[Params[Any]]
"""A network, or random ones."""

MOST = 100
"""Laws about values look at samples whose pre-activations are no larger, since exp of more may overflow."""

LOGITS = 6
"""Derivatives are tried at logits no larger, since further out logarithms may be kept from 0."""

ROUNDING = "1e-9 of the largest number, for rounding"


@attrs.frozen
class Samples:
    """Samples of a network in float64.

    Args:
        x: shape (n, features).
        y: labels (n,) or rows (n, outputs).
        weights: shape (n,); without weights ones.
    """

    x: Matrix[np.float64]
    y: Numbers
    weights: Vector[np.float64]

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, rows: Any) -> "Samples":
        return Samples(self.x[rows], self.y[rows], self.weights[rows])


def wide(
    params: Params[Any], x: Numbers, y: Numbers, weights: Numbers | None, most: float = MOST, logits: float = MOST
) -> tuple[Network, Samples]:
    """The network in float64, and the samples whose pre-activations are at most `most`, the last at most `logits`."""
    network = params.astype(np.float64)
    targets = y.astype(np.float64) if y.dtype.kind == "f" else y
    factors = np.ones(len(x)) if weights is None else weights.astype(np.float64)
    samples = Samples(x.astype(np.float64), targets, factors)
    sizes = [abs(z).max(axis=1) for z in forward(network, samples.x).pre_activations]
    return network, samples[(np.max(sizes, axis=0) <= most) & (sizes[-1] <= logits)]


def gradient(params: Network, samples: Samples) -> Grads[np.float64]:
    """The gradient of the mean loss."""
    return backward(params, forward(params, samples.x), samples.y, samples.weights)


def near(got: Numbers, expected: Numbers, tolerance: float, what: str) -> None:
    """Raise `Mismatch` unless numbers are close, relative to the largest of them."""
    size = float(np.max(abs(expected), initial=1))
    require_close(got, expected, 0, tolerance * size, what)


def law(
    name: str,
    equation: str,
    tolerance: str,
    test: Callable[..., None],
    *displacements: str,
    applies: Callable[[Network], bool] = lambda network: True,
) -> Law:
    """A law of networks, tried on samples and on displacements: `v` and `w` of the parameters, `dx` and `u` of others.

    Where the network does not vary, it is not part of the example.
    """

    def examples(subject: Subject) -> st.SearchStrategy[Example]:
        networks = st.just(subject) if isinstance(subject, Params) else subject
        return _examples(networks, isinstance(subject, Params), displacements)

    def of(subject: Subject, **example: Any) -> None:
        network = example.pop("params", subject)
        if applies(network):
            test(network, **example)

    def may_apply(subject: Subject) -> bool:
        return not isinstance(subject, Params) or applies(subject)

    return Law(name, equation, tolerance, examples, of, may_apply)


@st.composite
def _examples(
    draw: st.DrawFn, networks: st.SearchStrategy[Params[Any]], fixed: bool, displacements: tuple[str, ...]
) -> Example:
    problem = draw(problems_with(networks))
    params, x = problem.params, problem.x
    shapes = {"dx": x.shape, "u": (len(x), params.sizes[-1])}
    others = {
        name: draw(reals(shapes[name], x.dtype.type) if name in shapes else grads(params)) for name in displacements
    }
    network = {} if fixed else {"params": params}
    return {**network, "x": x, "y": problem.y, "weights": problem.weights, **others}
