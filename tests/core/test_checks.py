"""The validators of fields, and the one form of their errors."""

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet.core.checks import check_integer, check_number
from fnnet.core.messages import printable, quoted, shown
from fnnet.core.validators import instance_of, integer, number, one_of


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


ESCAPES = "\x1b]0;title\x07\n\r\x7f\x9b\u202e\u2066\u200b\udcff\ud800\x00\x85\u2028"
outside = st.recursive(
    st.text() | st.binary() | st.integers() | st.floats() | st.none() | st.just(ESCAPES),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
)


@given(outside)
def test_quoted_is_printable_and_cut(value: object) -> None:
    assert quoted(value).isprintable() and len(quoted(value)) <= 60
    quoted(value).encode()


class Odd:
    """A value of the caller's, whose text is neither short nor printable."""

    def __str__(self) -> str:
        return ESCAPES * 1000


deep: list[object] = []
for _ in range(100_000):
    deep = [deep]


@pytest.mark.parametrize(
    "value, text",
    [
        ("a\nb", r"'a\nb'"),
        (b"\x1b[2J", r"b'\x1b[2J'"),
        (ESCAPES, r"'\x1b]0;title\x07\n\r\x7f\x9b\u202e\u2066\u200b\udcff\ud80…"),
        ("naïve σ.png", "'naïve σ.png'"),
        ("a" * 10**8, f"'{'a' * 57}…"),
        (b"a" * 10**8, f"b'{'a' * 56}…"),
        ([7] * 10**7, "[7, 7, 7, "),
        (["\x1b" * 10**6], "["),
        ({"b": 1, "a": None}, "{"),
        (deep, "[[[[[["),
        (10**10_000, "an integer of 33220 bits"),
        (np.dtype([("\x1b", "<f4"), ("b", "<i8")]), r"[('\x1b', '<f4'), ('b', '<i8')]"),
        (np.array([[1, 2], [3, 4]]), r"[[1 2]\n [3 4]]"),
        (Odd(), r"\x1b]0;title\x07\n\r\x7f\x9b"),
        (np.arange(50), "[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 …"),
        (np.float64(2.5), "2.5"),
        (None, "None"),
    ],
    ids=range(17),
)
def test_quoted_values(value: object, text: str, peak: Callable[[Callable[[], object]], int]) -> None:
    assert quoted(value).startswith(text) and quoted(value).isprintable() and len(quoted(value)) <= 60
    assert peak(lambda: quoted(value)) < 1 << 20


def test_ordinary_paths_are_unchanged() -> None:
    for path in ("model.npz", "/a b/naïve/σ.png", "C:\\x\\y", "it's", "", Path("a/b")):
        assert shown(path) == str(path)
    assert shown("a\nb") == r"a\nb" and shown("\udcff.png") == r"\udcff.png" and shown(b"\x1b.png") == r"\x1b.png"
    long = shown("folder/" * 1000 + "name.png")
    assert len(long) <= 300 and long.startswith("folder/") and long.endswith("/name.png") and "…" in long


@given(st.text())
def test_printable_text_stays(text: str) -> None:
    assert printable(text).isprintable() and (printable(text) == text) == text.isprintable()
