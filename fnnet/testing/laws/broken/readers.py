"""Readers, each of which breaks a law."""

from typing import Any

import numpy as np

from fnnet.data.dataset import Dataset
from fnnet.testing.laws.twin import Twin

_X, _Y = np.eye(4), np.array([0, 1, 2, 1])


def _pair() -> Any:
    return _X.copy(), _Y.copy()


def _unchecked() -> Any:
    return Dataset.from_owned(np.where(_X > 0, np.nan, _X), _Y.copy())


def _by_chance() -> Any:
    order = np.random.permutation(4)
    return Dataset(_X[order], _Y[order])


def _shared() -> Any:
    return Dataset.from_owned(_X.view(), _Y.view())


def _from_one() -> Any:
    return Dataset(_X, _Y + 1)


def _half() -> Any:
    return Dataset(_X, _Y), Dataset(_X[:2], _Y[:2])


def _bytes() -> Any:
    return Dataset(_X, _Y), Dataset(255 * _X, _Y)


TWINS = (
    Twin("reader", "datasets", "gives two arrays", _pair),
    Twin("reader", "numbers", "gives NaN unchecked", _unchecked),
    Twin("reader", "pure", "shuffles with the global random state", _by_chance),
    Twin("reader", "own memory", "gives views of arrays that it keeps", _shared),
    Twin("reader", "labels", "counts labels from 1", _from_one),
    Twin("reader", "apart", "tests on what it trains on", _half),
    Twin("reader", "scale", "divides only one part by 255", _bytes),
)
