"""Reading images at other places than their pixels: where an affine map leads, and bilinear interpolation there."""

import numpy as np

from fnnet.core.arrays import F, Matrix

Cube = np.ndarray[tuple[int, int, int], np.dtype[F]]
"""Images as an array of shape (n, side, side)."""


def affine_places(
    side: int, angle: Matrix[F], shear: Matrix[F], scale: Matrix[F], down: Matrix[F], right: Matrix[F]
) -> tuple[Matrix[F], Matrix[F]]:
    """Where each pixel of each image is read, so that the image appears rotated, sheared, scaled and shifted.

    For a pixel at (v, u) from the center (down, right) the place is A (v, u) minus the shift, where A is a shear along
    the rows, then a rotation, then a division by the scale.

    Args:
        side: the height and width of the images, in pixels.
        angle: in radians, shape (n, 1), as all that follow.
        shear: the tangent of the angle of shearing.
        scale: 1 keeps the size, 2 doubles it.
        down, right: the shift, in pixels.

    Returns:
        The rows and the columns, each of shape (n, side * side), counted from the first pixel.

    >>> zero, one = np.zeros((1, 1)), np.ones((1, 1))
    >>> rows, columns = affine_places(2, zero, zero, one, zero, right=one)
    >>> columns
    array([[-1.,  0., -1.,  0.]])
    """
    dtype, shrink = angle.dtype, 1 / scale
    cos, sin = np.cos(angle) * shrink, np.sin(angle) * shrink
    center = dtype.type((side - 1) / 2)
    v, u = (grid.reshape(1, -1).astype(dtype) - center for grid in np.mgrid[:side, :side])
    u = u + shear * v
    rows: Matrix[F] = cos * v - sin * u + (center - down)
    columns: Matrix[F] = sin * v + cos * u + (center - right)
    return rows, columns


def bilinear(images: Cube[F], rows: Matrix[F], columns: Matrix[F]) -> Matrix[F]:
    """The values of images at places between their pixels; beyond the edge they fade to 0 within one pixel.

    Args:
        images: shape (n, side, side).
        rows, columns: the places, each of shape (n, m).

    Returns:
        Shape (n, m).

    >>> bilinear(np.array([[[0.0, 1.0], [2.0, 3.0]]]), np.array([[0.5]]), np.array([[0.5]]))
    array([[1.5]])
    """
    n, side, _ = images.shape
    # a border of zeros, onto which places outside are moved
    width = side + 2
    padded = np.zeros((n, width, width), images.dtype)
    padded[:, 1:-1, 1:-1] = images
    flat = padded.reshape(-1)
    y, x = (np.clip(places + 1, 0, side + 1 - 1e-3) for places in (rows, columns))
    top, left = y.astype(np.int32), x.astype(np.int32)
    y -= top
    x -= left
    corner = top * width + left
    corner += np.arange(0, flat.size, width * width, dtype=np.int32)[:, np.newaxis]
    upper = flat.take(corner)
    upper += x * (flat.take(corner + 1) - upper)
    corner += width
    lower = flat.take(corner)
    lower += x * (flat.take(corner + 1) - lower)
    values: Matrix[F] = upper + y * (lower - upper)
    return values


def gaussian(side: int, sigma: float, dtype: np.dtype[F]) -> Matrix[F]:
    """The symmetric matrix that smooths along an axis: each row is a Gaussian of sum 1, unless the edge cuts it off.

    Args:
        side: the length of the axis, in pixels.
        sigma: σ, the standard deviation of the Gaussian, in pixels; 0 for no smoothing.
        dtype: of the matrix.

    Returns:
        Shape (side, side).

    >>> gaussian(3, 0.5, np.dtype(np.float64)).round(2)
    array([[0.8 , 0.11, 0.  ],
           [0.11, 0.8 , 0.11],
           [0.  , 0.11, 0.8 ]])
    """
    if sigma == 0:
        return np.eye(side, dtype=dtype)
    distance = np.subtract.outer(np.arange(side), np.arange(side))
    density: Matrix[F] = np.exp(-0.5 * np.square(distance / sigma)) / (np.sqrt(2 * np.pi) * sigma)
    return density.astype(dtype)
