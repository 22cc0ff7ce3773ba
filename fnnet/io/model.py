"""Models as files: one npz without pickle, which NumPy alone can read.

format       "fnnet model 1"
hidden       the activation's name
head         the head's name
weights_0    shape (fan_in, fan_out), float32 or float64; then bias_0 (fan_out,), weights_1, bias_1, …
"""

from os import PathLike
from typing import overload

import numpy as np

from fnnet.core.arrays import AnyRank, F
from fnnet.io.encoding import decode_layers, encode_layers, layer_names
from fnnet.io.npz import LIMIT, read_npz, require_format, require_texts, write_npz
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS
from fnnet.nn.params import Params
from fnnet.nn.tree import astype, is_finite

_FORMAT = "fnnet model 1"


def save(params: Params[F], path: str | PathLike[str]) -> None:
    """Write the network to a file, which is replaced only when the new one is whole.

    Args:
        params: a network of the library's own activations and heads.
        path: the file, used as it is (no ending is added).

    Raises:
        ValueError: the activation or the head is one that `load` does not know, or a number is not finite.
        OSError: the file cannot be written.
        TypeError: it is no network.

    Law: `load(path) == params` after it.
    """
    if not isinstance(params, Params):
        raise TypeError(f"params: expected Params, got {type(params).__name__}")
    for value, known in ((params.hidden, ACTIVATIONS), (params.head, HEADS)):
        if value not in known.values():
            raise ValueError(f"params: expected one of {', '.join(known)}, which load knows, got {value}")
    if not is_finite(params):
        raise ValueError("params: expected finite numbers, got NaN or infinity")
    names = {"format": _FORMAT, "hidden": params.hidden.name, "head": params.head.name}
    write_npz(path, {name: np.array(text) for name, text in names.items()} | encode_layers(params.layers))


@overload
def load(path: str | PathLike[str], *, limit: int = LIMIT) -> Params[np.float32] | Params[np.float64]: ...
@overload
def load(path: str | PathLike[str], dtype: type[F], *, limit: int = LIMIT) -> Params[F]: ...
def load(path: str | PathLike[str], dtype: type[np.floating] | None = None, *, limit: int = LIMIT) -> object:
    """Read a network that `save` wrote.

    Args:
        path: the file.
        dtype: `np.float32` or `np.float64` to have it in that format, which type checkers then know; the
            file's own when not given.
        limit: how many bytes the arrays may take, lest a small file fill the memory.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no model of this format, or one that is incomplete, corrupt, not finite, or over the limit.
    """
    arrays = read_npz(path, limit)
    try:
        params = _decode(arrays)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    if dtype is None:
        return params
    with np.errstate(over="ignore"):
        converted = astype(params, dtype)
    if not is_finite(converted):
        raise ValueError(f"{path}: expected numbers within the range of {np.dtype(dtype)}, got larger ones")
    return converted


def _decode(arrays: dict[str, AnyRank]) -> Params[np.float32]:
    require_format(arrays, _FORMAT)
    hidden, head = require_texts(arrays, "hidden", "head")
    for name, kind, known in (("hidden", hidden, ACTIVATIONS), ("head", head, HEADS)):
        if kind not in known:
            raise ValueError(f"{name}: expected one of {', '.join(known)}, got {kind!r}")
    depth = max(1, (len(arrays) - 3) // 2)
    if len(arrays) != 3 + 2 * depth:
        raise ValueError(f"expected the arrays {', '.join(layer_names(depth))}, got {', '.join(arrays)}")
    return Params(decode_layers(arrays, depth), ACTIVATIONS[hidden], HEADS[head])
