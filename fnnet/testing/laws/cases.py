"""Networks and samples for the laws of training: numbers in general position, so that no sum is 0 by chance.

A sum that is 0 in theory and 1e-17 in practice may have either sign, and the steps of some optimizers follow the sign.
"""

from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from hypothesis import strategies as st

from fnnet.core.arrays import Numbers
from fnnet.nn.activations import sigmoid
from fnnet.nn.domains import distribution
from fnnet.nn.heads import softmax_cross_entropy
from fnnet.nn.params import Dense, Params
from fnnet.testing.networks import sizes
from fnnet.testing.targets import targets_of

Samples: TypeAlias = tuple[Any, Any]
"""(x, y): a batch, or one sample. Any: labels or rows."""

SEEDS = st.integers(0, 2**20)
_DIGITS = 7  # of a number, so that counterexamples stay short


def networks(like: Params[Any] | None, dtype: type[Any], classes: int = 1) -> st.SearchStrategy[Params[Any]]:
    """Networks of the sizes, activation and head of another; or of any sizes, for labels."""
    if like is not None:
        shape, hidden, head = st.just(like.sizes), like.hidden, like.head
    else:
        shape = sizes().map(lambda widths: (*widths[:-1], max(widths[-1], classes)))
        hidden, head = sigmoid, softmax_cross_entropy

    def of(drawn: tuple[tuple[int, ...], int]) -> Params[Any]:
        widths, seed = drawn
        rng = np.random.default_rng(seed)
        layers = [
            Dense(numbers(rng, dtype, fan_in, fan_out) / np.sqrt(fan_in).astype(dtype), numbers(rng, dtype, fan_out))
            for fan_in, fan_out in pairwise(widths)
        ]
        return Params(tuple(layers), hidden, head)

    return st.tuples(shape, SEEDS).map(of)


def numbers(rng: np.random.Generator, dtype: type[Any], *shape: int) -> Numbers:
    """Normal numbers with few digits."""
    return rng.normal(size=shape).round(_DIGITS).astype(dtype)


def samples(params: Params[Any], n: int, seed: int, scale: float = 1.0, are_labels: bool | None = None) -> Samples:
    """n samples for a network: features of length about `scale`, targets in the domain of its head.

    Args:
        params: the network.
        n: how many samples.
        seed: the same samples come again.
        scale: the length of the features of a sample, about.
        are_labels: whether targets are labels, or rows; labels for a head of classes, if None.
    """
    rng, dtype = np.random.default_rng((seed, n)), params.dtype.type
    features, outputs = params.sizes[0], params.sizes[-1]
    x = numbers(rng, dtype, n, features) * dtype(scale / np.sqrt(features))
    of_classes = params.head.domain == distribution
    if of_classes if are_labels is None else are_labels:
        return x, rng.integers(0, outputs if of_classes else max(outputs, 2), n)
    return x, targets_of(params.head.domain, numbers(rng, dtype, n, outputs))
