"""Where two values differ: the path to each array that does, the index of its greatest difference, and its size."""

import math
import sys
from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np

from fnnet.core.arrays import unmasked
from fnnet.core.call import Call
from fnnet.core.messages import quoted
from fnnet.nn.activation import Activation
from fnnet.nn.head import Head
from fnnet.testing.relations import Equal, Flat, Relation, magnitude, widened

_MOST = 5  # places that a message names


@attrs.frozen
class Difference:
    """A place where two values differ.

    Args:
        path: how the place is reached, as in `params.layers[1].weights[0, 2]`; empty for the values themselves.
        text: what is there in one and in the other.
        size: |a - b|; infinite for NaN, and for a type, a dtype, a shape or a function that differs.
    """

    path: str
    text: str
    size: float = math.inf

    def __str__(self) -> str:
        return f"{self.path}: {self.text}" if self.path else self.text


def explain(a: object, b: object, relation: Relation) -> list[str]:
    """A line for each of the first places where two values differ, the greatest difference first; none if none does.

    >>> explain((1.0, np.array([1, 2, 3])), (1.5, np.array([1, 2, 9])), Equal())
    ['[1][2]: 3, not 9, off by 6, 0.667 times |b|; 1 of 3 differ', '[0]: 1.0, not 1.5, off by 0.5, 0.333 times |b|']
    """
    with np.errstate(all="ignore"):
        found = sorted(differences("", a, b, relation), key=lambda difference: -difference.size)
    rest = len(found) - _MOST
    return [*map(str, found[:_MOST]), *([f"… and {rest} more"] if rest > 0 else [])]


def differences(path: str, a: object, b: object, relation: Relation) -> Iterator[Difference]:
    """Every array, number, function or other part that differs, in the order of the fields."""
    if _is_numeric(a) and _is_numeric(b):
        yield from _of_arrays(path, *_arrays(a, b), relation)
    elif type(a) is not type(b):
        yield Difference(path, f"{type(a).__name__}, not {type(b).__name__}")
    elif isinstance(a, (tuple, list)) and isinstance(b, (tuple, list)):
        yield from _of_sequences(path, a, b, relation)
    elif isinstance(a, (Activation, Head, Call)):
        yield from _of_functions(path, a, b)
    elif attrs.has(type(a)):
        for name in field_names(a):
            yield from differences(f"{path}.{name}".lstrip("."), getattr(a, name), getattr(b, name), relation)
    elif not _are_equal(a, b):
        yield Difference(path, f"{quoted(a)}, not {quoted(b)}")


def field_names(record: Any) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(type(record)))


def _of_sequences(
    path: str, a: tuple[object, ...] | list[object], b: tuple[object, ...] | list[object], relation: Relation
) -> Iterator[Difference]:
    if len(a) != len(b):
        yield Difference(path, f"{len(a)} items, not {len(b)}")
        return
    for i, (left, right) in enumerate(zip(a, b)):
        yield from differences(f"{path}[{i}]", left, right, relation)


def _of_functions(path: str, a: object, b: object) -> Iterator[Difference]:
    """Of activations, heads, optimizers and schedules: their names or, where these are the same, what differs."""
    if a != b:
        fields = ", ".join(name for name in field_names(a) if getattr(a, name) != getattr(b, name))
        other = f"another in {fields}" if repr(a) == repr(b) else quoted(b)
        yield Difference(path, f"{quoted(a)}, not {other}")


def _of_arrays(path: str, a: Flat, b: Flat, relation: Relation) -> Iterator[Difference]:
    """The greatest difference of two arrays, and how many numbers differ; or the dtype and shape that do."""
    if a.dtype != b.dtype or a.shape != b.shape:
        pairs = {"dtype": (a.dtype, b.dtype), "shape": (a.shape, b.shape)}
        text = ", ".join(f"{name} {left}, not {right}" for name, (left, right) in pairs.items() if left != right)
        yield Difference(path, text)
        return
    x, y = (np.ascontiguousarray(array).reshape(-1) for array in (a, b))
    where = np.flatnonzero(relation.differ(x, y))
    if where.size:
        sizes = _sizes(x[where], y[where])
        k = int(sizes.argmax())
        i = int(where[k])
        index = ", ".join(str(int(axis)) for axis in np.unravel_index(i, a.shape)) if a.ndim else ""
        count = f"; {where.size} of {a.size} differ" if a.size > 1 else ""
        text = _of_numbers(x[i], y[i], float(sizes[k]), relation)
        yield Difference(f"{path}[{index}]" if index else path, text + count, float(sizes[k]))


def _sizes(a: Flat, b: Flat) -> Flat:
    """|a - b|: infinite where only one is NaN, 0 where the numbers are equal and only their bits differ."""
    sizes: Flat = np.abs(widened(a) - widened(b))
    sizes[np.isnan(sizes)] = np.inf
    sizes[~Equal().differ(a, b)] = 0
    return sizes


def _of_numbers(a: np.generic, b: np.generic, size: float, relation: Relation) -> str:
    """Two numbers that differ: by how much, relative to the second, and how much is allowed."""
    if not Equal().differ(np.array([a]), np.array([b])).any():
        left, right = (f"{x!s} ({_bits(x)})" if x != x else str(x) for x in (a, b))
        return f"{left}, not {right}: equal numbers of other bits"
    text = f"{a!s}, not {b!s}"  # as few digits as the dtype needs, where formatting gives those of float64
    if not math.isfinite(size):
        return text
    gap = abs(a.item() - b.item()) if a.dtype.kind in "biu" else size  # integers beyond 2^53 are no float64
    length = magnitude(b)
    relative = f", {gap / length:.3g} times |b|" if length else ""
    allowed = relation.allowed(b)
    return f"{text}, off by {gap:.3g}{relative}" + (f", where {allowed:.3g} is allowed" if allowed else "")


def _bits(number: np.generic) -> str:
    return f"0x{int.from_bytes(number.tobytes(), sys.byteorder):0{2 * number.itemsize}x}"


def _is_numeric(value: object) -> bool:
    """Whether this is a number, or an array of numbers."""
    candidate = hasattr(value, "__array__") or isinstance(value, (int, float, complex))
    return candidate and np.asarray(value).dtype.kind in "biufc"


def _arrays(a: Any, b: Any) -> tuple[Flat, Flat]:
    """Both as arrays. A Python number has no dtype: it takes that of the other where this is of floats."""
    left, right = unmasked("a", a), unmasked("b", b)
    weak = {type(a), type(b)} & {int, float, complex}
    dtype = np.result_type(a, b) if weak else None
    if dtype is None or dtype.kind not in "fc":
        return left, right
    return left.astype(dtype), right.astype(dtype)


def _are_equal(a: Any, b: Any) -> bool:
    """Whether two values that are not numbers, such as names or arrays of names, are equal."""
    return bool(np.array_equal(a, b) if hasattr(a, "__array__") else a == b)
