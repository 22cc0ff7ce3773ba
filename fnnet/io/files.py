"""Replacing a file safely: the old file stays until the new one is complete."""

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path
from typing import BinaryIO

from fnnet.core.checks import check_path
from fnnet.core.messages import shown

_LONGEST_NAME = 255
"""How many bytes a file name may have, on most file systems."""


@contextmanager
def replacing(path: str | PathLike[str]) -> Iterator[BinaryIO]:
    """Open a binary file that takes the place of `path` when the block ends without an exception.

    The content goes to a temporary file in the same folder, which is flushed to the disk, given the permissions of
    the old file, and renamed. Renaming is atomic: a reader finds the old file or the new one, complete, even after a
    kill or a power cut. (A kill in the middle leaves the temporary file; its name begins with a dot and ends in .new.)

    Args:
        path: the file to write. A link stays a link: the file it points to is replaced.

    Raises:
        OSError: the folder or the file at `path` cannot be written, `path` is not a regular file, or the disk is full;
            `path` is as before.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "greeting")
    ...     with replacing(path) as file:
    ...         _ = file.write(b"hello")
    ...     path.read_bytes()
    b'hello'
    """
    check_path("path", path)
    target = Path(os.path.realpath(path))
    temporary = _temporary_path(target)
    try:
        with _open_temporary(temporary, target) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            os.chmod(temporary, stat.S_IMODE(os.stat(target).st_mode))
        os.replace(temporary, target)
        _sync_folder(target.parent)
    finally:
        _remove(temporary)


def open_regular(path: str | PathLike[str]) -> BinaryIO:
    """Open a file for reading, if it is a regular one: a device, a pipe or a socket may have no end.

    Args:
        path: the file, or a link to it.

    Raises:
        OSError: there is no such file, or it cannot be read.
        ValueError: it is a device, a pipe or a socket.

    >>> open_regular("/dev/zero")
    Traceback (most recent call last):
        ...
    ValueError: /dev/zero: expected a file to read, got a device, pipe or socket
    """
    check_path("path", path)
    # asked before opening, which would wait for the other end of a pipe
    if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
        raise ValueError(f"{shown(path)}: expected a file to read, got a device, pipe or socket")
    return open(path, "rb")


def check_writable(path: str | PathLike[str]) -> None:
    """Find out now whether `replacing(path)` can write later; nothing is changed.

    Args:
        path: the file to be written later.

    Raises:
        OSError: the folder or the file at `path` cannot be written, or `path` is not a regular file.

    >>> check_writable(".")
    Traceback (most recent call last):
        ...
    IsADirectoryError: ...: expected a file to write, got a folder
    """
    target = Path(os.path.realpath(path))
    temporary = _temporary_path(target)
    try:
        _open_temporary(temporary, target).close()
    finally:
        _remove(temporary)


def derived_name(name: str, ending: str, start: str = "") -> str:
    """The name of a file that belongs to another, shortened where file systems would refuse it.

    Args:
        name: of the other file.
        ending: what the name ends in.
        start: what it begins with.

    Returns:
        `start + name + ending`, if it has at most 255 bytes; else with the beginning of the name only, and a digest of
        the whole. Law: it has at most 255 bytes; other names (in practice) give others, whatever the length.

    >>> derived_name("model", ".lock", "."), len(derived_name("m" * 250, ".lock", "."))
    ('.model.lock', 255)
    """
    whole = os.fsencode(f"{start}{name}{ending}")
    if len(whole) <= _LONGEST_NAME:
        return os.fsdecode(whole)
    from hashlib import sha256  # here, since such names are rare

    end = f"-{sha256(os.fsencode(name)).hexdigest()[:16]}{ending}"
    begin = os.fsencode(start + name)[: _LONGEST_NAME - len(os.fsencode(end))]
    return begin.decode(errors="ignore") + end  # without a character that is cut in two


def _temporary_path(target: Path) -> Path:
    """A path beside the target that no other process or thread uses for it."""
    return target.with_name(derived_name(target.name, f".{os.getpid()}-{threading.get_ident()}.new", "."))


def _open_temporary(temporary: Path, target: Path) -> BinaryIO:
    if target.is_dir():
        raise IsADirectoryError(f"{shown(target)}: expected a file to write, got a folder")
    if target.exists() and not target.is_file():
        raise OSError(f"{shown(target)}: expected a file to write, got a device, pipe or socket")
    if target.exists():
        open(target, "r+b").close()  # renaming would replace a read-only file, too
    try:
        return open(temporary, "wb")
    except OSError as error:
        # the error names the file that the caller asked for, not the temporary one
        raise type(error)(error.errno, error.strerror, str(target)) from None


def _remove(temporary: Path) -> None:
    with suppress(OSError):  # it was renamed, or never made
        temporary.unlink()


def _sync_folder(folder: Path) -> None:
    """Flush the folder's new entry to the disk, on systems where a folder can be flushed."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
