"""The validators of fields, and the one form of their errors."""

import math
import sys
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet.core.checks import check_integer, check_number, instance_of, integer, number, one_of


def record(**values: Any) -> object:  # Any: valid and invalid ones
    """An instance of a class with a field for each validator."""

    @attrs.frozen
    class Record:
        kind: Any = attrs.field(default="a", validator=one_of({"a": 1, "b": 2}))
        count: Any = attrs.field(default=2, validator=integer(2))
        share: Any = attrs.field(default=0.0, validator=number(below=1))
        size: Any = attrs.field(default=0.0, validator=number())
        text: Any = attrs.field(default="", validator=instance_of(str))

    return Record(**values)


@given(st.integers(2, 10**30), st.floats(0, 1, exclude_max=True), st.floats(0, sys.float_info.max))
def test_valid_values_pass(count: int, share: float, size: float) -> None:
    record(kind="b", count=count, share=share, size=size, text="any")
    record(kind="a", count=np.int8(2), share=np.float32(share / 2), size=np.uint8(0), text="")


@pytest.mark.parametrize(
    "name, value, message",
    [
        ("kind", "c", "expected one of a, b, got 'c'"),
        ("kind", None, "expected one of a, b, got None"),
        ("count", 1, "expected an integer of at least 2, got 1"),
        ("count", 2.0, "expected an integer of at least 2, got 2.0"),
        ("count", True, "expected an integer of at least 2, got True"),
        ("count", "2", "expected an integer of at least 2, got '2'"),
        ("share", 1, "expected a number of at least 0 and less than 1, got 1"),
        ("share", -1e-300, "expected a number of at least 0 and less than 1, got -1e-300"),
        ("share", math.nan, "expected a number of at least 0 and less than 1, got nan"),
        ("size", math.inf, "expected a finite number of at least 0, got inf"),
        ("size", math.nan, "expected a finite number of at least 0, got nan"),
        ("size", -1, "expected a finite number of at least 0, got -1"),
        ("size", 10**309, "expected a finite number of at least 0, got 1000"),
        ("size", "1", "expected a number, got '1'"),
        ("size", True, "expected a number, got True"),
        ("size", None, "expected a number, got None"),
    ],
)
def test_invalid_values_are_refused(name: str, value: object, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        record(**{name: value})
    assert str(caught.value).startswith(f"{name}: {message}")


def test_another_type_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="^text: expected str, got 7$"):
        record(text=7)


def test_values_at_the_bounds() -> None:
    check_integer("n", 0, 0)
    check_number("n", sys.float_info.max)
    check_number("n", 0)
    check_number("n", 2.9, below=3)
    with pytest.raises(ValueError, match="^n: expected a number of at least 0 and less than 3, got 3$"):
        check_number("n", 3, below=3)
