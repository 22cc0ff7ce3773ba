"""Images in files, a folder for each class."""

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TypeAlias

import numpy as np

from fnnet.core.arrays import Labels64, Matrix
from fnnet.core.messages import quoted, shown
from fnnet.data.dataset import Dataset
from fnnet.data.labels import Labeled, encode_labels, sort_labels
from fnnet.io.files import open_regular
from fnnet.io.limit import LIMIT, over_limit

_ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
_LARGEST = 64  # pixels along a side of an image that is taken as it is
_WHITE = 255

_Gray: TypeAlias = np.ndarray[tuple[int, int], np.dtype[np.uint8]]


def read_image_folder(folder: str | PathLike[str], limit: int = LIMIT) -> Labeled:
    """Read images from a folder with one subfolder for each class, named like the class.

    Args:
        folder: its subfolders hold PNG, JPEG, BMP, GIF, WebP or TIFF files, all of one size of at most 64 x 64 pixels.
            Other files, and what is hidden, is left alone.
        limit: how many pixels all images may have together.

    Returns:
        The images as rows of gray levels from 0 to 1, and the names of the classes: none where they are whole numbers.
        What is light is 1, as in MNIST; if most of the pixels are light, as on white paper, what is dark is.

    Raises:
        ImportError: Pillow is not installed.
        FileNotFoundError: there is no such folder.
        ValueError: a subfolder has no images, a file is not a whole image, sizes differ or are too large, or there is
            more than the limit.

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
    folder = Path(folder)
    classes = class_folders(folder)
    if not classes:
        raise ValueError(f"{shown(folder)}: expected a subfolder of images for each class, got none")
    paths = [sorted(filter(_is_image, path.iterdir())) for path in classes]
    for path, images in zip(classes, paths):
        if not images:
            raise ValueError(f"{shown(path)}: expected images ({', '.join(_ENDINGS)}), got none")
    texts = [path.name for path in classes]
    labels, names = encode_labels(texts, np.repeat(np.arange(len(texts)), list(map(len, paths))))
    return _dataset([path for images in paths for path in images], labels, limit), names


def class_folders(folder: Path) -> list[Path]:
    """The subfolders of a folder, without those that are hidden.

    Raises:
        FileNotFoundError: there is no such folder.
    """
    found = {path.name: path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "__"))}
    return [found[name] for name in sort_labels(found)]


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in _ENDINGS and not path.name.startswith(".")


def _dataset(paths: Sequence[Path], labels: Labels64, limit: int) -> Dataset[np.float32]:
    first = _gray(paths[0])
    if first.size * len(paths) > limit:
        raise ValueError(f"{shown(paths[0])}: {over_limit(limit, f'{len(paths)} images of {first.size} pixels')}")
    levels = np.empty((len(paths), first.size), np.uint8)
    for row, path in zip(levels, paths):
        gray = _gray(path)
        if gray.shape != first.shape:
            got = f"{_size(gray)}; scale them to one size"
            raise ValueError(f"{shown(path)}: expected {_size(first)} pixels, as {shown(paths[0])} has, got {got}")
        row[:] = gray.reshape(-1)
    if levels.mean() > _WHITE / 2:
        np.subtract(_WHITE, levels, out=levels)
    x: Matrix[np.float32] = np.divide(levels, np.float32(_WHITE), dtype=np.float32)
    return Dataset.from_owned(x, labels)


def _size(image: _Gray) -> str:
    height, width = image.shape
    return f"{width} x {height}"


def _gray(path: Path) -> _Gray:
    """A small image as gray levels, on white where it is transparent."""
    try:
        from PIL import Image
    except ImportError:
        raise ImportError(
            "reading images needs Pillow: pip install 'fnnet[cli]' (in a checkout: pip install -e '.[cli]')"
        ) from None
    with open_regular(path) as file:
        try:
            with Image.open(file, formats=_FORMATS) as image:
                width, height = image.size
                if max(image.size) > _LARGEST:
                    raise ValueError(f"expected at most {_LARGEST} x {_LARGEST} pixels, got {width} x {height}")
                gray, alpha = image.convert("LA").split()
                page = Image.new("L", image.size, _WHITE)
                page.paste(gray, mask=alpha)
                levels: _Gray = np.asarray(page)
                return levels
        except ValueError as error:
            raise ValueError(f"{shown(path)}: {error}") from None
        except Exception as error:  # Pillow does not document which exceptions a corrupt file raises
            raise ValueError(f"{shown(path)}: expected a whole image, got {quoted(str(error))}") from None
