"""The width of the strokes of a pen."""

import numpy as np

from fnnet.data.images.rules import Mask
from fnnet.data.images.untyped import ndimage


def stroke_width(mask: Mask) -> float:
    """In pixels: twice the median of the distance to the edge, along the ridges of this distance.

    >>> bar = np.zeros((20, 20), bool)
    >>> bar[4:16, 8:12] = True
    >>> stroke_width(bar)
    4.0
    """
    distances = ndimage.distance_transform_edt(np.pad(mask, 1))
    ridge = distances[(distances == ndimage.maximum_filter(distances, 3)) & (distances > 0)]
    return 2 * float(np.median(ridge))
