"""Domains: the targets that a head accepts."""

from typing import Final, Protocol

import attrs
import numpy as np

from fnnet.core.arrays import Floats, Numbers


class Contains(Protocol):
    """Whether every row of t lies in a domain."""

    def __call__(self, t: Numbers, /) -> bool | np.bool: ...


@attrs.frozen
class Domain:
    """The targets that a head accepts: a description for error messages, and the test.

    Args:
        description: what the targets are, as in "finite numbers".
        contains: whether every row of an array lies in the domain.
    """

    description: str
    contains: Contains


def _is_distribution(t: Floats, /) -> bool:
    return bool(np.all(t >= 0) and np.all(np.abs(t.sum(axis=-1) - 1) < 1e-3))


def _is_unit(t: Floats, /) -> bool:
    return bool(np.all((t >= 0) & (t <= 1)))


def _is_finite(t: Floats, /) -> bool:
    return bool(np.all(np.isfinite(t)))


def _is_nonnegative(t: Floats, /) -> bool:
    return bool(np.all((t >= 0) & np.isfinite(t)))


distribution: Final = Domain("rows of probabilities that sum to 1", _is_distribution)
unit: Final = Domain("numbers from 0 to 1", _is_unit)
real: Final = Domain("finite numbers", _is_finite)
nonnegative: Final = Domain("finite numbers of at least 0", _is_nonnegative)
