"""What on a photo is paper, however the light falls on it, and how much ink is on it."""

import numpy as np

from fnnet.core.arrays import Matrix
from fnnet.data.images.untyped import ndimage

_DARK = 0.5  # of the lit paper: where it is darker, noise is not amplified further


def ink_on(levels: Matrix[np.float32], window: int) -> Matrix[np.float32]:
    """How much of each pixel's light the ink takes, from 0 to 1.

    The paper is the gray closing of the image: whatever is dark and narrower than the window is filled, while light
    that falls off, the edge of a shadow, or a dark desk stay as they are (Serra, "Image analysis and mathematical
    morphology", 1982). Ink is what is darker than the paper, as a share of it.

    Args:
        levels: from 0 (dark) to 1.
        window: in pixels; strokes are narrower.
    """
    smooth = _smooth(levels)
    paper: Matrix[np.float32] = ndimage.grey_closing(smooth, (window, window))
    least = max(_DARK * float(np.quantile(paper, 0.9)), 1e-6)
    ink: Matrix[np.float32] = np.divide(paper - smooth, np.maximum(paper, least), dtype=np.float32)
    return ink


def _smooth(levels: Matrix[np.float32]) -> Matrix[np.float32]:
    """Blurred against noise: not at all where an image is as small as MNIST's, by 1.5 pixels where it is large."""
    sigma = 1.5 * float(np.clip((max(levels.shape) - 60) / 340, 0, 1))
    smooth: Matrix[np.float32] = ndimage.gaussian_filter(levels, sigma) if sigma else levels
    return smooth
