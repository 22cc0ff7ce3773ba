"""Converters and validators for the fields of records, in the words of `fnnet.core.checks`."""

from collections.abc import Callable, Collection
from functools import partial
from math import inf
from typing import TypeAlias, TypeVar

import attrs
import numpy as np

from fnnet.core.checks import check_integer, check_number
from fnnet.core.messages import invalid, quoted

T = TypeVar("T")

Validator: TypeAlias = Callable[[object, "attrs.Attribute[T]", T], None]


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
