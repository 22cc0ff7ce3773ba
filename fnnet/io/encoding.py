"""Layers as named arrays, in which form files hold them: weights_0, bias_0, weights_1, …"""

from collections.abc import Sequence
from typing import cast

import numpy as np

from fnnet.core.arrays import AnyRank, F, Matrix, Vector
from fnnet.io.npz import require
from fnnet.nn.params import Dense


def encode_layers(layers: Sequence[Dense[F]], prefix: str = "") -> dict[str, Matrix[F] | Vector[F]]:
    """The arrays of these layers by name."""
    arrays: dict[str, Matrix[F] | Vector[F]] = {}
    for i, layer in enumerate(layers):
        arrays |= {f"{prefix}weights_{i}": layer.weights, f"{prefix}bias_{i}": layer.bias}
    return arrays


def layer_names(depth: int, prefix: str = "") -> list[str]:
    """The names of the arrays of so many layers."""
    return [f"{prefix}{name}_{i}" for i in range(depth) for name in ("weights", "bias")]


def decode_layers(arrays: dict[str, AnyRank], depth: int, prefix: str = "") -> tuple[Dense[np.float32], ...]:
    """The layers that these arrays were (or of float64, if that is what they are).

    Raises:
        ValueError: an array is missing, or is not of finite numbers, or weights and bias do not fit each other.
    """
    names = layer_names(depth, prefix)
    numbers = require(arrays, *names)
    for name, array in zip(names, numbers):
        if array.dtype not in (np.float32, np.float64) or not np.isfinite(array).all():
            raise ValueError(f"{name}: expected finite numbers, float32 or float64, got others")
    # Dense checks ranks and widths
    weights = cast(list[Matrix[np.float32]], numbers[::2])
    biases = cast(list[Vector[np.float32]], numbers[1::2])
    return tuple(map(Dense, weights, biases))
