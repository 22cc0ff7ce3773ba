"""Records are values: two are equal, and hashed alike, when what they hold is."""

import numpy as np

from fnnet.core.arrays import AnyRank


class Contents:
    """The key by which a field of arrays is compared and hashed, `attrs.field(eq=Contents)`.

    Arrays are equal when dtype, shape and numbers are; NaN is equal to NaN, so that every record equals its copies, and
    -0 to 0. A tuple is compared item by item, and what is not an array by its own equality: JAX fills records with
    shapes and `None`. The hash reads all of the numbers, each time that it is asked for.

    Law: equal contents have equal hashes.

    >>> Contents(np.array([0.0, np.nan])) == Contents(np.array([-0.0, np.nan]))
    True
    >>> hash(Contents(np.array([0.0, np.nan]))) == hash(Contents(np.array([-0.0, np.nan])))
    True
    >>> Contents(np.array([1.0])) == Contents(np.array([1.0], np.float32))
    False
    """

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value: object = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Contents) and same(self.value, other.value)

    def __hash__(self) -> int:
        if isinstance(self.value, tuple):
            return hash(tuple(map(Contents, self.value)))
        if not _is_array(self.value):
            return hash(self.value)
        array = np.asarray(self.value)
        if array.dtype.kind == "f":
            array = _canonical(array)
        return hash((array.dtype, array.shape, array.tobytes()))


def same(a: object, b: object) -> bool:
    """Whether two fields hold the same, as `Contents` has it."""
    if a is b:
        return True
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if _is_array(a) and _is_array(b):
        left, right = np.asarray(a), np.asarray(b)
        return left.dtype == right.dtype and np.array_equal(left, right, equal_nan=True)
    return not _is_array(a) and not _is_array(b) and bool(a == b)


def _is_array(value: object) -> bool:
    return hasattr(value, "__array__")


def _canonical(floats: AnyRank) -> AnyRank:
    """A copy in which equal numbers have equal bits: one NaN, and no -0."""
    copy = floats.copy()
    copy[np.isnan(copy)] = np.nan
    copy += 0  # -0 + 0 is 0
    return copy
