"""Checks of arguments: validators for the fields of records, and the one form of their errors."""

from collections.abc import Callable, Collection
from functools import partial
from math import inf, isfinite
from typing import SupportsFloat, TypeAlias, TypeVar

import attrs
import numpy as np

T = TypeVar("T")

Validator: TypeAlias = Callable[[object, "attrs.Attribute[T]", T], None]


def invalid(name: str, expected: object, got: object) -> ValueError:
    """The error for an argument `name` that is not what was expected."""
    return ValueError(f"{name}: expected {expected}, got {got}")


def check_integer(name: str, value: object, least: int) -> None:
    """Raise ValueError unless it is an integer of `least` or more; True and False are none."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise invalid(name, f"an integer of {least} or more", value)


def check_number(name: str, value: object, below: float = inf) -> None:
    """Raise ValueError unless it is a finite number of 0 or more, and below that."""
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        raise invalid(name, "a number", repr(value))
    if not _is_finite(value) or not 0 <= value < below:
        raise invalid(name, "a finite number of 0 or more" if below == inf else f"from 0 to below {below:g}", value)


def _is_finite(value: SupportsFloat) -> bool:
    try:
        return isfinite(value)
    except OverflowError:  # an integer beyond every float
        return False


def instance_of(kind: type[T]) -> Validator[T]:
    """The field is of this type; attrs has the same with an error of many lines."""
    return partial(_instance_of, kind)


def _instance_of(kind: type[T], record: object, field: "attrs.Attribute[T]", value: T) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"{field.name}: expected {kind.__name__}, got {value!r}")


def one_of(names: Collection[str]) -> Validator[str]:
    """The field is one of these names."""
    return partial(_one_of, tuple(names))


def _one_of(names: tuple[str, ...], record: object, field: "attrs.Attribute[str]", value: str) -> None:
    if value not in names:
        raise invalid(field.name, f"one of {', '.join(names)}", value)


def integer(least: int) -> Validator[int]:
    """The field is an integer of `least` or more."""
    return partial(_integer, least)


def _integer(least: int, record: object, field: "attrs.Attribute[int]", value: int) -> None:
    check_integer(field.name, value, least)


def number(below: float = inf) -> Validator[float]:
    """The field is a finite number of 0 or more, and below that."""
    return partial(_number, below)


def _number(below: float, record: object, field: "attrs.Attribute[float]", value: float) -> None:
    check_number(field.name, value, below)
