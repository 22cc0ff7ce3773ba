"""`Mismatch`: what a law expects and what came; and the comparisons that raise it."""

import numpy as np

from fnnet.core.arrays import Numbers
from fnnet.testing.differences import explain
from fnnet.testing.laws.source import source
from fnnet.testing.relations import Close, Relation, SameBits

_LONGEST = 300  # characters of a value


class Mismatch(Exception):
    """A law does not hold on an example.

    Args:
        expected: what should have come.
        got: what came.
    """

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(expected, got)
        self.expected: str = expected
        self.got: str = got


def require(holds: object, expected: str, got: object) -> None:
    """Raise `Mismatch` unless a condition holds.

    >>> require(1 < 2, "a positive number", 2)
    """
    if not holds:
        raise Mismatch(expected, got if isinstance(got, str) else _shown(got))


def require_same(got: object, expected: object, what: str = "") -> None:
    """Raise `Mismatch` unless two values are the same to the bit: records, arrays, numbers, in tuples and lists."""
    _require(SameBits(), got, expected, what)


def require_close(got: object, expected: object, rtol: float, atol: float, what: str = "") -> None:
    """Raise `Mismatch` unless the numbers of two values are close, as for `assert_close`.

    Args:
        got, expected: records, arrays or numbers, also in tuples and lists.
        rtol, atol: |got - expected| ≤ atol + rtol |expected|.
        what: of what they are the values, for the message.
    """
    _require(Close(rtol, atol), got, expected, what)


def require_between(got: Numbers | float, low: Numbers | float, high: Numbers | float, what: str = "") -> None:
    """Raise `Mismatch` unless low ≤ got ≤ high, number by number."""
    got, low, high = np.asarray(got), np.asarray(low), np.asarray(high)
    outside = np.argwhere(~((got >= low) & (got <= high)))
    if len(outside):
        at = tuple(outside[0])
        place = f" at [{', '.join(map(str, at))}]" if at else ""
        middle, radius = (high[at] + low[at]) / 2, (high[at] - low[at]) / 2
        raise Mismatch(f"{_of(what)}{middle:.9g} ± {radius:.1g}{place}", f"{got[at]:.9g}")


def _require(relation: Relation, got: object, expected: object, what: str) -> None:
    if lines := explain(got, expected, relation):
        raise Mismatch(_of(what) + _shown(expected), "\n".join([_shown(got), *lines]))


def _of(what: str) -> str:
    return f"{what} = " if what else ""


def _shown(value: object) -> str:
    text = source(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
