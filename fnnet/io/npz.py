"""npz files: written completely or not at all; read without Python objects, and within a limit of memory."""

import io
import math
from collections.abc import Mapping
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np

from fnnet.core.arrays import AnyRank
from fnnet.core.checks import check_integer
from fnnet.core.messages import quoted, shown, wrong_type
from fnnet.io.files import open_regular, replacing
from fnnet.io.header import Refused, check_header, read_header
from fnnet.io.limit import LIMIT, over_limit
from fnnet.io.uninterrupted import uninterrupted

if TYPE_CHECKING:
    from zipfile import (  # zipfile is imported by the functions: programs that read no file start sooner
        ZipFile,
        ZipInfo,
    )

__all__ = ["LIMIT", "TEXT_LIMIT", "read_npz", "write_npz"]

TEXT_LIMIT = 1 << 20
"""How many bytes a text may have, four for each character, unless the caller says otherwise: 1 MiB."""

_ENCRYPTED = 1  # the bit of a zip member's flags
_METHODS = (0, 8)  # stored and deflated, as NumPy does; others may ask for any amount of memory
_CHUNK = 1 << 18  # bytes read at a time


class _Archive:
    """The file of an archive, whose directory, which zipfile reads at once, may have `most` bytes."""

    def __init__(self, file: BinaryIO, most: float) -> None:
        self.file, self.most = file, most
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """Read at most `size` bytes."""
        if size > self.most:
            raise Refused(f"expected a directory of at most {self.most} bytes, got {size}")
        return self.file.read(size)


def write_npz(
    path: str | PathLike[str], arrays: Mapping[str, AnyRank], limit: int = LIMIT, text_limit: int = TEXT_LIMIT
) -> None:
    """Write arrays to a file, which is replaced only when the new one is complete.

    Args:
        path: the file, used as it is (no ending is added).
        arrays: the arrays by name; any names but `file` and `allow_pickle`, which are parameters of `np.savez`.
        limit: that of the reader: how many bytes the arrays may take.
        text_limit: that of the reader: how many bytes each text may take.

    Raises:
        OSError: the file cannot be written.
        ValueError: an array holds Python objects, or `read_npz` with the same limits would refuse the file.

    Laws: `read_npz(path)` gives the same arrays; the same arrays give the same bytes.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_npz(Path(folder, "two.npz"), {"a": np.arange(3), "b": np.ones(2)})
    ...     read_npz(Path(folder, "two.npz"))
    {'a': array([0, 1, 2]), 'b': array([1., 1.])}
    """
    if not isinstance(arrays, Mapping):
        raise wrong_type("arrays", "a mapping from names to arrays", arrays)
    limit, text_limit = check_integer("limit", limit, 0), check_integer("text_limit", text_limit, 0)
    content = io.BytesIO()
    try:
        # zipfile would complain of a half-written archive
        uninterrupted(partial(archive_arrays, content, arrays, limit, text_limit))
    except Refused as error:
        raise ValueError(f"{shown(path)}: {error}") from None
    with replacing(path) as file:
        file.write(content.getbuffer())


def archive_arrays(content: io.BytesIO, arrays: Mapping[str, AnyRank], limit: int, text_limit: int) -> None:
    """Write an archive of these arrays; raise Refused if `read_npz` with these limits would refuse it."""
    import zipfile

    np.savez(content, allow_pickle=False, **arrays)
    with zipfile.ZipFile(content) as archive:
        _checked_members(archive, limit, text_limit)


def read_npz(path: str | PathLike[str], limit: int = LIMIT, text_limit: int = TEXT_LIMIT) -> dict[str, AnyRank]:
    """Read all the arrays of an npz file, which are of numbers or text.

    Args:
        path: the file, which may come from anywhere.
        limit: how many bytes the arrays may take; checked against what the file declares before memory is taken.
        text_limit: how many bytes each text may take, four for each character.

    Returns:
        The arrays by name, each new and owned by the caller.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not an npz file, is truncated or corrupt, has Python objects, or exceeds a limit.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     np.savez(Path(folder, "one.npz"), a=np.eye(2))
    ...     read_npz(Path(folder, "one.npz"))["a"]
    array([[1., 0.],
           [0., 1.]])
    """
    import zipfile

    limit, text_limit = check_integer("limit", limit, 0), check_integer("text_limit", text_limit, 0)
    with open_regular(path) as opened:
        try:
            if not zipfile.is_zipfile(opened):
                raise Refused("expected a valid npz file, got a truncated file or one of another kind")
            # a record of the directory takes 47 bytes or more in the file, and fifteen times that in memory
            file = _Archive(opened, max(1 << 16, limit // 32))
            with zipfile.ZipFile(cast(BinaryIO, file)) as archive:  # cast: it has the methods that are called
                file.most = math.inf
                members = _checked_members(archive, limit, text_limit)
                return {name: _read_array(archive, member) for name, member in members.items()}
        except Refused as error:
            raise ValueError(f"{shown(path)}: {error}") from None
        except MemoryError as error:
            raise MemoryError(f"{shown(path)}: {str(error) or 'not enough memory'}") from None
        except Exception as error:  # what zipfile, zlib and NumPy raise for a corrupt file is not documented
            got = quoted(str(error)) if str(error) else type(error).__name__
            raise ValueError(f"{shown(path)}: expected a valid npz file, got {got}") from error


def _checked_members(archive: "ZipFile", limit: int, text_limit: int) -> "dict[str, ZipInfo]":
    """The members of an archive by name, which is refused unless all of them can be read within the limits."""
    members = archive.infolist()
    size = sum(member.file_size for member in members)
    if size > limit:
        raise Refused(over_limit(limit, size))
    by_name = {member.filename.removesuffix(".npy"): member for member in members}
    if len(by_name) < len(members):
        names = ", ".join(member.filename.removesuffix(".npy") for member in members)
        raise Refused(f"expected a different name for each array, got {quoted(names)}")
    for member in members:
        name = quoted(member.filename)
        if member.flag_bits & _ENCRYPTED:
            raise Refused(f"{name}: expected an array without a password, got an encrypted one")
        if member.compress_type not in _METHODS:
            raise Refused(f"{name}: expected a stored or deflated array, got method {member.compress_type}")
        with archive.open(member) as file:
            check_header(name, file, member.file_size, text_limit)
    return by_name


def _read_array(archive: "ZipFile", member: "ZipInfo") -> AnyRank:
    with archive.open(member) as file:
        name = quoted(member.filename)
        header = read_header(name, file)
        array: AnyRank = np.ndarray(math.prod(header.shape), header.dtype)
        content = array.view(np.uint8).data
        for start in range(0, len(content), _CHUNK):
            length = min(_CHUNK, len(content) - start)
            part = file.read(length)
            if len(part) < length:
                raise Refused(f"expected a valid npz file, got a truncated array {name}")
            content[start : start + length] = part
    return array.reshape(header.shape, order="F" if header.is_fortran else "C")
