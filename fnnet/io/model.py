"""Models as files: an npz file without pickle, which NumPy alone can read.

format       "fnnet model 1"
hidden       the activation's name
head         the head's name
weights_0    shape (fan_in, fan_out), float32 or float64; then bias_0 (fan_out,), weights_1, bias_1, …
"""

from os import PathLike
from typing import overload

import numpy as np

from fnnet.core.arrays import AnyRank, F
from fnnet.core.messages import invalid, quoted, shown
from fnnet.io.encoding import decode_layers, encode_layers
from fnnet.io.formats import MODEL, require_format, require_texts
from fnnet.io.limit import LIMIT
from fnnet.io.npz import read_npz, write_npz
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS
from fnnet.nn.params import Params
from fnnet.nn.tree import astype, is_finite


def save(params: Params[F], path: str | PathLike[str], *, limit: int = LIMIT) -> None:
    """Write a network to a file, which is replaced only when the new one is complete.

    Args:
        params: a network whose activation and head are the library's own.
        path: the file, used as it is (no ending is added).
        limit: how many bytes the arrays may take; more than the limit of `load` needs that of `load` to be raised.

    Raises:
        OSError: the file cannot be written.
        TypeError: `params` is not a `Params`.
        ValueError: a number is not finite, `load` does not know the activation or the head, or the arrays exceed the
            limit.

    Law: `load(path) == params`.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from fnnet import init_params
    >>> with TemporaryDirectory() as folder:
    ...     save(init_params((4, 3, 2), seed=0), Path(folder, "model.npz"))
    ...     with np.load(Path(folder, "model.npz")) as arrays:
    ...         print(*arrays, arrays["format"])
    format hidden head weights_0 bias_0 weights_1 bias_1 fnnet model 1
    """
    if not isinstance(params, Params):
        raise TypeError(f"params: expected Params, got {type(params).__name__}; use save(params, path)")
    for value, known in ((params.hidden, ACTIVATIONS), (params.head, HEADS)):
        if value not in known.values():
            raise invalid("params", f"one of {', '.join(known)}, which load knows", value)
    if not is_finite(params):
        raise invalid("params", "finite numbers", "NaN or infinity")
    names = {"format": MODEL, "hidden": params.hidden.name, "head": params.head.name}
    write_npz(path, {name: np.array(text) for name, text in names.items()} | encode_layers(params.layers), limit)


@overload
def load(path: str | PathLike[str], *, limit: int = LIMIT) -> Params[np.float32] | Params[np.float64]: ...
@overload
def load(path: str | PathLike[str], dtype: type[F], *, limit: int = LIMIT) -> Params[F]: ...
def load(path: str | PathLike[str], dtype: type[np.floating] | None = None, *, limit: int = LIMIT) -> object:
    """Read a network that `save` wrote.

    Args:
        path: the file.
        dtype: `np.float32` or `np.float64`: the dtype to convert to, which type checkers then know. By default
            the network keeps the dtype in which it was saved.
        limit: how many bytes the arrays of the file may take, so that a small file cannot fill the memory.

    Returns:
        The network.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not a model of this format, is incomplete or corrupt, has numbers that are not finite
            or too large for the dtype, or exceeds the limit.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from fnnet import init_params
    >>> with TemporaryDirectory() as folder:
    ...     save(init_params((4, 3, 2), seed=0), Path(folder, "model.npz"))
    ...     load(Path(folder, "model.npz"), np.float64)
    Params(4-3-2, float64, sigmoid, softmax-cross-entropy, 23 parameters)
    """
    arrays = read_npz(path, limit)
    try:
        params = _decode(arrays)
    except ValueError as error:
        raise ValueError(f"{shown(path)}: {error}") from error
    del arrays  # which may be copied from another order
    if dtype is None or params.dtype == dtype:
        return params
    with np.errstate(over="ignore"):
        converted = astype(params, dtype)
    if not is_finite(converted):
        raise ValueError(f"{shown(path)}: expected numbers within the range of {np.dtype(dtype)}, got larger ones")
    return converted


def _decode(arrays: dict[str, AnyRank]) -> Params[np.float32]:
    require_format(arrays, MODEL)
    hidden, head = require_texts(arrays, "hidden", "head")
    for field, name, known in (("hidden", hidden, ACTIVATIONS), ("head", head, HEADS)):
        if name not in known:
            raise invalid(field, f"one of {', '.join(known)}", quoted(name))
    depth, unpaired = divmod(len(arrays) - 3, 2)
    if depth < 1 or unpaired:
        raise invalid("layers", "weights_0, bias_0 and so on", quoted(", ".join(arrays)))
    return Params(decode_layers(arrays, depth), ACTIVATIONS[hidden], HEADS[head])
