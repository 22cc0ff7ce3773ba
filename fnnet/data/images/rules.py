"""Printed lines that cross a page from edge to edge."""

from typing import TypeAlias

import numpy as np

from fnnet.data.images.untyped import ndimage

Mask: TypeAlias = np.ndarray[tuple[int, int], np.dtype[np.bool]]
_SPAN = 0.98  # of the image
_THIN = 0.02  # of its shorter side


def without_rules(mask: Mask) -> Mask:
    """The ink without thin straight lines from edge to edge, along rows or columns; strokes stay whole."""
    rules = _along_rows(mask) | _along_rows(mask.T).T
    if not rules.any():
        return mask
    n = _thickness(mask) + 2
    strokes = np.pad(mask & ~rules, n)
    mended: Mask = ndimage.binary_closing(strokes, np.ones((n, n)))[n:-n, n:-n]
    return mask & (~rules | mended)


def _along_rows(mask: Mask) -> Mask:
    length = max(1, int(_SPAN * mask.shape[1]))
    tolerant = ndimage.binary_dilation(mask, np.ones((3, 1)))  # of lines that lean by a pixel
    long = ndimage.grey_opening(tolerant.view(np.uint8), (1, length), mode="nearest") > 0
    thick = ndimage.grey_opening(mask.view(np.uint8), (_thickness(mask) + 2, 1)) > 0
    rules: Mask = mask & long & ~thick
    return rules


def _thickness(mask: Mask) -> int:
    return max(1, round(_THIN * min(mask.shape)))
