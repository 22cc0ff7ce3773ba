"""Checks of arguments, and validators for the fields of records."""

import os
from collections.abc import Callable, Collection, Iterable
from functools import partial
from math import inf, isfinite
from pathlib import Path
from typing import SupportsFloat, TypeAlias, TypeVar

import attrs
import numpy as np

from fnnet.core.messages import invalid, quoted, wrong_type

I = TypeVar("I")
T = TypeVar("T")

Validator: TypeAlias = Callable[[object, "attrs.Attribute[T]", T], None]


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
    if not _is_finite(value) or not 0 <= float(value) < below:  # NumPy would round `below` to the dtype of the value
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


def as_number(name: str, value: SupportsFloat) -> float:
    """The number as a Python float, which may be infinite or NaN.

    Raises:
        TypeError: it is no number.

    >>> as_number("factor", np.float32(0.5))
    0.5
    >>> as_number("factor", "0.5")
    Traceback (most recent call last):
        ...
    TypeError: factor: expected a number, got str
    """
    try:
        if not isinstance(value, str):
            return float(value)
    except (TypeError, ValueError):
        pass
    raise wrong_type(name, "a number", value) from None


def check_iterable(name: str, expected: str, values: I) -> I:
    """The values, if there may be several: not a text, nor one thing.

    Raises:
        TypeError: they cannot be gone through.

    >>> check_iterable("seeds", "integers", 3)
    Traceback (most recent call last):
        ...
    TypeError: seeds: expected integers, got int
    """
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise wrong_type(name, expected, values)
    return values


def check_text(name: str, value: str) -> str:
    """The text.

    Raises:
        TypeError: it is something else.

    >>> check_text("label", -1)
    Traceback (most recent call last):
        ...
    TypeError: label: expected a text, got int; use '-1'
    """
    if not isinstance(value, str):
        raise wrong_type(name, "a text", value, {"int": f"'{value}'"})
    return value


def check_path(name: str, path: object) -> Path:
    """The path, as one of pathlib.

    Raises:
        TypeError: it is none.

    >>> check_path("path", None)
    Traceback (most recent call last):
        ...
    TypeError: path: expected a path, got NoneType
    """
    if not isinstance(path, (str, bytes, os.PathLike)):
        raise wrong_type(name, "a path", path)
    return Path(os.fsdecode(path))


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


def instance_of(kind: type[T], cure: str = "") -> Validator[T]:
    """A validator: the field is of this type, or the error names the cure (that of attrs takes many lines)."""
    return partial(_instance_of, kind, cure)


def _instance_of(kind: type[T], cure: str, record: object, field: "attrs.Attribute[T]", value: T) -> None:
    if not isinstance(value, kind):
        use = f"; use {cure}" if cure else ""
        raise TypeError(f"{field.name}: expected {kind.__name__}, got {quoted(value)}{use}")


def one_of(names: Collection[str]) -> Validator[str]:
    """A validator: the field is one of these names."""
    return partial(_one_of, tuple(names))


def _one_of(names: tuple[str, ...], record: object, field: "attrs.Attribute[str]", value: str) -> None:
    if value not in names:
        raise invalid(field.name, f"one of {', '.join(names)}", quoted(value))


def one_line(record: object, field: "attrs.Attribute[str]", value: str) -> None:
    """A validator: the text can be shown within an error of one line."""
    if not value.isprintable():
        raise invalid(field.name, "printable characters", quoted(value))


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
