"""Models as files: an npz file without pickle, which NumPy alone can read.

format       "fnnet model 1"
hidden       the activation's name, the library's or the caller's own
head         the head's name, likewise
weights_0    shape (fan_in, fan_out), float32 or float64; then bias_0 (fan_out,), weights_1, bias_1, …
labels       the names of the labels, shape (classes,), if they have any
levels       the numbers that stand for black and white in images, shape (2,), if they are not those of bytes
"""

from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from typing import TypeVar, overload

import numpy as np

from fnnet.core.arrays import AnyRank, F, require_float
from fnnet.core.checks import check_integer
from fnnet.core.messages import invalid, quoted, shown, wrong_type
from fnnet.io.encoding import decode_layers, encode_layers
from fnnet.io.formats import MODEL, encode_texts, require_format, require_texts
from fnnet.io.functions import by_name, find_function
from fnnet.io.labels import check_label_count, checked_labels, decode_labels
from fnnet.io.levels import Levels, checked_levels, decode_levels
from fnnet.io.limit import LIMIT
from fnnet.io.npz import read_npz, write_npz
from fnnet.nn.activation import Activation
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.head import Head
from fnnet.nn.heads import HEADS
from fnnet.nn.inference import classes_of
from fnnet.nn.params import Params, require_params
from fnnet.nn.tree import astype, is_finite

T = TypeVar("T")
D = TypeVar("D")


def save(
    params: Params[F],
    path: str | PathLike[str],
    *,
    labels: Iterable[str] = (),
    levels: Levels | None = None,
    limit: int = LIMIT,
) -> None:
    """Write a network to a file, which is replaced only when the new one is complete.

    Args:
        params: the network. Of an activation or a head of your own the file has the name; `load` is given the function.
        path: the file, used as it is (no ending is added).
        labels: the names of the labels 0, 1, …, if they are to be kept with the network, for `load_labels`.
        levels: the numbers that stand for black and white in the images that the network reads, for `load_levels`, by
            which `fnnet predict` scales; None where they are 0 and 1, as `load_mnist` gives them.
        limit: how many bytes the arrays may take; more than the limit of `load` needs that of `load` to be raised.

    Raises:
        OSError: the file cannot be written.
        TypeError: `params` is not a `Params`, or `labels` are not strings.
        ValueError: a number is not finite, a function of your own has the name of one of the library's, there is not
            one name for each label, the levels are not two numbers that increase, or the arrays exceed the limit.

    Laws: `load(path) == params`, `load_labels(path) == tuple(labels)`, `load_levels(path) == levels`; the same
    arguments give the same bytes.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from fnnet import init_params
    >>> with TemporaryDirectory() as folder:
    ...     save(init_params((4, 3, 2), seed=0), Path(folder, "model.npz"))
    ...     with np.load(Path(folder, "model.npz")) as arrays:
    ...         print(*arrays, arrays["format"])
    format hidden head weights_0 bias_0 weights_1 bias_1 fnnet model 1
    """
    if isinstance(params, (str, PathLike)):
        raise wrong_type("params", "Params", params, {type(params).__name__: "save(params, path)"})
    require_params(params)
    by_name("params", ACTIVATIONS, [params.hidden])
    by_name("params", HEADS, [params.head])
    if not is_finite(params):
        raise invalid("params", "finite numbers", "NaN or infinity")
    limit = check_integer("limit", limit, 0)
    names = checked_labels(labels, limit)
    check_label_count(names, classes_of(params))
    texts = {"format": MODEL, "hidden": params.hidden.name, "head": params.head.name}
    arrays = {name: encode_texts(name, text) for name, text in texts.items()} | encode_layers(params.layers)
    if names:
        arrays["labels"] = encode_texts("labels", names)
    if levels is not None:
        arrays["levels"] = np.array(checked_levels(levels))
    write_npz(path, arrays, limit)


@overload
def load(
    path: str | PathLike[str],
    *,
    activations: Iterable[Activation] = (),
    heads: Iterable[Head] = (),
    limit: int = LIMIT,
) -> Params[np.float32] | Params[np.float64]: ...
@overload
def load(
    path: str | PathLike[str],
    dtype: type[F],
    *,
    activations: Iterable[Activation] = (),
    heads: Iterable[Head] = (),
    limit: int = LIMIT,
) -> Params[F]: ...
def load(
    path: str | PathLike[str],
    dtype: type[np.floating] | None = None,
    *,
    activations: Iterable[Activation] = (),
    heads: Iterable[Head] = (),
    limit: int = LIMIT,
) -> object:
    """Read a network that `save` wrote.

    Args:
        path: the file.
        dtype: `np.float32` or `np.float64`: the dtype to convert to, which type checkers then know. By default
            the network keeps the dtype in which it was saved.
        activations: activations of your own that the file may name.
        heads: heads of your own that it may name.
        limit: how many bytes the arrays of the file may take, so that a small file cannot fill the memory.

    Returns:
        The network.

    Raises:
        FileNotFoundError: there is no such file.
        TypeError: `activations` or `heads` holds something else.
        ValueError: the file is not a model of this format, names a function that is not given, is incomplete or
            corrupt, has numbers that are not finite or too large for the dtype, or exceeds the limit; or two functions
            share a name.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from fnnet import init_params
    >>> sine = Activation("sine", lambda z: np.sin(z), lambda z, a, g: g * np.cos(z))
    >>> with TemporaryDirectory() as folder:
    ...     save(init_params((4, 3, 2), seed=0, hidden=sine), Path(folder, "model.npz"))
    ...     load(Path(folder, "model.npz"), np.float64, activations=[sine])
    Params(4-3-2, float64, sine, softmax-cross-entropy, 23 parameters)
    """
    if dtype is not None:
        require_float("dtype", dtype)
    functions = by_name("activations", ACTIVATIONS, activations), by_name("heads", HEADS, heads)
    arrays = read_npz(path, limit)
    try:
        params = _decode(arrays, *functions, limit)
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


def load_labels(path: str | PathLike[str], *, limit: int = LIMIT) -> tuple[str, ...]:
    """Read the names of the labels that `save` kept with a network.

    Args:
        path: the file.
        limit: how many bytes the arrays of the file may take, as for `load`.

    Returns:
        The names of the labels 0, 1, …; nothing if the network was saved without.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not a model of this format, is corrupt, or exceeds the limit.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from fnnet import init_params
    >>> with TemporaryDirectory() as folder:
    ...     save(init_params((4, 2), seed=0), Path(folder, "model.npz"), labels=("cat", "dog"))
    ...     load_labels(Path(folder, "model.npz"))
    ('cat', 'dog')
    """
    return _load_part(path, "labels", lambda array: decode_labels(array, limit), (), limit)


def load_levels(path: str | PathLike[str], *, limit: int = LIMIT) -> Levels | None:
    """Read which numbers stand for black and white in the images that a network reads.

    Args:
        path: the file.
        limit: how many bytes the arrays of the file may take, as for `load`.

    Returns:
        The levels that `save` kept with the network; None if it was saved without.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not a model of this format, is corrupt, or exceeds the limit.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from fnnet import init_params
    >>> with TemporaryDirectory() as folder:
    ...     save(init_params((4, 2), seed=0), Path(folder, "model.npz"), levels=(-1, 1))
    ...     load_levels(Path(folder, "model.npz"))
    (-1.0, 1.0)
    """
    return _load_part(path, "levels", decode_levels, None, limit)


def _load_part(path: str | PathLike[str], name: str, decode: Callable[[AnyRank], T], default: D, limit: int) -> T | D:
    """What an array of a model file stands for; the default, if the file has none of that name."""
    arrays = read_npz(path, limit)
    try:
        require_format(arrays, MODEL)
        return decode(arrays[name]) if name in arrays else default
    except ValueError as error:
        raise ValueError(f"{shown(path)}: {error}") from error


def _decode(
    arrays: dict[str, AnyRank], activations: Mapping[str, Activation], heads: Mapping[str, Head], limit: int
) -> Params[np.float32]:
    require_format(arrays, MODEL)
    hidden, head = require_texts(arrays, "hidden", "head")
    functions = find_function("hidden", hidden, activations), find_function("head", head, heads)
    labels = decode_labels(arrays.pop("labels"), limit) if "labels" in arrays else ()
    if "levels" in arrays:
        decode_levels(arrays.pop("levels"))
    depth, unpaired = divmod(len(arrays) - 3, 2)
    if depth < 1 or unpaired:
        raise invalid("layers", "weights_0, bias_0 and so on", quoted(", ".join(arrays)))
    params = Params(decode_layers(arrays, depth), *functions)
    check_label_count(labels, classes_of(params))
    return params
