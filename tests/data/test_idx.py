"""The IDX format: a round trip, broken files, and limits."""

import gzip
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet.data.idx import read_idx
from tests.helpers import IMAGES, idx, patch


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_read_idx_undoes_the_format(shape: list[int]) -> None:
    array = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("builtins.open", lambda *_: io.BytesIO(idx(array)))
        assert np.array_equal(read_idx("any"), array)


@pytest.mark.parametrize("code, dtype", [(9, "i1"), (11, "i2"), (12, "i4"), (13, "f4"), (14, "f8")])
def test_other_numbers_are_read(tmp_path: Path, code: int, dtype: str) -> None:
    """They are big-endian in the file, and as they are computed with in the array."""
    array = np.random.default_rng(0).integers(-100, 100, (3, 2)).astype(dtype)
    header = bytes([0, 0, code, 2]) + np.array(array.shape, ">u4").tobytes()
    (tmp_path / "file").write_bytes(header + array.astype(f">{dtype}").tobytes())
    read = read_idx(tmp_path / "file")
    assert np.array_equal(read, array) and read.dtype == array.dtype and read.dtype.isnative
    with pytest.raises(ValueError, match=f"expected at most {array.nbytes - 1} bytes"):
        read_idx(tmp_path / "file", limit=array.nbytes - 1)


GOOD = idx(IMAGES)
PACKED = gzip.compress(GOOD, mtime=0)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "expected an IDX file, which begins .* a rank from 1 to 4, got b''"),
        (b"hello world", "expected an IDX file, .* got b'hell'"),
        (b"\0\0\x0a\3" + GOOD[4:], "expected an IDX file"),
        (b"\0\0\x0d\3" + GOOD[4:], "expected 288 bytes for shape .*, got 72"),
        (b"\0\0\x08\0", "expected an IDX file"),
        (b"\0\0\x08\5" + b"\0\0\0\1" * 5 + b"x", "expected an IDX file"),
        (GOOD + b"x" * 500, r"expected 72 bytes for shape \(6, 4, 3\), got at least 73"),
        (GOOD[:10], "expected a header of 16 bytes, got 10"),
        (GOOD[:-1], r"expected 72 bytes for shape \(6, 4, 3\), got 71"),
        (GOOD + b"x", r"expected 72 bytes for shape \(6, 4, 3\), got at least 73"),
        (b"\0\0\x08\4" + b"\xff" * 16 + b"abc", "expected at most 1073741824 bytes, .* got the shape"),
        (b"\0\0\x08\1" + b"\x3f" * 4 + b"abc", "expected 1061109567 bytes for shape .*, got 3"),
        (PACKED[:-9], "expected a valid gzip file, got '"),
        (PACKED[:40], "expected a valid gzip file, got '"),
        (b"\x1f\x8b" + b"no gzip at all", "expected a valid gzip file, got '"),
        (PACKED[:-5] + b"\0\0\0\0\0", "expected a valid gzip file, got '"),
        (gzip.compress(GOOD[:-1], mtime=0), "expected 72 bytes"),
    ],
    ids=[
        "empty",
        "text",
        "an unknown type",
        "too few floats",
        "rank 0",
        "rank 5",
        "500 bytes too long",
        "half a header",
        "a byte too short",
        "a byte too long",
        "a huge shape",
        "a large shape",
        "gzip cut in the checksum",
        "gzip cut in the data",
        "gzip header alone",
        "gzip with a wrong checksum",
        "gzip of a short file",
    ],
)
def test_broken_idx_files_are_explained(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{path}: {message}") as caught:
        read_idx(path)
    assert "\n" not in str(caught.value)


def test_excess_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading stops with the first chunk that shows that the file is too long."""
    patch(monkeypatch, "fnnet.data.idx._CHUNK", 10)
    (tmp_path / "long").write_bytes(GOOD + b"x" * 500)
    with pytest.raises(ValueError, match="got at least 73"):
        read_idx(tmp_path / "long")
    (tmp_path / "good").write_bytes(GOOD)
    assert np.array_equal(read_idx(tmp_path / "good"), IMAGES)
