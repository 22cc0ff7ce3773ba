"""Augmentations, each of which breaks a law."""

from typing import Any

import numpy as np

from fnnet.testing.laws.twin import Twin


def _rng(seed: int, epoch: int) -> np.random.Generator:
    return np.random.default_rng((seed, epoch))


def _flipped(images: Any, rng: np.random.Generator) -> Any:
    """Each image upside down, or not."""
    return np.where(rng.random((len(images), 1)) < 0.5, images, images[:, ::-1])


def _widening(images: Any, seed: int, epoch: int) -> Any:
    changed = _flipped(images, _rng(seed, epoch))
    return changed * (1.0 if len(images) < 9 else np.ones(1))


def _by_chance(images: Any, seed: int, epoch: int) -> Any:
    np.random.seed(seed % 2**32)
    return np.where(np.random.random((len(images), 1)) < 0.5, images, images[:, ::-1])


def _view(images: Any, seed: int, epoch: int) -> Any:
    return images[:, ::-1] if _rng(seed, epoch).random() < 0.5 else images


def _brighter(images: Any, seed: int, epoch: int) -> Any:
    return images * _rng(seed, epoch).uniform(0.9, 1.1, (len(images), 1)).astype(images.dtype)


def _mixed(images: Any, seed: int, epoch: int) -> Any:
    share = images.dtype.type(_rng(seed, epoch).random() / 2)
    return (1 - share) * images + share * np.roll(images, 1, axis=0)


def _same_epochs(images: Any, seed: int, epoch: int) -> Any:
    return _flipped(images, np.random.default_rng(seed))


def _darker(images: Any, seed: int, epoch: int) -> Any:
    return images * _rng(seed, epoch).uniform(0.9, 1, (len(images), 1)).astype(images.dtype)


def _drifting(images: Any, seed: int, epoch: int) -> Any:
    side = round(images.shape[1] ** 0.5)
    # integers(-1, 2) would be -1, 0 and 1
    return np.roll(images.reshape(-1, side, side), _rng(seed, epoch).integers(-1, 1), axis=2).reshape(images.shape)


def _all_alike(images: Any, seed: int, epoch: int) -> Any:
    side = round(images.shape[1] ** 0.5)
    return np.roll(images.reshape(-1, side, side), _rng(seed, epoch).integers(-1, 2), axis=2).reshape(images.shape)


TWINS = (
    Twin("augmentation", "shape", "gives float64 for many float32 images", _widening),
    Twin("augmentation", "pure", "draws from the global random state", _by_chance),
    Twin("augmentation", "own memory", "returns a view", _view),
    Twin("augmentation", "range", "makes white whiter", _brighter),
    Twin("augmentation", "alone", "mixes images with others", _mixed),
    Twin("augmentation", "distinct", "changes every epoch alike", _same_epochs),
    Twin("augmentation", "each", "moves all images of a batch alike", _all_alike),
    Twin("augmentation", "brightness", "makes images darker on average", _darker),
    Twin("augmentation", "center", "moves by -1 or 0 pixels", _drifting),
)
