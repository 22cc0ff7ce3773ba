"""Writing a file so that nothing is lost: the old one stands until the new one is whole."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: str | PathLike[str]) -> Iterator[BinaryIO]:
    """A binary file to write, which becomes `path` when the block ends without an exception.

    It is written beside `path`, flushed to the disk, given the permissions of the old one, then renamed, which
    is atomic: whoever looks, also after a kill or a power cut, finds the old file or the new one, whole. (A kill in
    the middle leaves what was written so far beside it, under a name that begins with a dot and ends in .new.)

    Raises:
        OSError: the folder cannot be written, or the disk is full; `path` is as it was.
    """
    target = Path(os.path.realpath(path))
    beside = _beside(target)
    file = _opened(beside, target)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, beside)
        os.replace(beside, target)
        _flush(target.parent)
    finally:
        beside.unlink(missing_ok=True)


def check_writable(path: str | PathLike[str]) -> None:
    """Raise OSError now if `replacing(path)` could not write later; nothing is changed."""
    target = Path(os.path.realpath(path))
    beside = _beside(target)
    _opened(beside, target).close()
    beside.unlink()


def _beside(target: Path) -> Path:
    """A name that no other process or thread uses for the same file."""
    return target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}.new")


def _flush(folder: Path) -> None:
    """Have the disk keep the folder's new entry too, where folders can be flushed."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _opened(beside: Path, target: Path) -> BinaryIO:
    if target.is_dir():
        raise IsADirectoryError(f"{target}: expected a file to write, got a folder")
    if target.exists() and not target.is_file():
        raise OSError(f"{target}: expected a file to write, got a device, pipe or socket")
    try:
        return open(beside, "wb")
    except OSError as error:
        # name the file that was asked for
        raise type(error)(error.errno, error.strerror, str(target)) from None
