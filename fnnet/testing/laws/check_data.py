"""Checks of what brings data to training: orders, maps, augmentations, readers."""

from collections.abc import Callable, Collection
from typing import Any

from fnnet.core.maps import Map
from fnnet.testing.laws.augmentation import Augmentation
from fnnet.testing.laws.check import check_claims, laws_of


def check_order(
    order: Callable[[int, int, int], Any],
    *,
    without: Collection[str] = (),
    examples: int | None = None,
    seed: int | None = None,
) -> None:
    """Raise an error unless the laws hold of an order of samples: (n, seed, epoch) ↦ the integers from 0 to n - 1.

    Args:
        order: gives an array, or a list, of which each epoch and each seed has its own.
        without, examples, seed: as for `check_activation`.

    Raises:
        LawBroken: a law does not hold, as for `check_activation`.

    >>> import numpy as np
    >>> check_order(lambda n, seed, epoch: np.random.default_rng((seed, epoch)).permutation(n), examples=10)
    >>> check_order(lambda n, seed, epoch: np.random.default_rng(seed + epoch).permutation(n), examples=10)
    Traceback (most recent call last):
    fnnet.testing.laws.law.LawBroken: <lambda> breaks the law 'distinct':
      ...
    """
    __tracebackhide__ = True
    check_claims(laws_of(order, "order", without=without), examples, seed)


def check_map(map: Map, *, without: Collection[str] = (), examples: int | None = None, seed: int | None = None) -> None:
    """Raise an error unless the laws hold of a map: (f, items) ↦ results in order, like the builtin.

    Args:
        map: such as that of a pool of threads or processes. The functions that it is tried with can be pickled.
        without, examples, seed: as for `check_activation`.

    Raises:
        LawBroken: a law does not hold, as for `check_activation`.

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(2) as pool:
    ...     check_map(pool.map, examples=10)
    """
    __tracebackhide__ = True
    check_claims(laws_of(map, "map", without=without), examples, seed)


def check_augmentation(
    augment: Callable[..., Any],
    *,
    side: int | None = None,
    without: Collection[str] = (),
    examples: int | None = None,
    seed: int | None = None,
) -> None:
    """Raise an error unless the laws hold of an augmentation: (images, seed, epoch) ↦ images, changed at random.

    Args:
        augment: takes images of shape (n, side * side), from 0 to 1, a seed and an epoch, by the name `epoch` if it
            has an argument of that name; such as `partial(fnnet.data.augment, warp=Warp(shift=2))`.
        side: of the images that it takes, in pixels; by default sides vary.
        without: names of laws that are not meant to hold, such as "brightness" where parts are cut out, or "each" where
            all images of a batch are changed alike.
        examples, seed: as for `check_activation`.

    Raises:
        LawBroken: a law does not hold, as for `check_activation`.

    >>> from functools import partial
    >>> from fnnet.data import Warp, augment
    >>> check_augmentation(partial(augment, warp=Warp(shift=2, rotation=10)), examples=10)
    """
    __tracebackhide__ = True
    check_claims(laws_of(Augmentation(augment, side), "augmentation", without=without), examples, seed)


def check_reader(
    read: Callable[[], Any],
    *,
    without: Collection[str] = (),
    examples: int | None = None,
    seed: int | None = None,
) -> None:
    """Raise an error unless the laws hold of a reader: () ↦ a `Dataset`, or several, such as to train and to test on.

    Args:
        read: such as `fnnet.load_mnist`, or `partial(read_shard, path)`.
        without: names of laws that are not meant to hold, such as "labels" where some classes have no samples.
        examples, seed: as for `check_activation`; each law has one example.

    Raises:
        LawBroken: a law does not hold, as for `check_activation`.

    >>> import numpy as np
    >>> from fnnet import Dataset
    >>> check_reader(lambda: Dataset(np.eye(3), np.array([2, 0, 1])))
    >>> check_reader(lambda: Dataset(np.eye(3), np.array([3, 1, 2])))
    Traceback (most recent call last):
    fnnet.testing.laws.law.LawBroken: <lambda> breaks the law 'labels':
      ...
    """
    __tracebackhide__ = True
    check_claims(laws_of(read, "reader", without=without), examples, seed)
