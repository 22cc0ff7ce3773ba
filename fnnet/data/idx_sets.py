"""Data sets in IDX files, a pair for the images and their labels, as MNIST, KMNIST, QMNIST and EMNIST have."""

import re
from collections.abc import Mapping
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TypeAlias

import numpy as np

from fnnet.core.arrays import AnyRank
from fnnet.core.checks import check_path, check_text
from fnnet.core.messages import quoted, shown
from fnnet.data.dataset import Dataset
from fnnet.data.idx import read_idx
from fnnet.data.loaders import Pair, images_part, matching
from fnnet.data.part import Part
from fnnet.io.files import open_regular
from fnnet.io.labels import checked_labels
from fnnet.io.limit import LIMIT

# train-images-idx3-ubyte.gz, emnist-letters-test-labels.idx1-ubyte, qmnist-train-labels-idx2-int, images-idx3-ubyte
_NAME = re.compile(r"(?P<prefix>.*?)(?P<part>train-|t10k-|test-|)(?P<kind>images|labels)[-.]idx\d[-.]?\w*?(\.gz)?")
_TEST = ("t10k-", "test-")
_MAPPING = 1 << 16  # bytes that are read of a mapping
_TURNED = "emnist-"  # what the names of images begin with that are stored column by column

IdxFiles: TypeAlias = Mapping[tuple[str, str, str], Path]
"""The files of a folder by prefix, part ("train-", "t10k-", "test-" or "") and kind ("images" or "labels")."""


def load_idx(folder: str | PathLike[str], prefix: str = "", limit: int = LIMIT) -> Pair:
    """Read training and test samples from a folder of IDX files that are named like MNIST's.

    Args:
        folder: holds PREFIXtrain-images-idx3-ubyte and PREFIXtrain-labels-idx1-ubyte, and the same for t10k or test,
            each with or without .gz, as MNIST, Fashion-MNIST, KMNIST and EMNIST do; there may be a dot before idx, and
            the rank and the type of the numbers may be others, as in QMNIST's labels.
        prefix: what the names begin with, such as "emnist-letters-" for one of the sets of EMNIST. The images of
            prefixes that begin with "emnist-" are turned upright.
        limit: how many bytes each file may hold, uncompressed.

    Returns:
        Training and test samples, x of shape (n, features), float32; from 0 to 1 where the files have bytes.

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
    train, test = idx_parts(check_path("folder", folder), check_text("prefix", prefix), limit)
    return train.data, test.data


def idx_parts(folder: Path, prefix: str, limit: int) -> tuple[Part, Part]:
    """The samples that `load_idx` reads, and what is known of their scale.

    Args, Raises:
        As for `load_idx`.
    """
    find = partial(_find, folder, idx_files(folder), prefix)
    paths = [(find(parts, "images"), find(parts, "labels")) for parts in (("train-",), _TEST)]
    train, test = (idx_part(*pair, limit) for pair in paths)
    try:
        matching(train.data, test.data)
    except ValueError as error:
        raise ValueError(f"{shown(folder)}: {error}") from None
    return train, test


def read_idx_pair(images: str | PathLike[str], labels: str | PathLike[str], limit: int = LIMIT) -> Dataset[np.float32]:
    """Read the samples of two IDX files, one of images and one of their labels.

    Args:
        images: of shape (n, height, width) or (n, features). Those of a name that begins with "emnist-" are turned
            upright.
        labels: integers of shape (n,); or of shape (n, 8), as those of QMNIST, of which the first is the class.
        limit: how many bytes each file may hold, uncompressed.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a file is not an IDX file, is truncated or corrupt, or images and labels differ in number.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     paths = Path(folder, "images"), Path(folder, "labels")
    ...     _ = paths[0].write_bytes(bytes([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 51, 255]))
    ...     _ = paths[1].write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 1, 7]))
    ...     read_idx_pair(*paths).x
    array([[0.2, 1. ]], dtype=float32)
    """
    return idx_part(images, labels, limit).data


def idx_part(images: str | PathLike[str], labels: str | PathLike[str], limit: int) -> Part:
    """The samples that `read_idx_pair` reads, and what is known of their scale.

    Args, Raises:
        As for `read_idx_pair`.
    """
    x, y = read_idx(images, limit), read_idx(labels, limit)
    try:
        return images_part(_upright(x, Path(images).name), _classes(y))
    except ValueError as error:
        raise ValueError(f"{shown(images)}: {error}") from None


def idx_files(folder: Path) -> IdxFiles:
    """The IDX files of a folder by their names; of a file and its gzipped copy the first."""
    found: dict[tuple[str, str, str], Path] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if (match := _NAME.fullmatch(path.name)) and path.is_file():
            found.setdefault((match["prefix"], match["part"], match["kind"]), path)
    return found


def idx_name(name: str) -> tuple[str, str, str] | None:
    """Prefix, part and kind in the name of an IDX file; None for other names.

    >>> idx_name("emnist-digits-train-images.idx3-ubyte")
    ('emnist-digits-', 'train-', 'images')
    """
    match = _NAME.fullmatch(name)
    return match and (match["prefix"], match["part"], match["kind"])


def idx_names(folder: Path, prefix: str) -> tuple[str, ...]:
    """The names of labels in the mapping beside the files of EMNIST: a label, and the codes of its character.

    Args:
        folder: may hold PREFIXmapping.txt, with lines such as "1 65 97" for the letter A, a capital or not.
        prefix: what the names of the files begin with.

    Returns:
        The names of the labels 0, 1, …, where the mapping leaves none out but 0; no names without a mapping.

    Raises:
        ValueError: the file is not such a mapping.
    """
    path = folder / f"{prefix}mapping.txt"
    if not path.is_file():
        return ()
    with open_regular(path) as file:
        lines = file.read(_MAPPING).splitlines()
    try:
        codes = {int(label): int(code) for label, code, *_ in map(bytes.split, lines)}
        first, names = min(codes), checked_labels(map(chr, codes.values()))
    except (ValueError, OverflowError):
        first, codes, names = -1, {}, ()
    if first not in (0, 1) or list(codes) != list(range(first, first + len(names))):
        expected = "labels and codes of characters in order, a pair a line"
        raise ValueError(f"{shown(path)}: expected {expected}, got {quoted(lines[:3])}")
    return ("?",) * first + names


def idx_prefixes(files: IdxFiles) -> list[str]:
    """The prefixes of all names, without doubles.

    >>> idx_prefixes({("b-", "train-", "images"): Path("x"), ("b-", "train-", "labels"): Path("y")})
    ['b-']
    """
    return sorted({prefix for prefix, _, _ in files})


def _find(folder: Path, files: IdxFiles, prefix: str, parts: tuple[str, ...], kind: str) -> Path:
    """The file of one of these parts."""
    for part in parts:
        if path := files.get((prefix, part, kind)):
            return path
    rank = 3 if kind == "images" else 1
    names = " or ".join(f"{shown(prefix)}{part}{kind}-idx{rank}-ubyte" for part in parts)
    expected = f"{names}, with or without .gz"
    if not folder.is_dir():
        raise FileNotFoundError(f"{shown(folder)}: expected a folder with {expected}, got no such folder")
    others = [other for other in idx_prefixes(files) if other != prefix]
    cure = f"; use the prefix {quoted(others[0])}" if others else ""
    raise FileNotFoundError(f"{shown(folder)}: expected {expected}, got no such file{cure}")


def _upright(images: AnyRank, name: str) -> AnyRank:
    return images.swapaxes(1, 2) if name.startswith(_TURNED) and images.ndim == 3 else images


def _classes(labels: AnyRank) -> AnyRank:
    return labels[:, 0] if labels.ndim == 2 and labels.shape[1] == 8 else labels
