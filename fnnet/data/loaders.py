"""Image sets from files: the bundled MNIST, IDX folders, Keras-style npz files.

Bytes become float32 in [0, 1]; images become rows.
"""

from importlib.resources import as_file, files
from os import PathLike
from pathlib import Path
from typing import TypeAlias

import numpy as np

from fnnet.core.arrays import AnyRank, Labels, Matrix
from fnnet.core.checks import invalid
from fnnet.data.dataset import Dataset
from fnnet.data.idx import read_idx
from fnnet.io.npz import LIMIT, read_npz, require

Pair: TypeAlias = tuple[Dataset[np.float32], Dataset[np.float32]]


def load_mnist() -> Pair:
    """The MNIST digits that come with the package: 60,000 to train on, 10,000 to test.

    Returns:
        Train and test, x of shape (n, 784) as float32 in [0, 1], y labels from 0 to 9.

    LeCun, Cortes and Burges, "The MNIST database of handwritten digits"; see `fnnet/data/LICENSE`.

    >>> load_mnist()[1]
    Dataset(10000 samples of 784 features, labels, float32)
    """
    with as_file(files("fnnet") / "data" / "mnist.npz") as path:
        return load_npz(path)


def load_npz(path: str | PathLike[str], limit: int = LIMIT) -> Pair:
    """Read train and test from a file with the arrays that Keras' `mnist.npz` has.

    Args:
        path: an npz file of x_train, y_train, x_test and y_test. Images are of shape (n, ...): bytes, which
            are divided by 255, or floating-point numbers as they are. Labels are integers of shape (n,) or (n, 1).
        limit: how many bytes the file may hold, unpacked, lest a small file fill the memory.

    Returns:
        Train and test, x of shape (n, features) as float32.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no npz file, is corrupt, lacks an array, or the arrays do not fit each other.
    """
    arrays = read_npz(path, limit)
    try:
        return _as_pair(*require(arrays, "x_train", "y_train", "x_test", "y_test"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def load_idx(folder: str | PathLike[str], prefix: str = "", limit: int = LIMIT) -> Pair:
    """Read train and test from a folder of IDX files named as MNIST's are.

    Args:
        folder: holds PREFIXtrain-images-idx3-ubyte, PREFIXtrain-labels-idx1-ubyte and the same for t10k or
            test, each with or without .gz, as MNIST, Fashion-MNIST, KMNIST and EMNIST do.
        prefix: what the names begin with: "emnist-letters-" for one of EMNIST's sets.
        limit: how many bytes each file may hold, unpacked.

    Returns:
        Train and test, x of shape (n, features) as float32 in [0, 1].

    Raises:
        FileNotFoundError: there is no such folder, or it lacks a file.
        ValueError: a file is no IDX file, is truncated or corrupt, or images and labels differ in number.
    """
    folder = Path(folder)
    paths = [
        _find(folder, [f"{prefix}{name}-{kind}-ubyte" for name in names])
        for names in (["train"], ["t10k", "test"])
        for kind in ("images-idx3", "labels-idx1")
    ]
    arrays = [read_idx(path, limit) for path in paths]
    try:
        return _as_pair(*arrays)
    except ValueError as error:
        raise ValueError(f"{folder}: {error}") from error


def _find(folder: Path, names: list[str]) -> Path:
    # some copies of MNIST have a dot before idx
    spellings = [name.replace("-idx", separator) for name in names for separator in ("-idx", ".idx")]
    for name in spellings:
        for path in (folder / name, folder / f"{name}.gz"):
            if path.is_file():
                return path
    raise FileNotFoundError(f"{folder}: expected {' or '.join(names)}, with or without .gz, got no such file")


def _as_pair(
    x_train: AnyRank,
    y_train: AnyRank,
    x_test: AnyRank,
    y_test: AnyRank,
) -> Pair:
    train, test = _dataset(x_train, y_train), _dataset(x_test, y_test)
    if train.x.shape[1] != test.x.shape[1]:
        raise invalid("x_test", f"{train.x.shape[1]} features, as x_train", test.x.shape[1])
    return train, test


def _dataset(x: AnyRank, y: AnyRank) -> Dataset[np.float32]:
    if x.ndim < 2 or 0 in x.shape:
        raise invalid("images", "shape (n, height, width) or (n, features), not empty", x.shape)
    if y.dtype.kind not in "iu" or y.shape not in ((len(x),), (len(x), 1)):
        raise invalid("labels", f"integers, one for each of {len(x)} images", f"{y.dtype} {y.shape}")
    if y.dtype.kind == "i" and y.min() < 0:
        raise invalid("labels", "0 or more", y.min())
    labels: Labels = y.reshape(-1).astype(np.int64)
    rows: Matrix[np.float32] = x.reshape(len(x), -1)
    if x.dtype == np.uint8:
        scaled: Matrix[np.float32] = np.divide(rows, np.float32(255), dtype=np.float32)
        return Dataset.from_owned(scaled, labels)
    with np.errstate(over="ignore"):  # what is beyond float32 becomes infinite, which a Dataset refuses
        return Dataset(rows.astype(np.float32) if x.dtype.kind == "f" else rows, labels)
