"""Reading digits from PNG files."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fnnet import fit, init_params, load_mnist, predict, split
from fnnet.cli.images import _centered, _ink, read_digit, read_gray
from fnnet.data.dataset import Dataset
from fnnet.nn.params import Params


@pytest.fixture(scope="module")
def trained() -> Params[np.float32]:
    train, _ = split(load_mnist()[0], 12000)
    *_, last = fit(init_params((784, 64, 10), seed=0), train, epochs=3, lr=0.1)
    return last.params


@pytest.fixture(scope="module")
def digits() -> Dataset[np.float32]:
    return split(load_mnist()[1], 300)[0]


def write_page(path: Path, digit: np.ndarray[tuple[int], np.dtype[np.float32]], side: int, dark: bool) -> Path:
    """Write the digit as an image, off the center of a page of twice its size."""
    ink = Image.fromarray((digit.reshape(28, 28) * 255).astype(np.uint8)).resize((side, side), Image.Resampling.BICUBIC)
    page = Image.new("L", (2 * side, 2 * side), 0)
    page.paste(ink, (side // 4, side // 2))
    (page.point(lambda v: 255 - v) if dark else page).save(path)
    return path


@pytest.mark.parametrize("side, dark", [(28, False), (28, True), (100, True), (333, False), (20, True)])
def test_size_and_shade_do_not_matter(
    side: int, dark: bool, trained: Params[np.float32], digits: Dataset[np.float32], tmp_path: Path
) -> None:
    rows = np.stack([read_digit(str(write_page(tmp_path / "d.png", x, side, dark)), 28) for x, _ in digits])
    agree = np.mean(predict(trained, rows) == predict(trained, digits.x))
    assert agree > (0.96 if side >= 28 else 0.9)


def test_mnist_images_hardly_change(digits: Dataset[np.float32], tmp_path: Path) -> None:
    difference = []
    for x, _ in digits:
        Image.fromarray((x.reshape(28, 28) * 255).astype(np.uint8)).save(tmp_path / "d.png")
        difference.append(np.abs(read_digit(str(tmp_path / "d.png"), 28) - x).mean())
    assert np.median(difference) < 0.01


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_is_read(
    mode: str, trained: Params[np.float32], digits: Dataset[np.float32], tmp_path: Path
) -> None:
    path = tmp_path / "d.png"
    correct = 0
    for x, _ in split(digits, 40)[0]:
        with Image.open(write_page(path, x, 60, dark=True)) as image:
            image.load()
        deep = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
        (deep if mode == "I;16" else image.convert(mode)).save(path)
        correct += int(predict(trained, read_digit(str(path), 28)) == predict(trained, x))
    assert correct >= 36


@pytest.mark.parametrize("shade", [0, 255])
def test_ink_on_transparent_paper_is_seen(
    shade: int, trained: Params[np.float32], digits: Dataset[np.float32], tmp_path: Path
) -> None:
    correct = 0
    for x, _ in split(digits, 40)[0]:
        alpha = (x.reshape(28, 28) * 255).astype(np.uint8)
        Image.fromarray(np.stack([np.full_like(alpha, shade)] * 3 + [alpha], axis=2)).save(tmp_path / "d.png")
        correct += int(predict(trained, read_digit(str(tmp_path / "d.png"), 28)) == predict(trained, x))
    assert correct >= 36


def test_specks_and_noise_are_not_ink(trained: Params[np.float32], digits: Dataset[np.float32], tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    correct = 0
    for x, _ in split(digits, 40)[0]:
        with Image.open(write_page(tmp_path / "d.png", x, 150, dark=True)) as image:
            page = np.asarray(image, np.float32) + rng.normal(0, 10, (300, 300))
        page[20, 270] = page[280, 15] = 0
        Image.fromarray(page.clip(0, 255).astype(np.uint8)).save(tmp_path / "d.png")
        correct += int(predict(trained, read_digit(str(tmp_path / "d.png"), 28)) == predict(trained, x))
    assert correct >= 36


def test_center_of_mass_is_in_the_middle(tmp_path: Path) -> None:
    page = np.full((90, 50), 255, np.uint8)
    page[10:40, 5:9] = 0
    Image.fromarray(page).save(tmp_path / "bar.png")
    square = read_digit(str(tmp_path / "bar.png"), 28).reshape(28, 28)
    assert square.max() == pytest.approx(1, abs=0.01) and square.min() == 0
    down, right = (square.sum(axis=axis) @ np.arange(28) / square.sum() for axis in (1, 0))
    assert abs(down - 13.5) <= 0.51 and abs(right - 13.5) <= 0.51
    assert np.flatnonzero(square.any(axis=1)).size == 20


def test_transparent_pixels_are_paper(tmp_path: Path) -> None:
    """White, or black under light ink."""
    levels, alphas = np.array([[40, 40, 40]], np.uint8), np.array([[255, 51, 0]], np.uint8)
    for level, expected in ((levels, [40, 0.2 * 40 + 0.8 * 255, 255]), (255 - levels, [215, 0.2 * 215, 0])):
        Image.fromarray(np.stack([level, alphas], axis=2), "LA").save(tmp_path / "d.png")
        np.testing.assert_allclose(255 * read_gray(str(tmp_path / "d.png")), [expected], atol=0.01)


@pytest.mark.parametrize("white", [255, 256, 4095, 65535])
def test_16_bit_files_may_use_fewer_bits(white: int, digits: Dataset[np.float32], tmp_path: Path) -> None:
    x = digits.x[0].reshape(28, 28)
    Image.fromarray((x * white).astype(np.uint16)).save(tmp_path / "d.png")
    Image.fromarray((x * 255).astype(np.uint8)).save(tmp_path / "e.png")
    deep, plain = (read_digit(str(tmp_path / name), 28) for name in ("d.png", "e.png"))
    np.testing.assert_allclose(deep, plain, atol=0.01)


def test_16_bit_levels_scale_to_the_largest(tmp_path: Path) -> None:
    for levels, white in (([0, 51, 204], 255), ([0, 1000, 4000], 4000)):
        Image.fromarray(np.array([levels], np.uint16)).save(tmp_path / "d.png")
        np.testing.assert_allclose(read_gray(str(tmp_path / "d.png")), [np.array(levels) / white], rtol=1e-6)


def test_a_line_of_one_pixel_stays_thin(tmp_path: Path) -> None:
    page = np.zeros((60, 60), np.uint8)
    page[5:55, 30] = 255
    Image.fromarray(page).save(tmp_path / "d.png")
    digit = read_digit(str(tmp_path / "d.png"), 28).reshape(28, 28)
    assert np.flatnonzero(digit.any(axis=0)).size == 1 and np.flatnonzero(digit.any(axis=1)).size == 20


def test_small_images_are_cropped_exactly(tmp_path: Path) -> None:
    """A coarse copy of pairs of pixels would move edges that are at odd places."""
    page = np.zeros((99, 99), np.uint8)
    page[31:50, 31:50] = 255
    Image.fromarray(page).save(tmp_path / "d.png")
    digit = read_digit(str(tmp_path / "d.png"), 28).reshape(28, 28)
    assert np.flatnonzero(digit.any(axis=0)).size == 20 and digit[digit > 0].min() > 0.95


def test_thin_strokes_are_not_cropped(tmp_path: Path) -> None:
    """No pixel of the coarse copy is black: strokes are compared with its darkest pixel."""
    page = np.zeros((1000, 1000), np.uint8)
    page[200:800, 300:303] = 255
    page[200:203, 300:700] = 255
    Image.fromarray(page).save(tmp_path / "d.png")
    digit = read_digit(str(tmp_path / "d.png"), 28).reshape(28, 28)
    assert np.flatnonzero(digit.any(axis=0)).size > 12 and np.flatnonzero(digit.any(axis=1)).size == 20


@pytest.mark.parametrize("place", [(0, 298), (298, 0), (150, 298)])
def test_ink_at_the_edges_is_seen(place: tuple[int, int], tmp_path: Path) -> None:
    """299 pixels are not a whole number of pairs."""
    page = np.zeros((299, 299), np.uint8)
    page[place] = 255
    Image.fromarray(page).save(tmp_path / "d.png")
    assert read_digit(str(tmp_path / "d.png"), 28).max() > 0.9


@pytest.mark.parametrize("level, blank", [(0, True), (15, True), (16, False)])
def test_hardly_any_contrast_is_blank(level: int, blank: bool, tmp_path: Path) -> None:
    page = np.zeros((28, 28), np.uint8)
    page[4:24, 10:18] = level
    Image.fromarray(page).save(tmp_path / "d.png")
    if blank:
        with pytest.raises(ValueError, match="d.png: expected a digit, got a blank image$"):
            read_digit(str(tmp_path / "d.png"), 28)
    else:
        assert read_digit(str(tmp_path / "d.png"), 28).max() == pytest.approx(1)


def test_faint_ink_is_read_as_black(digits: Dataset[np.float32], tmp_path: Path) -> None:
    x = np.round(digits.x[0].reshape(28, 28) * 85)
    for name, factor in (("faint", 1), ("black", 3)):
        Image.fromarray((x * factor).astype(np.uint8)).save(tmp_path / name, "PNG")
    faint, black = (read_digit(str(tmp_path / name), 28) for name in ("faint", "black"))
    np.testing.assert_allclose(faint, black, atol=1e-5)


def test_images_over_the_limit_are_refused(tmp_path: Path) -> None:
    Image.fromarray(np.eye(28, dtype=np.uint8) * 255).save(tmp_path / "d.png")
    assert read_digit(str(tmp_path / "d.png"), 28, limit=28 * 28).max() > 0.5
    with pytest.raises(ValueError, match="28 x 28 pixels, over the limit of 783"):
        read_digit(str(tmp_path / "d.png"), 28, limit=28 * 28 - 1)


@pytest.mark.parametrize("side, box", [(28, 20), (11, 7), (14, 10)])
def test_digits_fill_a_box_of_20_of_28(side: int, box: int, tmp_path: Path) -> None:
    page = np.zeros((90, 90), np.uint8)
    page[10:80, 10:80] = 255
    Image.fromarray(page).save(tmp_path / "d.png")
    digit = read_digit(str(tmp_path / "d.png"), side).reshape(side, side)
    assert np.flatnonzero(digit.any(axis=0)).size == np.flatnonzero(digit.any(axis=1)).size == box


def test_enlarged_edges_do_not_overshoot(tmp_path: Path) -> None:
    page = np.zeros((9, 9), np.uint8)
    page[2:7, 2:7] = np.array([0, 255])[np.add.outer(range(5), range(5)) % 2]
    page[2, 2:7] = page[2:7, 2] = 255
    Image.fromarray(page).save(tmp_path / "d.png")
    digit = read_digit(str(tmp_path / "d.png"), 28)
    assert digit.min() == 0 and digit.max() == 1


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("paper, border", [(1.0, 0.0), (0.0, 1.0), (0.75, 0.25), (0.25, 0.75)])
def test_most_of_the_border_is_paper(paper: float, border: float, turned: bool) -> None:
    """Two sides with their corners are slightly more than half of the border."""
    gray = np.full((9, 9), border, np.float32)
    gray[0] = gray[-1] = paper
    ink = _ink(gray.T if turned else gray)
    np.testing.assert_array_equal(ink.T if turned else ink, abs(paper - gray))


@pytest.mark.parametrize("paper, ink", [(255, 0), (0, 255), (120, 24), (100, 0), (140, 200), (200, 255), (60, 20)])
def test_ink_has_the_larger_contrast(paper: int, ink: int, tmp_path: Path) -> None:
    page = np.full((40, 40), paper, np.uint8)
    page[5:30, 10:20] = ink
    page[30, 30] = min(255, paper + 15)  # a speck of lighter paper
    Image.fromarray(page).save(tmp_path / "d.png")
    digit = read_digit(str(tmp_path / "d.png"), 28).reshape(28, 28)
    assert np.count_nonzero(digit > 0.9) >= 20 * 8


@pytest.mark.parametrize("place, corner", [((19, 0), (0, 8)), ((0, 19), (8, 0)), ((0, 0), (8, 8)), ((19, 19), (0, 0))])
def test_ink_at_an_edge_stays_inside(place: tuple[int, int], corner: tuple[int, int]) -> None:
    """Its center of mass is as near to the middle as it fits."""
    ink = np.full((20, 20), 1e-3, np.float32)
    ink[place] = 1000
    square = _centered(ink, 28)
    top, left = corner
    np.testing.assert_array_equal(square[top : top + 20, left : left + 20], ink)
    assert np.count_nonzero(square) == ink.size
