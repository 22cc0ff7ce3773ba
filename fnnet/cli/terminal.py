"""What is shown only in a terminal: a progress bar while training, and images as text."""

import os
import sys
from math import isqrt
from shutil import get_terminal_size

import numpy as np

from fnnet import train
from fnnet.core.arrays import Matrix, Vector
from fnnet.data.dataset import Dataset
from fnnet.train.fit import Progress

_BLOCKS = " ▄▀█"  # no pixel, the lower one, the upper one, both
_SHADES = " .:-=+*#%@"


def progress_bar(data: Dataset[np.float32]) -> Progress[np.float32]:
    """The bar of `fnnet.train.progress_bar` in a terminal with rich; otherwise nothing is drawn."""
    if sys.stderr is None or not sys.stderr.isatty():
        return iter
    try:
        return train.progress_bar(data)
    except ImportError:
        return iter


def show_image(x: Vector[np.float32]) -> None:
    """Print a square image, if standard output is a terminal that is wide enough for it."""
    side = isqrt(len(x))
    if sys.stdout and sys.stdout.isatty() and side <= get_terminal_size().columns:
        print(image_text(x.reshape(side, side), _can_show_blocks()))


def image_text(image: Matrix[np.float32], blocks: bool) -> str:
    """The image as text. A line shows two rows of pixels, because characters are twice as high as they are wide.

    Args:
        image: shape (height, width), pixels from 0 to 1; 0 is left blank.
        blocks: draw each pixel of at least 0.5 as a half block; otherwise the mean of two pixels as a shade in ASCII.

    >>> print(image_text(np.eye(4), blocks=True))
    ▀▄
      ▀▄
    """
    upper, lower = image[::2], np.zeros_like(image[::2])
    lower[: len(image) // 2] = image[1::2]
    if blocks:
        characters, index = _BLOCKS, 2 * (upper >= 0.5) + (lower >= 0.5)
    else:
        characters, index = _SHADES, ((upper + lower) / 2 * (len(_SHADES) - 0.01)).astype(int)
    return "\n".join("".join(characters[i] for i in row).rstrip() for row in index.clip(0, len(characters) - 1))


def _can_show_blocks() -> bool:
    try:
        _BLOCKS.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return os.environ.get("TERM") != "dumb"
