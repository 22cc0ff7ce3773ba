"""What the network saw, as a picture: `fnnet predict --show`."""

import os
from collections.abc import Sequence

import numpy as np

from fnnet.core.arrays import AnyRank, Vector
from fnnet.core.messages import shown
from fnnet.io.files import open_regular, replacing

_TIMES = 8  # each pixel is so many pixels wide and high
_AUTHOR, _HEAD = "fnnet predict --show", 200  # a text in the first bytes
_GAP, _GRAY = 4, 96  # between digits


def write_seen(rows: Sequence[Sequence[Vector[np.float32]]], side: int, path: str) -> None:
    """Write a PNG file: a row for each image, in it its digits from left to right, enlarged.

    Args:
        rows: for each image at least one digit, side * side numbers from 0 to 1.
        side: height and width of a digit.
        path: the file.
    """
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    about = PngInfo()
    about.add_text("Software", _AUTHOR)
    with replacing(path) as file:
        Image.fromarray(seen(rows, side)).save(file, "PNG", pnginfo=about)


def check_replaceable(path: str) -> None:
    """Refuse to replace a file that `write_seen` has not written, such as the photo.

    Raises:
        ValueError: there is such a file.
    """
    if os.path.isfile(path):
        with open_regular(path) as file:
            is_ours = _AUTHOR.encode() in file.read(_HEAD)
        if not is_ours:
            expected = "a new file, or one that --show has written"
            raise ValueError(f"--show: expected {expected}, got {shown(path)}, which is another; use another name")


def seen(rows: Sequence[Sequence[Vector[np.float32]]], side: int) -> AnyRank:
    """The picture."""
    step = _TIMES * side + _GAP
    columns = max(map(len, rows))
    picture = np.full((len(rows) * step - _GAP, columns * step - _GAP), _GRAY, np.uint8)
    for i, digits in enumerate(rows):
        for j, x in enumerate(digits):
            levels = np.round(255 * x.reshape(side, side)).astype(np.uint8)
            enlarged = levels.repeat(_TIMES, axis=0).repeat(_TIMES, axis=1)
            picture[i * step : i * step + len(enlarged), j * step : j * step + len(enlarged)] = enlarged
    return picture
