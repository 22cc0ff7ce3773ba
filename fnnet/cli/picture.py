"""An image as text."""

import os
import sys
from math import isqrt
from shutil import get_terminal_size

import numpy as np

from fnnet.core.arrays import Matrix, Vector

_BLOCKS = " ▄▀█"  # nothing, the lower half, the upper half, both
_SHADES = " .:-=+*#%@"


def show_picture(x: Vector[np.float32]) -> None:
    """Print a square image, if standard output is a terminal that is wide enough for it."""
    side = isqrt(len(x))
    if sys.stdout and sys.stdout.isatty() and side <= get_terminal_size().columns:
        print(picture(x.reshape(side, side), _has_blocks()))


def picture(image: Matrix[np.float32], blocks: bool) -> str:
    """The image as lines of text, a line for two rows of pixels, as characters are twice as high as wide.

    Args:
        image: numbers from 0 to 1; 0 is left blank.
        blocks: draw pixels of one half or more as half blocks; else the mean of two pixels as a shade of ASCII.

    >>> print(picture(np.eye(4), blocks=True))
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


def _has_blocks() -> bool:
    """Whether the terminal can be expected to show block characters."""
    try:
        _BLOCKS.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return os.environ.get("TERM") != "dumb"
