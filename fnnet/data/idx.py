"""The IDX format of MNIST and similar data sets: a magic number, the shape, then the bytes; gzipped or not.

The magic number is four bytes: 0, 0, 8 for unsigned bytes, and the rank r. Then r big-endian 32-bit integers give the
shape. Source: http://yann.lecun.com/exdb/mnist/, "File formats for the MNIST database".
"""

import gzip
import math
import zlib
from os import PathLike
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from fnnet.core.messages import quoted, shown
from fnnet.io.files import open_regular
from fnnet.io.limit import LIMIT, over_limit

Bytes = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
_CHUNK = 1 << 20  # bytes read at a time


def read_idx(path: str | PathLike[str], limit: int = LIMIT) -> Bytes:
    """Read an IDX file of unsigned bytes.

    Args:
        path: the file, gzipped or not (its first bytes decide, not its name).
        limit: how many bytes it may hold, uncompressed.

    Returns:
        A new array of the shape that the file declares.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not an IDX file of unsigned bytes, is truncated, too long or corrupt, or exceeds the
            limit.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "labels-idx1-ubyte")
    ...     _ = path.write_bytes(bytes([0, 0, 8, 1]) + bytes([0, 0, 0, 3]) + bytes([7, 2, 1]))
    ...     read_idx(path)
    array([7, 2, 1], dtype=uint8)
    """
    path = Path(path)
    with open_regular(path) as file:
        is_gzipped = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if not is_gzipped:
            return _read(file, path, limit)
        try:
            with gzip.open(file) as unzipped:
                return _read(cast(BinaryIO, unzipped), path, limit)  # cast: gzip's files are typed otherwise
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise ValueError(f"{shown(path)}: expected a valid gzip file, got {quoted(str(error))}") from error


def _read(file: BinaryIO, path: Path, limit: int) -> Bytes:
    shape = _read_shape(file, path)
    # Python integers: the product cannot overflow, and no more memory is taken than there are bytes. NumPy refuses a
    # shape if the product of its lengths other than 0 is too large.
    size = math.prod(shape)
    if math.prod(length or 1 for length in shape) > limit:
        raise ValueError(f"{shown(path)}: {over_limit(limit, f'the shape {shape}')}")
    content = _read_at_most(file, size + 1)
    if len(content) != size:
        got = f"at least {len(content)}" if len(content) > size else str(len(content))
        raise ValueError(f"{shown(path)}: expected {size} bytes for shape {shape}, got {got}")
    return np.frombuffer(content, np.uint8).reshape(shape)


def _read_shape(file: BinaryIO, path: Path) -> tuple[int, ...]:
    magic = file.read(4)
    if len(magic) < 4 or magic[:3] != b"\0\0\x08" or not 1 <= magic[3] <= 4:
        expected = "an IDX file of unsigned bytes, which begins with the bytes 0, 0, 8 and a rank from 1 to 4"
        raise ValueError(f"{shown(path)}: expected {expected}, got {quoted(magic)}")
    rank = magic[3]
    lengths = file.read(4 * rank)
    if len(lengths) < 4 * rank:
        raise ValueError(f"{shown(path)}: expected a header of {4 + 4 * rank} bytes, got {4 + len(lengths)}")
    return tuple(np.frombuffer(lengths, ">u4").tolist())


def _read_at_most(file: BinaryIO, size: int) -> bytearray:
    content = bytearray()
    while len(content) < size and (chunk := file.read(min(_CHUNK, size - len(content)))):
        content += chunk
    return content
