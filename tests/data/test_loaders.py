"""Loading image sets, whole and broken."""

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet.data.idx import read_idx
from fnnet.data.idx_sets import load_idx
from fnnet.data.loaders import load_npz
from tests.helpers import IMAGES, LABELS, idx, write_set


@pytest.mark.parametrize(
    "pattern, pack, test, prefix",
    [
        ("{}-{}-idx{}-ubyte", bytes, "t10k", ""),
        ("{}-{}-idx{}-ubyte.gz", gzip.compress, "t10k", ""),
        ("{}-{}.idx{}-ubyte", bytes, "t10k", ""),
        ("letters-{}-{}-idx{}-ubyte.gz", gzip.compress, "test", "letters-"),
        ("{}-{}-idx{}-uint8", bytes, "test", ""),
    ],
)
def test_idx_folder_is_read(
    tmp_path: Path, pattern: str, pack: Callable[[bytes], bytes], test: str, prefix: str
) -> None:
    write_set(tmp_path, pattern, pack, test)
    data, tests = load_idx(tmp_path, prefix)
    assert data.x.dtype == np.float32 and data.x.shape == (6, 12) and tests.x.shape == (2, 12)
    np.testing.assert_array_equal(data.x, IMAGES.reshape(6, 12).astype(np.float32) / np.float32(255))
    assert data.y.tolist() == LABELS.tolist() and tests.y.tolist() == LABELS[:2].tolist()


def test_images_of_emnist_are_upright(tmp_path: Path) -> None:
    write_set(tmp_path, "emnist-digits-{}-{}.idx{}-ubyte", test="test")
    train, test = load_idx(tmp_path, "emnist-digits-")
    upright = IMAGES.transpose(0, 2, 1).reshape(6, 12).astype(np.float32) / np.float32(255)
    assert np.array_equal(train.x, upright) and np.array_equal(test.x, upright[:2])


def test_labels_of_qmnist_are_read(tmp_path: Path) -> None:
    """Eight integers for each image, of which the first is the class."""
    write_set(tmp_path, "qmnist-{}-{}-idx{}-ubyte", test="test")
    for part, labels in (("train", LABELS), ("test", LABELS[:2])):
        (tmp_path / f"qmnist-{part}-labels-idx1-ubyte").unlink()
        table = np.column_stack([labels, np.full((len(labels), 7), 10**6)]).astype(">i4")
        header = bytes([0, 0, 12, 2]) + np.array(table.shape, ">u4").tobytes()
        (tmp_path / f"qmnist-{part}-labels-idx2-int.gz").write_bytes(gzip.compress(header + table.tobytes()))
    train, test = load_idx(tmp_path, "qmnist-")
    assert train.y.tolist() == LABELS.tolist() and test.y.tolist() == LABELS[:2].tolist()


def test_missing_idx_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="expected train-images-idx3-ubyte, with or without .gz"):
        load_idx(tmp_path)
    write_set(tmp_path, "{}-{}-idx{}-ubyte")
    (tmp_path / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(FileNotFoundError, match="expected t10k-labels-idx1-ubyte or test-labels-idx1-ubyte"):
        load_idx(tmp_path)


def test_a_missing_file_suggests_its_prefix(tmp_path: Path) -> None:
    write_set(tmp_path, "emnist-letters-{}-{}-idx{}-ubyte.gz", gzip.compress, "test")
    with pytest.raises(FileNotFoundError, match="got no such file; use the prefix 'emnist-letters-'$"):
        load_idx(tmp_path)
    with pytest.raises(
        FileNotFoundError, match="missing: expected a folder with a-train-images.*, got no such folder$"
    ):
        load_idx(tmp_path / "missing", "a-")


def test_image_and_label_counts_agree(tmp_path: Path) -> None:
    write_set(tmp_path, "{}-{}-idx{}-ubyte")
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(LABELS[:5]))
    with pytest.raises(
        ValueError,
        match=rf"{tmp_path}/train-images.*: labels: expected integers, one for each of 6 images, got uint8 \(5,\)",
    ):
        load_idx(tmp_path)


def test_feature_counts_agree(tmp_path: Path) -> None:
    write_set(tmp_path, "{}-{}-idx{}-ubyte")
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx(IMAGES[:2, :2]))
    with pytest.raises(ValueError, match="x_test: expected 12 features, as x_train, got 6"):
        load_idx(tmp_path)


KERAS = {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES[:2], "y_test": LABELS[:2]}


def test_keras_file_is_read(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", **KERAS)  # type: ignore[arg-type]  # for all mypy knows, a name is "allow_pickle"
    train, test = load_npz(tmp_path / "a.npz")
    np.testing.assert_array_equal(train.x, IMAGES.reshape(6, 12).astype(np.float32) / np.float32(255))
    assert train.y.tolist() == LABELS.tolist() and len(test) == 2


def test_float64_images_become_float32(tmp_path: Path) -> None:
    floats = np.random.default_rng(0).normal(size=(6, 4))
    np.savez(tmp_path / "a.npz", x_train=floats, y_train=LABELS, x_test=floats, y_test=LABELS)
    train, test = load_npz(tmp_path / "a.npz")
    assert np.array_equal(train.x, floats.astype(np.float32)) and train == test


def test_float32_images_are_kept(tmp_path: Path) -> None:
    """They are taken as they are; labels may be a column."""
    floats = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)
    np.savez(tmp_path / "a.npz", x_train=floats, y_train=LABELS[:, None], x_test=floats, y_test=LABELS)
    train, _ = load_npz(tmp_path / "a.npz")
    assert np.array_equal(train.x, floats) and train.y.tolist() == LABELS.tolist()


@pytest.mark.parametrize(
    "change, message",
    [
        (
            {"y_test": None},
            "expected an array named y_test, got 'x_train, y_train, x_test'",
        ),
        ({"x_train": IMAGES[:0]}, r"images: expected shape .*, not empty, got \(0, 4, 3\)"),
        ({"x_train": IMAGES[0, 0]}, r"images: expected shape .*, got \(3,\)"),
        ({"y_train": LABELS.astype(float)}, r"labels: expected integers, .* got float64 \(6,\); use y.astype\(int\)$"),
        ({"y_train": LABELS.astype(str)}, r"labels: .* got <U3 \(6,\); use np.unique\(y, return_inverse=True\)\[1\]$"),
        ({"y_train": np.eye(6)}, r"labels: .* got float64 \(6, 6\); use y.argmax\(axis=1\)$"),
        ({"y_train": LABELS[:3]}, r"labels: expected integers, one for each of 6 images, got uint8 \(3,\)"),
        ({"y_train": LABELS.astype(int) - 300}, "labels: expected integers of at least 0, got -"),
        ({"x_train": IMAGES.astype(bool)}, "images: expected bytes, integers or floats, got bool"),
        (
            {"x_train": np.full((6, 12), np.nan, np.float32)},
            "x: expected finite numbers, got NaN or infinity",
        ),
        ({"x_train": np.full((6, 12), 1e300)}, "x: expected finite numbers, got NaN or infinity"),
        (
            {"x_train": np.array([None])},
            "'x_train.npy': expected numbers or text, got Python objects",
        ),
    ],
)
def test_wrong_keras_files_are_explained(
    tmp_path: Path, change: dict[str, np.ndarray[tuple[int, ...]] | None], message: str
) -> None:
    path = tmp_path / "a.npz"
    arrays = {**KERAS, **change}
    np.savez(path, allow_pickle=True, **{name: a for name, a in arrays.items() if a is not None})
    with pytest.raises(ValueError, match=f"{path}: {message}") as caught:
        load_npz(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("keep", [0, 10, 100, -1, -40, -200])
def test_truncated_npz_file_is_refused(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "a.npz"
    np.savez_compressed(path, **KERAS)  # type: ignore[arg-type]  # as above
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(
        ValueError, match=f"{path}: expected a valid npz file, got a truncated file or one of another kind"
    ):
        load_npz(path)


@given(st.integers(0, 900), st.integers(1, 255))
def test_corrupt_npz_is_correct_or_refused(position: int, flip: int) -> None:
    file = io.BytesIO()
    np.savez_compressed(file, **KERAS)  # type: ignore[arg-type]  # as above
    content = bytearray(file.getvalue())
    content[position % len(content)] ^= flip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("builtins.open", lambda *_: io.BytesIO(content))
        try:
            train, _ = load_npz("any")
        except ValueError as error:
            assert str(error).startswith("any: ") and "\n" not in str(error)
        else:
            assert train.y.tolist() == LABELS.tolist()


@pytest.mark.parametrize("read", [load_npz, load_idx, read_idx])
def test_missing_file_is_not_found(tmp_path: Path, read: Callable[[Path], object]) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "missing")


def test_limit_holds_for_every_file(tmp_path: Path) -> None:
    write_set(tmp_path, "{}-{}-idx{}-ubyte")
    with pytest.raises(ValueError, match="train-images-idx3-ubyte: expected at most 71 bytes, which is the limit"):
        load_idx(tmp_path, limit=71)
    load_idx(tmp_path, limit=72)
