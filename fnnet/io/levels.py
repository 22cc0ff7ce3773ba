"""The levels of images: which numbers stand for black and white in what a network reads."""

from typing import TypeAlias

from fnnet.core.arrays import AnyRank
from fnnet.core.checks import check_finite
from fnnet.core.messages import invalid, quoted

Levels: TypeAlias = tuple[float, float]
"""The numbers that stand for black and for white, such as (-1.0, 1.0)."""

UNIT: Levels = (0.0, 1.0)
"""The levels of images whose pixels are from 0 to 1."""


def checked_levels(levels: object) -> Levels:
    """The levels as two floats.

    Raises:
        ValueError: they are not two finite numbers, the first below the second.

    >>> checked_levels((0, 255))
    (0.0, 255.0)
    """
    pair = tuple(levels) if isinstance(levels, (tuple, list)) else ()
    if len(pair) != 2:
        raise invalid("levels", "two numbers, for black and for white", quoted(levels))
    low, high = (check_finite("levels", level) for level in pair)
    if low >= high:
        raise invalid("levels", "black below white", quoted(levels))
    return low, high


def decode_levels(array: AnyRank) -> Levels:
    """The levels that an array of a file holds.

    Raises:
        ValueError: it does not hold two numbers that are levels.

    >>> import numpy as np
    >>> decode_levels(np.array([0.0, 255.0]))
    (0.0, 255.0)
    """
    if array.shape != (2,) or array.dtype.kind != "f":
        raise invalid("levels", "two numbers, for black and for white", quoted(f"{array.dtype} {array.shape}"))
    return checked_levels(array.tolist())
