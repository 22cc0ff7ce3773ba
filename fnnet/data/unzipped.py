"""Files that may be gzipped, as bytes that are limited in number."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from typing import BinaryIO, cast

from fnnet.core.messages import quoted, shown
from fnnet.io.files import open_regular

_GZIP = b"\x1f\x8b"


@contextmanager
def unzipped(path: str | PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file for reading, through gzip if its first bytes say so, whatever its name.

    Args:
        path: the file.

    Raises:
        OSError: there is no such file, or it cannot be read.
        ValueError: it is a device, or (in the block) what is read is not valid gzip.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "letters").write_bytes(gzip.compress(b"abc"))
    ...     with unzipped(Path(folder, "letters")) as file:
    ...         file.read()
    b'abc'
    """
    with open_regular(path) as file:
        is_gzipped = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        if not is_gzipped:
            yield file
            return
        try:
            with gzip.open(file) as content:
                yield cast(BinaryIO, content)  # cast: gzip's files are typed otherwise
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise ValueError(f"{shown(path)}: expected a valid gzip file, got {quoted(str(error))}") from error


class OverLimit(Exception):
    """A file has more bytes than the caller takes."""


class Limited(io.RawIOBase):
    """The bytes of an open file, of which more than `limit` raise `OverLimit`: even a single line may be endless."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self._file, self._left = file, limit

    def readable(self) -> bool:
        """Whether it can be read: yes."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what a buffered reader gives
        """Fill the buffer; the number of bytes, 0 at the end."""
        content = self._file.read(len(buffer))
        self._left -= len(content)
        if self._left < 0:
            raise OverLimit
        buffer[: len(content)] = content
        return len(content)
