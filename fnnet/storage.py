"""Models as files: one npz without pickle, which NumPy alone can read.

format       "fnnet model 1"
hidden       the activation's name
head         the head's name
weights_0    shape (fan_in, fan_out), float32 or float64; then bias_0 (fan_out,), weights_1, bias_1, …
"""

from os import PathLike
from typing import cast, overload

import numpy as np

from fnnet.activations import ACTIVATIONS
from fnnet.algebra import astype, is_finite
from fnnet.arrays import F, Matrix, Vector
from fnnet.files import replacing
from fnnet.heads import HEADS
from fnnet.npz import read_npz, require
from fnnet.records import Dense, Params

_FORMAT = "fnnet model 1"


def save(params: Params[F], path: str | PathLike[str]) -> None:
    """Write the network to a file, which is replaced only when the new one is whole.

    Args:
        params: a network of the library's own activations and heads.
        path: the file, used as it is (no ending is added).

    Raises:
        ValueError: the activation or the head is one that `load` does not know, or a number is not finite.
        OSError: the file cannot be written.

    Law: `load(path) == params` after it.
    """
    for value, known in ((params.hidden, ACTIVATIONS), (params.head, HEADS)):
        if value not in known.values():
            raise ValueError(f"params: expected one of {', '.join(known)}, which load knows, got {value}")
    if not is_finite(params):
        raise ValueError("params: expected finite numbers, got NaN or infinity")
    arrays = {
        "format": np.array(_FORMAT),
        "hidden": np.array(params.hidden.name),
        "head": np.array(params.head.name),
    }
    for i, layer in enumerate(params.layers):
        arrays |= {f"weights_{i}": layer.weights, f"bias_{i}": layer.bias}
    with replacing(path) as file:
        np.savez(file, allow_pickle=False, **arrays)


@overload
def load(path: str | PathLike[str]) -> Params[np.float32] | Params[np.float64]: ...
@overload
def load(path: str | PathLike[str], dtype: type[F]) -> Params[F]: ...
def load(path: str | PathLike[str], dtype: type[np.floating] | None = None) -> object:
    """Read a network that `save` wrote.

    Args:
        path: the file.
        dtype: `np.float32` or `np.float64` to have it in that format, which type checkers then know; the
            file's own when not given.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no model of this format, or one that is incomplete, corrupt or not finite.
    """
    arrays = read_npz(path)
    try:
        params = _decode(arrays)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return params if dtype is None else astype(params, dtype)


def _decode(arrays: dict[str, np.ndarray[tuple[int, ...]]]) -> Params[np.float32]:
    found, hidden, head = map(str, require(arrays, "format", "hidden", "head"))
    if found != _FORMAT:
        raise ValueError(f"format: expected {_FORMAT!r}, got {found!r}")
    for name, kind, known in (("hidden", hidden, ACTIVATIONS), ("head", head, HEADS)):
        if kind not in known:
            raise ValueError(f"{name}: expected one of {', '.join(known)}, got {kind!r}")
    depth, odd = divmod(len(arrays) - 3, 2)
    names = [name for i in range(max(depth, 1)) for name in (f"weights_{i}", f"bias_{i}")]
    numbers = require(arrays, *names)
    if odd:
        raise ValueError(f"expected the arrays {', '.join(names)}, got {', '.join(arrays)}")
    for name, array in zip(names, numbers):
        if array.dtype not in (np.float32, np.float64) or not np.isfinite(array).all():
            raise ValueError(f"{name}: expected finite numbers, float32 or float64, got others")
    # Dense and Params check ranks and widths
    weights = cast(list[Matrix[np.float32]], numbers[::2])
    biases = cast(list[Vector[np.float32]], numbers[1::2])
    layers = tuple(map(Dense, weights, biases))
    return Params(layers, ACTIVATIONS[hidden], HEADS[head])
