"""Handwritten digits in PNG files, brought into the form of MNIST's.

MNIST's digits are light on dark, scaled to fit a box of 20 × 20 pixels with their aspect ratio kept, and placed in an
image of 28 × 28 so that their center of mass is in the middle (LeCun, Bottou, Bengio and Haffner, 1998).
"""

import warnings

import numpy as np

from fnnet.core.arrays import Matrix, Vector

PIXELS = 1 << 26
"""The default limit on the number of pixels of an image: 8192 × 8192."""
_LEAST_CONTRAST = 1 / 16  # an image with less is blank
_STROKE = 0.3  # of the darkest stroke: pixels below it are background
_COARSE = 100  # pixels across: coarse enough for specks to vanish, fine enough for strokes to stay


def read_digit(path: str, side: int, limit: int = PIXELS) -> Vector[np.float32]:
    """The digit in a PNG file as the input of a network.

    Args:
        path: the file.
        side: the height and width of the network's images.
        limit: the most pixels that the file may have.

    Returns:
        A row of side * side numbers from 0 to 1.

    Raises:
        ImportError: Pillow is not installed.
        OSError: the file cannot be read.
        ValueError: it is not a PNG file, or too large, or blank.
    """
    ink = _ink(read_gray(path, limit))
    if ink.max() < _LEAST_CONTRAST:
        raise ValueError(f"{path}: expected a digit, got a blank image")
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
    with open(path, "rb") as file, warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(file, formats=["PNG"]) as image:
                _check_size(image.size, limit)
                is_16_bit = image.mode.startswith("I")
                pixels = np.asarray(image if is_16_bit else image.convert("LA"), np.float32)
        except UnidentifiedImageError:
            raise ValueError(f"{path}: expected a whole PNG image, got something else") from None
        except Exception as error:  # Pillow does not document which exceptions a corrupt file raises
            raise ValueError(f"{path}: expected a whole PNG image, got one that is not: {error}") from None
    if is_16_bit:  # some writers use only the lower 8 or 12 bits: the largest level is white
        return _levels(pixels, max(float(pixels.max()), 255))
    return _on_paper(_levels(pixels[..., 0], 255), _levels(pixels[..., 1], 255))


def _check_size(size: tuple[int, int], limit: int) -> None:
    width, height = size
    if width * height > limit:
        raise ValueError(f"{width} x {height} pixels, over the limit of {limit}")


def _levels(pixels: np.ndarray[tuple[int, ...], np.dtype[np.float32]], white: float) -> Matrix[np.float32]:
    levels: Matrix[np.float32] = pixels / np.float32(white)
    return levels


def _on_paper(gray: Matrix[np.float32], alpha: Matrix[np.float32]) -> Matrix[np.float32]:
    """The image on white paper; on black if its opaque part is light and the rest is transparent."""
    opaque = alpha > 0.5
    ink_level = gray[opaque].mean() if opaque.any() else 0
    paper = 0 if ink_level > 0.5 and (alpha < 0.5).any() else 1
    composed: Matrix[np.float32] = gray * alpha + paper * (1 - alpha)
    return composed


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
    padded = np.pad(ink, [(0, -length % k) for length in ink.shape])
    height, width = (length // k for length in padded.shape)
    coarse = padded.reshape(height, k, width, k).mean(axis=(1, 3))
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
