"""Image data sets that are ready to train and to test: the bundled MNIST, npz files like that of Keras.

Bytes become float32 from 0 to 1; each image becomes a row.
"""

from os import PathLike
from typing import TypeAlias

import numpy as np

from fnnet.core.arrays import AnyRank, Labels
from fnnet.core.messages import invalid, quoted, shown
from fnnet.data.dataset import Dataset
from fnnet.data.inputs import input_rows
from fnnet.data.part import Part
from fnnet.io.formats import require
from fnnet.io.limit import LIMIT
from fnnet.io.npz import read_npz

_CURES = {
    ("U", 1): "np.unique(y, return_inverse=True)[1]",
    ("f", 1): "y.astype(int)",
    ("f", 2): "y.argmax(axis=1)",
    ("i", 2): "y.argmax(axis=1)",
    ("u", 2): "y.argmax(axis=1)",
}
"""By the kind of dtype and the rank: words, floats, and rows in which the class has a one."""

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
    from importlib.resources import as_file, files  # here, as in `fnnet.io.npz`

    with as_file(files("fnnet") / "data" / "mnist.npz") as path:
        return load_npz(path)


def load_npz(path: str | PathLike[str], limit: int = LIMIT) -> Pair:
    """Read training and test samples from an npz file with the arrays that Keras' `mnist.npz` has.

    Args:
        path: an npz file of x_train, y_train, x_test and y_test. Images have the shape (n, features) or
            (n, height, width): bytes, which are divided by 255; or other numbers, which are taken as they are. Labels
            are integers of shape (n,) or (n, 1).
        limit: how many bytes the file may hold, uncompressed, so that a small file cannot fill the memory.

    Returns:
        Training and test samples, x of shape (n, features), float32.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not an npz file, is corrupt, lacks an array, or its arrays do not match each other.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     images, labels = np.full((3, 2, 2), 51, np.uint8), np.array([2, 0, 1])
    ...     np.savez(Path(folder, "own.npz"), x_train=images, y_train=labels, x_test=images, y_test=labels)
    ...     train, test = load_npz(Path(folder, "own.npz"))
    >>> train.x[0]
    array([0.2, 0.2, 0.2, 0.2], dtype=float32)
    """
    train, test = npz_parts(path, limit)
    return train.data, test.data


def npz_parts(path: str | PathLike[str], limit: int) -> tuple[Part, Part]:
    """The samples that `load_npz` reads, and what is known of their scale.

    Args, Raises:
        As for `load_npz`.
    """
    arrays = read_npz(path, limit)
    if "format" in arrays:
        raise ValueError(f"{shown(path)}: expected a data set, got a model or a checkpoint")
    try:
        require(arrays, "x_train", "y_train", "x_test", "y_test")
        # taken out, so that the memory of bytes is free once they are floats
        train = images_part(arrays.pop("x_train"), arrays.pop("y_train"))
        test = images_part(arrays.pop("x_test"), arrays.pop("y_test"))
        matching(train.data, test.data)
    except ValueError as error:
        raise ValueError(f"{shown(path)}: {error}") from error
    return train, test


def matching(train: Dataset[np.float32], test: Dataset[np.float32]) -> Pair:
    """The pair; raise ValueError unless both parts have the same features."""
    if train.x.shape[1] != test.x.shape[1]:
        raise invalid("x_test", f"{train.x.shape[1]} features, as x_train", test.x.shape[1])
    return train, test


def images_part(x: AnyRank, y: AnyRank) -> Part:
    """The samples of arrays as a file has them.

    Args:
        x: images, as `input_rows` takes them.
        y: integers of shape (n,) or (n, 1), at least 0.

    Raises:
        ValueError: they are not, or do not match each other.

    >>> images_part(np.zeros((2, 3, 3), np.uint8), np.array([[4], [2]]))
    Part(data=Dataset(2 samples of 9 features, labels, float32), is_unit=True, names=())
    """
    rows = input_rows(x)
    if y.dtype.kind not in "iu" or y.shape not in ((len(x),), (len(x), 1)):
        cure = _CURES.get((y.dtype.kind, y.ndim), "")
        raise invalid("labels", f"integers, one for each of {len(x)} images", f"{quoted(y.dtype)} {y.shape}", cure)
    labels: Labels = y.reshape(-1).astype(np.int64)
    if labels.min() < 0:
        raise invalid("labels", "integers of at least 0", labels.min())
    if x.dtype.kind == "f" and not (np.isfinite(rows.min()) and np.isfinite(rows.max())):
        raise invalid("x", "finite numbers", "NaN or infinity")
    return Part(Dataset.from_owned(rows, labels), is_unit=x.dtype == np.uint8)
