"""Checks of arguments: validators for the fields of records, and the one form of their errors."""

from collections.abc import Callable, Collection
from math import inf
from sys import float_info
from typing import TypeAlias, TypeVar

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
    if not 0 <= value < below or value > float_info.max:
        raise invalid(name, "a finite number of 0 or more" if below == inf else f"from 0 to below {below:g}", value)


def instance_of(kind: type[T]) -> Validator[T]:
    """A validator of attrs whose error is one line."""

    def check(record: object, field: "attrs.Attribute[T]", value: T) -> None:
        if not isinstance(value, kind):
            raise TypeError(f"{field.name}: expected {kind.__name__}, got {value!r}")

    return check


def one_of(names: Collection[str]) -> Validator[str]:
    """The field is one of these names."""

    def check(record: object, field: "attrs.Attribute[str]", value: str) -> None:
        if value not in tuple(names):
            raise invalid(field.name, f"one of {', '.join(names)}", value)

    return check


def integer(least: int) -> Validator[int]:
    """The field is an integer of `least` or more."""
    return lambda record, field, value: check_integer(field.name, value, least)


def number(below: float = inf) -> Validator[float]:
    """The field is a finite number of 0 or more, and below that."""
    return lambda record, field, value: check_number(field.name, value, below)
