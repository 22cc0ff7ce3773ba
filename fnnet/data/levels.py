"""Inputs outside of 0 to 1, and the function that brings them to the size that initial weights expect."""

import numpy as np

from fnnet.core.arrays import F
from fnnet.data.dataset import Dataset, require_dataset, require_samples
from fnnet.data.inputs import side_of_images
from fnnet.data.scaler import Scaler, standardized
from fnnet.io.levels import UNIT, Levels


def input_scaler(data: Dataset[F]) -> Scaler | None:
    """The scaler that a network for this data is trained behind, to `absorb` it afterwards.

    Args:
        data: one sample or more.

    Returns:
        None if all numbers are from 0 to 1. For square images of 8 x 8 pixels or more the same scale for each pixel,
        which brings the least number to 0 and the largest to 1: what is beyond the edge is 0 there, too. Else that of
        `standardized`.

    Raises:
        ValueError: the data is empty.

    >>> input_scaler(Dataset(np.eye(2), np.array([0, 1])))
    >>> input_scaler(Dataset(np.array([[170.0, 1.0], [180.0, 1.0]]), np.array([0, 1]))).mean
    array([175.,   1.])
    """
    low, high = levels = input_levels(data)
    if levels != UNIT:
        features = data.x.shape[1]
        return Scaler(np.full(features, low), np.full(features, high - low))
    return None if _is_within(data, UNIT) else standardized(data)[1]


def input_levels(data: Dataset[F]) -> Levels:
    """The least and the largest number of square images, unless all are between 0 and 1.

    Args:
        data: one sample or more.

    Returns:
        The levels of black and white; 0 and 1 for tables, too.

    Raises:
        ValueError: the data is empty.

    >>> input_levels(Dataset(np.linspace(-1, 1, 64).reshape(1, 64), np.array([0])))
    (-1.0, 1.0)
    """
    require_dataset(data)
    require_samples(data)
    if _is_within(data, UNIT) or not side_of_images(data.x.shape[1]):
        return UNIT
    low, high = float(data.x.min()), float(data.x.max())
    return low, high if high > low else low + 1


def _is_within(data: Dataset[F], levels: Levels) -> bool:
    return bool(levels[0] <= data.x.min() and data.x.max() <= levels[1])
