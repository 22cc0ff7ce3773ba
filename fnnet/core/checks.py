"""Checks of arguments: validators for the fields of records, and the one form of their errors."""

import os
from collections.abc import Callable, Collection, Mapping
from functools import partial
from math import inf, isfinite
from os import PathLike
from reprlib import Repr
from typing import SupportsFloat, TypeAlias, TypeVar

import attrs
import numpy as np

T = TypeVar("T")

_LONGEST = 60  # characters of a value in an error message
_LONGEST_PATH = 300
_LONGEST_MESSAGE = 2000
_LONGEST_INTEGER = 4000  # bits; Python refuses to write integers of many more
_SHORT = Repr()  # of containers: their first items, the first levels
_SHORT.maxlevel = 6
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxdict = _SHORT.maxset = _SHORT.maxfrozenset = 20
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = _LONGEST

Validator: TypeAlias = Callable[[object, "attrs.Attribute[T]", T], None]


def invalid(name: str, expected: object, got: object, cure: str = "") -> ValueError:
    """The error for an argument that is not what was expected, with what to do about it where that is known.

    >>> invalid("x", "float32", "float64", "x.astype(np.float32)")
    ValueError('x: expected float32, got float64; use x.astype(np.float32)')
    """
    return ValueError(f"{name}: expected {expected}, got {got}" + (f"; use {cure}" if cure else ""))


def quoted(value: object) -> str:
    """A value for a message: printable and cut, however long or odd it is; a text in quotes, so that its ends show.

    >>> quoted("a" * 100)
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…"
    >>> print(quoted("\x1b[2J"), quoted([1, "two"]))
    '\\x1b[2J' [1, 'two']
    """
    text = printable(_text(value))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 2]}…"


def wrong_type(name: str, expected: str, got: object, cures: Mapping[str, str] | None = None) -> TypeError:
    """The error for an argument of a wrong type, with the cure for the types that are often taken for it.

    >>> wrong_type("data", "Dataset", (1, 2), {"tuple": "Dataset(x, y)"})
    TypeError('data: expected Dataset, got tuple; use Dataset(x, y)')
    """
    kind = type(got).__name__
    cure = (cures or {}).get(kind, "")
    return TypeError(f"{name}: expected {expected}, got {kind}" + (f"; use {cure}" if cure else ""))


def shown(path: str | bytes | PathLike[str]) -> str:
    """A path for a message: an ordinary one as it is, without quotes; else what is not printable escaped, and cut.

    >>> print(shown("runs/my model.npz"), shown("two\\nlines"))
    runs/my model.npz two\\nlines
    """
    text = printable(os.fsdecode(path))
    half = _LONGEST_PATH // 2
    return text if len(text) <= _LONGEST_PATH else f"{text[: half - 1]}…{text[-half:]}"


def one_line(message: object) -> str:
    """A whole message, such as an exception's: printable, and cut at a length that ours do not reach.

    >>> print(one_line(ValueError("one\\ntwo")))
    one\\ntwo
    """
    text = printable(str(message))
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[: _LONGEST_MESSAGE - 1]}…"


def printable(text: str) -> str:
    """The text with an escape for each character that is not printable: control characters, newlines, surrogates.

    >>> print(printable("one\\x1b[2Jtwo"))
    one\\x1b[2Jtwo
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _text(value: object) -> str:
    """The beginning of a value as text, made without making the whole of it."""
    if isinstance(value, (str, bytes, bytearray)):
        return repr(value[:_LONGEST])
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        return _SHORT.repr(value)
    if isinstance(value, int) and value.bit_length() > _LONGEST_INTEGER:
        return f"an integer of {value.bit_length()} bits"
    return str(value)[: _LONGEST + 1]


def check_integer(name: str, value: object, least: int, most: int | None = None) -> int:
    """The value as a Python int, which never overflows; True and False are not integers here.

    Raises:
        ValueError: it is not an integer of at least `least`, or is more than `most`.

    >>> check_integer("batch_size", np.uint8(64), 1)
    64
    """
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise invalid(name, f"an integer of at least {least}", quoted(value))
    if most is not None and value > most:
        raise invalid(name, f"an integer from {least} to {most}", quoted(value))
    return int(value)


def check_number(name: str, value: object, below: float = inf) -> float:
    """The value as a Python float, which does not change the dtype of an array that it multiplies.

    Raises:
        ValueError: it is not a finite number, or is negative, or not less than `below`.

    >>> check_number("lr", np.float64(0.1))
    0.1
    """
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        raise invalid(name, "a number", quoted(value))
    if not _is_finite(value) or not 0 <= value < below:
        expected = (
            "a finite number of at least 0" if below == inf else f"a number of at least 0 and less than {below:g}"
        )
        raise invalid(name, expected, quoted(value))
    return float(value)


def check_positive(name: str, value: object) -> float:
    """The value as a Python float.

    Raises:
        ValueError: it is not a finite number above 0.

    >>> check_positive("norm", 1)
    1.0
    """
    number = check_finite(name, value)
    if number <= 0:
        raise invalid(name, "a number above 0", quoted(value))
    return number


def check_finite(name: str, value: object) -> float:
    """The value as a Python float.

    Raises:
        ValueError: it is not a finite number; its sign does not matter.

    >>> check_finite("final", -1)
    -1.0
    """
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool) or not _is_finite(value):
        raise invalid(name, "a finite number", quoted(value))
    return float(value)


def _is_finite(value: SupportsFloat) -> bool:
    try:
        return isfinite(value)
    except OverflowError:  # an integer larger than every float
        return False


def plain_int(value: int) -> int:
    """A converter: an integer of NumPy as one of Python, and all else as it is, for a validator to judge."""
    return int(value) if isinstance(value, np.integer) else value


def plain_float(value: float) -> float:
    """A converter: a number of NumPy as one of Python, and all else as it is, for a validator to judge."""
    return value.item() if isinstance(value, (np.integer, np.floating)) else value


def instance_of(kind: type[T]) -> Validator[T]:
    """A validator: the field is of this type (attrs has one whose error takes many lines)."""
    return partial(_instance_of, kind)


def _instance_of(kind: type[T], record: object, field: "attrs.Attribute[T]", value: T) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"{field.name}: expected {kind.__name__}, got {quoted(value)}")


def one_of(names: Collection[str]) -> Validator[str]:
    """A validator: the field is one of these names."""
    return partial(_one_of, tuple(names))


def _one_of(names: tuple[str, ...], record: object, field: "attrs.Attribute[str]", value: str) -> None:
    if value not in names:
        raise invalid(field.name, f"one of {', '.join(names)}", quoted(value))


def integer(least: int, most: int | None = None) -> Validator[int]:
    """A validator: the field is an integer of at least `least`, and of at most `most` where that is given."""
    return partial(_integer, least, most)


def _integer(least: int, most: int | None, record: object, field: "attrs.Attribute[int]", value: int) -> None:
    check_integer(field.name, value, least, most)


def number(below: float = inf) -> Validator[float]:
    """A validator: the field is a finite number, not negative and less than `below`."""
    return partial(_number, below)


def _number(below: float, record: object, field: "attrs.Attribute[float]", value: float) -> None:
    check_number(field.name, value, below)
