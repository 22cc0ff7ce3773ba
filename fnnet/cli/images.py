"""A digit cut out of an image file and laid out as MNIST's are.

MNIST's digits are light on dark, scaled to a box of 20 x 20 with their proportions kept, in an image of 28 x 28
whose center is their center of mass (LeCun, Bottou, Bengio and Haffner, 1998).
"""

import numpy as np

from fnnet.cli.png import PIXELS, read_gray
from fnnet.core.arrays import Matrix, Vector

_INK = 0.3  # of the darkest stroke: below it a pixel is background
_LOOK = 100  # pixels across: from there a stroke is still seen, and a speck not


def read_digit(path: str, side: int, limit: int = PIXELS) -> Vector[np.float32]:
    """The digit of a PNG file of at most `limit` pixels as a row of side * side numbers from 0 to 1.

    Raises:
        ImportError: Pillow is missing.
        OSError: the file cannot be read.
        ValueError: it is no PNG file, too large, or blank.
    """
    ink = _ink(read_gray(path, limit))
    if ink.max() < 1 / 16:
        raise ValueError(f"{path}: expected a digit, got a blank image")
    ink /= ink.max()
    return _centered(_scaled(_cropped(ink), side * 20 // 28), side).reshape(-1)


def _ink(gray: Matrix[np.float32]) -> Matrix[np.float32]:
    """How far each pixel is from the background, which is what the border mostly is, on the side that goes farther."""
    border = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    paper = np.median(border)
    dark_on_light = paper - gray.min() > gray.max() - paper
    ink: Matrix[np.float32] = np.maximum(paper - gray if dark_on_light else gray - paper, 0)
    return ink


def _cropped(ink: Matrix[np.float32]) -> Matrix[np.float32]:
    """The part that has ink; in large images as seen from afar, where specks and noise are averaged away."""
    k = max(1, max(ink.shape) // _LOOK)
    whole = np.pad(ink, [(0, -length % k) for length in ink.shape])
    height, width = (length // k for length in whole.shape)
    seen = whole.reshape(height, k, width, k).mean(axis=(1, 3))
    inked = seen > _INK * seen.max()
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    return ink[rows[0] * k : (rows[-1] + 1) * k, columns[0] * k : (columns[-1] + 1) * k]


def _scaled(ink: Matrix[np.float32], box: int) -> Matrix[np.float32]:
    from PIL import Image

    factor = box / max(ink.shape)
    height, width = (max(1, round(length * factor)) for length in ink.shape)
    resized = Image.fromarray(ink).resize((width, height), Image.Resampling.BICUBIC)
    scaled: Matrix[np.float32] = np.clip(np.asarray(resized), 0, 1)
    return scaled


def _centered(ink: Matrix[np.float32], side: int) -> Matrix[np.float32]:
    """The ink on a square, its center of mass in the middle, as far as it fits."""
    height, width = ink.shape
    mass = ink.sum()
    down = float(ink.sum(axis=1) @ np.arange(height) / mass)
    right = float(ink.sum(axis=0) @ np.arange(width) / mass)
    # the center of the square is between pixels side / 2 - 1 and side / 2; MNIST takes the latter
    top = min(max(round(side / 2 - down), 0), side - height)
    left = min(max(round(side / 2 - right), 0), side - width)
    square = np.zeros((side, side), np.float32)
    square[top : top + height, left : left + width] = ink
    return square
