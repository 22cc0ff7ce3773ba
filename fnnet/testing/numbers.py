"""Round numbers: arrays that shrink to zeros, then to small whole numbers, halves, quarters."""

from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st

from fnnet.core.arrays import F, Vector

N = TypeVar("N", np.float32, np.float64, np.int64)

POOL = 127
"""How many numbers are drawn for an array; a larger one repeats them. A prime, so that rows seldom repeat."""

# One draw of so many bytes, whatever the shape: it stays what it is while the shape shrinks, costs the same for a large
# array, and each byte shrinks to 0, which is the first of the numbers.
pools: st.SearchStrategy[bytes] = st.binary(min_size=POOL, max_size=POOL)
"""What arrays are filled from."""

dtypes: st.SearchStrategy[type[np.float32] | type[np.float64]] = st.sampled_from([np.float64, np.float32])


def grid(low: float, high: float, step: float) -> Vector[np.float64]:
    """The multiples of a step from `low` to `high`, the roundest first: by denominator, by magnitude, positive first.

    >>> grid(-1.0, 2.0, 0.5)
    array([ 0. ,  1. , -1. ,  2. ,  0.5, -0.5,  1.5])
    """
    numbers = [float(k * step) for k in range(round(low / step), round(high / step) + 1)]
    return np.array(sorted(numbers, key=lambda number: (number.as_integer_ratio()[1], abs(number), number < 0)))


REAL = grid(-127 / 32, 4, 1 / 32)
"""256 numbers, from -127/32 to 4."""

FACTORS = grid(0, 2, 1 / 8)
"""17 numbers from 0 to 2: factors of activations, weights of samples."""


def filled(
    pool: bytes, shape: tuple[int, ...], numbers: np.ndarray[tuple[int], np.dtype[N]]
) -> np.ndarray[Any, np.dtype[N]]:
    """An array of some of these numbers (at most 256), those that the bytes of a pool choose, from the last on.

    >>> filled(bytes([1, 3, 0]), (2, 2), np.array([0.0, 1.0]))
    array([[0., 1.],
           [1., 0.]])
    """
    # from the last on, since sorted bytes are smaller: what is not 0 comes first, and the shape can shrink
    chosen = numbers[np.frombuffer(pool, np.uint8)[::-1].astype(np.int64) % len(numbers)]
    return np.resize(chosen, shape)


def arrays(
    shape: tuple[int, ...], numbers: np.ndarray[tuple[int], np.dtype[N]]
) -> st.SearchStrategy[np.ndarray[Any, np.dtype[N]]]:
    """Arrays of some of these numbers (at most 256), of any shape, also of none; they shrink to the first of them."""
    return pools.map(lambda pool: filled(pool, shape, numbers))


def reals(shape: tuple[int, ...], dtype: type[F]) -> st.SearchStrategy[np.ndarray[Any, np.dtype[F]]]:
    """Arrays of multiples of 1/32, which both dtypes hold exactly."""
    return arrays(shape, REAL.astype(dtype))


def rounds(low: float, high: float, step: float = 1 / 8) -> st.SearchStrategy[float]:
    """A multiple of a step, which shrinks to the roundest."""
    return st.sampled_from(grid(low, high, step).tolist())
