"""`scipy.ndimage`, which has no types of its own; those that checkers guess are wrong."""

from typing import Any

from scipy import ndimage as _ndimage

ndimage: Any = _ndimage
