"""Reading images at other places than their pixels: where an affine map leads, and bilinear interpolation there."""

import numpy as np

from fnnet.core.arrays import F, Matrix, Numbers

Cube = np.ndarray[tuple[int, int, int], np.dtype[F]]
"""Images as an array of shape (n, side, side)."""


Drawn = Matrix[np.float64]
"""A number for each image, shape (n, 1); in float64, since a scale may be near 0 and a shear near 90 degrees."""


def affine_places(
    side: int, angle: Drawn, shear: Drawn, scale: Drawn, down: Drawn, right: Drawn, dtype: np.dtype[F]
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
        dtype: of the places.

    Returns:
        The rows and the columns, each of shape (n, side * side), counted from the first pixel.

    >>> zero, one = np.zeros((1, 1)), np.ones((1, 1))
    >>> rows, columns = affine_places(2, zero, zero, one, zero, one, np.dtype(np.float64))
    >>> columns
    array([[-1.,  0., -1.,  0.]])
    """
    middle = (side - 1) / 2
    cos, sin, slope, middle_row, middle_column = (
        numbers.astype(dtype)
        for numbers in (np.cos(angle) / scale, np.sin(angle) / scale, shear, middle - down, middle - right)
    )
    v, u = (grid.reshape(1, -1).astype(dtype) - dtype.type(middle) for grid in np.mgrid[:side, :side])
    u = u + slope * v
    rows: Matrix[F] = cos * v - sin * u + middle_row
    columns: Matrix[F] = sin * v + cos * u + middle_column
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
    # a border of zeros, onto which places outside are moved; two at the end, since each place reads the next one too
    width = side + 3
    padded = np.zeros((n, width, width), images.dtype)
    padded[:, 1:-2, 1:-2] = images
    flat = padded.reshape(-1)
    between = _between_large if _is_large(images) else _between
    y, x = (np.clip(places + 1, 0, side + 1) for places in (rows, columns))
    top, left = y.astype(np.int32), x.astype(np.int32)
    y -= top
    x -= left
    corner = top * width + left
    corner += np.arange(0, flat.size, width * width, dtype=np.int32)[:, np.newaxis]
    upper = between(flat.take(corner), flat.take(corner + 1), x)
    corner += width
    lower = between(flat.take(corner), flat.take(corner + 1), x)
    return between(upper, lower, y)


def _is_large(images: Cube[F]) -> bool:
    """Whether the difference of two pixels may overflow."""
    return bool(max(-images.min(initial=0), images.max(initial=0)) > np.finfo(images.dtype).max / 4)


def _between(a: Matrix[F], b: Matrix[F], share: Matrix[F]) -> Matrix[F]:
    """The numbers this share of the way from a to b; written to a."""
    a += share * (b - a)
    return a


def _between_large(a: Matrix[F], b: Matrix[F], share: Matrix[F]) -> Matrix[F]:
    """The same for numbers whose difference may overflow."""
    with np.errstate(over="ignore"):  # by rounding, at the largest number of the dtype
        mean: Numbers = (1 - share) * a + share * b
    return np.clip(mean, np.minimum(a, b), np.maximum(a, b))


def gaussian(side: int, sigma: float, dtype: np.dtype[F]) -> Matrix[F]:
    """The symmetric matrix that smooths along an axis: each row is a Gaussian of sum 1, less what the edge cuts off.

    Args:
        side: the length of the axis, in pixels.
        sigma: σ, the standard deviation of the Gaussian, in pixels; 0 for no smoothing.
        dtype: of the matrix.

    Returns:
        Shape (side, side).

    >>> gaussian(3, 0.5, np.dtype(np.float64)).round(2)
    array([[0.79, 0.11, 0.  ],
           [0.11, 0.79, 0.11],
           [0.  , 0.11, 0.79]])
    """
    if sigma == 0:
        return np.eye(side, dtype=dtype)
    distance = np.subtract.outer(np.arange(side), np.arange(side))
    # over all the integers; from σ = 1 on it is the integral √(2π) σ, to within 6e-9 of it
    total = np.sqrt(2 * np.pi) * sigma if sigma > 1 else _bell(np.arange(-9, 10), sigma).sum()
    density: Numbers = _bell(distance, sigma) / total
    return density.astype(dtype)


def _bell(distance: np.ndarray[tuple[int, ...], np.dtype[np.int64]], sigma: float) -> Matrix[np.float64]:
    with np.errstate(over="ignore"):  # a σ near 0: exp(-∞) is the right 0
        values: Matrix[np.float64] = np.exp(-0.5 * np.square(distance / sigma))
    return values
