"""Malformed files: a whole file of every format that fnnet reads, and random changes to it."""

import gzip
import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import attrs
import numpy as np
from PIL import Image

from fnnet import adam, init_params, load, save
from fnnet.data.csv import read_csv
from fnnet.data.idx import read_idx
from fnnet.data.images import read_digits
from fnnet.data.loaders import load_npz
from fnnet.io import load_labels
from fnnet.recipes.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from fnnet.recipes.history import Row, read_history, write_history
from fnnet.recipes.recipe import Recipe
from fnnet.train.state import TrainState

Change: TypeAlias = Callable[[bytes], bytes]
LIMIT = 1 << 20
"""The limit in bytes for reading any of these files, which hold a few kilobytes."""


@attrs.frozen
class Format:
    """A format of files.

    Args:
        name: of the format.
        read: its reader, which returns something or raises a ValueError that names the file.
        whole: files that can be read.
        inside: applies a change to the unpacked content of a file and packs it again, with correct checksums.
    """

    name: str
    read: Callable[[str], object]
    whole: tuple[bytes, ...]
    inside: Callable[[bytes, Change, np.random.Generator], bytes]


def malformed(form: Format, seed: int) -> bytes:
    """A file of this format with a few random changes, to the file or to its unpacked content."""
    rng = np.random.default_rng(seed)

    def change(content: bytes) -> bytes:
        for _ in range(rng.integers(1, 5)):
            content = _changed(content, rng)
        return content

    content = form.whole[rng.integers(len(form.whole))]
    return form.inside(content, change, rng) if rng.random() < 0.6 else change(content)


def outcome(form: Format, content: bytes, folder: Path) -> str:
    """Read a file: "read" or "refused". Any other exception is one that the reader must not let out."""
    path = folder / "file"
    path.write_bytes(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            form.read(str(path))
    except ValueError as error:
        assert str(path) in str(error) and "\n" not in str(error), f"{error!r} is not one line that names the file"
        return "refused"
    return "read"


_NUMBERS = [0, 1, 2, 127, 128, 255, 256, 65535, 2**31 - 1, 2**31, 2**32 - 1, 10**12, 2**63 - 1, 2**64 - 1]


def _changed(content: bytes, rng: np.random.Generator) -> bytes:
    """One random change: to a bit, a byte, a piece, or a number in binary or as text."""
    at, to = sorted(int(place) for place in rng.integers(0, len(content) + 1, 2))
    number = _NUMBERS[rng.integers(len(_NUMBERS))]
    digits = [i for i, byte in enumerate(content) if chr(byte).isdigit()]
    place = digits[rng.integers(len(digits))] if digits else at
    binary = struct.pack(("<Q", ">Q")[rng.integers(2)], number % 2**64)
    width = int(rng.choice([1, 2, 4, 8]))
    number_bytes = binary[:width] if rng.random() < 0.5 else binary[-width:]
    changes = [
        content[:at] + bytes([rng.integers(256)]) + content[at + 1 :],
        content[:at] + bytes([content[at] ^ 1 << int(rng.integers(8))]) + content[at + 1 :]
        if at < len(content)
        else b"",
        content[:at] + rng.bytes(int(rng.integers(1, 9))) + content[at:],
        content[:at] + content[to:],
        content[:at] + content[at : at + 64] + content[at:],
        content[:at],
        content[:at] + number_bytes + content[at + width :],
        content[:place] + str(number).encode() + content[place + 1 :],
        content[:place] + b"-" + content[place + 1 :],
    ]
    return changes[rng.integers(len(changes))]


def _inside_gzip(content: bytes, change: Change, rng: np.random.Generator) -> bytes:
    return gzip.compress(change(gzip.decompress(content))) if content[:2] == b"\x1f\x8b" else change(content)


def _inside_zip(content: bytes, change: Change, rng: np.random.Generator) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    chosen = sorted(members)[rng.integers(len(members))]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)[rng.integers(2)]) as archive:
        for name, member in members.items():
            archive.writestr(name, change(member) if name == chosen else member)
    return packed.getvalue()


def _inside_png(content: bytes, change: Change, rng: np.random.Generator) -> bytes:
    if not content.startswith(b"\x89PNG"):
        return change(content)
    chunks, at = [], 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        chunks.append((content[at + 4 : at + 8], content[at + 8 : at + 8 + length]))
        at += length + 12
    chosen = rng.integers(len(chunks))
    png = content[:8]
    for i, (kind, data) in enumerate(chunks):
        if i == chosen:
            data = zlib.compress(change(zlib.decompress(data))) if kind == b"IDAT" else change(data)
        png += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return png


def _bytes(write: Callable[[Any], object]) -> bytes:
    """The bytes that `write` writes to a file."""
    file = io.BytesIO()
    write(file)
    return file.getvalue()


def _written(write: Callable[[Path], object], folder: Path) -> bytes:
    """The bytes of the file that `write` writes at a path."""
    path = folder / "whole"
    write(path)
    return path.read_bytes()


def formats(folder: Path) -> Mapping[str, Format]:
    """Every format by name; the folder is used to make the whole files."""
    rng = np.random.default_rng(0)
    images, y = rng.integers(0, 256, (4, 5, 5), np.uint8), np.array([0, 1, 2, 1], np.uint8)
    idx = bytes([0, 0, 8, 3]) + np.array(images.shape, ">u4").tobytes() + images.tobytes()
    keras = {"x_train": images, "y_train": y, "x_test": images / 255, "y_test": y}
    params = init_params((25, 3, 3), seed=0)
    rows = tuple(Row(epoch, 1.5, 0.25, 0.75, None, 1.0) for epoch in (1, 2))
    recipe = Recipe(widths=(3,), optimizer="adam")
    checkpoint = Checkpoint(recipe, 0, 4, "ab", TrainState(2, params, adam().init(params)), rows, "m.npz")
    levels = np.full((20, 16), 250, np.uint8)
    levels[3:16, 7:10] = 9
    page = Image.fromarray(levels)
    pictures = [page.convert(mode) for mode in ("L", "P", "RGBA", "1")] + [Image.fromarray(levels * np.uint16(257))]
    pngs = [_bytes(partial(picture.save, format="png")) for picture in pictures]
    others = [_bytes(partial(page.save, format=name)) for name in ("jpeg", "webp", "bmp", "tiff", "gif")]
    both = (
        _bytes(lambda f: np.savez(f, allow_pickle=False, **keras)),
        _bytes(lambda f: np.savez_compressed(f, allow_pickle=False, **keras)),
    )
    floats = bytes([0, 0, 13, 2, 0, 0, 0, 4, 0, 0, 0, 25]) + (images / 255).astype(">f4").tobytes()
    kaggle = b"label,a,b\n3,1,2\n7,-3.5,4e1\n7,5,6\n"
    species = b'\xef\xbb\xbf"";"x";"species"\r\n"0";1;"cat"\r\n"1";2;"dog"\r\n'
    every = (
        Format("idx", lambda path: read_idx(path, LIMIT), (idx, gzip.compress(idx), floats), _inside_gzip),
        Format("csv", lambda path: read_csv(path, limit=LIMIT), (kaggle, species, gzip.compress(kaggle)), _inside_gzip),
        Format("npz", lambda path: load_npz(path, LIMIT), both, _inside_zip),
        Format(
            "model",
            lambda path: (load(path, limit=LIMIT), load_labels(path, limit=LIMIT)),
            tuple(_written(partial(save, params, labels=labels), folder) for labels in ((), ("a", "\U0001f600", "c"))),
            _inside_zip,
        ),
        Format(
            "checkpoint",
            lambda path: load_checkpoint(path, limit=LIMIT),
            (_written(lambda p: save_checkpoint(checkpoint, p), folder),),
            _inside_zip,
        ),
        Format(
            "history",
            lambda path: read_history(path, LIMIT),
            (_written(lambda p: write_history(p, rows), folder),),
            lambda content, change, rng: change(content),
        ),
        Format("image", lambda path: read_digits(path, 28, LIMIT), (*pngs, *others), _inside_png),
    )
    return {form.name: form for form in every}


def npy(header: str, data: bytes = b"") -> bytes:
    text = header.encode() + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text + data


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return path
