"""When two numbers are the same: equal, close, or of the same bits. Each says which numbers of two arrays are not."""

from typing import Any, Protocol, TypeAlias

import attrs
import numpy as np

from fnnet.core.arrays import Bools, Numbers

Flat: TypeAlias = np.ndarray[tuple[int], np.dtype[Any]]
"""The numbers of an array in one row. Any: of any dtype."""


class Relation(Protocol):
    """What two numbers must be to each other."""

    def differ(self, a: Flat, b: Flat, /) -> Bools:
        """Which numbers of two arrays of one shape and dtype are not so."""
        ...

    def allowed(self, b: np.generic, /) -> float:
        """How far from b a number may be."""
        ...


class Exact:
    """Numbers that must not differ at all."""

    __slots__ = ()

    def allowed(self, b: np.generic, /) -> float:
        """0, whatever b is."""
        return 0.0


class Equal(Exact):
    """The equality of records: NaN is equal to NaN, and -0 to 0."""

    __slots__ = ()

    def differ(self, a: Flat, b: Flat, /) -> Bools:
        """a ≠ b, unless both are NaN."""
        unequal: Numbers = (a != b) & ((a == a) | (b == b))
        return unequal


class SameBits(Exact):
    """The same bits: -0 is not 0, and NaNs have the same payload."""

    __slots__ = ()

    def differ(self, a: Flat, b: Flat, /) -> Bools:
        """Whether any byte of the two numbers differs."""
        left, right = (array.view(np.uint8).reshape(len(array), array.itemsize) for array in (a, b))
        unequal: Numbers = (left != right).any(axis=1)
        return unequal


@attrs.frozen
class Close:
    """|a - b| ≤ atol + rtol |b|, where NaN is close to NaN, and an infinity to itself; integers must be equal.

    Args:
        rtol: the relative tolerance; when not given, ε^(2/3) of the dtype.
        atol: the absolute tolerance; when not given, ε^(2/3) of the dtype.
    """

    rtol: float | None
    atol: float | None

    def differ(self, a: Flat, b: Flat, /) -> Bools:
        """Which numbers are further from each other than is allowed."""
        if b.dtype.kind not in "fc":
            return Equal().differ(a, b)
        rtol, atol = self._tolerances(b.dtype)
        far: Numbers = ~np.isclose(widened(a), widened(b), rtol, atol, equal_nan=True)
        return far

    def allowed(self, b: np.generic, /) -> float:
        """atol + rtol |b|; 0 for integers."""
        if b.dtype.kind not in "fc":
            return 0.0
        rtol, atol = self._tolerances(b.dtype)
        return atol + rtol * magnitude(b)

    def _tolerances(self, dtype: np.dtype[Any]) -> tuple[float, float]:
        usual = float(np.finfo(dtype).eps) ** (2 / 3)
        return usual if self.rtol is None else self.rtol, usual if self.atol is None else self.atol


def widened(a: Flat) -> Flat:
    """The numbers with the digits of float64, in which those of float32 are subtracted without rounding."""
    return a.astype(np.complex128 if a.dtype.kind == "c" else np.float64)


def magnitude(number: np.generic) -> float:
    """|x|: infinite where that of a complex number is too large for a float."""
    return float(np.abs(widened(np.array([number])))[0])
