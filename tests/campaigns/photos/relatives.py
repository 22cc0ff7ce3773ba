"""Kinds of photos that nobody complained of, but somebody could."""

import colorsys
from collections.abc import Sequence

import numpy as np

from fnnet.data.images.untyped import ndimage
from tests.campaigns.photos.marks import Gray, Rng, dot, frame, line, smooth_noise
from tests.campaigns.photos.page import Page, page, thick_pen, thin_pen
from tests.campaigns.photos.styles import Style, around, inked, photo, saved


def grid(digits: Sequence[Gray], rng: Rng) -> bytes:
    given = page(digits, rng)
    return saved(photo(inked(given.covered(ruled(given, rng, True) * rng.uniform(0.2, 0.4)), rng), rng))


def lined(digits: Sequence[Gray], rng: Rng) -> bytes:
    given = page(digits, rng)
    return saved(photo(inked(given.covered(ruled(given, rng, False) * rng.uniform(0.2, 0.5)), rng), rng))


def ruled(given: Page, rng: Rng, both: bool) -> Gray:
    (height, width), step, tilt = given.ink.shape, rng.uniform(25, 60), rng.uniform(-6, 6)
    lines = [line((height, width), (y, -9), (y + tilt, width + 9), 1.5) for y in np.arange(step / 2, height, step)]
    if both:
        lines += [line((height, width), (-9, x), (height + 9, x - tilt), 1.5) for x in np.arange(step / 3, width, step)]
    ruling: Gray = np.max(lines, axis=0)
    return ruling


def dark_lines(digits: Sequence[Gray], rng: Rng) -> bytes:
    given = page(digits, rng)
    (height, width), step = given.ink.shape, rng.uniform(60, 110)
    rules = [line((height, width), (y, -9), (y, width + 9), 2) for y in np.arange(step / 2, height, step)]
    return saved(photo(inked(given.covered(np.max(rules, axis=0)), rng), rng))


def tilted_frame(digits: Sequence[Gray], rng: Rng) -> bytes:
    given = page(digits, rng, margin=0.3, share=(0.25, 0.4))
    return saved(photo(inked(given.covered(around(given, rng, rng.uniform(-15, 15))), rng), rng))


def stains(digits: Sequence[Gray], rng: Rng) -> bytes:
    given = page(digits, rng)
    levels = inked(given, rng)
    for _ in range(rng.integers(1, 4)):
        place, radius = tuple(rng.uniform(0, 1, 2) * levels.shape), rng.uniform(30, 110)
        disk = dot(levels.shape, place, radius, rng.uniform(2, 30))
        ring = disk - 0.7 * dot(levels.shape, place, radius * 0.9, 8)
        levels *= 1 - rng.uniform(0.1, 0.3) * (ring if rng.random() < 0.5 else disk)
    return saved(photo(levels, rng))


def jpeg(digits: Sequence[Gray], rng: Rng) -> bytes:
    return saved(photo(inked(page(digits, rng), rng), rng, noise=0.02), "JPEG", quality=int(rng.integers(5, 15)))


def pencil(digits: Sequence[Gray], rng: Rng) -> bytes:
    paper = rng.uniform(0.75, 0.95)
    given = page(digits, rng, pen=thin_pen(int(rng.integers(5, 10))))
    grain = np.clip(1 + 0.25 * smooth_noise(rng, given.ink.shape, 2), 0, 1.3)
    levels = paper - given.ink * grain * rng.uniform(0.15, 0.3)
    return saved(photo(levels.astype(np.float32), rng, noise=0.02))


def near_border(digits: Sequence[Gray], rng: Rng) -> bytes:
    given = page(digits, rng, margin=0.2)
    top, left, bottom, right = given.box
    d, k = int(rng.integers(2, 8)), rng.integers(4)
    cut = (slice(top - d, None), slice(None, bottom + d)) if k < 2 else (slice(left - d, None), slice(None, right + d))
    ink = given.ink[cut[k % 2]] if k < 2 else given.ink[:, cut[k % 2]]
    return saved(photo(inked(Page(ink, given.box), rng), rng))


def marker(digits: Sequence[Gray], rng: Rng) -> bytes:
    return saved(photo(inked(page(digits, rng, pen=thick_pen(rng.uniform(0.04, 0.1))), rng), rng))


def small(digits: Sequence[Gray], rng: Rng) -> bytes:
    levels = inked(page(digits, rng, size=(1500, 2000), share=(0.05, 0.1)), rng)
    rows, columns = np.mgrid[-1 : 1 : levels.shape[0] * 1j, -1 : 1 : levels.shape[1] * 1j]
    light = 1 - 0.2 * (rows * rng.uniform(-1, 1) + columns * rng.uniform(-1, 1)) - 0.1 * (rows**2 + columns**2)
    return saved(photo(levels * light, rng, noise=0.03), "JPEG", quality=85)


def colored(digits: Sequence[Gray], rng: Rng) -> bytes:
    hue = rng.random()
    paper = np.array(colorsys.hsv_to_rgb(hue, rng.uniform(0.2, 0.5), rng.uniform(0.8, 0.95)))
    ink = np.array(colorsys.hsv_to_rgb(hue + rng.uniform(0.3, 0.7), rng.uniform(0.7, 1), rng.uniform(0.4, 0.75)))
    alpha = page(digits, rng).ink[..., np.newaxis]
    return saved(photo((paper * (1 - alpha) + ink * alpha).astype(np.float32), rng))


def punched(digits: Sequence[Gray], rng: Rng) -> bytes:
    given = page(digits, rng, margin=0.22)
    levels, radius = inked(given, rng), rng.uniform(10, 18)
    for y in (0.3, 0.7):
        hole = dot(levels.shape, (y * levels.shape[0], radius + rng.uniform(8, 20)), radius)
        levels += (0.15 - levels) * hole
    return saved(photo(levels, rng))


def hand(digits: Sequence[Gray], rng: Rng) -> bytes:
    levels = inked(page(digits, rng), rng)
    shade = np.zeros_like(levels)
    y, x = levels.shape[0] * rng.uniform(0.5, 0.9), levels.shape[1] * rng.uniform(0.5, 0.95)
    for k in range(4):
        end = (y - rng.uniform(60, 160), x - 110 + 50 * k)
        shade = np.maximum(shade, line(levels.shape, (y + 30 + 6 * k, x + 25 * k - 40), end, rng.uniform(25, 40)))
    shade = np.maximum(shade, dot(levels.shape, (y + 90, x), 100))
    shade = ndimage.gaussian_filter(shade, rng.uniform(3, 12))
    return saved(photo(levels * (1 - rng.uniform(0.3, 0.55) * shade), rng))


def sheet(digits: Sequence[Gray], rng: Rng) -> bytes:
    given = page(digits, rng, margin=0.3, share=(0.2, 0.4))
    (height, width), levels = given.ink.shape, inked(given, rng)
    d = int(rng.integers(20, 50))
    mask = frame((height, width), (d, d, height - d, width - d), 2, rng.uniform(-6, 6)) > 0.5
    inside = ndimage.binary_fill_holes(mask)
    wood = rng.uniform(0.1, 0.4) + 0.04 * smooth_noise(rng, (height, width), 6)
    return saved(photo(np.where(inside, levels, wood).astype(np.float32), rng))


def defocused(digits: Sequence[Gray], rng: Rng) -> bytes:
    return saved(photo(inked(page(digits, rng), rng), rng, blur=rng.uniform(3, 6)))


def through(digits: Sequence[Gray], rng: Rng) -> bytes:
    given = page(digits, rng)
    back = np.roll(given.ink[:, ::-1], rng.integers(-60, 60, 2), (0, 1))
    return saved(photo(inked(given, rng) - 0.12 * ndimage.gaussian_filter(back, 3), rng))


def broken(digits: Sequence[Gray], rng: Rng) -> bytes:
    """A ballpoint that skips."""
    given = page(digits, rng, pen=thin_pen(6))
    gaps = np.clip(1.5 + smooth_noise(rng, given.ink.shape, 5) * 1.1, 0, 1)
    return saved(photo(inked(Page(given.ink * gaps, given.box), rng), rng))


def chalk(digits: Sequence[Gray], rng: Rng) -> bytes:
    given = page(digits, rng)
    grain = np.clip(1 + 0.3 * smooth_noise(rng, given.ink.shape, 2), 0, 1)
    board = 0.25 + 0.05 * smooth_noise(rng, given.ink.shape, 40)
    return saved(photo((board + (0.85 - board) * given.ink * grain).astype(np.float32), rng, noise=0.03))


def tight(digits: Sequence[Gray], rng: Rng) -> bytes:
    given = page(digits, rng)
    top, left, bottom, right = given.box
    return saved(photo(inked(Page(given.ink[top:bottom, left:right], given.box), rng), rng))


RELATIVES: dict[str, Style] = {
    "grid paper": grid,
    "lined paper": lined,
    "dark lines across": dark_lines,
    "tilted frame": tilted_frame,
    "stains": stains,
    "JPEG of quality 5 to 14": jpeg,
    "pencil": pencil,
    "near the border": near_border,
    "cut to the digit": tight,
    "thick marker": marker,
    "small in a large photo": small,
    "color on color": colored,
    "hole-punch": punched,
    "shadow of a hand": hand,
    "sheet on a dark desk": sheet,
    "out of focus": defocused,
    "writing shows through": through,
    "ballpoint that skips": broken,
    "chalk": chalk,
}
