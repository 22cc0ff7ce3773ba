"""New images from old: shifted, turned, scaled, sheared and bent a little, as a writer's hand would.

Each image gets a random affine map and a random smooth field of displacements: the pixel at u shows what was at
A (u - c) + c + shift + field(u), c being the center, read by bilinear interpolation; outside all is 0. After Simard,
Steinkraus and Platt, "Best practices for convolutional neural networks applied to visual document analysis", 2003.
"""

from functools import partial
from math import isqrt

import attrs
import numpy as np

from fnnet.core.arrays import F, Matrix
from fnnet.core.checks import invalid, number
from fnnet.core.maps import Map
from fnnet.core.random import generator
from fnnet.data.dataset import Dataset

_BLOCK = 1000  # images at a time: what the work needs stays in the cache
Cube = np.ndarray[tuple[int, int, int], np.dtype[F]]


@attrs.frozen
class Warp:
    """How strongly images are changed; each is drawn evenly from minus the number to the number.

    Args:
        shift: pixels, along each axis.
        rotation: degrees.
        scale: a share: 0.1 makes them 10 % larger or smaller.
        shear: degrees.
        elastic: α of the elastic distortion, the strength of its field before smoothing.
        smoothness: σ of the elastic distortion, the width of the Gaussian that smooths it, in pixels.

    Raises:
        ValueError: a strength is negative or not finite, the scale 1 or more, or the shear 90 or more.
    """

    shift: float = attrs.field(default=0.0, validator=number())
    rotation: float = attrs.field(default=0.0, validator=number())
    scale: float = attrs.field(default=0.0, validator=number(below=1))
    shear: float = attrs.field(default=0.0, validator=number(below=90))
    elastic: float = attrs.field(default=0.0, validator=number())
    smoothness: float = attrs.field(default=4.0, validator=number())

    def scaled(self, factor: float) -> "Warp":
        """The same with all strengths times a factor, so that 0 leaves images alone; as smooth as before.

        >>> Warp(shift=2, rotation=10).scaled(0.5) == Warp(shift=1, rotation=5)
        True
        """
        names = ("shift", "rotation", "scale", "shear", "elastic")
        return attrs.evolve(self, **{name: factor * getattr(self, name) for name in names})


def augment(images: Matrix[F], seed: int, warp: Warp, epoch: int = 0, map: Map = map) -> Matrix[F]:
    """Change each image at random.

    Args:
        images: shape (n, side * side), rows of pixels.
        seed: an integer of at least 0.
        warp: how strongly.
        epoch: each epoch has changes of its own.
        map: changes the blocks of images, such as the map of a pool of threads.

    Returns:
        A new array of the same shape. Laws: without strength the images are the same; no pixel leaves the
        range of its image and 0; the same arguments give the same images, through any map.

    Raises:
        ValueError: the images are not square.

    >>> images = np.eye(9)[:2]
    >>> bool((augment(images, 0, Warp()) == images).all())
    True
    """
    side = isqrt(images.shape[-1])
    if images.ndim != 2 or side * side != images.shape[-1]:
        raise invalid("images", "shape (n, side * side)", images.shape)
    blocks = [(k, images[i : i + _BLOCK]) for k, i in enumerate(range(0, len(images), _BLOCK))]
    changed: Matrix[F] = np.empty(images.shape, images.dtype)
    for k, block in enumerate(map(partial(_changed, seed, warp, epoch), blocks)):
        changed[k * _BLOCK : (k + 1) * _BLOCK] = block
    return changed


def _changed(seed: int, warp: Warp, epoch: int, numbered: tuple[int, Matrix[F]]) -> Matrix[F]:
    """Block number k of the images, each block having random numbers of its own."""
    k, images = numbered
    side = isqrt(images.shape[1])
    blur = _gaussian(side, warp.smoothness, images.dtype)
    return _warped(images.reshape(-1, side, side), generator(seed, "augment", epoch, k), warp, blur)


def augmented(data: Dataset[F], seed: int, warp: Warp, epoch: int = 0, map: Map = map) -> Dataset[F]:
    """The data with its images changed and its targets kept.

    `lambda epoch: augmented(data, 0, warp, epoch)` goes into `fit`.
    """
    return Dataset.from_owned(augment(data.x, seed, warp, epoch, map), data.y)


def _warped(images: Cube[F], rng: np.random.Generator, warp: Warp, blur: Matrix[F]) -> Matrix[F]:
    n, side, _ = images.shape
    rows, columns = _affine(n, side, rng, warp, images.dtype)
    if warp.elastic:
        for coordinates in (rows, columns):
            field = rng.random((n, side, side), dtype=images.dtype.type) * 2 - 1
            coordinates += warp.elastic * (blur @ field @ blur).reshape(n, -1)
    return _bilinear(images, rows, columns)


def _affine(n: int, side: int, rng: np.random.Generator, warp: Warp, dtype: np.dtype[F]) -> tuple[Matrix[F], Matrix[F]]:
    """Where each pixel of each image is read, as rows and as columns, (n, side * side) each."""

    def drawn(strength: float) -> Matrix[F]:
        numbers: Matrix[F] = rng.uniform(-strength, strength, (n, 1)).astype(dtype)
        return numbers

    angle, shear = np.deg2rad(drawn(warp.rotation)), np.tan(np.deg2rad(drawn(warp.shear)))
    down, right = drawn(warp.shift), drawn(warp.shift)
    shrink = 1 / (1 + drawn(warp.scale))
    cos, sin = np.cos(angle) * shrink, np.sin(angle) * shrink
    center = (side - 1) / 2
    v, u = (grid.reshape(1, -1).astype(dtype) - dtype.type(center) for grid in np.mgrid[:side, :side])
    u = u + shear * v
    rows: Matrix[F] = cos * v - sin * u + (dtype.type(center) - down)
    columns: Matrix[F] = sin * v + cos * u + (dtype.type(center) - right)
    return rows, columns


def _bilinear(images: Cube[F], rows: Matrix[F], columns: Matrix[F]) -> Matrix[F]:
    """What the images show at these places, between pixels by weight, beyond the edge 0."""
    n, side, _ = images.shape
    # a border of zeros: places outside are moved onto it
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
    shown: Matrix[F] = upper + y * (lower - upper)
    return shown


def _gaussian(side: int, sigma: float, dtype: np.dtype[F]) -> Matrix[F]:
    """The matrix whose product smooths along one axis: rows of a Gaussian, each of sum 1 when not cut off."""
    distance = np.subtract.outer(np.arange(side), np.arange(side))
    if sigma == 0:
        return np.eye(side, dtype=dtype)
    bell: Matrix[F] = np.exp(-0.5 * np.square(distance / sigma)) / (np.sqrt(2 * np.pi) * sigma)
    return bell.astype(dtype)
