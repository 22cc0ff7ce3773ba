"""Pixels from image files, read safely: nothing that a file says of itself is trusted."""

import io
import os
import warnings
from collections.abc import Callable
from os import PathLike
from typing import BinaryIO, TypeVar

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from fnnet.core.arrays import AnyRank
from fnnet.core.messages import invalid, printable, shown
from fnnet.io.files import open_regular

T = TypeVar("T")

PIXELS = 1 << 26
"""The default limit on the number of pixels of an image: 8192 × 8192, for which reading takes up to 1 GiB."""
FORMATS = ("PNG", "JPEG", "WebP", "BMP", "TIFF", "GIF")
_EXPECTED = f"a whole image ({', '.join(FORMATS)})"
_FILE_BYTES = 10  # for each pixel: more than any of these files needs
_LONGEST = 200  # characters of an error of Pillow's
_WORKING = 768  # pixels: larger images are reduced to it
_OTHERS = ((b"<svg", "SVG"), (b"%PDF", "PDF"), (b"ftyphei", "HEIC"), (b"ftypmif1", "HEIC"), (b"ftypavif", "AVIF"))


def from_file(path: str | PathLike[str], limit: int) -> AnyRank:
    """The colors of an image in a file, as it is to be looked at: turned as EXIF says, the first of several images.

    Args:
        path: the file.
        limit: the most pixels that it may have; each takes at most 12 bytes of memory, beside 32 MiB.

    Returns:
        Shape (height, width, 3), from 0 to 1, reduced by a whole number to at most 768 pixels along each side.
        Transparent pixels are paper, white or, under light ink, black.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not an image of `FORMATS`, or it is truncated or corrupt, or has more than `limit` pixels.
    """
    return _safely(path, limit, _colors)


def file_size(path: str | PathLike[str], limit: int = PIXELS) -> tuple[int, int]:
    """The width and the height that an image file says it has, before it is turned.

    Args, Raises:
        As for `from_file`.
    """
    return _safely(path, limit, _size)


def _safely(path: str | PathLike[str], limit: int, read: Callable[[BinaryIO, int], T]) -> T:
    """What `read` finds in an image file of at most `limit` pixels; its errors name the file."""
    with open_regular(path) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        size = os.fstat(file.fileno()).st_size
        if size > _FILE_BYTES * limit + (1 << 20):
            raise invalid(shown(path), f"an image of at most {limit} pixels", f"{size} bytes")
        try:
            return read(_Bounded(file, size), limit)
        except MemoryError:
            raise
        except UnidentifiedImageError:
            file.seek(0)
            raise _not_an_image(path, file.read(1024)) from None
        except Exception as error:  # Pillow does not document which exceptions a corrupt file raises
            got = printable(str(error))[:_LONGEST] or type(error).__name__
            raise invalid(shown(path), _EXPECTED, f"one that is not: {got}") from None


class _Bounded(io.BufferedReader):
    """A file that is asked for no more than it has: Python makes room for as much as a malformed length says."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        super().__init__(io.FileIO(file.fileno(), closefd=False))
        self._size = size

    def read(self, size: int | None = -1) -> bytes:
        return super().read(-1 if size is None else min(size, self._size))


def from_array(array: AnyRank, limit: int) -> AnyRank:
    """The colors of an image in an array, as `from_file` gives them.

    Raises:
        ValueError: the array is not an image of bytes or of numbers from 0 to 1, or is too large.
    """
    expected = "an image of shape (height, width) or (height, width, 3), of bytes or of numbers from 0 to 1"
    if not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3)) or array.size == 0:
        raise invalid("source", expected, f"shape {array.shape}")
    _check_size((array.shape[1], array.shape[0]), limit)
    levels = np.divide(array, 255 if array.dtype == np.uint8 else 1, dtype=np.float32)
    if not (levels.min() >= 0 and levels.max() <= 1):  # false for NaN, too
        raise invalid("source", expected, f"numbers from {levels.min()} to {levels.max()}")
    planes = [levels] * 3 if array.ndim == 2 else [levels[..., k] for k in range(3)]
    k = _factor(levels.shape[:2])
    return np.stack([np.asarray(Image.fromarray(np.ascontiguousarray(plane)).reduce(k)) for plane in planes], axis=-1)


def _size(file: BinaryIO, limit: int) -> tuple[int, int]:
    with Image.open(file, formats=FORMATS) as image:
        _check_size(image.size, limit)
        return image.size


def _colors(file: BinaryIO, limit: int) -> AnyRank:
    with Image.open(file, formats=FORMATS) as image:
        _check_size(image.size, limit)
        image.draft(None, (_WORKING, _WORKING))  # a JPEG file is decoded at a smaller size
        upright = ImageOps.exif_transpose(image)
        k = _factor(upright.size)
        # 16 or 32 bits, of which some writers use only the lower 8 or 12: the largest is white; floats may be up to 1
        if upright.mode[0] in "IF":
            levels = np.asarray(upright, np.float32)
            if not np.isfinite(levels).all():
                raise ValueError("pixels that are not finite")
            peak = float(levels.max())
            white = 1 if upright.mode == "F" and peak <= 1 else max(peak, 255)
            levels = np.asarray(Image.fromarray(levels / white).reduce(k))
            return np.repeat(np.clip(levels, 0, 1)[..., np.newaxis], 3, axis=2)
        if upright.has_transparency_data:
            return _on_paper(_levels(upright.convert("RGBA").reduce(k)))
        return _levels(upright.convert("RGB").reduce(k))


def _levels(image: Image.Image) -> AnyRank:
    levels: AnyRank = np.divide(np.asarray(image), 255, dtype=np.float32)
    return levels


def _factor(size: tuple[int, ...]) -> int:
    return -(-max(size) // _WORKING)


def _check_size(size: tuple[int, int], limit: int) -> None:
    width, height = size
    if width * height > limit:
        raise ValueError(f"{width} x {height} pixels, over the limit of {limit}")


def _on_paper(colors: AnyRank) -> AnyRank:
    """The image on white paper; on black if its opaque part is light and the rest is transparent."""
    rgb, alpha = colors[..., :3], colors[..., 3:]
    opaque = alpha[..., 0] > 0.5
    is_on_black = bool(opaque.any() and rgb[opaque].mean() > 0.5 and not opaque.all())
    page: AnyRank = rgb * alpha if is_on_black else rgb * alpha + (1 - alpha)
    return page


def _not_an_image(path: str | PathLike[str], start: bytes) -> ValueError:
    if not start:
        return invalid(shown(path), _EXPECTED, "an empty file")
    if start.startswith(b"PK"):
        return invalid(shown(path), _EXPECTED, "an npz file or another archive")
    name = next((name for mark, name in _OTHERS if mark in start), "something else")
    return invalid(shown(path), _EXPECTED, name, "a copy of it saved as PNG or JPEG")
