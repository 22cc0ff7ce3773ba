"""Images in files, a folder for each class."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TypeVar

import numpy as np

from fnnet.core.arrays import Matrix, Vector
from fnnet.core.checks import check_integer, check_path
from fnnet.core.messages import quoted, shown
from fnnet.data.dataset import Dataset
from fnnet.data.labels import Labeled, encode_labels, sort_labels
from fnnet.io.limit import LIMIT, over_limit

T = TypeVar("T")

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
_LARGEST = 64  # pixels along a side of an image that is taken as it is
_WHITE = 255
_SIDE = 28  # of a digit in the form of MNIST's
_LUMA = np.array([0.299, 0.587, 0.114])  # of red, green and blue: how bright they are (ITU-R BT.601)


def read_image_folder(folder: str | PathLike[str], limit: int = LIMIT) -> Labeled:
    """Read images from a folder with one subfolder for each class, named like the class.

    Args:
        folder: its subfolders hold PNG, JPEG, BMP, GIF, WebP or TIFF files. Other files, and what is hidden, is left
            alone.
        limit: how many pixels all images may have together, where they are taken as they are.

    Returns:
        The images as rows of gray levels from 0 to 1, and the names of the classes: none where they are whole numbers.
        Images of one size of at most 64 x 64 pixels are taken as they are, where what is light is 1, as in MNIST; if
        most of the pixels are light, as on white paper, what is dark is. From all others `read_digit` reads a digit of
        28 x 28 pixels, as `fnnet predict` does.

    Raises:
        ImportError: Pillow or SciPy is not installed.
        FileNotFoundError: there is no such folder.
        ValueError: a subfolder has no images, an image cannot be read, or there is more than the limit.

    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> with TemporaryDirectory() as folder:
    ...     for name, level in (("moon", 51), ("sun", 102)):
    ...         Path(folder, name).mkdir()
    ...         Image.new("L", (2, 2), level).save(Path(folder, name, "1.png"))
    ...     data, names = read_image_folder(folder)
    >>> data.x, names
    (array([[0.2, 0.2, 0.2, 0.2],
           [0.4, 0.4, 0.4, 0.4]], dtype=float32), ('moon', 'sun'))
    """
    folder, limit = check_path("folder", folder), check_integer("limit", limit, 0)
    classes = class_folders(folder)
    if not classes:
        raise ValueError(f"{shown(folder)}: expected a subfolder of images for each class, got none")
    paths = [sorted(filter(_is_image, path.iterdir())) for path in classes]
    for path, images in zip(classes, paths):
        if not images:
            others = sorted(other.name for other in path.iterdir())
            got = quoted(", ".join(others)) if others else "an empty folder"
            raise ValueError(f"{shown(path)}: expected images ({', '.join(ENDINGS)}), got {got}")
    texts = [path.name for path in classes]
    labels, names = encode_labels(texts, np.repeat(np.arange(len(texts)), list(map(len, paths))))
    return Dataset.from_owned(_rows([path for images in paths for path in images], limit), labels), names


def class_folders(folder: Path) -> list[Path]:
    """The subfolders of a folder, without those that are hidden.

    Raises:
        FileNotFoundError: there is no such folder.
    """
    found = {path.name: path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "__"))}
    return [found[name] for name in sort_labels(found)]


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in ENDINGS and not path.name.startswith(".")


def _rows(paths: Sequence[Path], limit: int) -> Matrix[np.float32]:
    from fnnet.data.images import read_digit
    from fnnet.data.images.reading import file_size

    sizes = set(_each(paths, file_size))
    width, height = max(sizes)
    if len(sizes) > 1 or max(width, height) > _LARGEST:
        return _read_all(paths, partial(read_digit, side=_SIDE), _SIDE * _SIDE)
    if width * height * len(paths) > limit:
        raise ValueError(f"{shown(paths[0])}: {over_limit(limit, f'{len(paths)} images of {width * height} pixels')}")
    rows = _read_all(paths, _gray, width * height)
    if rows.mean() > _WHITE / 2:
        np.subtract(_WHITE, rows, out=rows)
    return np.divide(rows, _WHITE, out=rows)


def _read_all(paths: Sequence[Path], read: Callable[[Path], Vector[np.float32]], pixels: int) -> Matrix[np.float32]:
    """A row for each image."""
    rows: Matrix[np.float32] = np.empty((len(paths), pixels), np.float32)
    for k, row in enumerate(_each(paths, read)):
        rows[k] = row
    return rows


def _each(paths: Sequence[Path], read: Callable[[Path], T]) -> Iterator[T]:
    """What is read from each file, one after the other; one error for all that cannot be read."""
    errors: list[ValueError] = []
    for path in paths:
        try:
            yield read(path)
        except ValueError as error:
            errors.append(error)
    if errors:
        more = f"; {len(errors) - 1} more cannot be read" if len(errors) > 1 else ""
        raise ValueError(f"{errors[0]}{more}")


def _gray(path: Path) -> Vector[np.float32]:
    """How bright each pixel is, from 0 to 255."""
    from fnnet.data.images.reading import PIXELS, from_file

    levels: Vector[np.float32] = np.rint(from_file(path, PIXELS) @ (_WHITE * _LUMA)).astype(np.float32).reshape(-1)
    return levels
