"""The digits in an image, each as the input of a network."""

from os import PathLike

import numpy as np

from fnnet.core.arrays import AnyRank, Vector
from fnnet.core.messages import invalid, shown
from fnnet.data.images.finding import find
from fnnet.data.images.mnist_form import form
from fnnet.data.images.planes import ink_plane
from fnnet.data.images.reading import PIXELS, from_array, from_file

Source = str | PathLike[str] | AnyRank


def read_digit(source: Source, side: int = 28, limit: int = PIXELS) -> Vector[np.float32]:
    """The one digit that an image shows, as the input of a network.

    Args:
        source: the path of a PNG, JPEG, WebP, BMP, TIFF or GIF file; or an array of shape (height, width) or (height,
            width, 3), with bytes or with numbers from 0 to 1. Ink may be darker or lighter than paper.
        side: the height and width of the network's images.
        limit: the most pixels that the image may have.

    Returns:
        A row of side * side numbers from 0 (paper) to 1 (ink). It is the same for an image and for its negative.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not such an image, or too large, or it shows no digit or several.

    >>> import numpy as np
    >>> photo = np.full((120, 90), 230, np.uint8)
    >>> photo[20:90, 40:50] = 40  # a one
    >>> digit = read_digit(photo).reshape(28, 28)
    >>> digit[13, 10:18].round(2), np.flatnonzero(digit.any(axis=1)).size
    (array([0., 0., 0., 1., 1., 1., 0., 0.], dtype=float32), 20)
    """
    digits = read_digits(source, side, limit)
    if len(digits) > 1:
        raise invalid(_name(source), "one digit", f"{len(digits)}", "read_digits")
    return digits[0]


def read_digits(source: Source, side: int = 28, limit: int = PIXELS) -> list[Vector[np.float32]]:
    """All digits that an image shows, line by line from left to right, each as the input of a network.

    Args:
        source: a path or an array, as for `read_digit`.
        side: the height and width of the network's images.
        limit: the most pixels that the image may have.

    Returns:
        At least one row of side * side numbers from 0 to 1.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not an image, or too large, or it shows nothing like a digit.

    >>> import numpy as np
    >>> photo = np.full((120, 90), 230, np.uint8)
    >>> photo[20:90, 20:30] = photo[20:90, 60:70] = 40  # two ones
    >>> len(read_digits(photo))
    2
    """
    return [x for x, _ in look(source, side, limit)]


def look(source: Source, side: int = 28, limit: int = PIXELS) -> list[tuple[Vector[np.float32], bool]]:
    """The digits that `read_digits` reads, and for each whether it reaches the edge of the image.

    Args, Raises:
        As for `read_digits`.
    """
    colors = from_array(source, limit) if isinstance(source, np.ndarray) else from_file(source, limit)
    plane, contrast = ink_plane(colors)
    if contrast < 1 / 16:
        raise invalid(_name(source), "a digit", "a blank image")
    found = find(plane)
    if not found:
        got = "an image that shows nothing like one; digits need paper around them"
        raise invalid(_name(source), "a digit", got)
    return [(form(digit.ink, side), digit.is_at_edge) for digit in found]


def _name(source: Source) -> str:
    return "source" if isinstance(source, np.ndarray) else shown(source)
