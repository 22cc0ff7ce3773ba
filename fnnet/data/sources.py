"""A data set from whatever holds one: npz, CSV and IDX files, folders of IDX files or of images."""

from functools import partial
from glob import escape
from os import PathLike
from pathlib import Path
from typing import TypeAlias

import attrs
import numpy as np

from fnnet.core.checks import check_path, check_text
from fnnet.core.messages import quoted, shown
from fnnet.data.csv import read_csv
from fnnet.data.dataset import Dataset
from fnnet.data.folders import class_folders, read_image_folder
from fnnet.data.holdout import hold_out
from fnnet.data.idx_sets import IdxFiles, idx_files, idx_name, idx_names, idx_part, idx_parts, idx_prefixes
from fnnet.data.inputs import transposed
from fnnet.data.kinds import file_kind
from fnnet.data.labels import label_texts, relabel, sort_labels
from fnnet.data.levels import input_levels, on_levels, training_part
from fnnet.data.loaders import load_mnist, matching, npz_parts
from fnnet.data.part import Part
from fnnet.io.levels import Levels
from fnnet.io.limit import LIMIT

_HELD_OUT = 0.2
_TRAIN_FOLDERS, _TEST_FOLDERS = ("train", "training"), ("test", "testing")

_Parts: TypeAlias = tuple[Part, Part | None]
"""What a source holds: samples to train on, and those to test with if they are apart."""


@attrs.frozen
class Source:
    """A data set as files hold it.

    Args:
        train, test: the samples, with labels from 0 to k - 1.
        names: of the labels; none where they are the numbers from 0 to k - 1 in the files, too.
        held_out: whether the test samples are a share of the only set there is.
        levels: the numbers that stand for black and white in square images that are as their file has them; none for
            tables, and where images are from 0 to 1, as bytes are.
    """

    train: Dataset[np.float32]
    test: Dataset[np.float32]
    names: tuple[str, ...] = ()
    held_out: bool = False
    levels: Levels | None = None


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
            apart, on the scale of the training samples. Without these, a fifth of each class is held out, the same in
            every call.
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
    check_text("label", label)
    read = partial(_read, label=label, transpose=transpose, limit=limit)
    part, own_test = parts = read(path)
    if test is not None:
        check_path("test", test)
        whole, apart = parts if test == path else read(test)
        own_test = apart or whole
    train = training_part(part)
    levels = None if train.is_unit else input_levels(train.data)
    if own_test is None:
        if len(train.data) < 2:
            raise ValueError(f"{shown(path or '')}: expected at least 2 samples, one of them to test with, got 1")
        rest, held = hold_out(train.data, _HELD_OUT)
        source = _source(attrs.evolve(train, data=rest), attrs.evolve(train, data=held))
        return attrs.evolve(source, held_out=True, levels=levels)
    try:
        matching(train.data, own_test.data)
    except ValueError as error:
        raise ValueError(f"{shown(test or path or '')}: {error}") from None
    source = _source(train, attrs.evolve(own_test, data=on_levels(own_test, levels)))
    return attrs.evolve(source, levels=levels)


def _source(train: Part, test: Part) -> Source:
    """The parts with labels from 0 to k - 1, which are called as in the files."""
    names = sort_labels([text for part in (train, test) for text in label_texts(part.data, part.names)])
    if names == tuple(map(str, range(len(names)))):
        return Source(train.data, test.data)
    return Source(relabel(train.data, train.names, names), relabel(test.data, test.names, names), names)


def _read(path: str | PathLike[str] | None, label: str, transpose: bool, limit: int) -> _Parts:
    if path is None:
        train, test = load_mnist()
        return Part(train, is_unit=True), Part(test, is_unit=True)
    parts = _parts(check_path("path", path), label, limit)
    try:
        return (_turned(parts[0]), parts[1] and _turned(parts[1])) if transpose else parts
    except ValueError as error:
        raise ValueError(f"{shown(path)}: {error}") from None


def _turned(part: Part) -> Part:
    return attrs.evolve(part, data=transposed(part.data))


def _parts(path: Path, label: str, limit: int) -> _Parts:
    if path.is_dir():
        return _folder(path, limit)
    if not path.exists() and any(path.parent.glob(f"{escape(path.name)}*[-.]idx*")):
        return _idx_set(path.parent, idx_files(path.parent), path.name, limit)
    kind = file_kind(path)
    if kind == "npz":
        return npz_parts(path, limit)
    if kind == "csv":
        data, names = read_csv(path, label, limit)
        return Part(data, names=names), None
    return _idx_file(path, limit)


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
        return _images(train[0], limit), _images(test[0], limit)
    if not classes:
        names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
        got = f"{quoted(', '.join(names))}; give a file in it by its name" if names else "an empty folder"
        expected = "a folder of IDX files, or with a subfolder of images for each class"
        raise ValueError(f"{shown(folder)}: expected {expected}, got {got}")
    return _images(folder, limit), None


def _images(folder: Path, limit: int) -> Part:
    data, names = read_image_folder(folder, limit)
    return Part(data, is_unit=True, names=names)


def _idx_set(folder: Path, files: IdxFiles, prefix: str, limit: int) -> _Parts:
    """The samples of the files with this prefix; a single pair is a set that has no test samples."""
    parts = sorted({part for start, part, _ in files if start == prefix})
    if len(parts) == 1:
        return _idx_pair(folder, files, prefix, parts[0], limit), None
    train, test = idx_parts(folder, prefix, limit)
    names = idx_names(folder, prefix)
    return attrs.evolve(train, names=names), attrs.evolve(test, names=names)


def _idx_pair(folder: Path, files: IdxFiles, prefix: str, part: str, limit: int) -> Part:
    images, labels = (files.get((prefix, part, kind)) for kind in ("images", "labels"))
    if not images or not labels:
        missing = f"{prefix}{part}{'labels-idx1' if images else 'images-idx3'}-ubyte"
        got = shown((images or labels or folder).name)
        raise ValueError(f"{shown(folder)}: expected images and labels, got {got} without {shown(missing)} beside it")
    return attrs.evolve(idx_part(images, labels, limit), names=idx_names(folder, prefix))


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
