"""npz files: written completely or not at all; read without Python objects, and within a limit of memory."""

import io
import math
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from os import PathLike
from typing import IO

import numpy as np
from numpy.lib import format as npy

from fnnet.core.arrays import AnyRank
from fnnet.core.checks import quoted
from fnnet.io.files import replacing
from fnnet.io.limit import LIMIT, over_limit

__all__ = ["LIMIT", "read_npz", "write_npz"]

_ENCRYPTED = 1  # the bit of a zip member's flags
_HEADER_READERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}

# What zipfile, zlib and NumPy raise when a file is not what it claims to be.
_CORRUPT = (
    ValueError,
    EOFError,
    OSError,
    KeyError,
    TypeError,  # a header whose fields are not strings
    RuntimeError,  # the compression method is unknown
    OverflowError,
    SyntaxError,
    tokenize.TokenError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


class _Refused(ValueError):
    """A file that this module refuses, in words of our own. (Words of other packages may quote the file.)"""


def write_npz(path: str | PathLike[str], arrays: Mapping[str, AnyRank]) -> None:
    """Write arrays to a file, which is replaced only when the new one is complete.

    Args:
        path: the file, used as it is (no ending is added).
        arrays: the arrays by name; any names but `file` and `allow_pickle`, which are parameters of `np.savez`.

    Raises:
        OSError: the file cannot be written.
        ValueError: an array holds Python objects.

    Laws: `read_npz(path)` gives the same arrays; the same arrays give the same bytes.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_npz(Path(folder, "two.npz"), {"a": np.arange(3), "b": np.ones(2)})
    ...     read_npz(Path(folder, "two.npz"))
    {'a': array([0, 1, 2]), 'b': array([1., 1.])}
    """
    # made in memory, so that an interruption leaves no half-written archive, which Python would complain about
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    with replacing(path) as file:
        file.write(content.getbuffer())


def read_npz(path: str | PathLike[str], limit: int = LIMIT) -> dict[str, AnyRank]:
    """Read all the arrays of an npz file.

    Args:
        path: the file, which may come from anywhere.
        limit: how many bytes the arrays may take; checked against what the file declares before memory is taken.

    Returns:
        The arrays by name, each new and owned by the caller.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not an npz file, is truncated or corrupt, has Python objects, or exceeds the limit.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     np.savez(Path(folder, "one.npz"), a=np.eye(2))
    ...     read_npz(Path(folder, "one.npz"))["a"]
    array([[1., 0.],
           [0., 1.]])
    """
    with open(path, "rb") as file:
        try:
            if not zipfile.is_zipfile(file):
                raise _Refused("expected a valid npz file, got a truncated file or one of another kind")
            with zipfile.ZipFile(file) as archive:
                return _read_arrays(archive, limit)
        except _Refused as error:
            raise ValueError(f"{path}: {error}") from None
        except _CORRUPT as error:
            got = quoted(str(error)) if str(error) else type(error).__name__
            raise ValueError(f"{path}: expected a valid npz file, got {got}") from error


def _read_arrays(archive: zipfile.ZipFile, limit: int) -> dict[str, AnyRank]:
    members = archive.infolist()
    size = sum(member.file_size for member in members)
    if size > limit:
        raise _Refused(over_limit(limit, size))
    names = [member.filename.removesuffix(".npy") for member in members]
    if len(set(names)) < len(names):
        raise _Refused(f"expected a different name for each array, got {quoted(', '.join(names))}")
    return {name: _read_array(archive, member) for name, member in zip(names, members)}


def _read_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> AnyRank:
    if member.flag_bits & _ENCRYPTED:
        raise _Refused(f"{quoted(member.filename)}: expected an array without a password, got an encrypted one")
    with archive.open(member) as file:
        _check_header(member, file)
    with archive.open(member) as file:
        array: AnyRank = npy.read_array(file, allow_pickle=False)
        return array


def _check_header(member: zipfile.ZipInfo, file: IO[bytes]) -> None:
    """Refuse an array by what its header declares, before any memory is taken for it."""
    name, version = quoted(member.filename), npy.read_magic(file)
    if version not in _HEADER_READERS:
        raise _Refused(f"{name}: expected version 1.0 or 2.0 of the npy format, got {'.'.join(map(str, version))}")
    shape, _, dtype = _HEADER_READERS[version](file)
    if dtype.hasobject:
        raise _Refused(f"{name}: expected numbers or text, got Python objects")
    if dtype.itemsize == 0:  # any number of such items takes no bytes in the file, but time or memory to copy
        raise _Refused(f"{name}: expected numbers or text, got items of 0 bytes")
    size = file.tell() + math.prod(shape) * dtype.itemsize
    if size != member.file_size:
        raise _Refused(f"{name}: expected a header for {member.file_size} bytes, got one for {size}")
