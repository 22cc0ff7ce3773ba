"""An image that was cut to its digit, whose strokes may be wide beside the little paper that is left."""

import numpy as np

from fnnet.core.arrays import Matrix
from fnnet.data.images.parts import parts_of
from fnnet.data.images.strokes import stroke_width

_SPAN = 0.9  # of both sides of the image
_BORDER = 0.45  # of the border may be ink
_THIN = 0.05  # of its length: strokes are wider, and the lines of a grid are not
_SOLID = 0.25  # of its length: the radius of a disk inside
_COMPACT = 0.15, 0.7  # such a radius, and the share of its box: a sheet of paper has more of both
_BETWEEN = 0.15  # of the pixels may be neither paper nor ink


def whole_digit(levels: Matrix[np.float32]) -> Matrix[np.float32] | None:
    """The ink of a digit that spans the image, on even paper, darker or lighter; None if it shows anything else."""
    border = np.concatenate([levels[0], levels[-1], levels[:, 0], levels[:, -1]])
    paper = float(np.median(border))
    is_dark = paper - levels.min() > levels.max() - paper
    ink: Matrix[np.float32] = np.maximum(paper - levels if is_dark else levels - paper, 0)
    peak = float(np.quantile(ink, 0.95))
    if peak <= 0 or np.mean(np.abs(ink / peak - 0.5) < 0.2) > _BETWEEN:
        return None
    if np.mean(np.abs(border - paper) > peak / 2) > _BORDER:
        return None
    if not (parts := parts_of(ink, peak / 2)):  # printed lines alone
        return None
    part = max(parts, key=lambda part: part.mass)
    spans = all(length > _SPAN * side for length, side in zip(part.mask.shape, levels.shape))
    if not spans or stroke_width(part.mask) < _THIN * part.length:
        return None
    is_compact = part.radius > _COMPACT[0] * part.length and part.mask.mean() > _COMPACT[1]
    return None if is_compact or part.radius > _SOLID * part.length else ink
