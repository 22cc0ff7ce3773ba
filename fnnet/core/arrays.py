"""The array types of the library, and how an array is made immutable.

`F` is the dtype, float32 or float64; `S` is the shape, so that a vector is not a matrix. A function from
`Array[S, F]` to `Array[S, F]` takes one sample or a batch and keeps the dtype.
"""

from typing import Any, TypeAlias, TypeVar, cast

import numpy as np

from fnnet.core.messages import invalid, quoted, wrong_type

F = TypeVar("F", np.float32, np.float64)
G = TypeVar("G", np.float32, np.float64)  # another dtype, to which numbers are converted
# Where NumPy does not know a rank, as in x[:10], mypy assumes the first of these: a batch.
S = TypeVar("S", tuple[int, int], tuple[int])
AnyArray = TypeVar("AnyArray", bound=np.ndarray[tuple[int, ...], np.dtype[np.generic]])

Array: TypeAlias = np.ndarray[S, np.dtype[F]]
Vector: TypeAlias = np.ndarray[tuple[int], np.dtype[F]]
Matrix: TypeAlias = np.ndarray[tuple[int, int], np.dtype[F]]

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.floating]]
"""Floating-point numbers of any shape: what activations and heads are written in."""

Numbers: TypeAlias = np.ndarray[Any, np.dtype[Any]]
"""What a caller's function is given, and what NumPy returns without its type. Any: a protocol that is generic in shape
and dtype would reject lambdas, and functions of float32 alone. That shape and dtype are kept is checked when a record
is made of the functions."""

AnyRank: TypeAlias = np.ndarray[tuple[int, ...]]
"""An array of any shape and dtype, as it comes from a file."""

Label: TypeAlias = int | np.integer
Labels: TypeAlias = np.ndarray[tuple[int], np.dtype[np.integer]]
"""Class labels: integers from 0, of any integer type."""

Labels64: TypeAlias = np.ndarray[tuple[int], np.dtype[np.int64]]
"""Labels as the library gives them."""

Order: TypeAlias = np.ndarray[tuple[int], np.dtype[np.int64]]
"""Indices of samples."""

Counts: TypeAlias = np.ndarray[tuple[int, int], np.dtype[np.int64 | np.float64]]
"""A matrix of counts, or of sums of weights."""

Bools: TypeAlias = np.ndarray[tuple[int], np.dtype[np.bool_]]
"""Yes or no for each sample."""


def require_float(name: str, dtype: object) -> None:
    """Raise ValueError unless `dtype` is float32 or float64."""
    if isinstance(dtype, np.ndarray) or dtype not in (np.float32, np.float64):
        cure = f"np.{dtype}" if isinstance(dtype, str) and dtype in ("float32", "float64") else ""
        raise invalid(name, "float32 or float64", quoted(dtype), cure)


def unmasked(name: str, value: object) -> Numbers:
    """The value as an array. NumPy would show what is under a mask, as if it had been measured.

    Raises:
        ValueError: some of its numbers are masked, or its rows have different lengths.
        TypeError: it is a data set.

    >>> unmasked("x", np.ma.masked_greater([1.0, 1e20], 1e10))
    Traceback (most recent call last):
        ...
    ValueError: x: expected numbers without a mask, got MaskedArray; use x.filled(...), or the unmasked rows
    """
    # a masked array is known by its mask, since `np.ma` takes time to import
    if type(value) is not np.ndarray and isinstance(value, np.ndarray) and np.any(getattr(value, "mask", False)):
        cure = f"{name}.filled(...), or the unmasked rows"
        raise invalid(name, "numbers without a mask", type(value).__name__, cure)
    try:
        return np.asarray(value)
    except ValueError:  # the parts of a sequence, such as a data set, have different shapes
        if type(value).__name__ == "Dataset":
            cure = f"data.{name}" if name in ("y", "weights") else "data.x"
            raise wrong_type(name, "an array", value, {"Dataset": cure}) from None
        raise invalid(name, "rows of one length", "several lengths") from None


def locked(array: AnyArray) -> AnyArray:
    """A read-only view of an array that the caller owns and gives up.

    NumPy lets the owner of memory make it writeable again, but not a view of a read-only owner. (Python hides
    nothing: the owner can still be reached through the view's `base`.)
    """
    array.setflags(write=False)
    return array.view()


def frozen(array: AnyArray) -> AnyArray:
    """A read-only copy in C order, which shares no memory with `array`."""
    # cast: a copy is of the same type, which NumPy does not say
    return locked(cast(AnyArray, np.array(array, order="C")))
