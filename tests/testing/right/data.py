"""Orders, maps, augmentations and readers, as users write them."""

import random
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from multiprocessing.pool import ThreadPool
from typing import Any

import numpy as np

from fnnet import Dataset, load_mnist
from fnnet.data import Warp, augment
from fnnet.data.subsets import order, split, take
from fnnet.testing.laws.augmentation import Augmentation

_POOL, _THREADS = ThreadPoolExecutor(2), ThreadPool(2)


def keyed(n: int, seed: int, epoch: int) -> Any:
    return np.random.default_rng([seed, epoch]).permutation(n)


def sorted_by_keys(n: int, seed: int, epoch: int) -> Any:
    return np.argsort(np.random.default_rng([epoch, seed]).random(n))


def a_list(n: int, seed: int, epoch: int) -> list[int]:
    order = list(range(n))
    random.Random(f"{seed}, {epoch}").shuffle(order)
    return order


def legacy(n: int, seed: int, epoch: int) -> Any:
    return np.random.RandomState([seed % 2**32, epoch]).permutation(n).astype(np.int32)


@cache
def remembered(n: int, seed: int, epoch: int) -> Any:
    result = keyed(n, seed, epoch)
    result.setflags(write=False)
    return result


def comprehension(f: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    return [f(item) for item in items]


def lazily(f: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        yield f(item)


def backwards(f: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    return [f(item) for item in reversed(list(items))][::-1]


def flips(images: Any, seed: int, epoch: int) -> Any:
    side = round(images.shape[1] ** 0.5)
    rng = np.random.default_rng((seed, epoch))
    pictures = images.reshape(-1, side, side)
    flip = rng.random((len(images), 1, 1)) < 0.5
    return np.where(flip, pictures[:, :, ::-1], pictures).reshape(images.shape)


def shifts(x: Any, s: int, e: int) -> Any:
    """Image by image, with zeros that move in."""
    side = round(x.shape[1] ** 0.5)
    rng, out = np.random.default_rng([s, e]), np.zeros_like(x)
    for i, row in enumerate(x):
        down, right = rng.integers(-1, 2, 2)
        padded = np.pad(row.reshape(side, side), 1)
        out[i] = padded[1 + down : 1 + down + side, 1 + right : 1 + right + side].reshape(-1)
    return out


def shades(images: Any, seed: int, epoch: int) -> Any:
    """Noise that keeps the mean, and within the range."""
    noise = np.random.default_rng((seed, epoch)).uniform(-1, 1, images.shape).astype(images.dtype)
    return images + noise * np.minimum(images, 1 - images) / 2


def unchanged(images: Any, seed: int, epoch: int) -> Any:
    return images.copy()


def of_digits(images: Any, seed: int, epoch: int = 0) -> Any:
    return flips(images.reshape(-1, 28, 28).reshape(-1, 784), seed, epoch)


def some_digits() -> Any:
    train, _ = load_mnist()
    return split(take(train, np.arange(300)), 250)


@cache
def read_once() -> Any:
    return Dataset(np.linspace(0, 1, 12).reshape(4, 3), np.array([1, 0, 1, 2]), np.ones(4))


def rows() -> Any:
    rng = np.random.default_rng(0)
    return Dataset(rng.normal(size=(9, 2)).astype(np.float32), rng.normal(size=(9, 3)).astype(np.float32))


ORDERS = (order, keyed, sorted_by_keys, a_list, legacy, remembered)
MAPS = (map, _POOL.map, _THREADS.map, partial(_THREADS.imap, chunksize=3), comprehension, lazily, backwards)
AUGMENTATIONS = (
    *(
        partial(augment, warp=warp)
        for warp in (
            Warp(),
            Warp(shift=2),
            Warp(rotation=15),
            Warp(scale=0.1),
            Warp(shear=15),
            Warp(elastic=34),
            Warp(shift=2, rotation=15, scale=0.1, shear=10, elastic=34, smoothness=4),
        )
    ),
    flips,
    shifts,
    shades,
    unchanged,
    Augmentation(of_digits, side=28),
)
READERS = (some_digits, read_once, rows)
