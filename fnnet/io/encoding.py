"""Layers as named arrays, the form in which files hold them: weights_0, bias_0, weights_1, …"""

from collections.abc import Sequence
from typing import cast

import numpy as np

from fnnet.core.arrays import AnyRank, F, Matrix, Vector
from fnnet.core.messages import invalid, quoted
from fnnet.io.formats import require
from fnnet.nn.params import Dense


def encode_layers(layers: Sequence[Dense[F]], prefix: str = "") -> dict[str, Matrix[F] | Vector[F]]:
    """Name the arrays of layers.

    Args:
        layers: one `Dense` or more.
        prefix: what every name begins with.

    Returns:
        For layer l, `weights_l` of shape (fan_in, fan_out) and `bias_l` of shape (fan_out,).

    >>> from fnnet import init_params
    >>> {name: array.shape for name, array in encode_layers(init_params((4, 3, 2), seed=0).layers).items()}
    {'weights_0': (4, 3), 'bias_0': (3,), 'weights_1': (3, 2), 'bias_1': (2,)}
    """
    arrays: dict[str, Matrix[F] | Vector[F]] = {}
    for l, layer in enumerate(layers):
        arrays |= {f"{prefix}weights_{l}": layer.weights, f"{prefix}bias_{l}": layer.bias}
    return arrays


def decode_layers(arrays: dict[str, AnyRank], depth: int, prefix: str = "") -> tuple[Dense[np.float32], ...]:
    """Make layers of named arrays.

    Args:
        arrays: the arrays of a file, by name, owned by the caller, who gives up those of the layers.
        depth: how many layers there are.
        prefix: what every name begins with.

    Returns:
        The layers, of float64 if the arrays are (the type of a file's content is known only at run time).
        Law: `decode_layers(encode_layers(layers), len(layers)) == layers`.

    Raises:
        ValueError: an array is missing or is not of finite numbers, or a layer's weights and bias do not match.

    >>> decode_layers({"weights_0": np.zeros((3, 2)), "bias_0": np.ones(2)}, 1)
    (Dense(3 -> 2, float64),)
    """
    names = [f"{prefix}{part}_{l}" for l in range(depth) for part in ("weights", "bias")]
    found = require(arrays, *names)
    for name, array in zip(names, found):
        if array.dtype not in (np.float32, np.float64):
            raise invalid(name, "float32 or float64", quoted(array.dtype))
        if array.size and not (np.isfinite(array.min()) and np.isfinite(array.max())):  # if one is NaN, both are
            raise invalid(name, "finite numbers", "NaN or infinity")
    # cast: to either dtype; `Dense` checks ranks and that the two agree
    weights = cast(list[Matrix[np.float32]], found[::2])
    biases = cast(list[Vector[np.float32]], found[1::2])
    return tuple(map(_layer, weights, biases))


def _layer(weights: Matrix[F], bias: Vector[F]) -> Dense[F]:
    """The layer of arrays that nobody else holds, which are checked and not copied."""
    layer = Dense.from_owned(np.asarray(weights, order="C"), np.asarray(bias, order="C"))
    layer.__attrs_post_init__()  # checks the ranks and the widths
    return layer
