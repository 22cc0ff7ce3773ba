"""Image data sets from files: the bundled MNIST, folders of IDX files, npz files like that of Keras.

Bytes become float32 from 0 to 1; each image becomes a row.
"""

from importlib.resources import as_file, files
from os import PathLike
from pathlib import Path
from typing import TypeAlias

import numpy as np

from fnnet.core.arrays import AnyRank, Labels, Matrix
from fnnet.core.messages import invalid, quoted, shown
from fnnet.data.dataset import Dataset
from fnnet.data.idx import read_idx
from fnnet.io.formats import require
from fnnet.io.limit import LIMIT
from fnnet.io.npz import read_npz

Pair: TypeAlias = tuple[Dataset[np.float32], Dataset[np.float32]]
"""The training samples and the test samples."""


def load_mnist() -> Pair:
    """The MNIST digits that come with the package: 60,000 to train on and 10,000 to test on.

    Returns:
        Training and test samples: x of shape (n, 784), float32 from 0 to 1; y labels from 0 to 9.

    LeCun, Cortes and Burges, "The MNIST database of handwritten digits"; see `fnnet/data/LICENSE`.

    >>> load_mnist()[1]
    Dataset(10000 samples of 784 features, labels, float32)
    """
    with as_file(files("fnnet") / "data" / "mnist.npz") as path:
        return load_npz(path)


def load_npz(path: str | PathLike[str], limit: int = LIMIT) -> Pair:
    """Read training and test samples from an npz file with the arrays that Keras' `mnist.npz` has.

    Args:
        path: an npz file of x_train, y_train, x_test and y_test. Images have the shape (n, features) or
            (n, height, width): bytes, which are divided by 255, or floats, which are taken as they are. Labels are
            integers of shape (n,) or (n, 1).
        limit: how many bytes the file may hold, uncompressed, so that a small file cannot fill the memory.

    Returns:
        Training and test samples, x of shape (n, features), float32.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not an npz file, is corrupt, lacks an array, or its arrays do not match each other.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     images, labels = np.full((3, 2, 2), 51, np.uint8), np.array([2, 0, 1])
    ...     np.savez(Path(folder, "own.npz"), x_train=images, y_train=labels, x_test=images, y_test=labels)
    ...     train, test = load_npz(Path(folder, "own.npz"))
    >>> train.x[0]
    array([0.2, 0.2, 0.2, 0.2], dtype=float32)
    """
    arrays = read_npz(path, limit)
    try:
        return _pair(*require(arrays, "x_train", "y_train", "x_test", "y_test"))
    except ValueError as error:
        raise ValueError(f"{shown(path)}: {error}") from error


def load_idx(folder: str | PathLike[str], prefix: str = "", limit: int = LIMIT) -> Pair:
    """Read training and test samples from a folder of IDX files that are named like MNIST's.

    Args:
        folder: holds PREFIXtrain-images-idx3-ubyte and PREFIXtrain-labels-idx1-ubyte, and the same for t10k or test,
            each with or without .gz, as MNIST, Fashion-MNIST, KMNIST and EMNIST do.
        prefix: what the names begin with, such as "emnist-letters-" for one of the sets of EMNIST.
        limit: how many bytes each file may hold, uncompressed.

    Returns:
        Training and test samples, x of shape (n, features), float32 from 0 to 1.

    Raises:
        FileNotFoundError: there is no such folder, or it lacks a file.
        ValueError: a file is not an IDX file, is truncated or corrupt, or images and labels differ in number.

    >>> from tempfile import TemporaryDirectory
    >>> images = bytes([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2]) + bytes([0, 51, 102, 255])
    >>> labels = bytes([0, 0, 8, 1, 0, 0, 0, 1]) + bytes([7])
    >>> with TemporaryDirectory() as folder:
    ...     for part in ("train", "t10k"):
    ...         _ = Path(folder, f"{part}-images-idx3-ubyte").write_bytes(images)
    ...         _ = Path(folder, f"{part}-labels-idx1-ubyte").write_bytes(labels)
    ...     train, test = load_idx(folder)
    >>> train.x, train.y
    (array([[0. , 0.2, 0.4, 1. ]], dtype=float32), array([7]))
    """
    folder = Path(folder)
    paths = [
        _find(folder, prefix, [f"{part}-{kind}-ubyte" for part in parts])
        for parts in (["train"], ["t10k", "test"])
        for kind in ("images-idx3", "labels-idx1")
    ]
    arrays = [read_idx(path, limit) for path in paths]
    try:
        return _pair(*arrays)
    except ValueError as error:
        raise ValueError(f"{shown(folder)}: {error}") from error


def _find(folder: Path, prefix: str, names: list[str]) -> Path:
    """The file of one of these names, as it is or gzipped."""
    # some copies of MNIST have a dot before idx
    spellings = [name.replace("-idx", separator) for name in names for separator in ("-idx", ".idx")]
    for name in spellings:
        for path in (folder / f"{prefix}{name}", folder / f"{prefix}{name}.gz"):
            if path.is_file():
                return path
    expected = f"{' or '.join(f'{shown(prefix)}{name}' for name in names)}, with or without .gz"
    if not folder.is_dir():
        raise FileNotFoundError(f"{shown(folder)}: expected a folder with {expected}, got no such folder")
    endings = [f"{name}{suffix}" for name in spellings for suffix in ("", ".gz")]
    prefixes = sorted(path.name.removesuffix(ending) for ending in endings for path in folder.glob(f"*{ending}"))
    cure = f"; use the prefix {quoted(prefixes[0])}" if prefixes else ""
    raise FileNotFoundError(f"{shown(folder)}: expected {expected}, got no such file{cure}")


def _pair(x_train: AnyRank, y_train: AnyRank, x_test: AnyRank, y_test: AnyRank) -> Pair:
    train, test = _dataset(x_train, y_train), _dataset(x_test, y_test)
    if train.x.shape[1] != test.x.shape[1]:
        raise invalid("x_test", f"{train.x.shape[1]} features, as x_train", test.x.shape[1])
    return train, test


def _dataset(x: AnyRank, y: AnyRank) -> Dataset[np.float32]:
    if x.ndim < 2 or 0 in x.shape:
        raise invalid("images", "shape (n, height, width) or (n, features), not empty", x.shape)
    if x.dtype != np.uint8 and x.dtype.kind != "f":
        raise invalid("images", "bytes (uint8) or floats", quoted(x.dtype))
    if y.dtype.kind not in "iu" or y.shape not in ((len(x),), (len(x), 1)):
        raise invalid("labels", f"integers, one for each of {len(x)} images", f"{quoted(y.dtype)} {y.shape}")
    labels: Labels = y.reshape(-1).astype(np.int64)
    if labels.min() < 0:
        raise invalid("labels", "integers of at least 0", labels.min())
    rows: Matrix[np.float32] = x.reshape(len(x), -1)
    if x.dtype == np.uint8:
        scaled: Matrix[np.float32] = np.divide(rows, np.float32(255), dtype=np.float32)
        return Dataset.from_owned(scaled, labels)
    with np.errstate(over="ignore"):  # numbers beyond float32 become infinite, which Dataset refuses
        return Dataset(rows.astype(np.float32), labels)
