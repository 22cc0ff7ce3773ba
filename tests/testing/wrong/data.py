"""Wrong orders, maps, augmentations and readers."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import numpy as np

from fnnet import Dataset
from fnnet.testing.laws.twin import Twin

_CALLS = [0]


def _rng(seed: int, epoch: int) -> np.random.Generator:
    return np.random.default_rng((seed, epoch))


# Orders


def _from_one(n: int, seed: int, epoch: int) -> Any:
    return _rng(seed, epoch).permutation(n) + 1


def _floats(n: int, seed: int, epoch: int) -> Any:
    return _rng(seed, epoch).permutation(n).astype(float)


def _short_integers(n: int, seed: int, epoch: int) -> Any:
    return _rng(seed, epoch).permutation(n).astype(np.int16)


def _short(n: int, seed: int, epoch: int) -> Any:
    return _rng(seed, epoch).permutation(n)[: n // 2 * 2]


def _replaced(n: int, seed: int, epoch: int) -> Any:
    return _rng(seed, epoch).integers(0, n, n) if n else np.zeros(0, int)


def _called(n: int, seed: int, epoch: int) -> Any:
    _CALLS[0] += 1
    return np.random.default_rng((seed, epoch, _CALLS[0])).permutation(n)


@cache
def _shared(n: int, seed: int, epoch: int) -> Any:
    return _rng(seed, epoch).permutation(n)


def _one_seed(n: int, seed: int, epoch: int) -> Any:
    return _rng(0, epoch).permutation(n)


def _one_epoch(n: int, seed: int, epoch: int) -> Any:
    return _rng(seed, 0).permutation(n)


def _few_seeds(n: int, seed: int, epoch: int) -> Any:
    return _rng(seed // 2, epoch).permutation(n)


def _turned(n: int, seed: int, epoch: int) -> Any:
    return np.roll(np.arange(n), _rng(seed, epoch).integers(0, max(n, 1)))


def _swapped(n: int, seed: int, epoch: int) -> Any:
    """Each place with any other: n^n equally likely ways to n! orders."""
    rng, result = _rng(seed, epoch), np.arange(n)
    for i in range(n):
        j = rng.integers(0, n)
        result[i], result[j] = result[j], result[i]
    return result


def _blocks(n: int, seed: int, epoch: int) -> Any:
    rng = _rng(seed, epoch)
    return np.concatenate([rng.permutation(np.arange(n)[i : i + 100]) for i in range(0, max(n, 1), 100)])


def _far_seeds(n: int, seed: int, epoch: int) -> Any:
    return np.random.default_rng(1000 * seed + epoch).permutation(n)


def _back_and_forth(n: int, seed: int, epoch: int) -> Any:
    return _rng(seed, epoch // 2).permutation(n)[:: -1 if epoch % 2 else 1]


# Maps

Function = Callable[[Any], Any]


def _twice(f: Function, items: Iterable[Any]) -> list[Any]:
    return [f(item) for item in items for _ in range(2)]


def _unordered(f: Function, items: Iterable[Any]) -> list[Any]:
    return [f(item) for item in sorted(items, key=str)]


def _in_chunks(f: Function, items: Iterable[Any]) -> list[Any]:
    """Of 64 items; the rest is lost."""
    every = list(items)
    whole = len(every) // 64 * 64 if len(every) > 64 else len(every)
    return [f(item) for item in every[:whole]]


def _by_item(f: Function, items: Iterable[Any]) -> list[Any]:
    every = list(items)
    results = {repr(item): f(item) for item in every}
    return list(results.values())


def _by_value(f: Function, items: Iterable[Any]) -> list[Any]:
    every = list(items)
    return [f(every[every.index(item)]) for item in every]


def _flattened(f: Function, items: Iterable[Any]) -> list[Any]:
    return list(_flat(f(item) for item in items))


def _spread(f: Function, items: Iterable[Any]) -> list[Any]:
    return [f(*item) if isinstance(item, tuple) and len(item) == 1 else f(item) for item in _flat(items)]


def _flat(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        if isinstance(item, tuple):
            yield from item
        else:
            yield item


def _emptying(f: Function, items: Any) -> Iterator[Any]:
    if isinstance(items, list):
        while items:
            yield f(items.pop(0))
    else:
        yield from map(f, items)


def _until_none(f: Function, items: Iterable[Any]) -> Iterator[Any]:
    return iter(map(f, items).__next__, None)


def _repeating_errors(f: Function, items: Iterable[Any]) -> Iterator[Any]:
    last = None
    for item in items:
        try:
            last = f(item)
        except Exception:
            pass
        yield last


def _stopping(f: Function, items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        try:
            result = f(item)
        except Exception:
            return
        yield result


# Augmentations


def _square(images: Any) -> Any:
    side = round(images.shape[1] ** 0.5)
    return images.reshape(-1, side, side)


def _flipped(images: Any, rng: np.random.Generator) -> Any:
    return np.where(rng.random((len(images), 1)) < 0.5, images, images[:, ::-1])


def _cube(images: Any, seed: int, epoch: int) -> Any:
    return _square(_flipped(images, _rng(seed, epoch)))


def _not_empty(images: Any, seed: int, epoch: int) -> Any:
    return np.stack([_flipped(image[np.newaxis], _rng(seed, epoch))[0] for image in images])


def _written(images: Any, seed: int, epoch: int) -> Any:
    flip = _rng(seed, epoch).random(len(images)) < 0.5
    images[flip] = images[flip][:, ::-1]
    return images.copy()


def _fresh(images: Any, seed: int, epoch: int) -> Any:
    return _flipped(images, np.random.default_rng())


def _itself(images: Any, seed: int, epoch: int) -> Any:
    return images


def _added(images: Any, seed: int, epoch: int) -> Any:
    return images + _rng(seed, epoch).normal(0, 0.01, images.shape).astype(images.dtype)


def _not_a_number(images: Any, seed: int, epoch: int) -> Any:
    rng = _rng(seed, epoch)
    low, high = images.min(axis=1, keepdims=True, initial=1), images.max(axis=1, keepdims=True, initial=0)
    stretched = (images - low) / (high - low)  # 0 / 0 of an image of one shade
    return np.asarray(_flipped(stretched, rng), images.dtype)


def _scaled(images: Any, seed: int, epoch: int) -> Any:
    """Divided by the mean of the batch, so that its pictures are alike."""
    level = images.mean() if images.size else 1
    return np.asarray(np.clip(_flipped(images, _rng(seed, epoch)) * (0.5 / max(level, 0.5)), 0, 1), images.dtype)


def _stretched(images: Any, seed: int, epoch: int) -> Any:
    """Divided by the largest number of the batch."""
    return np.asarray(_flipped(images, _rng(seed, epoch)) / (images.max(initial=0) or 1), images.dtype)


def _one_seed_for_all(images: Any, seed: int, epoch: int) -> Any:
    return _flipped(images, _rng(0, epoch))


def _sum_of_seeds(images: Any, seed: int, epoch: int) -> Any:
    return _flipped(images, np.random.default_rng(seed + epoch))


def _always(images: Any, seed: int, epoch: int) -> Any:
    return images[:, ::-1].copy()


def _cut(images: Any, seed: int, epoch: int) -> Any:
    """Black where a square of a third of the side was."""
    pictures, rng = _square(images).copy(), _rng(seed, epoch)
    side = pictures.shape[1]
    for picture in pictures:
        down, right = rng.integers(0, side, 2)
        picture[down : down + side // 3, right : right + side // 3] = 0
    return pictures.reshape(images.shape)


def _brightened(images: Any, seed: int, epoch: int) -> Any:
    level = _rng(seed, epoch).uniform(0, 0.1, (len(images), 1)).astype(images.dtype)
    return np.minimum(images + level, 1)


def _off_by_one(images: Any, seed: int, epoch: int) -> Any:
    """Shifts from -2 to 1, of each image by itself."""
    rng = _rng(seed, epoch)
    moved = [np.roll(picture, rng.integers(-2, 2), axis=0) for picture in _square(images)]
    return np.array(moved, images.dtype).reshape(images.shape)


# Readers

_X, _Y = np.eye(4, dtype=np.float32), np.array([0, 1, 2, 1])


def _empty() -> Any:
    return Dataset(_X, _Y), Dataset(_X[:0], _Y[:0])


def _mixed() -> Any:
    return Dataset(_X, _Y), Dataset(_X.astype(np.float64), _Y)


def _nothing() -> Any:
    return ()


def _short_labels() -> Any:
    return Dataset.from_owned(_X.copy(), _Y[:3].copy())


def _narrow_labels() -> Any:
    return Dataset.from_owned(_X.copy(), _Y.astype(np.uint8))


def _negative_weights() -> Any:
    return Dataset.from_owned(_X.copy(), _Y.copy(), np.array([1, 1, -1, 1], np.float32))


def _divided_as_integers() -> Any:
    x: Any = (_X * 200).astype(np.uint8) // 255
    return Dataset(x, _Y)


def _unseen() -> Any:
    return Dataset(_X[:2], _Y[:2]), Dataset(_X[2:], _Y[2:])


def _gaps() -> Any:
    return Dataset(_X, 2 * _Y)


def _other_each_time() -> Any:
    _CALLS[0] += 1
    return Dataset(_X * np.float32(_CALLS[0]), _Y)


TWINS = (
    *(
        Twin("order", law, fault, order)
        for law, fault, order in (
            ("permutation", "counts from 1", _from_one),
            ("permutation", "gives floats", _floats),
            ("many", "has integers of 16 bits", _short_integers),
            ("permutation", "drops the last of an odd number", _short),
            ("permutation", "draws with replacement", _replaced),
            ("pure", "depends on how often it was called", _called),
            ("pure", "gives everybody the same array", _shared),
            ("distinct", "does not read its seed", _one_seed),
            ("distinct", "does not read the epoch", _one_epoch),
            ("distinct", "halves the seed", _few_seeds),
            ("distinct", "only turns", _turned),
            ("distinct", "has a thousand epochs before the next seed", _far_seeds),
            ("uniform", "turns every other epoch around", _back_and_forth),
            ("uniform", "swaps each place with any other", _swapped),
            ("uniform", "shuffles blocks of a hundred", _blocks),
        )
    ),
    *(
        Twin("map", law, fault, mapped)
        for law, fault, mapped in (
            ("results", "gives each result twice", _twice),
            ("results", "sorts the items", _unordered),
            ("results", "loses what does not fill a chunk", _in_chunks),
            ("results", "gives one result for equal items", _by_item),
            ("results", "takes True for 1", _by_value),
            ("results", "takes tuples apart", _spread),
            ("results", "takes results apart", _flattened),
            ("results", "empties the list", _emptying),
            ("results", "ends at None", _until_none),
            ("errors", "repeats the last result after an error", _repeating_errors),
            ("errors", "ends at an error", _stopping),
        )
    ),
    *(
        Twin("augmentation", law, fault, augment)
        for law, fault, augment in (
            ("shape", "gives a cube", _cube),
            ("shape", "fails on no images", _not_empty),
            ("pure", "writes to the images", _written),
            ("pure", "draws anew each time", _fresh),
            ("own memory", "returns the images themselves", _itself),
            ("range", "adds noise and does not clip", _added),
            ("range", "divides by the range of an image", _not_a_number),
            ("alone", "divides by the mean of the batch", _scaled),
            ("alone", "divides by the largest number of the batch", _stretched),
            ("distinct", "does not read its seed", _one_seed_for_all),
            ("distinct", "adds the epoch to the seed", _sum_of_seeds),
            ("distinct", "changes every epoch alike", _always),
            ("brightness", "cuts out squares", _cut),
            ("brightness", "brightens on average", _brightened),
            ("center", "shifts by one less to one side", _off_by_one),
        )
    ),
    *(
        Twin("reader", law, fault, read)
        for law, fault, read in (
            ("datasets", "has an empty part", _empty),
            ("datasets", "has parts of two dtypes", _mixed),
            ("datasets", "gives nothing", _nothing),
            ("numbers", "has fewer labels than samples", _short_labels),
            ("numbers", "has labels of 8 bits", _narrow_labels),
            ("numbers", "has weights below 0", _negative_weights),
            ("numbers", "divides bytes as integers", _divided_as_integers),
            ("labels", "tests on a class that it does not train on", _unseen),
            ("pure", "gives other samples each time", _other_each_time),
            ("labels", "has classes without samples", _gaps),
        )
    ),
)
