"""Random networks with inputs and targets to match, and what is computed from them.

Corner cases are included: one layer, width 1, one sample, one class.
"""

from itertools import pairwise
from typing import Generic, cast

import attrs
import numpy as np
from hypothesis import strategies as st

from fnnet import (
    Dataset,
    Dense,
    Grads,
    Params,
    backward,
    batches,
    forward,
    identity,
    load_mnist,
    sgd_step,
    split,
)
from fnnet.core.arrays import Array, F, Labels, Matrix, S
from fnnet.data.loaders import Pair
from fnnet.nn.activation import Activation
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.cache import Masks
from fnnet.nn.domains import distribution, nonnegative, unit
from fnnet.nn.head import Head
from fnnet.nn.heads import HEADS, exp_poisson
from fnnet.testing import strategies
from fnnet.testing.numbers import dtypes

batch_lengths = st.integers(1, 6)
sizes, activations, heads = strategies.sizes(), strategies.activations(), strategies.heads()
smooth = st.sampled_from([f for f in ACTIVATIONS.values() if "relu" not in f.name])
steady = st.sampled_from(
    [head for head in HEADS.values() if head != exp_poisson]
)  # its slope is as large as its output
seeds = st.integers(0, 2**32)


@attrs.frozen
class Problem(Generic[F]):
    """A network with a batch of samples and their targets."""

    params: Params[F]
    x: Matrix[F]
    y: Labels | Matrix[F]

    @property
    def data(self) -> Dataset[F]:
        return Dataset(self.x, self.y)


def random_params(
    sizes: tuple[int, ...], hidden: Activation, head: Head, seed: int, dtype: type[F], scale: float = 1.0
) -> Params[F]:
    """Weights and biases all drawn from N(0, scale²), so that no bias is zero."""
    rng = np.random.default_rng(seed)
    layers = tuple(
        Dense(
            (scale * rng.normal(size=(fan_in, fan_out))).astype(dtype),
            (scale * rng.normal(size=fan_out)).astype(dtype),
        )
        for fan_in, fan_out in pairwise(sizes)
    )
    return Params(layers, hidden, head)


def random_targets(head: Head, n: int, k: int, seed: int, dtype: type[F], as_labels: bool) -> Labels | Matrix[F]:
    """Labels, or rows in the head's domain."""
    rng = np.random.default_rng(seed)
    if as_labels:
        classes = 2 if k == 1 and head.domain != distribution else k
        return cast(Labels, rng.integers(0, classes, n))
    rows = rng.random((n, k)) if head.domain in (distribution, unit) else rng.normal(size=(n, k))
    if head.domain == nonnegative:
        rows = abs(rows)
    if head.domain == distribution:
        rows = rows / rows.sum(axis=1, keepdims=True)
    return cast(Matrix[F], rows.astype(dtype))


def random_masks(problem: Problem[F], seed: int) -> Masks[tuple[int, int], F]:
    """For each hidden layer a mask of factors from 0 to 2, a fifth of which are 0."""
    params, rng = problem.params, np.random.default_rng(seed)
    shapes = [(len(problem.x), width) for width in params.sizes[1:-1]]
    return tuple(np.maximum(rng.uniform(-0.5, 2, shape), 0).astype(params.dtype) for shape in shapes)


@st.composite
def problems(
    draw: st.DrawFn,
    dtype: type[F] | None = None,
    hidden: st.SearchStrategy[Activation] = activations,
    samples: st.SearchStrategy[int] = batch_lengths,
    scales: tuple[float, ...] = (0.1, 1.0, 3.0),
    head_kinds: st.SearchStrategy[Head] = heads,
) -> Problem[F]:
    """A network of depth 1 to 4 with a batch of 1 to 6 samples."""
    chosen = cast(type[F], dtype or draw(dtypes))
    shape, head, n = draw(sizes), draw(head_kinds), draw(samples)
    params = random_params(shape, draw(hidden), head, draw(seeds), chosen, draw(st.sampled_from(scales)))
    x = cast(Matrix[F], np.random.default_rng(draw(seeds)).normal(size=(n, shape[0])).astype(chosen))
    y = random_targets(head, n, shape[-1], draw(seeds), chosen, as_labels=draw(st.booleans()))
    return Problem(params, x, y)


def problems64(
    hidden: st.SearchStrategy[Activation] = activations, samples: st.SearchStrategy[int] = batch_lengths
) -> st.SearchStrategy[Problem[np.float64]]:
    """Problems in float64, for laws about values."""
    return problems(np.float64, hidden, samples)


def trainable() -> st.SearchStrategy[Problem[np.float64]]:
    """Problems in float64 with weights so small, and heads so steady, that a few steps do not diverge."""
    return problems(np.float64, samples=st.integers(2, 12), scales=(0.1, 0.5), head_kinds=steady)


def passing(width: int, head: Head) -> Params[np.float64]:
    """A network whose logits are its input."""
    return Params((Dense(np.eye(width), np.zeros(width)),), identity, head)


def random_step(params: Params[F], seed: int) -> Grads[F]:
    """A displacement of the parameters."""
    return Grads(random_params(params.sizes, params.hidden, params.head, seed, params.dtype.type).layers)


def random_like(array: Array[S, F], seed: int) -> Array[S, F]:
    """Normal numbers in the shape and dtype of an array."""
    return cast(Array[S, F], np.random.default_rng(seed).normal(size=array.shape).astype(array.dtype))


def gradient(problem: Problem[F]) -> Grads[F]:
    """The gradient of the mean loss over a batch."""
    return backward(problem.params, forward(problem.params, problem.x), problem.y)


def plain_fold(problem: Problem[F], lr: float, batch_size: int) -> Params[F]:
    """`sgd_fold` as it is defined: `sgd_step` reduced over the batches."""
    params = problem.params
    for x, y in batches(problem.data, batch_size):
        params = sgd_step(params, backward(params, forward(params, x), y), lr)
    return params


def digits() -> Pair:
    """600 digits of MNIST to train on, and 500 others to test with."""
    train, rest = split(load_mnist()[0], 600)
    return train, split(rest, 500)[0]
