"""Reading pixels from image files and arrays."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fnnet.core.arrays import AnyRank
from fnnet.data.images import read_digit, read_digits
from fnnet.data.images.reading import from_array, from_file

LIMIT = 1 << 20


@pytest.fixture
def page() -> Image.Image:
    """A seven, dark on light, higher than wide."""
    levels = np.full((60, 40), 230, np.uint8)
    levels[10:16, 8:30] = levels[10:50, 24:30] = 20
    return Image.fromarray(levels)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WebP", "BMP", "TIFF", "GIF"])
def test_every_format_is_read(format: str, page: Image.Image, tmp_path: Path) -> None:
    """By its content, whatever the name."""
    page.save(tmp_path / "image", format, **({"lossless": True} if format == "WebP" else {}))
    difference = np.abs(read_digit(tmp_path / "image") - read_digit(np.asarray(page)))
    assert difference.max() < (0.2 if format == "JPEG" else 0.02)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])
def test_every_mode_is_read(mode: str, page: Image.Image, tmp_path: Path) -> None:
    levels = np.asarray(page)
    deep: dict[str, AnyRank] = {
        "I;16": levels.astype(np.uint16) * 257,
        "I": levels.astype(np.int32),
        "F": levels.astype(np.float32),
    }
    image = Image.fromarray(deep[mode]) if mode in deep else page.convert(mode, dither=Image.Dither.NONE)
    image.save(tmp_path / "image", "TIFF")
    assert np.abs(read_digit(tmp_path / "image") - read_digit(levels)).max() < 0.05


def test_animations_show_the_first_image(page: Image.Image, tmp_path: Path) -> None:
    second = Image.new("L", page.size, 255)
    page.save(tmp_path / "d.gif", save_all=True, append_images=[second])
    np.testing.assert_allclose(read_digit(tmp_path / "d.gif"), read_digit(np.asarray(page)), atol=0.02)


@pytest.mark.parametrize("code", range(1, 9))
def test_images_are_turned_upright(code: int, page: Image.Image, tmp_path: Path) -> None:
    """As EXIF says: how the camera was held."""
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Pillow's number of the transposition that gives such a file
    exif = Image.Exif()
    exif[0x112] = code
    (page.transpose(Image.Transpose(undo[code])) if code in undo else page).save(tmp_path / "d.png", exif=exif)
    np.testing.assert_array_equal(from_file(tmp_path / "d.png", LIMIT), from_array(np.asarray(page), LIMIT))


def test_transparent_pixels_are_paper(tmp_path: Path) -> None:
    """White, or black under light ink."""
    levels, alphas = np.array([[40, 40, 40]], np.uint8), np.array([[255, 51, 0]], np.uint8)
    for level, expected in ((levels, [40, 0.2 * 40 + 0.8 * 255, 255]), (255 - levels, [215, 0.2 * 215, 0])):
        Image.fromarray(np.stack([level, alphas], axis=2), "LA").save(tmp_path / "d.png")
        colors = 255 * from_file(tmp_path / "d.png", LIMIT)
        np.testing.assert_allclose(colors, np.repeat([expected], 3, axis=0).T[np.newaxis], atol=0.01)


@pytest.mark.parametrize("levels, white", [([0, 51, 204], 255), ([0, 1000, 4000], 4000), ([0, 9, 65535], 65535)])
def test_16_bit_levels_scale_to_the_largest(levels: list[int], white: int, tmp_path: Path) -> None:
    Image.fromarray(np.array([levels], np.uint16)).save(tmp_path / "d.png")
    colors = from_file(tmp_path / "d.png", LIMIT)
    np.testing.assert_allclose(colors[..., 0], [np.array(levels) / white], rtol=1e-6)


@pytest.mark.parametrize("most", [1, 255, 4000])
def test_floats_may_be_up_to_one(most: int, tmp_path: Path) -> None:
    """Or bytes that were made floats."""
    for levels in ([0, 0.2, 1], [0, 0.2, 0.8]):
        Image.fromarray(np.array([levels], np.float32) * most).save(tmp_path / "d.tif")
        white = max(levels) if most > 255 else 1
        np.testing.assert_allclose(from_file(tmp_path / "d.tif", LIMIT)[0, :, 0], np.array(levels) / white, rtol=1e-6)
    Image.fromarray(np.array([[0, np.nan]], np.float32)).save(tmp_path / "d.tif")
    with pytest.raises(ValueError, match="got one that is not: pixels that are not finite$"):
        from_file(tmp_path / "d.tif", LIMIT)


def test_large_images_are_reduced(tmp_path: Path) -> None:
    """By a whole number, as means."""
    levels = np.random.default_rng(0).integers(0, 256, (1600, 900), np.uint8)
    Image.fromarray(levels).save(tmp_path / "d.png")
    means = levels[:1599, :900].reshape(533, 3, 300, 3).mean(axis=(1, 3)) / 255
    for colors in (from_file(tmp_path / "d.png", 1 << 24), from_array(levels, 1 << 24)):
        assert colors.shape == (534, 300, 3)
        np.testing.assert_allclose(colors[:533, :, 0], means, atol=1 / 255)


def test_images_over_the_limit_are_refused(page: Image.Image, tmp_path: Path) -> None:
    page.save(tmp_path / "d.png")
    assert read_digit(tmp_path / "d.png", limit=2400).max() == 1
    for source in (tmp_path / "d.png", np.asarray(page)):
        with pytest.raises(ValueError, match="40 x 60 pixels, over the limit of 2399$"):
            read_digit(source, limit=2399)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"text", "got something else; use a copy of it saved as PNG or JPEG"),
        (b"PK\3\4", "got an npz file or another archive"),
        (b'<?xml version="1.0"?><svg/>', "got SVG; use a copy of it saved as PNG or JPEG"),
        (b"\0\0\0\x18ftypheic", "got HEIC; use a copy of it saved as PNG or JPEG"),
        (b"\0\0\0\x18ftypavif", "got AVIF; use a copy of it saved as PNG or JPEG"),
        (b"%PDF-1.7", "got PDF; use a copy of it saved as PNG or JPEG"),
        (b"", "got an empty file"),
    ],
)
def test_other_files_are_refused(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "d.png"
    path.write_bytes(content)
    expected = re.escape(f"{path}: expected a whole image (PNG, JPEG, WebP, BMP, TIFF, GIF), ")
    with pytest.raises(ValueError, match=f"^{expected}{message}$"):
        read_digit(path)


@pytest.mark.parametrize(
    "array, got",
    [
        (np.zeros(784, np.uint8), r"shape \(784,\)"),
        (np.zeros((28, 28, 4), np.uint8), r"shape \(28, 28, 4\)"),
        (np.zeros((0, 28), np.uint8), r"shape \(0, 28\)"),
        (np.full((28, 28), 255), "numbers from 255.0 to 255.0"),
        (np.full((28, 28), np.nan), "numbers from nan to nan"),
        (np.full((28, 28), -1.0), "numbers from -1.0 to -1.0"),
    ],
)
def test_arrays_are_images(array: AnyRank, got: str) -> None:
    expected = r"an image of shape \(height, width\) or \(height, width, 3\), of bytes or of numbers from 0 to 1"
    with pytest.raises(ValueError, match=f"^source: expected {expected}, got {got}$"):
        read_digits(array)


def test_arrays_may_have_any_memory_layout(page: Image.Image) -> None:
    levels = np.asarray(page)
    expected = read_digit(levels)
    colors = np.stack([levels] * 3, axis=2)
    for array in (np.asfortranarray(levels), levels / 255, colors, colors.astype(np.float64) / 255, levels[::1][:]):
        before = array.copy()
        np.testing.assert_allclose(read_digit(array), expected, atol=1e-5)
        np.testing.assert_array_equal(array, before)


def test_too_little_memory_is_not_a_bad_file(
    page: Image.Image, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise MemoryError

    page.save(tmp_path / "d.png")
    monkeypatch.setattr("PIL.Image.Image.reduce", fail)
    with pytest.raises(MemoryError):
        read_digit(tmp_path / "d.png")


def test_truncated_files_are_refused(page: Image.Image, tmp_path: Path) -> None:
    content = io.BytesIO()
    page.save(content, "JPEG")
    (tmp_path / "d.jpg").write_bytes(content.getvalue()[:-100])
    with pytest.raises(ValueError, match="got one that is not: image file is truncated"):
        read_digit(tmp_path / "d.jpg")
