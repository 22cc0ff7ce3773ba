"""Images in a folder for each class."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fnnet.data import read_image_folder
from fnnet.data.images import read_digit

RNG = np.random.default_rng(0)
DARK = RNG.integers(0, 100, (4, 6, 5), np.uint8)


def write(folder: Path, name: str, image: Image.Image) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    image.save(folder / name)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Four images in two classes, and what else is in folders."""
    for k, name in enumerate(("9/a.png", "9/b.PNG", "10/a.bmp", "10/b.gif")):
        write(tmp_path, name, Image.fromarray(DARK[k]))
    (tmp_path / ".git").mkdir()
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "9" / "Thumbs.db").write_bytes(b"")
    (tmp_path / "9" / "._a.png").write_bytes(b"")
    (tmp_path / "notes.txt").write_bytes(b"")
    return tmp_path


def test_folders_are_classes(images: Path) -> None:
    data, names = read_image_folder(images)
    assert names == () and data.y.tolist() == [9, 9, 10, 10]
    assert np.array_equal(data.x, DARK.reshape(4, 30).astype(np.float32) / np.float32(255))
    (images / "9").rename(images / "nine")
    data, names = read_image_folder(images)
    assert names == ("10", "nine") and data.y.tolist() == [0, 0, 1, 1]


def test_ink_on_white_is_inverted(tmp_path: Path) -> None:
    for k, image in enumerate(DARK):
        write(tmp_path, f"{k}/a.png", Image.fromarray(255 - image))
    data, _ = read_image_folder(tmp_path)
    assert np.array_equal(data.x, DARK.reshape(4, 30).astype(np.float32) / np.float32(255))


def test_colors_become_gray_levels(tmp_path: Path) -> None:
    """And what is transparent is white."""
    write(tmp_path, "a/1.png", Image.new("RGB", (2, 2), (40, 40, 40)))
    write(tmp_path, "a/2.png", Image.new("RGBA", (2, 2), (9, 9, 9, 0)))
    write(tmp_path, "b/1.webp", Image.new("L", (2, 2), 0))
    write(tmp_path, "b/2.tiff", Image.new("1", (2, 2), 0))
    data, _ = read_image_folder(tmp_path)
    assert np.rint(255 * data.x[:, 0]).tolist() == [40, 255, 0, 0]


def test_wrong_images_are_named(images: Path) -> None:
    def refused(message: str) -> None:
        with pytest.raises(ValueError, match=message) as caught:
            read_image_folder(images)
        assert "\n" not in str(caught.value)

    with pytest.raises(ValueError, match="10/a.bmp|9/a.png: expected at most 119 bytes, .* got 4 images of 30 pixels"):
        read_image_folder(images, limit=119)
    content = (images / "9/a.png").read_bytes()
    (images / "9/a.png").write_bytes(content[:50])
    refused("9/a.png: expected a whole image .*, got one that is not: [^;]*$")
    (images / "9/b.PNG").write_bytes(content[:50])
    refused("9/a.png: expected a whole image .*; 1 more cannot be read$")
    for name in ("a.png", "b.PNG"):
        (images / "9" / name).write_text("text")
    refused("9/a.png: expected a whole image .*, got something else; .*; 1 more cannot be read$")
    (images / "9/a.png").write_bytes(b"not an image")
    refused("9/a.png: expected a whole image .*, got something else")
    (images / "empty").mkdir()
    refused(r"empty: expected images \(.png, .jpg, .*\), got an empty folder$")
    (images / "empty" / "deeper").mkdir()
    (images / "empty" / "photo.heic").touch()
    refused(r"empty: expected images \(.png, .jpg, .*\), got 'deeper, photo.heic'$")


def test_photos_become_digits(tmp_path: Path) -> None:
    """As `read_digit` reads them, whatever their sizes."""
    for name, size in (("0", (90, 120)), ("1", (70, 65))):
        photo = np.full(size, 230, np.uint8)
        photo[20:50, 30:35] = 40
        write(tmp_path, f"{name}/photo.jpg", Image.fromarray(photo))
    data, _ = read_image_folder(tmp_path)
    paths = [tmp_path / name / "photo.jpg" for name in "01"]
    assert np.array_equal(data.x, [read_digit(path) for path in paths]) and data.x.shape == (2, 784)
    write(tmp_path, "1/blank.jpg", Image.new("L", (70, 65)))
    with pytest.raises(ValueError, match="1/blank.jpg: expected a digit, got a blank image$"):
        read_image_folder(tmp_path)


def test_there_must_be_classes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected a subfolder of images for each class, got none"):
        read_image_folder(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_image_folder(tmp_path / "none")


def test_pillow_is_named_if_missing(images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    monkeypatch.delitem(sys.modules, "fnnet.data.images")
    with pytest.raises(ImportError, match=r"reading images needs Pillow: pip install 'fnnet\[cli\]'"):
        read_image_folder(images)
