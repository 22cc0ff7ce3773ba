"""npz files: written whole or not at all, and read from anywhere: no Python objects, no more memory than agreed."""

import io
import math
import struct
import sys
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from os import PathLike
from typing import IO

import numpy as np
from numpy.lib import format as npy

from fnnet.core.arrays import AnyRank
from fnnet.io.files import replacing

LIMIT = 1 << 30
"""How many bytes a file may hold, unpacked, unless the caller says otherwise: 1 GiB."""

# What zipfile, zlib and NumPy raise when a file is not what it says it is.
_CORRUPT = (
    ValueError,
    EOFError,
    OSError,
    KeyError,
    TypeError,  # a header whose fields are no texts
    RuntimeError,  # a password is wanted; a compression that is not known
    OverflowError,
    SyntaxError,
    tokenize.TokenError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def write_npz(path: str | PathLike[str], arrays: Mapping[str, AnyRank]) -> None:
    """Write arrays to a file, which is replaced only when the new one is whole.

    It is made in memory first, so that an interruption leaves no half-written archive that Python would complain of.

    Raises:
        OSError: the file cannot be written.

    Law: `read_npz(path)` gives these arrays after it; the same arrays make the same file.
    """
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    with replacing(path) as file:
        file.write(content.getbuffer())


def read_npz(path: str | PathLike[str], limit: int = LIMIT) -> dict[str, AnyRank]:
    """All the arrays of an npz file, by name.

    Args:
        path: the file.
        limit: how many bytes the arrays may take in memory; what the file says of itself is checked before.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no npz file, is truncated or corrupt, holds Python objects, or more than `limit`.
    """
    with open(path, "rb") as file:
        try:
            if not zipfile.is_zipfile(file):
                raise zipfile.BadZipFile("something else")
            with zipfile.ZipFile(file) as archive:
                return _arrays(archive, limit)
        except _CORRUPT as error:
            got = _line(str(error)) or type(error).__name__
            raise ValueError(f"{path}: expected a whole npz file without Python objects, got {got}") from error


def _arrays(archive: zipfile.ZipFile, limit: int) -> dict[str, AnyRank]:
    members = archive.infolist()
    size = sum(member.file_size for member in members)
    if size > limit:
        raise ValueError(f"{size} bytes, over the limit of {limit}")
    names = [member.filename.removesuffix(".npy") for member in members]
    if len(set(names)) < len(names):
        raise ValueError(f"two arrays of one name among {', '.join(names)}")
    return {name: _array(archive, member) for name, member in zip(names, members)}


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> AnyRank:
    with archive.open(member) as file:
        size = _promised(file)
        if size != member.file_size:
            raise ValueError(f"a header that promises {size} bytes in {member.filename} of {member.file_size}")
    with archive.open(member) as file:
        array: AnyRank = npy.read_array(file, allow_pickle=False)
        return array


def _promised(file: IO[bytes]) -> int:
    """How long a npy file is by its header, before any memory is taken for it."""
    version = npy.read_magic(file)
    readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    if version not in readers:
        raise ValueError(f"an array of format {version}")
    shape, _, dtype = readers[version](file)
    if dtype.hasobject:
        raise ValueError("Object arrays")
    return file.tell() + math.prod(shape) * dtype.itemsize


def _line(text: str) -> str:
    """What may quote the file as one short line."""
    return " ".join(text.split())[:200]


def require(arrays: dict[str, AnyRank], *names: str) -> list[AnyRank]:
    """The arrays of these names; a ValueError that says which there are if one is missing."""
    if not set(names) <= set(arrays):
        raise ValueError(f"expected the arrays {', '.join(names)}, got {_line(', '.join(arrays)) or 'none'}")
    return [arrays[name] for name in names]


def require_format(arrays: dict[str, AnyRank], expected: str) -> None:
    """Raise ValueError unless the array `format` says that the file is what is expected."""
    (found,) = require_texts(arrays, "format")
    if found != expected:
        raise ValueError(f"expected the format {expected!r}, got {_line(found)!r}")


def require_texts(arrays: dict[str, AnyRank], *names: str) -> list[str]:
    """The arrays of these names as texts; a ValueError if one is missing or no text."""
    found = require(arrays, *names)
    for name, array in zip(names, found):
        if not _is_text(array):
            raise ValueError(f"{name}: expected a text, got {array.dtype} of shape {array.shape}, or no characters")
    return list(map(str, found))


def _is_text(array: AnyRank) -> bool:
    """Whether it is one text; NumPy reads any four bytes as a character, and Python breaks on those that are none."""
    if array.dtype.kind != "U" or array.shape != ():
        return False
    points = np.frombuffer(array.tobytes(), f"{array.dtype.str[0]}u4")
    return bool(points.max(initial=0) <= sys.maxunicode)
