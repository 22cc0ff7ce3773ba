"""One number a pixel: of an image in color the plane in which ink stands out, bright where the paper is."""

import numpy as np
from PIL import Image

from fnnet.core.arrays import AnyRank, Matrix
from fnnet.data.images.untyped import ndimage

_GRAY = np.array([0.299, 0.587, 0.114], np.float32)  # the luma of ITU-R BT.601
_COARSE = 48  # pixels
_CLEARER = 1.3  # by which a color must stand out more than gray, since in JPEG files colors are coarser


def ink_plane(colors: AnyRank) -> tuple[Matrix[np.float32], float]:
    """The gray levels of an image, or its red, green or blue, turned so that ink is darker than paper.

    Args:
        colors: shape (height, width, 3), from 0 to 1.

    Returns:
        The levels, and the difference between the darkest and the lightest.
    """
    gray: Matrix[np.float32] = np.ascontiguousarray(colors @ _GRAY)
    best, skewness = gray, _skewness(gray)
    for k in range(3):
        plane: Matrix[np.float32] = np.ascontiguousarray(colors[..., k])
        skewed = _skewness(plane)
        if abs(skewed) > _CLEARER * abs(skewness):
            best, skewness = plane, skewed
    return best if skewness <= 0 else 1 - best, float(np.ptp(best))


def _skewness(levels: Matrix[np.float32]) -> float:
    """The cubic mean of how levels differ from those around them: negative where the few, which are ink, are dark."""
    k = max(1, min(levels.shape) // _COARSE)
    coarse = np.asarray(Image.fromarray(levels).reduce(k))
    around = ndimage.uniform_filter(coarse, round(0.6 * min(coarse.shape)))
    return float(np.cbrt(np.mean((coarse - around) ** 3)))
