"""The cache of a forward pass as a record."""

import numpy as np

from fnnet import (
    Cache,
)


def test_caches_are_compared_by_contents() -> None:
    """Caches of different depths are unequal, too."""
    x = np.zeros((2, 2))
    one, two = Cache(x, (x,), (x,)), Cache(x, (x, x), (x, x))
    assert one != two and two != one
    assert one != Cache(x, (x + 1,), (x,)) and one != Cache(x, (x,), (x + 1,))
    assert one != Cache.from_owned(x, (), (x,), ()) and Cache.from_owned(x, (), (x,), ()) != one
