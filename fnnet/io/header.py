"""The header of an array in an npz file: its shape and its dtype, read without evaluating anything.

The npy format: a magic string, the version, the length of the header, and the header, the text of a Python dictionary.
Source: the documentation of `numpy.lib.format`.
"""

import math
import re
import struct
from typing import IO, NamedTuple

import numpy as np
from numpy.lib import format as npy

from fnnet.core.messages import quoted

_HEADER_LENGTHS = {(1, 0): "<H", (2, 0): "<I"}
_LONGEST_HEADER = 10_000  # bytes; NumPy reads no longer ones
_KINDS = "biufcSU"
_FIELD = re.compile(
    r"""\s*(['"])(?P<name>descr|fortran_order|shape)\1\s*:\s*"""
    r"""(?:(['"])(?P<dtype>[<>|=]?[?a-zA-Z]\d{0,12}(?:\[\w+\])?)\3|(?P<bool>True|False)|\((?P<shape>[\d,L\s]*)\))\s*(?:,\s*)?"""
)
"""A field of a header: the text of a Python dictionary, of which only this is read, so that nothing is evaluated."""


class Refused(ValueError):
    """A file that is refused, in words of our own. (Words of other packages may quote the file.)"""


def check_header(name: str, file: IO[bytes], file_size: int, text_limit: int) -> None:
    """Refuse an array by what its header declares, before any memory is taken for it.

    Args:
        name: of the array, for the errors.
        file: at the start of the array.
        file_size: how many bytes the array takes there.
        text_limit: how many bytes each text may have.

    Raises:
        Refused: it is not of numbers or texts, or not of that size.
    """
    shape, dtype, _ = read_header(name, file)
    if dtype.hasobject:
        raise Refused(f"{name}: expected numbers or text, got Python objects")
    if dtype.itemsize == 0:  # any number of such items takes no bytes in the file, but time or memory to copy
        raise Refused(f"{name}: expected numbers or text, got items of 0 bytes")
    size = file.tell() + math.prod(shape) * dtype.itemsize
    if size != file_size:
        raise Refused(f"{name}: expected a header for {file_size} bytes, got one for {quoted(size)}")
    if dtype.kind not in _KINDS:
        raise Refused(f"{name}: expected numbers or text, got {quoted(dtype)}")
    if dtype.itemsize > text_limit:
        raise Refused(f"{name}: expected a text of at most {text_limit} bytes, got {dtype.itemsize}")


class Header(NamedTuple):
    """What the header of an array declares."""

    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    is_fortran: bool


def read_header(name: str, file: IO[bytes]) -> Header:
    """What the header of an array declares."""
    version = npy.read_magic(file)
    if version not in _HEADER_LENGTHS:
        raise Refused(f"{name}: expected version 1.0 or 2.0 of the npy format, got {'.'.join(map(str, version))}")
    form = _HEADER_LENGTHS[version]
    (length,) = struct.unpack(form, file.read(struct.calcsize(form)))
    if length > _LONGEST_HEADER:
        raise Refused(f"{name}: expected a header of at most {_LONGEST_HEADER} bytes, got {length}")
    text = file.read(length).decode("latin1").strip()
    fields = {field["name"]: field for field in _FIELD.finditer(text)}
    is_whole = f"{{{''.join(field[0] for field in fields.values())}}}" == text
    if not is_whole or set(fields) != {"descr", "fortran_order", "shape"}:
        raise Refused(f"expected a valid npz file, got the header {quoted(text)} of {name}")
    descr, order, shape = fields["descr"]["dtype"], fields["fortran_order"]["bool"], fields["shape"]["shape"]
    if descr is None or order is None or shape is None:
        raise Refused(f"expected a valid npz file, got the header {quoted(text)} of {name}")
    return Header(tuple(map(int, re.findall(r"\d+", shape))), np.dtype(descr), order == "True")
