"""Files from untrusted sources: malformed files, headers that lie, compression bombs."""

import base64
import gzip
import io
import struct
import tracemalloc
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fnnet import load
from fnnet.data.idx import read_idx
from fnnet.data.images import read_digit
from fnnet.data.loaders import load_npz
from fnnet.io.npz import read_npz, write_npz
from fnnet.recipes.checkpoint import load_checkpoint
from tests.hostile import formats, malformed, npy, outcome, zipped

CASES = 400


@pytest.mark.parametrize("name", ["idx", "csv", "npz", "model", "checkpoint", "history", "image"])
def test_malformed_file_is_read_or_refused(tmp_path: Path, name: str) -> None:
    form = formats(tmp_path)[name]
    for content in form.whole:
        assert outcome(form, content, tmp_path) == "read"
    ends = Counter(outcome(form, malformed(form, seed), tmp_path) for seed in range(CASES))
    assert ends["refused"] > CASES / 3


def peak(read: Callable[[], object], message: str) -> int:
    """The peak memory that it takes to refuse a file, after a first time that may import modules."""
    with pytest.raises(ValueError, match=message):
        read()
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=message):
            read()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (100000000,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 9223372036854775807)}",
        "{'descr': '|V2147483647', 'fortran_order': False, 'shape': (3,)}",
    ],
)
def test_lying_header_takes_no_memory(tmp_path: Path, header: str) -> None:
    path = zipped(tmp_path / "lie", x_train=npy(header, b"few bytes"))
    assert (
        peak(lambda: read_npz(path), "'x_train.npy': expected a header for [0-9]+ bytes, got one for [0-9]+") < 1 << 20
    )


def test_lying_idx_header_takes_no_memory(tmp_path: Path) -> None:
    (tmp_path / "lie").write_bytes(b"\0\0\x08\2" + struct.pack(">II", 30_000, 30_000) + b"few bytes")
    assert peak(lambda: read_idx(tmp_path / "lie"), "expected 900000000 bytes .*, got 9") < 4 << 20


def test_empty_shapes_are_limited_too(tmp_path: Path) -> None:
    """A shape with a 0 takes no memory, but its other lengths are limited, since NumPy multiplies them."""
    for length, fits in ((5, True), (6, False)):
        (tmp_path / "none").write_bytes(bytes([0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, length]))
        if fits:
            assert read_idx(tmp_path / "none", limit=5).shape == (0, 5)
        else:
            with pytest.raises(ValueError, match="limit"):
                read_idx(tmp_path / "none", limit=5)


def test_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    zeros = np.zeros(1 << 24, np.uint8)
    path = tmp_path / "bomb"
    with path.open("wb") as file:
        np.savez_compressed(file, x_train=zeros)
    assert path.stat().st_size < 1 << 16
    for read in (load, load_npz, load_checkpoint):
        refused = r"expected at most 1048576 bytes, which is the limit, got 16777\d+; use a larger limit"
        assert peak(partial(read, path, limit=1 << 20), refused) < 1 << 20
    assert np.array_equal(read_npz(path, limit=1 << 25)["x_train"], zeros)


def test_gzip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(gzip.compress(b"\0\0\x08\1" + struct.pack(">I", 1 << 24) + bytes(1 << 24)))
    limited = r"expected at most 1048576 bytes, which is the limit, got the shape \(16777216,\)"
    assert peak(lambda: read_idx(path, 1 << 20), limited) < 1 << 20
    assert read_idx(path, 1 << 24).shape == (1 << 24,)
    path.write_bytes(gzip.compress(b"\0\0\x08\1" + struct.pack(">I", 9) + bytes(1 << 24)))
    assert peak(lambda: read_idx(path), "expected 9 bytes .*, got at least 10") < 1 << 20


def png_of(width: int, height: int) -> bytes:
    """The header of a large image, with next to no data behind it."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" * 99)),
        (b"IEND", b""),
    ]
    parts = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize(
    "width, height, message",
    [
        (9000, 9000, "got one that is not: 9000 x 9000 pixels, over the limit of 67108864"),
        (10_000, 10_000, "got one that is not: Image size .100000000 pixels. exceeds limit"),
        (2**31 - 1, 2**31 - 1, "got one that is not: Image size"),
    ],
)
def test_huge_image_is_not_unpacked(tmp_path: Path, width: int, height: int, message: str) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(png_of(width, height))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert peak(lambda: read_digit(str(path), 28), f"{path}: expected a whole image .*, {message}") < 1 << 20


def test_lengths_of_chunks_are_not_trusted(tmp_path: Path) -> None:
    """Python makes room for what a file is asked for, and Pillow asks for as much as a chunk says it has."""
    path, content = tmp_path / "d.png", io.BytesIO()
    Image.new("L", (64, 64), 200).save(content, "PNG")
    start, _, data = content.getvalue().partition(b"IDAT")
    path.write_bytes(start[:-4] + struct.pack(">I", 1 << 29) + b"IDAT" + data)
    assert peak(lambda: read_digit(path), f"{path}: expected a digit, got a blank image") < 1 << 20


def test_array_names_are_not_paths(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    content = io.BytesIO()
    np.save(content, np.ones(2))
    with zipfile.ZipFile(tmp_path / "inner" / "tricks", "w") as archive:
        for name in ("../up.npy", "/abs.npy", "a/b.npy", "plain"):
            archive.writestr(name, content.getvalue())
    assert set(read_npz(tmp_path / "inner" / "tricks")) == {"../up", "/abs", "a/b", "plain"}
    assert [path.name for path in tmp_path.iterdir()] == ["inner"]


def test_duplicate_names_are_refused(tmp_path: Path) -> None:
    content = io.BytesIO()
    np.save(content, np.ones(2))
    with zipfile.ZipFile(tmp_path / "twice", "w") as archive:
        archive.writestr("x", content.getvalue())
        archive.writestr("x.npy", content.getvalue())
    with pytest.raises(ValueError, match="expected a different name for each array, got 'x, x'"):
        read_npz(tmp_path / "twice")


def test_limit_is_inclusive(tmp_path: Path) -> None:
    content = npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}") + bytes(16)
    path = zipped(tmp_path / "two", x=content)
    assert read_npz(path, limit=len(content))["x"].shape == (2,)
    with pytest.raises(ValueError, match=f"expected at most {len(content) - 1} bytes, .*, got {len(content)};"):
        read_npz(path, limit=len(content) - 1)


def test_python_objects_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="allow_pickle"):
        write_npz(tmp_path / "objects", {"x": np.array([None])})
    assert not (tmp_path / "objects").exists()


def test_empty_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected an array named format, got none$"):
        load(zipped(tmp_path / "nothing"))


def test_npy_versions_and_objects(tmp_path: Path) -> None:
    """Versions 1 and 2 of the npy format are read; version 3 and Python objects are refused."""
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (0,)}"
    assert read_npz(zipped(tmp_path / "fine", x=npy(header)))["x"].shape == (0,)
    second = npy(header)
    second = second[:6] + b"\2\0" + second[8:10] + b"\0\0" + second[10:]
    assert read_npz(zipped(tmp_path / "second", x=second))["x"].shape == (0,)
    third = npy(header).replace(b"NUMPY\1", b"NUMPY\3")
    with pytest.raises(ValueError, match=r"expected version 1.0 or 2.0 of the npy format, got 3.0"):
        read_npz(zipped(tmp_path / "third", x=third))
    objects = npy(header.replace("<f8", "|O"))
    with pytest.raises(ValueError, match="expected numbers or text, got Python objects"):
        read_npz(zipped(tmp_path / "objects", x=objects))


@pytest.mark.parametrize("dtype", ["|V0", "<U0", "|S0"])
def test_items_of_no_bytes_are_refused(tmp_path: Path, dtype: str) -> None:
    """Any number of them is within the limit, but takes time or memory to copy."""
    path = zipped(tmp_path / "x", x=npy(f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': (3, 1000000000)}}"))
    assert peak(lambda: read_npz(path), "'x.npy': expected numbers or text, got items of 0 bytes$") < 1 << 20


@pytest.mark.parametrize(
    "header",
    ["{b'descr': '<f8', 'fortran_order': False}", "{", "[]", "{'descr': 7, 'fortran_order': 0, 'shape': 1}", "'" * 99],
)
def test_nonsense_headers_are_refused(tmp_path: Path, header: str) -> None:
    path = zipped(tmp_path / "nonsense", x=npy(header))
    with pytest.raises(ValueError, match=f"^{path}: expected a valid npz file, got .") as caught:
        read_npz(path)
    assert "\n" not in str(caught.value)


def test_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "locked", x=npy("{'descr': '<f8', 'fortran_order': False, 'shape': (0,)}"))
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(mark) + at] |= 1  # the bit that says "encrypted"
    path.write_bytes(content)
    with pytest.raises(
        ValueError, match=f"{path}: 'x.npy': expected an array without a password, got an encrypted one"
    ):
        read_npz(path)


@pytest.mark.parametrize(
    "content",
    [
        # a zip file whose directory claims to be on one of several disks
        "SwMEFBQAUFBLBgcUAAAAbi5ucHmbc3QubnB5UEsFBgAC+RomOpo6CrUKFAAuBkYmRgoAAAAEFAAAAAgAr05VTVBZAQB2AHsnZGVzY3InOiAnfH"
        "UxJywgKCdmb3J0cmFuX28gfX0AAAAAACdkBQYAACAgICAgICAAAA==",
        # an IDX file of no images, the product of whose other lengths overflows
        "AAAIBGd0EkAAAAAAAAAl+3izAGQ=",
    ],
)
def test_files_found_by_fuzzing(tmp_path: Path, content: str) -> None:
    for form in formats(tmp_path).values():
        assert outcome(form, base64.b64decode(content), tmp_path) == "refused"


@pytest.mark.parametrize(
    "text, points, message",
    [
        ("<U2", [0x61, 0x10FFFF], "expected the format 'fnnet model 1', got 'a"),
        (">U2", [0x61, 0x62], "expected the format 'fnnet model 1', got 'ab'"),
        ("<U0", [], "'format.npy': expected numbers or text, got items of 0 bytes"),
        ("<U2", [0x61, 0x110000], "format: expected text, got numbers that are not characters"),
        ("<U2", [2**32 - 1, 0], "format: expected text, got numbers that are not characters"),
    ],
)
def test_texts_must_be_of_characters(text: str, points: list[int], message: str, tmp_path: Path) -> None:
    """NumPy takes any four bytes for a character; Python has 1,114,112 characters, and breaks on anything else."""
    header = npy(f"{{'descr': '{text}', 'fortran_order': False, 'shape': ()}}")
    path = zipped(tmp_path / "text", format=header + np.array(points, f"{text[0]}u4").tobytes())
    with pytest.raises(ValueError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: {message}")


def test_what_is_not_a_text_is_refused(tmp_path: Path) -> None:
    for value in (np.array(["a", "b"]), np.array(7), np.array(b"fnnet model 1")):
        np.savez(tmp_path / "other.npz", format=value)
        with pytest.raises(ValueError, match=r"other.npz: format: expected text, got .* of shape \(2?,?\)"):
            load(tmp_path / "other.npz")
    np.savez(tmp_path / "empty.npz", format=np.array(""))
    with pytest.raises(ValueError, match="expected the format 'fnnet model 1', got ''$"):
        load(tmp_path / "empty.npz")
