"""Strategies for networks, and for what has their shapes."""

from itertools import pairwise
from typing import Any, overload

import numpy as np
from hypothesis import strategies as st

from fnnet.core.arrays import F
from fnnet.nn.activation import Activation
from fnnet.nn.activations import ACTIVATIONS, identity
from fnnet.nn.cache import Masks
from fnnet.nn.head import Head
from fnnet.nn.heads import HEADS, identity_squared_error
from fnnet.nn.params import Dense, Grads, Params
from fnnet.nn.tree import count, unravel
from fnnet.testing.numbers import FACTORS, arrays, dtypes, reals


def sizes(*, layers: int = 4, width: int = 5) -> st.SearchStrategy[tuple[int, ...]]:
    """The widths of a network, from the features to the outputs.

    Args:
        layers: how many layers it has at most; at least 1.
        width: the largest width; the smallest is 1.

    >>> from hypothesis import find
    >>> find(sizes(), lambda widths: len(widths) > 2)
    (1, 1, 1)
    """
    return st.lists(st.integers(1, width), min_size=2, max_size=layers + 1).map(tuple)


def activations() -> st.SearchStrategy[Activation]:
    """An activation of the library; it shrinks to the identity.

    >>> from hypothesis import find
    >>> find(activations(), lambda f: True)
    Activation(identity)
    """
    return st.sampled_from([identity, *(f for f in ACTIVATIONS.values() if f != identity)])


def heads() -> st.SearchStrategy[Head]:
    """A head of the library; it shrinks to squared error.

    >>> from hypothesis import find
    >>> find(heads(), lambda head: True)
    Head(identity-squared-error)
    """
    return st.sampled_from([identity_squared_error, *(h for h in HEADS.values() if h != identity_squared_error)])


SIZES, ACTIVATION, HEAD = sizes(), activations(), heads()


@overload
def params(
    *,
    sizes: st.SearchStrategy[tuple[int, ...]] = SIZES,
    hidden: st.SearchStrategy[Activation] = ACTIVATION,
    head: st.SearchStrategy[Head] = HEAD,
    dtype: type[F],
) -> st.SearchStrategy[Params[F]]: ...
@overload
def params(
    *,
    sizes: st.SearchStrategy[tuple[int, ...]] = SIZES,
    hidden: st.SearchStrategy[Activation] = ACTIVATION,
    head: st.SearchStrategy[Head] = HEAD,
    dtype: None = None,
) -> st.SearchStrategy[Params[Any]]: ...  # Any: in either dtype
def params(
    *,
    sizes: st.SearchStrategy[tuple[int, ...]] = SIZES,
    hidden: st.SearchStrategy[Activation] = ACTIVATION,
    head: st.SearchStrategy[Head] = HEAD,
    dtype: Any = None,
) -> st.SearchStrategy[Params[Any]]:
    """A network. Its weights and biases are multiples of 1/32 from -127/32 to 4, all of them divided by 1, 4 or 16.

    Pre-activations are often exactly 0, where `relu` has its kink.

    Args:
        sizes: the widths: by default 1 to 4 layers, widths from 1 to 5.
        hidden: the activation, by default one of the library's; `st.just(mine)` for one of your own.
        head: the head, by default one of the library's.
        dtype: `np.float32` or `np.float64`; either, if None.

    >>> from hypothesis import find
    >>> find(params(dtype=np.float64), lambda params: params.layers[0].bias.any())
    Params(1-1, float64, identity, identity-squared-error, 2 parameters)
    """
    return _params(sizes, hidden, head, dtype)


@st.composite
def _params(
    draw: st.DrawFn,
    sizes: st.SearchStrategy[tuple[int, ...]],
    hidden: st.SearchStrategy[Activation],
    head: st.SearchStrategy[Head],
    dtype: type[F] | None,
) -> Params[Any]:
    chosen: type[Any] = draw(dtypes) if dtype is None else dtype
    widths, divisor = draw(sizes), draw(st.sampled_from([1, 4, 16]))
    layers = tuple(Dense(np.zeros(shape, chosen), np.zeros(shape[1], chosen)) for shape in pairwise(widths))
    zeros = Params(layers, draw(hidden), draw(head))
    return unravel(zeros, draw(reals((count(zeros),), chosen)) / divisor)


def grads(params: Params[F]) -> st.SearchStrategy[Grads[F]]:
    """A gradient, or a displacement, of these parameters: multiples of 1/32 from -127/32 to 4.

    >>> from hypothesis import find
    >>> from fnnet import init_params, ravel
    >>> network = init_params((2, 1), seed=0)
    >>> ravel(find(grads(network), lambda grads: ravel(grads)[1] < 0))
    array([ 0., -1.,  0.], dtype=float32)
    """
    like = Grads(params.layers)
    return reals((count(like),), params.dtype.type).map(lambda vector: unravel(like, vector))


def masks(params: Params[F], samples: int) -> st.SearchStrategy[Masks[tuple[int, int], F]]:
    """Masks for `forward`: for each hidden layer a matrix (samples, width) of multiples of 1/8 from 0 to 2.

    Args:
        params: the network whose hidden layers are masked.
        samples: rows of each mask.

    >>> from hypothesis import find
    >>> from fnnet import init_params
    >>> find(masks(init_params((4, 3, 2), seed=0), samples=1), lambda masks: masks[0].all())
    (array([[1., 1., 1.]], dtype=float32),)
    """
    factors = FACTORS.astype(params.dtype.type)
    return st.tuples(*(arrays((samples, width), factors) for width in params.sizes[1:-1]))
