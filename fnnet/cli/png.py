"""PNG files as gray levels."""

import warnings

import numpy as np

from fnnet.core.arrays import Matrix

PIXELS = 1 << 26
"""How many pixels an image may have unless the caller says otherwise: 8192 x 8192."""


def read_gray(path: str, limit: int = PIXELS) -> Matrix[np.float32]:
    """The image as gray levels from 0 to 1; what is transparent takes the color that shows the rest.

    Raises:
        ImportError: Pillow is missing.
        OSError: the file cannot be opened.
        ValueError: it is no PNG file, is truncated or corrupt, or has more than `limit` pixels.
    """
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        raise ImportError("reading images needs Pillow: pip install 'fnnet[cli]'") from None
    with open(path, "rb") as file, warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(file, formats=["PNG"]) as image:
                _check_size(image.size, limit)
                deep = image.mode.startswith("I")
                pixels = np.asarray(image if deep else image.convert("LA"), np.float32)
        except UnidentifiedImageError:
            raise ValueError(f"{path}: expected a whole PNG image, got something else") from None
        except Exception as error:  # Pillow does not say which there are
            raise ValueError(f"{path}: expected a whole PNG image, got one that is not: {error}") from None
    if deep:  # sixteen bits, of which some writers use no more than eight or twelve
        return _levels(pixels, max(float(pixels.max()), 255))
    return _composed(_levels(pixels[..., 0], 255), _levels(pixels[..., 1], 255))


def _check_size(size: tuple[int, int], limit: int) -> None:
    width, height = size
    if width * height > limit:
        raise ValueError(f"{width} x {height} pixels, over the limit of {limit}")


def _levels(pixels: np.ndarray[tuple[int, ...], np.dtype[np.float32]], white: float) -> Matrix[np.float32]:
    levels: Matrix[np.float32] = pixels / np.float32(white)
    return levels


def _composed(level: Matrix[np.float32], alpha: Matrix[np.float32]) -> Matrix[np.float32]:
    """What is seen on white paper, or on black if the opaque part is light."""
    shown = level[alpha > 0.5].mean() if (alpha > 0.5).any() else 0
    paper = 0 if shown > 0.5 and (alpha < 0.5).any() else 1
    composed: Matrix[np.float32] = level * alpha + paper * (1 - alpha)
    return composed
