"""An image that was cut to its digit, whose strokes may be wide beside the little paper that is left."""

import numpy as np

from fnnet.core.arrays import Matrix
from fnnet.data.images.parts import parts_of

_SPAN = 0.9  # of both sides of the image
_BORDER = 0.45  # of the border may be ink
_RADII = (0.03, 0.25)  # of the longer side: half a stroke
_FILL = 0.8  # of its box may be ink: a sheet of paper is more
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
    is_stroke = _RADII[0] < part.radius / part.length < _RADII[1] and part.mask.mean() < _FILL
    return ink if spans and is_stroke else None
