"""Helpers that several test files share."""

import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

T = TypeVar("T")

_RNG = np.random.default_rng(0)
IMAGES = _RNG.integers(0, 256, (6, 4, 3), np.uint8)
LABELS = _RNG.integers(0, 10, 6, np.uint8)


def patch(monkeypatch: pytest.MonkeyPatch, target: str, value: object) -> None:
    """`monkeypatch.setattr` of a dotted name, which finds a module also where a function of the same name hides it.

    `fnnet.train.fit` is such a name: as an attribute it is the function, and in `sys.modules` the module.
    """
    names = target.split(".")
    depth = next(k for k in range(len(names) - 1, 0, -1) if ".".join(names[:k]) in sys.modules)
    owner: object = sys.modules[".".join(names[:depth])]
    for name in names[depth:-1]:
        owner = getattr(owner, name)
    monkeypatch.setattr(owner, names[-1], value)


@contextmanager
def without_root() -> Iterator[None]:
    """Become another user, since root may write anywhere."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


@contextmanager
def shared_folder() -> Iterator[Path]:
    """A new folder where every user may write. (The folders of pytest are closed to others.)"""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


def pickled(value: T) -> T:
    """The value after a round trip through pickle."""
    copy: T = pickle.loads(pickle.dumps(value))
    return copy


def arrays(value: object) -> Iterator[np.ndarray[tuple[int, ...]]]:
    """Every array in a record, however deep."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from arrays(item)
    else:
        for field in getattr(value, "__attrs_attrs__", ()):
            yield from arrays(getattr(value, field.name))


def idx(array: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    """An array of bytes in the IDX format."""
    return bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes()


def write_set(folder: Path, pattern: str, pack: Callable[[bytes], bytes] = bytes, test: str = "t10k") -> None:
    """Write `IMAGES` and `LABELS` as the training set, and the first two as the test set.

    Args:
        folder: where the four files go.
        pattern: of their names; it is filled with "train" or `test`, with "images" or "labels", and with the rank.
        pack: compresses the content of each file.
        test: what the names call the test set.
    """
    for part, images, labels in (("train", IMAGES, LABELS), (test, IMAGES[:2], LABELS[:2])):
        (folder / pattern.format(part, "images", 3)).write_bytes(pack(idx(images)))
        (folder / pattern.format(part, "labels", 1)).write_bytes(pack(idx(labels)))
