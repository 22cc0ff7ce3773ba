"""Connected parts of the ink, and which of them cannot be parts of a digit."""

from collections.abc import Sequence

import attrs
import numpy as np

from fnnet.core.arrays import Matrix
from fnnet.data.images.rules import Mask, without_rules
from fnnet.data.images.untyped import ndimage

EIGHT = np.ones((3, 3))
"""Diagonal neighbors are connected, too."""
_SPECK = 0.03  # of the ink of the heaviest part
_FAINT = 0.6  # of the darkest part
_INSIDE = 0.15  # of the length of what is around it: a dot in a zero is smaller
_END = 0.35  # of its length: the width of a stroke
_SOLID = 0.3  # of the length: the radius of a disk inside


@attrs.frozen(eq=False)
class Part:
    """Pixels of ink that are connected.

    Args:
        mask: shape (height, width), of its bounding box.
        top, left: where the box is.
        mass: the sum of the ink.
    """

    mask: Mask
    top: int
    left: int
    mass: float

    @property
    def bottom(self) -> int:
        """The row below it."""
        return self.top + self.mask.shape[0]

    @property
    def right(self) -> int:
        """The column after it."""
        return self.left + self.mask.shape[1]

    @property
    def length(self) -> int:
        """The longer side of its box."""
        return max(self.mask.shape)

    @property
    def darkness(self) -> float:
        """The mean of the ink."""
        return self.mass / float(self.mask.sum())

    @property
    def radius(self) -> float:
        """Of the largest disk inside, in pixels: half the width of a stroke."""
        return float(ndimage.distance_transform_edt(np.pad(self.mask, 1)).max())


def parts_of(ink: Matrix[np.float32], threshold: float) -> list[Part]:
    """The connected parts of the ink above a threshold, without printed lines."""
    labels, n = ndimage.label(without_rules(ink > threshold), EIGHT)
    numbers = np.arange(1, n + 1)
    masses = ndimage.sum_labels(ink, labels, numbers)
    return [
        Part(labels[box] == k, box[0].start, box[1].start, float(mass))
        for k, box, mass in zip(numbers, ndimage.find_objects(labels), masses)
    ]


def digit_parts(parts: Sequence[Part], shape: tuple[int, int]) -> list[Part]:
    """The parts that can belong to digits: heavy and dark enough, and not cut off, nor a frame, a line or a hole."""
    inner = [part for part in parts if not _is_cut(part, shape)]
    darkest = max((part.darkness for part in _heavy(inner)), default=0)
    dark = _heavy([part for part in inner if part.darkness >= _FAINT * darkest])
    open = _heavy([part for part in dark if not any(_frames(part, other) for other in dark)])
    found = [part for part in open if part.radius <= _SOLID * part.length and not _is_line(part, shape)]
    return found or [part for part in _heavy(parts)[:1] if _fills(part, shape)]


def _heavy(parts: Sequence[Part]) -> list[Part]:
    """All but specks, the heaviest first."""
    order = sorted(parts, key=lambda part: -part.mass)
    return [part for part in order if part.mass >= _SPECK * order[0].mass]


def _is_cut(part: Part, shape: tuple[int, int]) -> bool:
    """Whether the edges of the image cut it: two of them, or one in more than the end of a stroke."""
    contacts = [
        int(side.sum())
        for side, is_at_edge in (
            (part.mask[0], part.top == 0),
            (part.mask[-1], part.bottom == shape[0]),
            (part.mask[:, 0], part.left == 0),
            (part.mask[:, -1], part.right == shape[1]),
        )
        if is_at_edge
    ]
    return len(contacts) > 1 or sum(contacts) > _END * part.length


def _fills(part: Part, shape: tuple[int, int]) -> bool:
    """Whether the image was cut to it."""
    return part.mask.shape[0] > 0.5 * shape[0] and part.mask.shape[1] > 0.5 * shape[1]


def _is_line(part: Part, shape: tuple[int, int]) -> bool:
    """Whether it is thin, and nearly as long as the image."""
    height, width = part.mask.shape
    return max(height / shape[0], width / shape[1]) > 0.75 and min(height, width) < 0.06 * max(height, width)


def _frames(part: Part, other: Part) -> bool:
    """Whether it is drawn around another, which is not small beside it."""
    around = part.top < other.top and part.left < other.left and part.bottom > other.bottom and part.right > other.right
    if not around or other.length < _INSIDE * part.length:
        return False
    inside = ndimage.binary_fill_holes(part.mask) & ~part.mask
    top, left = other.top - part.top, other.left - part.left
    height, width = other.mask.shape
    return bool(inside[top : top + height, left : left + width][other.mask].mean() > 0.9)
