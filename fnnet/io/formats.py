"""What a file must hold: arrays of certain names, a known format, text."""

import sys
from collections.abc import Sequence

import numpy as np

from fnnet.core.arrays import AnyRank
from fnnet.core.messages import invalid, quoted

MODEL = "fnnet model 1"
CHECKPOINT = "fnnet checkpoint 5"
_CURES = {
    MODEL: "load, or evaluate, predict and plot",
    CHECKPOINT: "load_checkpoint, or train --resume",
}


def require(arrays: dict[str, AnyRank], *names: str) -> list[AnyRank]:
    """The arrays of these names, in their order.

    Raises:
        ValueError: one is missing.

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

    >>> require_format({"format": np.array(CHECKPOINT)}, MODEL)
    Traceback (most recent call last):
        ...
    ValueError: expected the format 'fnnet model 1', got 'fnnet checkpoint 5'; use load_checkpoint, or train --resume
    """
    (found,) = require_texts(arrays, "format")
    if found != expected:
        cure = f"; use {_CURES[found]}" if found in _CURES else ""
        raise ValueError(f"expected the format {quoted(expected)}, got {quoted(found)}{cure}")


def require_texts(arrays: dict[str, AnyRank], *names: str) -> list[str]:
    """The arrays of these names as strings.

    Raises:
        ValueError: one is missing, or is not a string.

    >>> require_texts({"hidden": np.array("relu")}, "hidden")
    ['relu']
    """
    return [_text(name, array) for name, array in zip(names, require(arrays, *names))]


def encode_texts(name: str, texts: str | Sequence[str]) -> AnyRank:
    """A text, or several, as an array.

    Raises:
        ValueError: a text ends with U+0000, which NumPy takes for padding.

    >>> encode_texts("labels", ("cat", "dog"))
    array(['cat', 'dog'], dtype='<U3')
    """
    array: AnyRank = np.array(texts)
    if array.tolist() != (texts if isinstance(texts, str) else list(texts)):
        raise invalid(name, "texts that do not end with U+0000", quoted(texts))
    return array


def _text(name: str, array: AnyRank) -> str:
    if array.shape != ():
        raise invalid(name, "text", f"{quoted(array.dtype)} of shape {array.shape}")
    check_characters(name, array)
    return str(array)


def check_characters(name: str, array: AnyRank) -> None:
    """Raise ValueError unless an array is of texts whose every character is one.

    >>> check_characters("labels", np.arange(2))
    Traceback (most recent call last):
        ...
    ValueError: labels: expected text, got int64 of shape (2,)
    """
    if array.dtype.kind != "U":
        raise invalid(name, "text", f"{quoted(array.dtype)} of shape {array.shape}")
    # NumPy takes any 32 bits for a character; Python has none beyond U+10FFFF
    byte_order = array.dtype.str[0]
    code_points = np.ascontiguousarray(array).reshape(-1).view(f"{byte_order}u4")
    if code_points.max(initial=0) > sys.maxunicode:
        raise invalid(name, "text", "numbers that are not characters")
