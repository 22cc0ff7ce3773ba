"""The scale of inputs: what is black and white in images, and how inputs get the size that initial weights expect."""

import attrs
import numpy as np

from fnnet.core.arrays import Array, F, Numbers, S
from fnnet.data.dataset import Dataset, require_dataset, require_samples
from fnnet.data.inputs import side_of_images
from fnnet.data.part import Part
from fnnet.data.scaler import Scaler, standardized
from fnnet.io.levels import UNIT, Levels

_BYTE = 255
_HALF = 1 / 2  # numbers from 0 to less than this are small for a network


def input_scaler(data: Dataset[F]) -> Scaler | None:
    """The scaler that a network for this data is trained behind, to `absorb` it afterwards.

    Args:
        data: one sample or more.

    Returns:
        None if all numbers are from 0 to 1, the largest above 1/2. Else, for square images of 8 x 8 pixels or more, the
        same scale for each pixel, which brings the least number to 0 and the largest to 1: what is beyond the edge is 0
        there, too. Else that of `standardized`.

    Raises:
        ValueError: the data is empty.

    >>> input_scaler(Dataset(np.eye(2), np.array([0, 1])))
    >>> input_scaler(Dataset(np.array([[170.0, 1.0], [180.0, 1.0]]), np.array([0, 1]))).mean
    array([175.,   1.])
    """
    if _is_unit(data):
        return None
    if (levels := input_levels(data)) is None:
        return standardized(data)[1]
    (low, high), features = levels, data.x.shape[1]
    return Scaler(np.full(features, low), np.full(features, high - low))


def input_levels(data: Dataset[F]) -> Levels | None:
    """The numbers that stand for black and white in square images: 0 and 1, or else the least and the largest.

    Args:
        data: one sample or more.

    Returns:
        The levels; None for tables.

    Raises:
        ValueError: the data is empty.

    >>> input_levels(Dataset(np.linspace(-1, 1, 64).reshape(1, 64), np.array([0])))
    (-1.0, 1.0)
    """
    is_unit = _is_unit(data)
    if not side_of_images(data.x.shape[1]):
        return None
    if is_unit:
        return UNIT
    low, high = float(data.x.min()), float(data.x.max())
    return low, high if high > low else low + 1


def leveled(x: Array[S, F], levels: Levels | None) -> Array[S, F]:
    """Images from 0 to 1 with these levels of black and white, if there are some.

    >>> leveled(np.array([0.0, 0.5, 1.0]), (-1.0, 1.0))
    array([-1.,  0.,  1.])
    """
    if levels is None or levels == UNIT:
        return x
    low, high = (x.dtype.type(level) for level in levels)
    scaled: Numbers = low + (high - low) * x
    return scaled


def training_part(part: Part) -> Part:
    """The samples to train on, in which bytes of which none is above 127 are numbers: black and white, or 0 to 16.

    >>> training_part(Part(Dataset(np.full((1, 64), 16 / 255, np.float32), np.array([0])), is_unit=True)).data.x.max()
    np.float32(16.0)
    """
    data = part.data
    if part.is_unit and side_of_images(data.x.shape[1]) and data.x.max() < _HALF:
        return attrs.evolve(part, data=attrs.evolve(data, x=_as_bytes(data)), is_unit=False)
    return part


def on_levels(part: Part, levels: Levels | None) -> Dataset[np.float32]:
    """Samples on the scale of those that a network was trained on, whatever their own numbers are.

    Args:
        part: the samples.
        levels: of images that were trained on as their file had them; None where they were from 0 to 1, as bytes are,
            and for tables.

    Returns:
        Numbers of which nothing is known are as their file has them, but from 0 to 255 they are pixels for a network
        of images from 0 to 1. Bytes are as their file has them where such numbers were trained on, else they get the
        levels.

    >>> digits = Dataset(np.full((1, 64), 51, np.float32), np.array([0]))
    >>> on_levels(Part(digits), None).x.max(), on_levels(Part(digits), (0, 255)).x.max()
    (np.float32(0.2), np.float32(51.0))
    """
    data, x = part.data, part.data.x
    if part.is_unit and levels is not None:
        own = _as_bytes(data)
        low, high = levels
        is_as_written = low >= 0 and (_BYTE / 2 < high <= _BYTE or own.max() <= high)
        return attrs.evolve(data, x=own if is_as_written else leveled(x, levels))
    if not part.is_unit and levels is None and _are_pixels(data):
        return attrs.evolve(data, x=np.divide(x, np.float32(_BYTE)))
    return data


def levels_scaler(features: int, of: Levels | None, to: Levels | None) -> Scaler | None:
    """The function from the numbers of one network's images to those of another's, as `on_levels` has it.

    Args:
        features: how many pixels the images have.
        of: the levels that the numbers have now; None where they are from 0 to 1, as bytes are, and for tables.
        to: those that are wanted, likewise.

    Returns:
        The function; None where the numbers stay.

    >>> levels_scaler(1, None, (-1.0, 1.0))(np.array([0.0, 0.5]).reshape(2, 1)).T
    array([[-1.,  0.]])
    """
    if of is None and to is not None:
        low, high = to
        return Scaler(np.full(features, -low / (high - low)), np.full(features, 1 / (high - low)))
    if of is not None and to is None and of[0] >= 0 and 1 < of[1] <= _BYTE:
        return Scaler(np.zeros(features), np.full(features, float(_BYTE)))
    return None


def _as_bytes(data: Dataset[np.float32]) -> Numbers:
    return data.x * np.float32(_BYTE)


def _are_pixels(data: Dataset[np.float32]) -> bool:
    """Whether these are square images of whole numbers from 0 to 255."""
    x = data.x
    if not side_of_images(x.shape[1]) or not (0 <= x.min() and 1 < x.max() <= _BYTE):
        return False
    return all(np.array_equal(column, np.rint(column)) for column in x.T)  # one by one, so that memory is not doubled


def _is_unit(data: Dataset[F]) -> bool:
    require_dataset(data)
    require_samples(data)
    return bool(data.x.min() >= 0 and _HALF < data.x.max() <= 1)
