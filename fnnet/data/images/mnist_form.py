"""MNIST's form of a digit.

It is scaled to fit a box of 20 × 20 pixels with its aspect ratio kept, and placed in an image of 28 × 28 so that its
center of mass is in the middle (LeCun, Bottou, Bengio and Haffner, 1998).
"""

import numpy as np
from PIL import Image

from fnnet.core.arrays import Matrix, Vector
from fnnet.data.images.strokes import stroke_width
from fnnet.data.images.untyped import ndimage

_STROKE = 0.12  # of the longer side


def form(ink: Matrix[np.float32], side: int) -> Vector[np.float32]:
    """A digit that fills an array of ink, as the row of an image of side * side pixels from 0 to 1."""
    return _centered(_full(_scaled(_bold(ink), side * 20 // 28)), side).reshape(-1)


def _bold(ink: Matrix[np.float32]) -> Matrix[np.float32]:
    """With strokes of at least an eighth of the length, about the width of MNIST's."""
    missing = _STROKE * max(ink.shape) - stroke_width(ink > 0.5 * ink.max()) + 1
    n = int(missing / 2)
    if n < 1:
        return ink
    rows, columns = np.ogrid[-n : n + 1, -n : n + 1]
    bold: Matrix[np.float32] = ndimage.grey_dilation(np.pad(ink, n), footprint=rows**2 + columns**2 <= n * n + 1)
    return bold


def _scaled(ink: Matrix[np.float32], box: int) -> Matrix[np.float32]:
    """Resized to fit a square box, with the aspect ratio kept."""
    factor = box / max(ink.shape)
    height, width = (max(1, round(length * factor)) for length in ink.shape)
    resized = Image.fromarray(ink).resize((width, height), Image.Resampling.BICUBIC)
    scaled: Matrix[np.float32] = np.maximum(np.asarray(resized), 0)  # bicubic interpolation overshoots at edges
    return scaled


def _full(ink: Matrix[np.float32]) -> Matrix[np.float32]:
    """Scaled so that a fifth of the strokes is at 1, as in MNIST; after resizing, which makes thin strokes faint."""
    strokes = ink[ink > 0.3 * ink.max()]
    full: Matrix[np.float32] = np.clip(ink / np.quantile(strokes, 0.8), 0, 1)
    return full


def _centered(ink: Matrix[np.float32], side: int) -> Matrix[np.float32]:
    """Placed in a square with its center of mass as near to the middle as it fits."""
    height, width = ink.shape
    mass = ink.sum()
    row = float(ink.sum(axis=1) @ np.arange(height) / mass)
    column = float(ink.sum(axis=0) @ np.arange(width) / mass)
    # the middle is between pixels side / 2 - 1 and side / 2; MNIST takes the latter
    top = min(max(round(side / 2 - row), 0), side - height)
    left = min(max(round(side / 2 - column), 0), side - width)
    square = np.zeros((side, side), np.float32)
    square[top : top + height, left : left + width] = ink
    return square
