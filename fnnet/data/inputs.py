"""What files hold as inputs of a network: images as rows of float32, their bytes from 0 to 1."""

from math import isqrt

import attrs
import numpy as np

from fnnet.core.arrays import AnyRank, F, Matrix
from fnnet.core.messages import invalid, quoted
from fnnet.data.dataset import Dataset, require_dataset

_FEWEST_PIXELS = 64  # of an image: 8 x 8; fewer numbers are rather a row of a table


def input_rows(x: AnyRank) -> Matrix[np.float32]:
    """The images of a file as rows that the caller owns.

    Args:
        x: shape (n, features) or (n, height, width), of numbers.

    Returns:
        Shape (n, features): bytes divided by 255, so that they are from 0 to 1; other numbers as they are. What is
        beyond float32 is infinite.

    Raises:
        ValueError: the shape is another, or empty, or the array holds something else than numbers.

    >>> input_rows(np.array([[[0, 51], [102, 255]]], np.uint8))
    array([[0. , 0.2, 0.4, 1. ]], dtype=float32)
    """
    if x.ndim < 2 or 0 in x.shape:
        raise invalid("images", "shape (n, height, width) or (n, features), not empty", x.shape)
    if x.dtype.kind not in "iuf":
        raise invalid("images", "bytes, integers or floats", quoted(x.dtype))
    rows: Matrix[np.float32] = x.reshape(len(x), -1)
    if x.dtype == np.uint8:
        return np.divide(rows, np.float32(255), dtype=np.float32)
    with np.errstate(over="ignore"):
        return rows.astype(np.float32)


def side_of_images(features: int) -> int:
    """The side of the square images that have so many pixels; 0 where rows are rather those of a table.

    >>> side_of_images(784), side_of_images(785), side_of_images(9)
    (28, 0, 0)
    """
    side = isqrt(features)
    return side if side * side == features >= _FEWEST_PIXELS else 0


def transposed(data: Dataset[F]) -> Dataset[F]:
    """The images turned upright that were stored column by column, as those of EMNIST are.

    Args:
        data: rows of square images.

    Returns:
        A new data set: each image mirrored at its diagonal, with targets and weights kept. Law: twice transposed, they
        are as before.

    Raises:
        ValueError: the images are not square.

    >>> transposed(Dataset(np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([0]))).x
    array([[1., 3., 2., 4.]])
    """
    require_dataset(data)
    features = data.x.shape[1]
    side = isqrt(features)
    if side * side != features:
        raise invalid("data", "square images, to transpose them", f"{features} features")
    x = data.x.reshape(-1, side, side).transpose(0, 2, 1).reshape(-1, features)
    return attrs.evolve(data, x=x)
