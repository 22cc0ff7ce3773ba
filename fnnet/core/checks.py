"""Checks of arguments: each gives the argument back, or raises an error that names it."""

import os
from collections.abc import Iterable
from math import inf, isfinite
from pathlib import Path
from typing import SupportsFloat, TypeVar

import numpy as np

from fnnet.core.messages import invalid, quoted, wrong_type

T = TypeVar("T")


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
        ValueError: it is no number, or one larger than every float.

    >>> as_number("factor", np.float32(0.5))
    0.5
    >>> as_number("factor", "0.5")
    Traceback (most recent call last):
        ...
    ValueError: factor: expected a number that a float can hold, got '0.5'
    """
    try:
        if not isinstance(value, (str, bytes, bytearray, np.complexfloating)):  # of which float makes numbers, too
            return float(value)
    except (TypeError, ValueError, OverflowError):
        pass
    raise invalid(name, "a number that a float can hold", quoted(value)) from None


def check_iterable(name: str, expected: str, values: Iterable[T]) -> Iterable[T]:
    """The values, if there may be several: not a text, nor one thing.

    Raises:
        TypeError: they cannot be gone through.

    >>> check_iterable("seeds", "integers", 3)
    Traceback (most recent call last):
        ...
    TypeError: seeds: expected integers, got int
    """
    try:
        if not isinstance(values, (str, bytes)):
            iter(values)
            return values
    except TypeError:
        pass
    raise wrong_type(name, expected, values) from None


def check_text(name: str, value: str) -> str:
    """The string.

    Raises:
        TypeError: it is something else.

    >>> check_text("label", -1)
    Traceback (most recent call last):
        ...
    TypeError: label: expected a string, got int; use '-1'
    """
    if not isinstance(value, str):
        raise wrong_type(name, "a string", value, {"int": f"'{value}'"})
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
