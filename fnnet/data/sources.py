"""A data set from whatever holds one: npz, CSV and IDX files, folders of IDX files or of images."""

from functools import partial
from glob import escape
from os import PathLike
from pathlib import Path
from typing import TypeAlias

import attrs
import numpy as np

from fnnet.core.messages import quoted, shown
from fnnet.data.csv import read_csv
from fnnet.data.dataset import Dataset
from fnnet.data.folders import class_folders, read_image_folder
from fnnet.data.holdout import hold_out
from fnnet.data.idx_sets import IdxFiles, idx_files, idx_name, idx_names, idx_prefixes, load_idx, read_idx_pair
from fnnet.data.inputs import transposed
from fnnet.data.kinds import file_kind
from fnnet.data.labels import Labeled, label_texts, relabel, sort_labels
from fnnet.data.loaders import load_mnist, load_npz, matching
from fnnet.io.limit import LIMIT

_HELD_OUT = 0.2
_TRAIN_FOLDERS, _TEST_FOLDERS = ("train", "training"), ("test", "testing")

_Parts: TypeAlias = tuple[Labeled, Labeled | None]
"""What a source holds: samples to train on, and those to test with if they are apart."""


@attrs.frozen
class Source:
    """A data set as files hold it.

    Args:
        train, test: the samples, with labels from 0 to k - 1.
        names: of the labels; none where they are the numbers from 0 to k - 1 in the files, too.
        held_out: whether the test samples are a share of the only set there is.
    """

    train: Dataset[np.float32]
    test: Dataset[np.float32]
    names: tuple[str, ...] = ()
    held_out: bool = False


def load_data(
    path: str | PathLike[str] | None = None,
    test: str | PathLike[str] | None = None,
    *,
    label: str = "",
    transpose: bool = False,
    limit: int = LIMIT,
) -> Source:
    """Read a data set: to train on, and to test with.

    Args:
        path: an npz file as `load_npz` reads it; a CSV file (`read_csv`); a folder of IDX files, the prefix of their
            names, or one of them (`load_idx`), torchvision's folder around them included; or a folder of images
            (`read_image_folder`), perhaps in the subfolders train and test. The bundled MNIST when not given.
        test: where the test samples are, if elsewhere: the test samples of such a data set, or all if they are not
            apart. Without these, a fifth of each class is held out, the same in every call.
        label: the column of labels of CSV files.
        transpose: whether images are stored column by column. Those of EMNIST in IDX files are turned anyway.
        limit: how many bytes each file may hold, uncompressed.

    Raises:
        ImportError: images are to be read and Pillow is not installed.
        FileNotFoundError: there is no such file or folder.
        ValueError: it is not a data set, or malformed; training and test samples do not match.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "own.csv").write_text("label,a,b\\n" + "cat,1,2\\ndog,3,4\\n" * 5)
    ...     source = load_data(Path(folder, "own.csv"))
    >>> source.train, len(source.test), source.names
    (Dataset(8 samples of 2 features, labels, float32), 2, ('cat', 'dog'))
    """
    read = partial(_read, label=label, transpose=transpose, limit=limit)
    (data, names), own_test = parts = read(path)
    if test is not None:
        whole, apart = parts if test == path else read(test)
        own_test = apart or whole
    if own_test is None:
        train, held = hold_out(data, _HELD_OUT)
        return _source((train, names), (held, names), held_out=True)
    try:
        matching(data, own_test[0])
    except ValueError as error:
        raise ValueError(f"{shown(test or path or '')}: {error}") from None
    return _source((data, names), own_test, held_out=False)


def _source(train: Labeled, test: Labeled, held_out: bool) -> Source:
    """The parts with labels from 0 to k - 1, which are called as in the files."""
    names = sort_labels([*label_texts(*train), *label_texts(*test)])
    if names == tuple(map(str, range(len(names)))):
        return Source(train[0], test[0], held_out=held_out)
    return Source(relabel(*train, names), relabel(*test, names), names, held_out)


def _read(path: str | PathLike[str] | None, label: str, transpose: bool, limit: int) -> _Parts:
    if path is None:
        return _numbered(*load_mnist())
    train, test = _parts(Path(path), label, limit)
    if not transpose:
        return train, test
    turned = transposed(train[0]), train[1]
    return turned, test and (transposed(test[0]), test[1])


def _parts(path: Path, label: str, limit: int) -> _Parts:
    if path.is_dir():
        return _folder(path, limit)
    if not path.exists() and any(path.parent.glob(f"{escape(path.name)}*[-.]idx*")):
        return _idx_set(path.parent, idx_files(path.parent), path.name, limit)
    kind = file_kind(path)
    if kind == "npz":
        return _numbered(*load_npz(path, limit))
    return (read_csv(path, label, limit), None) if kind == "csv" else _idx_file(path, limit)


def _numbered(train: Dataset[np.float32], test: Dataset[np.float32]) -> _Parts:
    return (train, ()), (test, ())


def _folder(folder: Path, limit: int) -> _Parts:
    # torchvision keeps the files of MNIST in MNIST/raw
    places = [place for place in (folder, folder / "raw", *sorted(folder.glob("*/raw"))) if idx_files(place)]
    if places:
        files = idx_files(places[0])
        prefixes = idx_prefixes(files)
        sets = places if len(places) > 1 else [] if "" in prefixes else [places[0] / prefix for prefix in prefixes]
        if len(sets) > 1:
            cure = f"give one of {', '.join(map(shown, sets))}"
            raise ValueError(f"{shown(folder)}: expected one data set, got {len(sets)}: {cure}")
        return _idx_set(places[0], files, prefixes[0], limit)
    classes = {path.name.lower(): path for path in class_folders(folder)}
    train, test = ([classes[name] for name in names if name in classes] for names in (_TRAIN_FOLDERS, _TEST_FOLDERS))
    if train and test:
        return read_image_folder(train[0], limit), read_image_folder(test[0], limit)
    if not classes:
        names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
        got = f"{quoted(', '.join(names))}; give a file in it by its name" if names else "an empty folder"
        expected = "a folder of IDX files, or with a subfolder of images for each class"
        raise ValueError(f"{shown(folder)}: expected {expected}, got {got}")
    return read_image_folder(folder, limit), None


def _idx_set(folder: Path, files: IdxFiles, prefix: str, limit: int) -> _Parts:
    """The samples of the files with this prefix; a single pair is a set that has no test samples."""
    parts = sorted({part for start, part, _ in files if start == prefix})
    if len(parts) == 1:
        return _idx_pair(folder, files, prefix, parts[0], limit), None
    train, test = load_idx(folder, prefix, limit)
    names = idx_names(folder, prefix)
    return (train, names), (test, names)


def _idx_pair(folder: Path, files: IdxFiles, prefix: str, part: str, limit: int) -> Labeled:
    images, labels = (files.get((prefix, part, kind)) for kind in ("images", "labels"))
    if not images or not labels:
        missing = f"{prefix}{part}{'labels-idx1' if images else 'images-idx3'}-ubyte"
        got = shown((images or labels or folder).name)
        raise ValueError(f"{shown(folder)}: expected images and labels, got {got} without {shown(missing)} beside it")
    return read_idx_pair(images, labels, limit), idx_names(folder, prefix)


def _idx_file(path: Path, limit: int) -> _Parts:
    """The data set of an IDX file: with all that belongs to training images, else with its labels alone."""
    if not (name := idx_name(path.name)):
        got = "a single IDX file: give its folder, where names are like train-images-idx3-ubyte"
        raise ValueError(f"{shown(path)}: expected images and labels, got {got}")
    prefix, part, _ = name
    files = idx_files(path.parent)
    if part == "train-":
        return _idx_set(path.parent, files, prefix, limit)
    return _idx_pair(path.parent, files, prefix, part, limit), None
