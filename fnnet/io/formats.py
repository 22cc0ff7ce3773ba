"""What a file must hold: arrays of certain names, a known format, text."""

import sys

from fnnet.core.arrays import AnyRank
from fnnet.core.messages import invalid, quoted

MODEL = "fnnet model 1"
CHECKPOINT = "fnnet checkpoint 2"
_CURES = {MODEL: "load for a model", CHECKPOINT: "load_checkpoint for a checkpoint"}


def require(arrays: dict[str, AnyRank], *names: str) -> list[AnyRank]:
    """The arrays of these names, in their order.

    Raises:
        ValueError: one is missing.

    >>> import numpy as np
    >>> require({"a": np.ones(2), "b": np.zeros(1)}, "b")
    [array([0.])]
    """
    missing = [name for name in names if name not in arrays]
    if missing:
        got = quoted(", ".join(arrays)) if arrays else "none"
        raise ValueError(f"expected an array named {missing[0]}, got {got}")
    return [arrays[name] for name in names]


def require_format(arrays: dict[str, AnyRank], expected: str) -> None:
    """Check that the array `format` names the expected format.

    Raises:
        ValueError: it is missing, or names another format.

    >>> import numpy as np
    >>> require_format({"format": np.array(CHECKPOINT)}, MODEL)
    Traceback (most recent call last):
        ...
    ValueError: expected the format 'fnnet model 1', got 'fnnet checkpoint 2'; use load_checkpoint for a checkpoint
    """
    (found,) = require_texts(arrays, "format")
    if found != expected:
        cure = f"; use {_CURES[found]}" if found in _CURES else ""
        raise ValueError(f"expected the format {quoted(expected)}, got {quoted(found)}{cure}")


def require_texts(arrays: dict[str, AnyRank], *names: str) -> list[str]:
    """The arrays of these names as strings.

    Raises:
        ValueError: one is missing, or is not a string.

    >>> import numpy as np
    >>> require_texts({"hidden": np.array("relu")}, "hidden")
    ['relu']
    """
    return [_text(name, array) for name, array in zip(names, require(arrays, *names))]


def _text(name: str, array: AnyRank) -> str:
    if array.dtype.kind != "U" or array.shape != ():
        raise invalid(name, "text", f"{quoted(array.dtype)} of shape {array.shape}")
    # NumPy takes any 32 bits for a character; Python has none beyond U+10FFFF
    byte_order = array.dtype.str[0]
    code_points = array.reshape(1).view(f"{byte_order}u4")
    if code_points.max(initial=0) > sys.maxunicode:
        raise invalid(name, "text", "numbers that are not characters")
    return str(array)
