"""What the network saw, as a picture: `fnnet predict --show`."""

from collections.abc import Sequence

import numpy as np

from fnnet.core.arrays import AnyRank, Vector
from fnnet.io.files import replacing

_TIMES = 8  # each pixel is so many pixels wide and high
_GAP, _GRAY = 4, 96  # between digits


def write_seen(rows: Sequence[Sequence[Vector[np.float32]]], side: int, path: str) -> None:
    """Write a PNG file: a row for each image, in it its digits from left to right, enlarged.

    Args:
        rows: for each image at least one digit, side * side numbers from 0 to 1.
        side: height and width of a digit.
        path: the file.
    """
    from PIL import Image

    with replacing(path) as file:
        Image.fromarray(seen(rows, side)).save(file, "PNG")


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
