"""Which parts belong to one digit: pens skip, and the bar of a five is a stroke of its own."""

from collections.abc import Sequence

import attrs
import numpy as np

from fnnet.core.arrays import AnyRank
from fnnet.data.images.parts import Part
from fnnet.data.images.untyped import ndimage

_MOST = 40  # parts
_POINTS = 150  # of an outline


@attrs.frozen(eq=False)
class Box:
    """The bounding box of parts, in pixels; the last row and column are outside."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Its rows."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """The row in its middle."""
        return (self.top + self.bottom) / 2

    @property
    def width(self) -> int:
        """Its columns."""
        return self.right - self.left


def box_of(parts: Sequence[Part]) -> Box:
    """The box around all of these parts."""
    return Box(
        min(part.top for part in parts),
        min(part.left for part in parts),
        max(part.bottom for part in parts),
        max(part.right for part in parts),
    )


def grouped(parts: Sequence[Part]) -> list[list[Part]]:
    """The parts of each digit, line by line from left to right.

    The nearest two groups that belong together are joined until none do. What is small beside the rest is left out.
    """
    parts = parts[:_MOST]
    groups, gaps = [[part] for part in parts], _gaps(parts)
    while pair := _nearest(groups, gaps):
        i, j = pair
        gaps[i] = gaps[:, i] = np.minimum(gaps[i], gaps[j])
        gaps[i, i] = np.inf
        gaps = np.delete(np.delete(gaps, j, 0), j, 1)
        groups[i] += groups.pop(j)
    boxes = [box_of(group) for group in groups]
    masses = [sum(part.mass for part in group) for group in groups]
    least = 0.4 * max((box.height for box in boxes), default=0)
    return _in_reading_order(
        [group for group, box, mass in zip(groups, boxes, masses) if box.height >= least and mass >= 0.08 * max(masses)]
    )


def _in_reading_order(groups: Sequence[list[Part]]) -> list[list[Part]]:
    """A line is what has its middle above the bottom of the group that is highest on the page."""
    ordered: list[list[Part]] = []
    rest = sorted(groups, key=lambda group: box_of(group).top)
    while rest:
        bottom = box_of(rest[0]).bottom
        line = [group for group in rest if box_of(group).middle < bottom]
        rest = [group for group in rest if box_of(group).middle >= bottom]
        ordered += sorted(line, key=lambda group: box_of(group).left)
    return ordered


def _gaps(parts: Sequence[Part]) -> AnyRank:
    """The pixels between parts, each a matrix's row and column."""
    outlines = [_outline(part) for part in parts]
    gaps = np.full((len(parts), len(parts)), np.inf)
    for i, a in enumerate(outlines):
        for j, b in enumerate(outlines[:i]):
            gaps[i, j] = gaps[j, i] = np.sqrt(((a[:, np.newaxis] - b) ** 2).sum(axis=-1).min()) - 1
    return gaps


def _outline(part: Part) -> AnyRank:
    """Points (row, column) of the image on the outline of a part."""
    edge = part.mask & ~ndimage.binary_erosion(part.mask)
    points = np.argwhere(edge)
    outline: AnyRank = points[:: len(points) // _POINTS + 1] + np.array([part.top, part.left])
    return outline


def _nearest(groups: Sequence[Sequence[Part]], gaps: AnyRank) -> tuple[int, int] | None:
    """The two nearest of the groups that belong together, the first before the second; None if none do."""
    boxes = [box_of(group) for group in groups]
    pairs = [
        (gaps[i, j], i, j) for j in range(len(groups)) for i in range(j) if _belong(boxes[i], boxes[j], gaps[i, j])
    ]
    return min(pairs)[1:] if pairs else None


def _belong(a: Box, b: Box, gap: float) -> bool:
    """Whether two groups at this distance are one digit, as far as their boxes show."""
    heights, widths = sorted([a.height, b.height]), sorted([a.width, b.width])
    height = max(a.bottom, b.bottom) - min(a.top, b.top)
    width = max(a.right, b.right) - min(a.left, b.left)
    across, down = sum(widths) - width, sum(heights) - height  # how far they are above, or beside, one another
    if width > 1.4 * height and width > 1.2 * widths[1]:
        return False  # wider than a digit
    if down >= 0.7 * heights[1] and across < 0.2 * widths[0]:
        return gap < 0.08 * height  # side by side
    if across >= 0.6 * widths[0] and heights[0] > 0.6 * heights[1]:
        return gap < 0.35 * max(heights[1], widths[1])  # one above the other, and as high
    return gap < 0.4 * max(heights[1], widths[1])
