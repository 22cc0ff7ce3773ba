"""Samples as square images."""

from math import isqrt

import numpy as np
from matplotlib.axes import Axes

from fnnet.core.arrays import Array, F, Matrix, S
from fnnet.core.messages import invalid
from fnnet.nn.params import Params, require_params


def side_of(features: int) -> int:
    """The number of pixels along each side of a square image.

    Args:
        features: the number of its pixels.

    Raises:
        ValueError: it is not a square number.

    >>> side_of(784)
    28
    """
    side = isqrt(features)
    if side * side != features:
        raise invalid("features", "the pixels of a square image, such as 784", features)
    return side


def image_side(params: Params[F]) -> int:
    """The number of pixels along each side of the images that a network takes.

    Raises:
        ValueError: they are not square.

    >>> from fnnet import init_params
    >>> image_side(init_params((784, 10), seed=0))
    28
    """
    require_params(params)
    return side_of(params.sizes[0])


def draw_image(axes: Axes, x: Array[S, F]) -> None:
    """Draw a sample as ink on paper: its least number white, its greatest black."""
    _draw(axes, x, float(x.min()), float(max(x.max(), x.min() + 1e-6)))


def draw_signed(axes: Axes, x: Array[S, F]) -> None:
    """Draw positive and negative numbers on a symmetric scale: zero is mid-gray, and ±max |x| are black and white."""
    largest = float(np.abs(x).max()) or 1.0
    _draw(axes, x, -largest, largest)


def _draw(axes: Axes, x: Array[S, F], low: float, high: float) -> None:
    side = side_of(x.size)
    pixels: Matrix[F] = x.reshape(side, side)
    axes.imshow(pixels, cmap="gray_r", vmin=low, vmax=high, interpolation="nearest")
    axes.set_xticks([])
    axes.set_yticks([])
