"""New images from old ones: shifted, rotated, scaled, sheared and bent a little, as handwriting varies.

Each image gets a random affine map and a random smooth field of displacements. The pixel at u shows what was at
A (u - c) + c - shift + field(u), where c is the center, by bilinear interpolation; outside the image all is 0. Source:
Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied to visual document analysis",
2003.
"""

from functools import partial
from math import isqrt
from typing import cast

import attrs
import numpy as np

from fnnet.core.arrays import F, Matrix, unmasked
from fnnet.core.maps import Map, checked_map
from fnnet.core.messages import invalid, wrong_type
from fnnet.core.random import generator
from fnnet.core.validators import number, plain_float
from fnnet.data.checks import require_float_inputs
from fnnet.data.dataset import Dataset, require_dataset
from fnnet.data.resampling import Cube, Drawn, affine_places, bilinear, gaussian

_STRONGEST = 1e6  # pixels or degrees: far beyond any use, and far from any overflow
_BLOCK = 1000  # images at a time: few enough for the arrays to stay in the processor's cache


def _check_strength(warp: object, field: "attrs.Attribute[float]", value: float) -> None:
    if value >= _STRONGEST:
        raise invalid(field.name, f"a number less than {_STRONGEST:g}", value)


@attrs.frozen
class Warp:
    """How strongly images are changed. Each change is drawn uniformly from minus its strength to its strength.

    Args:
        shift: along each axis, in pixels.
        rotation: in degrees.
        scale: as a fraction: 0.1 enlarges or shrinks by up to 10 %.
        shear: in degrees.
        elastic: α of the elastic distortion, the strength of its field before smoothing, in pixels.
        smoothness: σ of the elastic distortion, the standard deviation of the Gaussian that smooths it, in pixels.

    Raises:
        ValueError: a strength is negative or not finite, the scale is at least 1, the shear at least 90, or another
            strength at least a million.

    >>> Warp(shift=2, rotation=10)
    Warp(shift=2, rotation=10, scale=0.0, shear=0.0, elastic=0.0, smoothness=4.0)
    """

    shift: float = attrs.field(default=0.0, converter=plain_float, validator=[number(), _check_strength])
    rotation: float = attrs.field(default=0.0, converter=plain_float, validator=[number(), _check_strength])
    scale: float = attrs.field(default=0.0, converter=plain_float, validator=number(below=1))
    shear: float = attrs.field(default=0.0, converter=plain_float, validator=number(below=90))
    elastic: float = attrs.field(default=0.0, converter=plain_float, validator=[number(), _check_strength])
    smoothness: float = attrs.field(default=4.0, converter=plain_float, validator=[number(), _check_strength])

    def scaled(self, factor: float) -> "Warp":
        """All strengths times a factor, with the same smoothness; at 0, images stay as they are.

        >>> Warp(shift=2, rotation=10).scaled(0.5)
        Warp(shift=1.0, rotation=5.0, scale=0.0, shear=0.0, elastic=0.0, smoothness=4.0)
        """
        names = ("shift", "rotation", "scale", "shear", "elastic")
        return attrs.evolve(self, **{name: factor * getattr(self, name) for name in names})


def augment(images: Matrix[F], seed: int, warp: Warp, epoch: int = 0, map: Map = map) -> Matrix[F]:
    """Change each image at random.

    Args:
        images: shape (n, side * side), rows of pixels, float32 or float64.
        seed: random seed, an integer of at least 0.
        warp: how strongly the images are changed.
        epoch: an integer of at least 0; each epoch has its own changes.
        map: changes the blocks of images, such as the map of a pool of threads.

    Returns:
        A new array of the same shape and dtype. Laws: with strength 0 the images are the same; no pixel leaves the
        range from 0 to the extremes of its image; the same arguments give the same images, with any map.

    Raises:
        ValueError: the images are not square, or not floats; seed or epoch is out of range; or the map drops, repeats
            or reorders results.

    >>> image = np.array([[0.0, 0, 0, 0, 1, 0, 0, 0, 0]])
    >>> augment(image, seed=0, warp=Warp())
    array([[0., 0., 0., 0., 1., 0., 0., 0., 0.]])
    >>> augment(image, seed=0, warp=Warp(shift=0.5)).reshape(3, 3).round(2)
    array([[0.  , 0.  , 0.  ],
           [0.  , 0.4 , 0.12],
           [0.  , 0.37, 0.11]])
    """
    if not isinstance(warp, Warp):
        raise wrong_type("warp", "Warp", warp)
    images = cast(Matrix[F], unmasked("images", images))  # cast: checked below
    if images.ndim != 2 or isqrt(images.shape[1]) ** 2 != images.shape[1] or 0 in images.shape[1:]:
        cure = "images.reshape(len(images), -1)" if images.ndim == 3 else ""
        raise invalid("images", "shape (n, side * side)", images.shape, cure)
    require_float_inputs("images", images)
    blocks = [(k, images[i : i + _BLOCK]) for k, i in enumerate(range(0, len(images), _BLOCK))]
    changed: Matrix[F] = np.empty(images.shape, images.dtype)
    for k, block in enumerate(checked_map(map, partial(_changed_block, seed, warp, epoch), blocks)):
        changed[k * _BLOCK : (k + 1) * _BLOCK] = block
    return changed


def augmented(data: Dataset[F], seed: int, warp: Warp, epoch: int = 0, map: Map = map) -> Dataset[F]:
    """The data with its images changed at random, as by `augment`, and its targets and weights kept.

    Args:
        data: n images, as rows of side * side pixels, with their targets.
        seed: random seed, an integer of at least 0.
        warp: how strongly the images are changed.
        epoch: an integer of at least 0; each epoch has its own changes.
        map: as in `augment`.

    Returns:
        A new data set. `fit` takes it as a function of the epoch: `lambda epoch: augmented(data, 0, warp, epoch)`.

    Raises:
        ValueError: the images are not square, or seed or epoch is out of range.

    >>> data = Dataset(np.eye(9), np.arange(9))
    >>> augmented(data, seed=0, warp=Warp(rotation=10)).y
    array([0, 1, 2, 3, 4, 5, 6, 7, 8])
    """
    require_dataset(data)
    return Dataset.from_owned(augment(data.x, seed, warp, epoch, map), data.y, data.weights)


def _changed_block(seed: int, warp: Warp, epoch: int, numbered: tuple[int, Matrix[F]]) -> Matrix[F]:
    """Block number k of the images, changed; each block has random numbers of its own, so that any map may do it."""
    k, rows = numbered
    side = isqrt(rows.shape[1])
    return _changed(rows.reshape(-1, side, side), generator(seed, "augment", epoch, k), warp)


def _changed(images: Cube[F], rng: "np.random.Generator", warp: Warp) -> Matrix[F]:
    n, side, _ = images.shape
    rows, columns = _affine(n, side, rng, warp, images.dtype)
    if warp.elastic:
        blur = gaussian(side, warp.smoothness, images.dtype)
        for coordinates in (rows, columns):
            field = rng.random((n, side, side), dtype=images.dtype.type) * 2 - 1
            coordinates += warp.elastic * (blur @ field @ blur).reshape(n, -1)
    return bilinear(images, rows, columns)


def _affine(
    n: int, side: int, rng: "np.random.Generator", warp: Warp, dtype: np.dtype[F]
) -> tuple[Matrix[F], Matrix[F]]:
    """Where each pixel of n images is read, by random affine maps: rows and columns, each (n, side * side)."""

    def drawn(strength: float) -> Drawn:
        return rng.uniform(-strength, strength, (n, 1))

    angle, shear = np.deg2rad(drawn(warp.rotation)), np.tan(np.deg2rad(drawn(warp.shear)))
    down, right = drawn(warp.shift), drawn(warp.shift)
    return affine_places(side, angle, shear, 1 + drawn(warp.scale), down, right, dtype)
