"""Initial weights: the distribution that a layer's random numbers are drawn from.

Each initializer keeps the variance of signals steady from layer to layer; the biases start at zero.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, Literal, overload

import attrs
import numpy as np

from fnnet.core.arrays import F, Matrix, require_float
from fnnet.core.messages import invalid, quoted
from fnnet.core.random import generator
from fnnet.nn.activation import Activation
from fnnet.nn.activations import sigmoid
from fnnet.nn.head import Head
from fnnet.nn.heads import softmax_cross_entropy
from fnnet.nn.params import Dense, Params


@attrs.frozen(repr=False)
class Initializer:
    """A distribution of initial weights, of mean 0.

    Args:
        name: how it is printed.
        variance: (fan_in, fan_out) ↦ the variance of a weight.
        shape: "normal", or "uniform" on [-r, r] with r = sqrt(3 variance).
    """

    name: str
    variance: Callable[[int, int], float]
    shape: Literal["normal", "uniform"] = attrs.field(validator=attrs.validators.in_(("normal", "uniform")))

    def __repr__(self) -> str:
        return f"Initializer({self.name})"


def _lecun(fan_in: int, fan_out: int) -> float:
    return 1 / fan_in


def _glorot(fan_in: int, fan_out: int) -> float:
    return 2 / (fan_in + fan_out)


def _he(fan_in: int, fan_out: int) -> float:
    return 2 / fan_in


def _article(fan_in: int, fan_out: int) -> float:
    return 1 / fan_out


lecun_normal: Final = Initializer("lecun-normal", _lecun, "normal")
"""Variance 1 / fan_in (LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998)."""
lecun_uniform: Final = Initializer("lecun-uniform", _lecun, "uniform")
"""Variance 1 / fan_in, uniform."""
glorot_normal: Final = Initializer("glorot-normal", _glorot, "normal")
"""Variance 2 / (fan_in + fan_out) (Glorot and Bengio, 2010)."""
glorot_uniform: Final = Initializer("glorot-uniform", _glorot, "uniform")
"""Variance 2 / (fan_in + fan_out), uniform."""
he_normal: Final = Initializer("he-normal", _he, "normal")
"""Variance 2 / fan_in, for ReLU (He, Zhang, Ren and Sun, 2015)."""
he_uniform: Final = Initializer("he-uniform", _he, "uniform")
"""Variance 2 / fan_in, uniform."""
article_normal: Final = Initializer("article-normal", _article, "normal")
"""Variance 1 / fan_out, as the article draws its weights."""

INITIALIZERS = {
    initializer.name: initializer
    for initializer in (
        lecun_normal,
        lecun_uniform,
        glorot_normal,
        glorot_uniform,
        he_normal,
        he_uniform,
        article_normal,
    )
}
"""The initializers of the library by name."""


def default_initializer(hidden: Activation) -> Initializer:
    """The initializer of a network with this activation, unless another is given.

    Args:
        hidden: the activation of the hidden layers.

    Returns:
        `lecun_normal` if it is sigmoid, `glorot_normal` with any other; `init_params` says why.

    >>> default_initializer(sigmoid)
    Initializer(lecun-normal)
    """
    return lecun_normal if hidden == sigmoid else glorot_normal


def _draw(rng: "np.random.Generator", initializer: Initializer, fan_in: int, fan_out: int) -> Matrix[np.float64]:
    deviation = float(np.sqrt(initializer.variance(fan_in, fan_out)))
    if initializer.shape == "normal":
        return rng.normal(0, deviation, (fan_in, fan_out))
    bound = float(np.sqrt(3)) * deviation
    return rng.uniform(-bound, bound, (fan_in, fan_out))


def _checked_sizes(sizes: Sequence[int]) -> tuple[int, ...]:
    """The sizes as Python integers, whose sums do not overflow."""
    given = tuple(sizes) if np.iterable(sizes) else (sizes,)
    are_integers = all(isinstance(s, (int, np.integer)) and not isinstance(s, bool) and s >= 1 for s in given)
    if len(given) < 2 or not are_integers:
        raise invalid("sizes", "two or more integers of at least 1", quoted(given))
    return tuple(map(int, given))


@overload
def init_params(
    sizes: Sequence[int],
    seed: int,
    hidden: Activation = ...,
    head: Head = ...,
    initializer: Initializer | None = ...,
) -> Params[np.float32]: ...
@overload
def init_params(
    sizes: Sequence[int],
    seed: int,
    hidden: Activation = ...,
    head: Head = ...,
    initializer: Initializer | None = ...,
    *,
    dtype: type[F],
) -> Params[F]: ...
def init_params(
    sizes: Sequence[int],
    seed: int,
    hidden: Activation = sigmoid,
    head: Head = softmax_cross_entropy,
    initializer: Initializer | None = None,
    *,
    dtype: type[np.floating] = np.float32,
) -> object:
    """A new network with random weights and zero biases.

    Args:
        sizes: the widths from the features to the outputs, two or more: (784, 128, 64, 10).
        seed: an integer of at least 0.
        hidden: the activation of the hidden layers.
        head: the output activation and its loss.
        initializer: the distribution of the weights of every layer; by default `default_initializer(hidden)`.
        dtype: `np.float32` or `np.float64`; the float32 weights are the float64 ones, rounded.

    Raises:
        ValueError: fewer than two sizes, a size below 1, a negative seed, another dtype.

    Laws: the same arguments give the same bits; a layer's weights are the same draws for every initializer of one
    shape, times the standard deviation that its rule gives.

    The default is chosen by scores after training on tables and images, in 2 to 8 layers (the table is in the README
    beside this file). Glorot's scheme was the best for ReLU and GELU, He's the worst in regressions. Its variance
    2 / (fan_in + fan_out) is small where a few features meet many units, so that the network begins as a smooth
    function; He's factor of 2 is for deeper networks than these. No other scheme before the head was better. With
    sigmoid, LeCun's stays, as it has been: in two layers none is better.

    >>> init_params((784, 30, 10), seed=0)
    Params(784-30-10, float32, sigmoid, softmax-cross-entropy, 23860 parameters)
    """
    require_float("dtype", dtype)
    if initializer is None:
        initializer = default_initializer(hidden)
    if not isinstance(initializer, Initializer):
        raise TypeError(f"initializer: expected Initializer, got {quoted(initializer)}")
    sizes = _checked_sizes(sizes)
    rng = generator(seed, "weights")
    return Params(
        tuple(
            Dense(_draw(rng, initializer, fan_in, fan_out).astype(dtype), np.zeros(fan_out, dtype))
            for fan_in, fan_out in pairwise(sizes)
        ),
        hidden,
        head,
    )
