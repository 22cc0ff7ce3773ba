"""The IDX format of MNIST and its kin: a magic number, the shape, then bytes; gzipped or not.

Four bytes 0 0 8 r say "unsigned bytes, rank r"; r big-endian 32-bit integers give the shape.
http://yann.lecun.com/exdb/mnist/ describes it.
"""

import gzip
import math
import zlib
from os import PathLike
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from fnnet.io.npz import LIMIT

Bytes = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
_CHUNK = 1 << 20


def read_idx(path: str | PathLike[str], limit: int = LIMIT) -> Bytes:
    """Read one IDX file of unsigned bytes.

    Args:
        path: the file, gzipped or plain (its first bytes tell, not its name).
        limit: how many bytes it may hold, unpacked.

    Returns:
        A new array of the shape that the file states.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no IDX file of bytes, or is truncated, too long, corrupt, or over the limit.
    """
    path = Path(path)
    with open(path, "rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if not zipped:
            return _read(file, path, limit)
        try:
            with gzip.open(file) as unzipped:
                return _read(cast(BinaryIO, unzipped), path, limit)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise ValueError(f"{path}: expected a whole gzip file, got one that is corrupt: {error}") from error


def _read(file: BinaryIO, path: Path, limit: int) -> Bytes:
    magic = file.read(4)
    if len(magic) < 4 or magic[:3] != b"\0\0\x08" or not 1 <= magic[3] <= 4:
        raise ValueError(f"{path}: expected an IDX file of bytes (first bytes 0 0 8 1…4), got {magic!r}")
    header = file.read(4 * magic[3])
    if len(header) < 4 * magic[3]:
        raise ValueError(f"{path}: expected a header of {4 + 4 * magic[3]} bytes, got {4 + len(header)}")
    shape = tuple(np.frombuffer(header, ">u4").tolist())
    # Python integers: the product cannot overflow, and no more memory is taken than there are bytes. NumPy takes no
    # shape whose product without its zeros is too large.
    size = math.prod(shape)
    if math.prod(length or 1 for length in shape) > limit:
        raise ValueError(f"{path}: expected at most {limit} bytes, which is the limit, got the shape {shape}")
    content = _read_at_most(file, size + 1)
    if len(content) != size:
        got = f"at least {len(content)}" if len(content) > size else str(len(content))
        raise ValueError(f"{path}: expected {size} bytes for shape {shape}, got {got}")
    return np.frombuffer(content, np.uint8).reshape(shape)


def _read_at_most(file: BinaryIO, size: int) -> bytearray:
    content = bytearray()
    while len(content) < size and (chunk := file.read(min(_CHUNK, size - len(content)))):
        content += chunk
    return content
