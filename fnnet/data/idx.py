"""The IDX format of MNIST and similar data sets: a magic number, the shape, then the numbers; gzipped or not.

The magic number is four bytes: 0, 0, the type of the numbers, and the rank r. Then r big-endian 32-bit integers give
the shape, and the numbers follow, big-endian too. Source: http://yann.lecun.com/exdb/mnist/, "File formats for the
MNIST database".
"""

import math
from os import PathLike
from pathlib import Path
from typing import BinaryIO

import numpy as np

from fnnet.core.arrays import AnyRank
from fnnet.core.checks import check_integer, check_path
from fnnet.core.messages import quoted, shown
from fnnet.data.unzipped import unzipped
from fnnet.io.limit import LIMIT, over_limit

_CHUNK = 1 << 20  # bytes read at a time
_TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def read_idx(path: str | PathLike[str], limit: int = LIMIT) -> AnyRank:
    """Read an IDX file.

    Args:
        path: the file, gzipped or not (its first bytes decide, not its name).
        limit: how many bytes it may hold, uncompressed.

    Returns:
        A new array of the shape and the type of numbers that the file declares: bytes, integers or floats.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not an IDX file, is truncated, too long or corrupt, or exceeds the limit.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "labels-idx1-ubyte")
    ...     _ = path.write_bytes(bytes([0, 0, 8, 1]) + bytes([0, 0, 0, 3]) + bytes([7, 2, 1]))
    ...     read_idx(path)
    array([7, 2, 1], dtype=uint8)
    """
    path, limit = check_path("path", path), check_integer("limit", limit, 0)
    with unzipped(path) as file:
        dtype, shape = _read_header(file, path)
        # Python integers: the product cannot overflow, and no more memory is taken than there are bytes. NumPy refuses
        # a shape if the product of its lengths other than 0 is too large.
        size = math.prod(shape) * dtype.itemsize
        if math.prod(length or 1 for length in shape) * dtype.itemsize > limit:
            raise ValueError(f"{shown(path)}: {over_limit(limit, f'the shape {shape}')}")
        content = _read_at_most(file, size + 1)
    if len(content) != size:
        got = f"at least {len(content)}" if len(content) > size else str(len(content))
        raise ValueError(f"{shown(path)}: expected {size} bytes for shape {shape}, got {got}")
    numbers = np.frombuffer(content, dtype).reshape(shape)
    return numbers.astype(dtype.newbyteorder("="), copy=False)


def _read_header(file: BinaryIO, path: Path) -> tuple[np.dtype[np.generic], tuple[int, ...]]:
    """The type of the numbers and the shape."""
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _TYPES or not 1 <= magic[3] <= 4:
        expected = "an IDX file, which begins with the bytes 0, 0, a type (8, 9, 11 to 14) and a rank from 1 to 4"
        raise ValueError(f"{shown(path)}: expected {expected}, got {quoted(magic)}")
    rank = magic[3]
    lengths = file.read(4 * rank)
    if len(lengths) < 4 * rank:
        raise ValueError(f"{shown(path)}: expected a header of {4 + 4 * rank} bytes, got {4 + len(lengths)}")
    return np.dtype(_TYPES[magic[2]]), tuple(np.frombuffer(lengths, ">u4").tolist())


def _read_at_most(file: BinaryIO, size: int) -> bytearray:
    content = bytearray()
    while len(content) < size and (chunk := file.read(min(_CHUNK, size - len(content)))):
        content += chunk
    return content
