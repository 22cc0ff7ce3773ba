"""Data sets of every kind by one function, and what is said of what is not one."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fnnet import load_mnist
from fnnet.data import Source, load_data, transposed
from tests.helpers import IMAGES, LABELS, idx, write_set

ROWS = IMAGES.reshape(6, 12).astype(np.float32) / np.float32(255)
DIGITS = tuple(str(label) for label in np.unique(LABELS))


def check(source: Source) -> None:
    """Check that a source has the six images of `write_set`, and the first two to test with."""
    assert np.array_equal(source.train.x, ROWS) and np.array_equal(source.test.x, ROWS[:2])
    assert [source.names[label] for label in source.train.labels] == [str(label) for label in LABELS]
    assert not source.held_out and source.names == DIGITS


@pytest.mark.parametrize(
    "folder, pattern, given",
    [
        ("a", "{}-{}-idx{}-ubyte", "a"),
        ("a", "letters-{}-{}.idx{}-ubyte", "a"),
        ("a", "letters-{}-{}.idx{}-ubyte", "a/letters-"),
        ("a", "[odd]-{}-{}-idx{}-ubyte", "a/[odd]-"),
        ("a", "{}-{}-idx{}-ubyte", "a/train-images-idx3-ubyte"),
        ("root/MNIST/raw", "{}-{}-idx{}-ubyte", "root"),
        ("root/MNIST/raw", "{}-{}-idx{}-ubyte", "root/MNIST"),
    ],
)
def test_idx_files_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, pattern: str, given: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(folder).mkdir(parents=True)
    write_set(Path(folder), pattern)
    check(load_data(given))


def test_one_of_several_sets_is_given(tmp_path: Path) -> None:
    for prefix in ("one-", "two-"):
        write_set(tmp_path, f"{prefix}{{}}-{{}}-idx{{}}-ubyte")
    with pytest.raises(ValueError, match=f"^{tmp_path}: expected one data set, got 2: give one of {tmp_path}/one-, "):
        load_data(tmp_path)
    check(load_data(tmp_path / "two-"))
    write_set(tmp_path, "{}-{}-idx{}-ubyte")
    check(load_data(tmp_path))
    for name in ("MNIST", "KMNIST"):
        (tmp_path / "root" / name / "raw").mkdir(parents=True)
        write_set(tmp_path / "root" / name / "raw", "{}-{}-idx{}-ubyte")
    with pytest.raises(ValueError, match="got 2: give one of .*/root/KMNIST/raw, .*/root/MNIST/raw"):
        load_data(tmp_path / "root")


def pair(folder: Path, name: str = "train-") -> Path:
    """The path of images which have labels, ten of each of three classes, beside them."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}images-idx3-ubyte").write_bytes(idx(np.resize(IMAGES, (30, 8, 8))))
    (folder / f"{name}labels-idx1-ubyte").write_bytes(idx(np.arange(30, dtype=np.uint8) % 3))
    return folder / f"{name}images-idx3-ubyte"


@pytest.mark.parametrize("name", ["train-", "t10k-", ""])
def test_a_fifth_of_a_pair_is_held_out(tmp_path: Path, name: str) -> None:
    images = pair(tmp_path, name)
    labels = tmp_path / images.name.replace("images-idx3", "labels-idx1")
    for path in (tmp_path, images, labels):
        source = load_data(path)
        assert source.held_out and source.names == ()
        assert [np.bincount(part.labels).tolist() for part in (source.train, source.test)] == [[8] * 3, [2] * 3]
        assert source == load_data(path)


def test_test_samples_may_be_elsewhere(tmp_path: Path) -> None:
    images = pair(tmp_path / "a")
    other = pair(tmp_path / "b", "t10k-")
    source = load_data(images, other)
    assert (len(source.train), len(source.test), source.held_out) == (30, 30, False)
    assert load_data(other, other) == source
    np.savez(tmp_path / "c.npz", x_train=source.train.x, y_train=source.train.y, x_test=[[0.5] * 64], y_test=[2])
    assert load_data(images, tmp_path / "c.npz").test.y.tolist() == [2]
    (tmp_path / "d.csv").write_text("1,2\n3,4\n")
    with pytest.raises(ValueError, match="d.csv: x_test: expected 64 features, as x_train, got 1$"):
        load_data(images, tmp_path / "d.csv")


def test_a_table_is_a_data_set(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("kind,a\n" + "cat,1\ndog,2\n" * 5)
    (tmp_path / "b.csv").write_text("a,kind\n7,dog\n")
    source = load_data(tmp_path / "a.csv", tmp_path / "b.csv")
    assert source.names == ("cat", "dog") and source.test.y.tolist() == [1] and source.test.x.tolist() == [[7]]
    assert load_data(tmp_path / "a.csv", label="1").held_out


def test_images_can_be_turned(tmp_path: Path) -> None:
    images = pair(tmp_path)
    whole, turned = (load_data(images, images, transpose=transpose) for transpose in (False, True))
    assert turned.train == transposed(whole.train) != whole.train and turned.test == transposed(whole.test)
    assert transposed(turned.train) == whole.train
    assert load_data(images, transpose=True).train == transposed(load_data(images).train)
    (tmp_path / "a.csv").write_text("1,2,3\n3,4,5\n")
    with pytest.raises(ValueError, match="data: expected square images, to transpose them, got 2 features"):
        load_data(tmp_path / "a.csv", transpose=True)


def test_letters_have_their_names(tmp_path: Path) -> None:
    """By the mapping that EMNIST has beside its files."""
    images = pair(tmp_path, "emnist-letters-train-")
    (tmp_path / "emnist-letters-train-labels-idx1-ubyte").write_bytes(idx(np.arange(30, dtype=np.uint8) % 3 + 1))
    mapping = tmp_path / "emnist-letters-mapping.txt"
    mapping.write_text("1 65 97\n2 66 98\n3 67 99\n")
    source = load_data(images)
    assert source.names == ("A", "B", "C") and np.bincount(source.test.labels).tolist() == [2, 2, 2]
    pair(tmp_path, "emnist-letters-test-")
    mapping.write_text("0 48\n1 65\n2 97\n3 98")
    assert load_data(tmp_path).names == ("0", "A", "a", "b")
    for text in ("", "1 65\n3 66\n", "2 65\n", "0 65\n1 65\n", "0 x", "0", "0 9999999999", "\xff"):
        mapping.write_text(text)
        with pytest.raises(ValueError, match=f"^{mapping}: expected labels and codes of characters in order"):
            load_data(tmp_path)


def test_mnist_is_the_default() -> None:
    source = load_data()
    assert (source.train, source.test) == load_mnist() and source.names == ()


def test_training_and_test_images_apart(tmp_path: Path) -> None:
    for part, level in (("training", 51), ("Testing", 102)):
        for name in ("sun", "moon"):
            (tmp_path / part / name).mkdir(parents=True)
            Image.new("L", (2, 1), level).save(tmp_path / part / name / "1.png")
    source = load_data(tmp_path)
    assert source.names == ("moon", "sun") and not source.held_out
    assert load_data(tmp_path / "training").held_out
    assert source.train.x.max() == np.float32(0.2) and source.test.x.max() == np.float32(0.4)


def packed(kind: str) -> bytes:
    content = io.BytesIO()
    if kind == "tar":
        with tarfile.open(fileobj=content, mode="w") as archive:
            archive.addfile(tarfile.TarInfo("a"))
    else:
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("train.csv", "1,2\n")
    return content.getvalue()


@pytest.mark.parametrize(
    "content, message",
    [
        (b"\x89PNG\r\n", "got a single image: give a folder with a subfolder"),
        (b"\xff\xd8\xff\xe0", "got a single image"),
        (b"\x93NUMPY\1\0", r"got a single array \(.npy\)"),
        (b"\x80\4\x95", "got a pickle, which is not read"),
        (b"PAR1", "got a Parquet file: convert it"),
        (packed("tar"), "got a tar archive: unpack it"),
        (gzip.compress(packed("tar")), "got a tar archive: unpack it"),
        (packed("zip"), "got a zip archive: unpack it"),
        (b"\x7fELF\0\0", "got one of another kind"),
        (b"\xff\xfe1\0,\0", "expected text in UTF-8, got other bytes"),
        (idx(LABELS), "expected images and labels, got a single IDX file: give its folder"),
        (b"pixel0,pixel1\n1,2\n", "got columns that are all called alike"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_kind_of_file_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "data"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"^{path}: .*({message})") as caught:
        load_data(path)
    assert "\n" not in str(caught.value)


def test_a_wrong_folder_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a folder of IDX files, or with a subfolder of .*, got an empty folder"):
        load_data(tmp_path)
    (tmp_path / "train.csv").write_text("1,2\n")
    with pytest.raises(ValueError, match="got 'train.csv'; give a file in it by its name"):
        load_data(tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "train-labels-idx1-ubyte").write_bytes(idx(LABELS))
    with pytest.raises(ValueError, match="a: expected images and labels, got train-labels-idx1-ubyte without train-im"):
        load_data(tmp_path / "a")
    with pytest.raises(FileNotFoundError):
        load_data(tmp_path / "none")
