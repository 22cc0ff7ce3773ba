"""Finding the digits on a page."""

from collections.abc import Sequence

import attrs
import numpy as np

from fnnet.core.arrays import Matrix, Vector
from fnnet.data.images.grouping import box_of, grouped
from fnnet.data.images.paper import ink_on
from fnnet.data.images.parts import EIGHT, Part, digit_parts, parts_of
from fnnet.data.images.rules import Mask
from fnnet.data.images.untyped import ndimage
from fnnet.data.images.whole import whole_digit

_LEAST = 1 / 16  # of the light: less ink is none
_THRESHOLDS = (0.4, 0.2, 0.1)  # of the darkest ink: pencil beside a printed mark needs the lower ones
_WINDOWS = (0.6, 0.25)  # of the shorter side
_STROKES = 3  # the window, in widths of a stroke, once this is known
_SMALLEST = 0.025  # of the longer side: a digit is longer
_GRAIN = 0.45  # of the ink: what is around a digit has less
_HOLES = 8  # in a digit with the gaps of a rough pen
_SHADE = 0.6  # of the ink: what is lighter may be a shadow
_SHADED = 0.05  # of the pixels, in areas
_AREA = 5  # pixels on each side: the edges of strokes are narrower


@attrs.frozen(eq=False)
class Found:
    """Digits on a page.

    Args:
        ink: how much there is on each pixel.
        threshold: where there is more, there is a part.
        groups: the parts of each digit, from left to right.
    """

    ink: Matrix[np.float32]
    threshold: float
    groups: Sequence[Sequence[Part]]

    @property
    def stroke(self) -> float:
        """The width of the widest stroke, in pixels."""
        return max(2 * part.radius for group in self.groups for part in group)

    @property
    def darkness(self) -> float:
        """Of the ink of the digits, apart from what is darkest of all."""
        return float(np.quantile(self._values(), 0.98))

    @property
    def is_shaded(self) -> bool:
        """Whether areas, and not only the edges of strokes, are so light that they may be a shadow."""
        own = _mask([part for group in self.groups for part in group], self.ink.shape)
        light = ndimage.binary_opening(own & (self.ink < _SHADE * self.darkness), np.ones((_AREA, _AREA)))
        return bool(light.sum() > _SHADED * own.sum())

    def _values(self) -> Vector[np.float32]:
        parts = [part for group in self.groups for part in group]
        boxes = [self.ink[part.top : part.bottom, part.left : part.right][part.mask] for part in parts]
        return np.concatenate(boxes)


@attrs.frozen(eq=False)
class Digit:
    """A digit on a page.

    Args:
        ink: how much there is on each pixel of its box.
        is_at_edge: whether it reaches the edge of the page, which may have cut it.
    """

    ink: Matrix[np.float32]
    is_at_edge: bool = False


def find(levels: Matrix[np.float32]) -> list[Digit]:
    """The digits, from left to right.

    Strokes are found with a wide window, and then again with one that is just wide enough for them, which leaves less
    of the shades around them.

    Args:
        levels: where there is ink, they are lower than around it.
    """
    if (whole := whole_digit(levels)) is not None:
        return [Digit(whole)]
    side = min(levels.shape)
    inks = [ink_on(levels, _window(share * side)) for share in _WINDOWS]
    found = next(filter(None, (_found(ink, share) for share in _THRESHOLDS for ink in inks)), None)
    if not found:
        return []
    window = _window(max(_STROKES * found.stroke, 0.05 * side))
    if window < _WINDOWS[0] * side:
        ink = ink_on(levels, window)
        found = next(filter(None, (_found(ink, share) for share in _THRESHOLDS)), found)
    found = _out_of_shade(found)
    return [Digit(_cut_out(found, group), _is_at_edge(group, levels.shape)) for group in found.groups]


def _window(pixels: float) -> int:
    return 2 * max(1, round(pixels / 2)) + 1


def _found(ink: Matrix[np.float32], share: float) -> Found | None:
    """What is found where the ink is above this share of the darkest, if anything."""
    peak = float(ink.max())
    noise = 1.4826 * float(
        np.median(np.abs(np.diff(ink.reshape(-1))))
    )  # the deviation of differences, if they are normal
    threshold = max(share * peak, float(np.quantile(ink, 0.25)) + 8 * noise)
    if peak < _LEAST or threshold >= peak:
        return None
    least = max(8, _SMALLEST * max(ink.shape))
    groups = [
        group
        for group in grouped(digit_parts(parts_of(ink, threshold), ink.shape))
        if _length(group) >= least and _stands_out(ink, group) and _is_simple(ink, group)
    ]
    return Found(ink, threshold, groups) if groups else None


def _stands_out(ink: Matrix[np.float32], group: Sequence[Part]) -> bool:
    """Whether most of what is around it is paper, and not more of the same, as in the grain of wood."""
    own, n = _mask(group, ink.shape), max(2, _length(group) // 8)
    near = ndimage.binary_dilation(own, EIGHT, n) & ~ndimage.binary_dilation(own, EIGHT, max(1, n // 3))
    return not near.any() or bool(np.quantile(ink[near], 0.75) < _GRAIN * ink[own].mean())


def _is_simple(ink: Matrix[np.float32], group: Sequence[Part]) -> bool:
    """Whether it has few holes, unlike what is found in photos of other things."""
    _, regions = ndimage.label(~np.pad(_mask(group, ink.shape), 1))
    return bool(regions - 1 <= _HOLES)


def _mask(group: Sequence[Part], shape: tuple[int, int]) -> Mask:
    own = np.zeros(shape, bool)
    for part in group:
        own[part.top : part.bottom, part.left : part.right] |= part.mask
    return own


def _out_of_shade(found: Found) -> Found:
    """Found again after the level of the shade is taken away, if some is found together with the digits."""
    if not found.is_shaded:
        return found
    darker = np.maximum(found.ink - _SHADE * found.darkness, 0)
    return _found(darker, _THRESHOLDS[0]) or found


def _length(group: Sequence[Part]) -> int:
    box = box_of(group)
    return max(box.height, box.width)


def _is_at_edge(group: Sequence[Part], shape: tuple[int, int]) -> bool:
    box = box_of(group)
    return box.top == 0 or box.left == 0 or box.bottom == shape[0] or box.right == shape[1]


def _cut_out(found: Found, group: Sequence[Part]) -> Matrix[np.float32]:
    """The ink of a digit, with its faint edges and ends, and without what belongs to others."""
    own = _mask(group, found.ink.shape)
    others = ndimage.binary_dilation((found.ink > found.threshold) & ~own, EIGHT) & ~own
    peak = np.quantile(found.ink[own], 0.9)
    reach = max(1, _length(group) // 6)
    grown = ndimage.binary_dilation(own, EIGHT, reach, mask=(found.ink > 0.2 * peak) & ~others)
    (box,) = ndimage.find_objects((grown & (found.ink > 0.3 * peak)).astype(np.uint8))
    ink: Matrix[np.float32] = np.where(grown, found.ink, 0)[box]
    return ink
