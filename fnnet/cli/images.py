"""Handwritten digits in PNG files, brought into the form of MNIST's.

MNIST's digits are light on dark, scaled to fit a box of 20 × 20 pixels with their aspect ratio kept, and placed in an
image of 28 × 28 so that their center of mass is in the middle (LeCun, Bottou, Bengio and Haffner, 1998).
"""

import os
import warnings
from typing import BinaryIO

import numpy as np

from fnnet.core.arrays import AnyRank, Matrix, Vector
from fnnet.core.messages import printable, shown
from fnnet.io.files import open_regular

PIXELS = 1 << 26
"""The default limit on the number of pixels of an image: 8192 × 8192, for which reading takes up to 1.5 GiB."""
_FILE_BYTES = 10  # for each pixel: more than any PNG file needs
_LEAST_CONTRAST = 1 / 16  # an image with less is blank
_LONGEST = 200  # characters of an error of Pillow's
_STROKE = 0.3  # of the darkest stroke: pixels below it are background
_COARSE = 100  # pixels across: coarse enough for specks to vanish, fine enough for strokes to stay


def read_digit(path: str, side: int, limit: int = PIXELS) -> Vector[np.float32]:
    """The digit in a PNG file as the input of a network.

    Args:
        path: the file.
        side: the height and width of the network's images.
        limit: the most pixels that the file may have; each takes at most 24 bytes of memory.

    Returns:
        A row of side * side numbers from 0 to 1.

    Raises:
        ImportError: Pillow is not installed.
        OSError: the file cannot be read.
        ValueError: it is not a PNG file, or too large, or blank.
    """
    ink = _ink(read_gray(path, limit))
    if ink.max() < _LEAST_CONTRAST:
        raise ValueError(f"{shown(path)}: expected a digit, got a blank image")
    ink /= ink.max()
    return _centered(_scaled(_cropped(ink), side * 20 // 28), side).reshape(-1)


def read_gray(path: str, limit: int = PIXELS) -> Matrix[np.float32]:
    """A PNG file as gray levels from 0 (black) to 1 (white).

    Transparent pixels become paper, white or, under light ink, black.

    Raises:
        ImportError: Pillow is not installed.
        OSError: the file cannot be read.
        ValueError: it is not a PNG file, or it is truncated or corrupt, or has more than `limit` pixels.
    """
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        raise ImportError(
            "reading images needs Pillow: pip install 'fnnet[cli]' (in a checkout: pip install -e '.[cli]')"
        ) from None
    with open_regular(path) as file, warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        size = os.fstat(file.fileno()).st_size
        if size > _FILE_BYTES * limit + (1 << 20):
            raise ValueError(f"{shown(path)}: expected a PNG image of at most {limit} pixels, got {size} bytes")
        try:
            pixels = _pixels(file, limit)
        except UnidentifiedImageError:
            raise ValueError(f"{shown(path)}: expected a whole PNG image, got something else") from None
        except Exception as error:  # Pillow does not document which exceptions a corrupt file raises
            got = printable(str(error))[:_LONGEST] or type(error).__name__
            raise ValueError(f"{shown(path)}: expected a whole PNG image, got one that is not: {got}") from None
    if pixels.ndim == 2:  # 16 bits; some writers use only the lower 8 or 12: the largest level is white
        return _levels(pixels, max(float(pixels.max()), 255))
    return _on_paper(_levels(pixels[..., 0], 255), _levels(pixels[..., 1], 255))


def _pixels(file: BinaryIO, limit: int) -> AnyRank:
    """The pixels of an open PNG file: of shape (height, width), 16 bits each, or (height, width, 2), gray and alpha."""
    from PIL import Image

    with Image.open(file, formats=["PNG"]) as image:
        _check_size(image.size, limit)
        if image.mode.startswith("I"):
            return np.asarray(image)
        converted = image.convert("LA")
    del image  # each image takes up to 4 bytes a pixel
    return np.asarray(converted)


def _check_size(size: tuple[int, int], limit: int) -> None:
    width, height = size
    if width * height > limit:
        raise ValueError(f"{width} x {height} pixels, over the limit of {limit}")


def _levels(pixels: AnyRank, white: float) -> Matrix[np.float32]:
    levels: Matrix[np.float32] = np.divide(pixels, white, dtype=np.float32)
    return levels


def _on_paper(gray: Matrix[np.float32], alpha: Matrix[np.float32]) -> Matrix[np.float32]:
    """The image on white paper; on black if its opaque part is light and the rest is transparent.

    Both arrays are used up: an image may take hundreds of megabytes.
    """
    opaque = alpha > 0.5
    ink_level = gray.mean(where=opaque) if opaque.any() else 0
    is_on_black = ink_level > 0.5 and bool((alpha < 0.5).any())
    gray *= alpha
    if not is_on_black:
        np.subtract(1, alpha, out=alpha)
        gray += alpha
    return gray


def _ink(gray: Matrix[np.float32]) -> Matrix[np.float32]:
    """How much each pixel differs from the paper, in the direction (darker or lighter) that differs most.

    The level of the paper is the median of the border.
    """
    border = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    paper = np.median(border)
    is_dark_on_light = paper - gray.min() > gray.max() - paper
    ink: Matrix[np.float32] = np.maximum(paper - gray if is_dark_on_light else gray - paper, 0)
    return ink


def _cropped(ink: Matrix[np.float32]) -> Matrix[np.float32]:
    """The bounding box of the strokes; in a large image it is found in a coarse copy, where specks average out."""
    k = max(1, max(ink.shape) // _COARSE)  # pixels of the image along each side of a coarse one
    rows_of_pixels = np.add.reduceat(ink, np.arange(0, ink.shape[0], k), axis=0)
    coarse = np.add.reduceat(rows_of_pixels, np.arange(0, ink.shape[1], k), axis=1)
    is_stroke = coarse > _STROKE * coarse.max()
    rows, columns = np.flatnonzero(is_stroke.any(axis=1)), np.flatnonzero(is_stroke.any(axis=0))
    return ink[rows[0] * k : (rows[-1] + 1) * k, columns[0] * k : (columns[-1] + 1) * k]


def _scaled(ink: Matrix[np.float32], box: int) -> Matrix[np.float32]:
    """Resized to fit a square box, with the aspect ratio kept."""
    from PIL import Image

    factor = box / max(ink.shape)
    height, width = (max(1, round(length * factor)) for length in ink.shape)
    resized = Image.fromarray(ink).resize((width, height), Image.Resampling.BICUBIC)
    scaled: Matrix[np.float32] = np.clip(np.asarray(resized), 0, 1)  # bicubic interpolation overshoots at edges
    return scaled


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
