"""Pages with digits on them: what a photo is composed of, before light falls on it."""

from collections.abc import Callable, Sequence

import attrs
import numpy as np
from PIL import Image

from fnnet.core.arrays import AnyRank
from fnnet.data.images.untyped import ndimage
from tests.campaigns.photos.marks import Gray, Rng


@attrs.frozen(eq=False)
class Page:
    """How much of each pixel ink covers, from 0 to 1, and the box (top, left, bottom, right) of the digits."""

    ink: Gray
    box: tuple[int, int, int, int]

    def covered(self, more: Gray) -> "Page":
        """With more ink, of the same color."""
        return attrs.evolve(self, ink=np.maximum(self.ink, more))


Pen = Callable[[Gray], Gray]
"""Changes the strokes of an enlarged digit."""


def page(
    digits: Sequence[Gray],
    rng: Rng,
    size: tuple[int, int] = (360, 440),
    share: tuple[float, float] = (0.3, 0.6),
    margin: float = 0.12,
    pen: Pen = lambda ink: ink,
) -> Page:
    """Digits of MNIST, enlarged, side by side somewhere on a page.

    Args:
        digits: shape (28, 28).
        rng: of the places.
        size: height and width of the page.
        share: bounds of the height of MNIST's box of 20 pixels as a share of the height of the page.
        margin: the share of the page that stays free on each side.
        pen: the strokes.
    """
    height, width = size
    side = rng.uniform(*share) * height * 28 / 20
    side = min(side, (width * (1 - 2 * margin)) / (0.3 + 0.75 * len(digits)))
    marks = [pen(_trimmed(enlarged(digit, round(side)))) for digit in digits]
    gaps = [0] + [int(side * rng.uniform(0.12, 0.3)) for _ in marks[1:]]
    wide = sum(mark.shape[1] for mark in marks) + sum(gaps)
    high = max(mark.shape[0] for mark in marks)
    top = _place(rng, height, high, margin)
    left = at = _place(rng, width, wide, margin)
    ink = np.zeros(size, np.float32)
    for mark, gap in zip(marks, gaps):
        at += gap
        y = top + (high - mark.shape[0]) // 2
        ink[y : y + mark.shape[0], at : at + mark.shape[1]] = mark
        at += mark.shape[1]
    return Page(ink, (top, left, top + high, left + wide))


def enlarged(digit: Gray, side: int) -> Gray:
    """A digit in a square of so many pixels, with edges as sharp as a pen's."""
    large = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    return np.clip((np.asarray(large) - 0.5) * side / 60 + 0.5, 0, 1).astype(np.float32)


def thin_pen(width: int) -> Pen:
    """Strokes of so many pixels."""
    disk = np.hypot(*np.mgrid[-width : width + 1, -width : width + 1]) <= width / 2
    return lambda ink: np.pad(_skeleton(ink > 0.5), width) if width < 2 else _drawn(ink, width, disk)


def thick_pen(share: float) -> Pen:
    """Strokes that are wider by a share of the height of the digit."""

    def draw(ink: Gray) -> Gray:
        radius = max(1, round(share * len(ink) / 2))
        disk = np.hypot(*np.mgrid[-radius : radius + 1, -radius : radius + 1]) <= radius
        thick: Gray = ndimage.grey_dilation(np.pad(ink, radius), footprint=disk)
        return thick

    return draw


def _place(rng: Rng, length: int, taken: int, margin: float) -> int:
    free = length - taken
    low = min(round(margin * length), free // 2)
    return int(rng.integers(low, max(free - low, low) + 1))


def _trimmed(ink: Gray) -> Gray:
    rows, columns = (np.flatnonzero((ink > 0.5).any(axis=axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _drawn(ink: Gray, width: int, disk: AnyRank) -> Gray:
    line = ndimage.binary_dilation(np.pad(_skeleton(ink > 0.5), width), disk).astype(np.float32)
    return _trimmed(ndimage.gaussian_filter(line, 0.6))


def _skeleton(mask: AnyRank) -> AnyRank:
    """Lines of one pixel where the strokes are (Zhang and Suen, "A fast parallel algorithm for thinning", 1984)."""
    mask = np.pad(mask, 1)
    changed = True
    while changed:
        changed = False
        for first in (True, False):
            around = [
                mask[1:-1, 1:-1] * 0 + mask[1 + r : mask.shape[0] - 1 + r, 1 + c : mask.shape[1] - 1 + c]
                for r, c in ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
            ]
            n, e, s, w = (around[k].astype(bool) for k in (0, 2, 4, 6))
            count = sum(part.astype(int) for part in around)
            turns = sum((a == 0) & (b != 0) for a, b in zip(around, around[1:] + around[:1]))
            open_sides = ~(n & e & s) & ~(e & s & w) if first else ~(n & e & w) & ~(n & s & w)
            gone = mask[1:-1, 1:-1] & (count >= 2) & (count <= 6) & (turns == 1) & open_sides
            mask[1:-1, 1:-1] &= ~gone
            changed |= bool(gone.any())
    return mask[1:-1, 1:-1]
