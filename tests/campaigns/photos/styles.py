"""Kinds of photos of digits of which people complained."""

import io
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from fnnet.data.images.untyped import ndimage
from tests.campaigns.photos.marks import Gray, Rng, dot, frame, line, smooth_noise
from tests.campaigns.photos.page import Page, page, thin_pen

Style = Callable[[Sequence[Gray], Rng], bytes]
"""From digits of shape (28, 28) to an image file."""


def saved(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def photo(levels: Gray, rng: Rng, noise: float = 0.015, blur: float = 0.7) -> Image.Image:
    """What a camera makes of it: a little blur, a little noise, bytes."""
    seen = ndimage.gaussian_filter(levels, (blur, blur, 0)[: levels.ndim]) + rng.normal(0, noise, levels.shape)
    return Image.fromarray(np.round(255 * np.clip(seen, 0, 1)).astype(np.uint8))


def inked(given: Page, rng: Rng, paper: float | None = None, ink: float | None = None) -> Gray:
    paper = rng.uniform(0.78, 0.97) if paper is None else paper
    ink = rng.uniform(0.05, 0.3) if ink is None else ink
    return (paper + (ink - paper) * given.ink).astype(np.float32)


def clean(digits: Sequence[Gray], rng: Rng) -> bytes:
    return saved(Image.fromarray(np.round(255 * digits[0]).astype(np.uint8)))


def clean_dark(digits: Sequence[Gray], rng: Rng) -> bytes:
    return saved(Image.fromarray(np.round(255 * (1 - digits[0])).astype(np.uint8)))


def plain(digits: Sequence[Gray], rng: Rng) -> bytes:
    return saved(photo(inked(page(digits, rng), rng), rng))


def light_on_dark(digits: Sequence[Gray], rng: Rng) -> bytes:
    return saved(photo(inked(page(digits, rng), rng, rng.uniform(0.05, 0.3), rng.uniform(0.7, 0.95)), rng))


def gradient(digits: Sequence[Gray], rng: Rng) -> bytes:
    levels = inked(page(digits, rng), rng)
    rows, columns = np.mgrid[: levels.shape[0], : levels.shape[1]]
    angle = rng.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * rows + np.sin(angle) * columns
    slope = (slope - slope.min()) / np.ptp(slope)
    texture = 0.015 * smooth_noise(rng, levels.shape, 12)
    return saved(photo(levels * (0.5 + 0.5 * slope) + texture, rng, noise=0.03))


def vignette(digits: Sequence[Gray], rng: Rng) -> bytes:
    levels = inked(page(digits, rng), rng)
    rows, columns = np.mgrid[-1 : 1 : levels.shape[0] * 1j, -1 : 1 : levels.shape[1] * 1j]
    return saved(photo(levels * (1 - rng.uniform(0.25, 0.38) * (rows**2 + columns**2)), rng))


def shadow(digits: Sequence[Gray], rng: Rng) -> bytes:
    levels = inked(page(digits, rng), rng)
    rows, columns = np.mgrid[: levels.shape[0], : levels.shape[1]]
    angle, middle = rng.uniform(0, 2 * np.pi), np.array(levels.shape) * rng.uniform(0.25, 0.75, 2)
    distance = np.cos(angle) * (rows - middle[0]) + np.sin(angle) * (columns - middle[1])
    lit = 1 / (1 + np.exp(-distance / rng.uniform(1, 15)))
    return saved(photo(levels * (1 - rng.uniform(0.35, 0.6) * (1 - lit)), rng))


def desk(digits: Sequence[Gray], rng: Rng) -> bytes:
    levels = inked(page(digits, rng, margin=0.25, share=(0.25, 0.45)), rng)
    wood = rng.uniform(0.1, 0.35) + 0.04 * smooth_noise(rng, levels.shape, 6)
    k, n = rng.integers(4), round(rng.uniform(0.06, 0.2) * min(levels.shape))
    edge = (slice(0, n), slice(-n, None))[k % 2]
    place = (edge, slice(None)) if k < 2 else (slice(None), edge)
    levels[place] = wood[place]
    return saved(photo(levels, rng))


def margin_line(digits: Sequence[Gray], rng: Rng) -> bytes:
    given = page(digits, rng, margin=0.17)
    x, tilt = rng.uniform(0.08, 0.14) * given.ink.shape[1], rng.uniform(-5, 5)
    rule = line(given.ink.shape, (-5, x), (given.ink.shape[0] + 5, x + tilt), rng.uniform(2, 4))
    return saved(photo(inked(given.covered(rule * rng.uniform(0.5, 1)), rng), rng))


def thin_frame(digits: Sequence[Gray], rng: Rng) -> bytes:
    given = page(digits, rng)
    (height, width), d = given.ink.shape, int(rng.integers(8, 25))
    outline = frame(given.ink.shape, (d, d, height - d, width - d), rng.uniform(1.5, 3.5))
    return saved(photo(inked(given.covered(outline), rng), rng))


def around(given: Page, rng: Rng, degrees: float = 0) -> Gray:
    top, left, bottom, right = given.box
    d = max(bottom - top, right - left) * rng.uniform(0.15, 0.3)
    middle, half = ((top + bottom) / 2, (left + right) / 2), ((bottom - top) / 2 + d, (right - left) / 2 + d)
    box = (middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1])
    return frame(given.ink.shape, box, rng.uniform(2, 5), degrees)


def box(digits: Sequence[Gray], rng: Rng) -> bytes:
    given = page(digits, rng, margin=0.25, share=(0.25, 0.45))
    return saved(photo(inked(given.covered(around(given, rng)), rng), rng))


def specks(digits: Sequence[Gray], rng: Rng) -> bytes:
    given = page(digits, rng)
    for _ in range(rng.integers(10, 40)):
        place = tuple(rng.uniform(0, 1, 2) * given.ink.shape)
        given = given.covered(dot(given.ink.shape, place, rng.uniform(0.7, 3)))
    return saved(photo(inked(given, rng), rng))


def pen(digits: Sequence[Gray], rng: Rng) -> bytes:
    return saved(photo(inked(page(digits, rng, size=(700, 900), pen=thin_pen(5)), rng), rng))


def several(digits: Sequence[Gray], rng: Rng) -> bytes:
    return saved(photo(inked(page(digits, rng, size=(360, 640)), rng), rng))


def turned(digits: Sequence[Gray], rng: Rng) -> bytes:
    image = photo(inked(page(digits, rng), rng), rng)
    code, turn = ((3, Image.Transpose.ROTATE_180), (6, Image.Transpose.ROTATE_90), (8, Image.Transpose.ROTATE_270))[
        rng.integers(3)
    ]
    exif = Image.Exif()
    exif[0x112] = code
    return saved(image.transpose(turn), "JPEG", exif=exif)


ISSUE: dict[str, Style] = {
    "clean, 28 × 28": clean,
    "clean, dark on light": clean_dark,
    "plain": plain,
    "light on dark": light_on_dark,
    "gradient and noise": gradient,
    "vignette": vignette,
    "shadow": shadow,
    "dark desk at a side": desk,
    "margin line": margin_line,
    "thin frame": thin_frame,
    "box around the digit": box,
    "specks": specks,
    "pen of 5 pixels": pen,
    "two to four digits": several,
    "turned, with EXIF": turned,
}
