"""Finding digits on a page, and giving them the form of MNIST's."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from fnnet import load_mnist
from fnnet.core.arrays import AnyRank
from fnnet.data.images import read_digit, read_digits
from fnnet.data.images.mnist_form import form
from tests.campaigns.photos.marks import smooth_noise
from tests.campaigns.photos.page import page

TEST = load_mnist()[1]
Gray = AnyRank


def alike(a: AnyRank, b: AnyRank) -> float:
    """The cosine of the angle between two images, after the best shift by a pixel: centers of mass are rounded."""
    shifted = [np.roll(a.reshape(28, 28), (y, x), (0, 1)).ravel() for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return max(float(one @ b / np.linalg.norm(one) / np.linalg.norm(b)) for one in shifted)


def drawn(seed: int, digits: int = 1) -> Gray:
    """Dark digits on light paper."""
    rng = np.random.default_rng(seed)
    which = rng.integers(0, len(TEST), digits)
    ink = page(
        [TEST.x[k].reshape(28, 28) for k in which], rng, size=(150, 90 + 60 * digits), share=(0.5, 0.6), margin=0.2
    ).ink
    return 0.9 - 0.7 * ink


images = npst.arrays(
    np.uint8,
    npst.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40),
    elements=st.sampled_from([0, 40, 128, 250, 255]),
)


@given(images)
@example(np.array([[0]], np.uint8))
@example(np.array([[0, 40, 40]], np.uint8))
@example(np.array([[0], [255]], np.uint8))
@example(np.eye(28, dtype=np.uint8))
def test_any_image_is_read_or_refused(image: AnyRank) -> None:
    """With rows from 0 to 1, or in one line."""
    try:
        digits = read_digits(image)
    except ValueError as error:
        assert str(error).startswith("source: expected a digit, got ")
    else:
        for x in digits:
            assert x.shape == (784,) and x.dtype == np.float32 and x.min() >= 0 and 0.9 <= x.max() <= 1


def test_mnist_images_hardly_change() -> None:
    for x in TEST.x[:60]:
        digit = read_digit(x.reshape(28, 28))
        assert alike(digit, x) > 0.9


@pytest.mark.parametrize("seed", range(8))
def test_light_and_side_change_nothing(seed: int) -> None:
    """Ink is a share of the light, and may be the lighter part."""
    levels = drawn(seed)
    expected = read_digit(levels)
    for same in (0.4 * levels, 1 - levels, np.pad(levels, ((9, 30), (40, 5)), mode="edge")):
        assert alike(read_digit(same), expected) > 0.98


@pytest.mark.parametrize("seed", range(8))
def test_digits_are_read_from_left_to_right(seed: int) -> None:
    """Each as if it were alone."""
    pages = [drawn(seed + 100 * k) for k in range(3)]
    digits = read_digits(np.concatenate(pages, axis=1))
    assert len(digits) == 3
    for x, alone in zip(digits, pages):
        assert alike(x, read_digit(alone)) > 0.9
    with pytest.raises(ValueError, match="^source: expected one digit, got 3; use read_digits$"):
        read_digit(np.concatenate(pages, axis=1))


def test_lines_are_read_one_after_the_other() -> None:
    """Four digits in two lines."""
    pages = [drawn(seed) for seed in (1, 2, 3, 4)]
    rows = [np.concatenate(pages[:2], axis=1), np.concatenate(pages[2:], axis=1)]
    digits = read_digits(np.concatenate(rows))
    assert len(digits) == 4
    for x, alone in zip(digits, pages):
        assert alike(x, read_digit(alone)) > 0.9


@pytest.mark.parametrize("seed", range(4))
def test_a_band_of_shade_is_not_a_stroke(seed: int) -> None:
    """One that crosses the digit, as narrow as a finger."""
    levels = drawn(seed)
    shaded = levels.copy()
    shaded[20:130, 62:76] *= 0.6
    assert alike(read_digit(shaded), read_digit(levels)) > 0.9


@pytest.mark.parametrize("side, box", [(28, 20), (11, 7), (14, 10)])
def test_digits_fill_a_box_of_20_of_28(side: int, box: int) -> None:
    for height, width in ((70, 70), (70, 30), (30, 70), (5, 5), (400, 20)):
        square = form(np.ones((height, width), np.float32), side).reshape(side, side)
        rows, columns = (np.flatnonzero(square.any(axis=axis)) for axis in (1, 0))
        assert max(rows.size, columns.size) == box and square.max() == 1
        for places in (rows, columns):
            assert abs((places[0] + places[-1]) / 2 - (side - 1) / 2) <= 1


@pytest.mark.parametrize("place, corner", [((0, 0), (8, 8)), ((19, 19), (0, 0)), ((0, 19), (8, 0)), ((19, 0), (0, 8))])
def test_ink_at_an_edge_stays_inside(place: tuple[int, int], corner: tuple[int, int]) -> None:
    """Its center of mass is as near to the middle as it fits."""
    ink = np.full((20, 20), 1e-3, np.float32)
    ink[place] = 1000
    square = form(ink, 28).reshape(28, 28)
    top, left = corner
    assert np.count_nonzero(square) == 400 and np.all(square[top : top + 20, left : left + 20] > 0)
    assert square.max() == 1


@pytest.mark.parametrize("width", [1, 2, 3, 5])
def test_thin_strokes_become_bold(width: int) -> None:
    """About an eighth of the height, dark in the middle."""
    levels = np.ones((300, 300), np.float32)
    levels[50:250, 150 : 150 + width] = 0
    digit = read_digit(levels).reshape(28, 28)
    assert 1.9 <= digit[10:18].sum(axis=1).mean() <= 3.5 and digit.max() == 1


def test_a_blank_page_is_said_to_be_blank() -> None:
    for level in (0.0, 0.5, 1.0):
        with pytest.raises(ValueError, match="^source: expected a digit, got a blank image$"):
            read_digits(np.full((90, 90), level))


def _noise() -> Gray:
    return np.random.default_rng(0).random((200, 200)).astype(np.float32)


def _ramp() -> Gray:
    return np.linspace(0, 1, 200 * 200, dtype=np.float32).reshape(200, 200)


def _lines() -> Gray:
    levels = np.ones((200, 200), np.float32)
    levels[20::40] = 0
    levels[:, 30:32] = 0
    return levels


def _hole() -> Gray:
    rows, columns = np.ogrid[:200, :200]
    distances: Gray = np.hypot(rows - 100, columns - 50).astype(np.float32)
    return np.minimum(distances / 20, 1) // 1


def _specks() -> Gray:
    levels = np.ones((200, 200), np.float32)
    levels[30::50, 20::40] = 0
    return levels


def _wood() -> Gray:
    rng = np.random.default_rng(0)
    return np.clip(0.5 + 0.2 * smooth_noise(rng, (200, 200), 5), 0, 1)


def _lace() -> Gray:
    """A net, of lines that are far from the edges and do not run straight."""
    rows, columns = np.mgrid[:200, :200]
    net = np.maximum(np.cos((rows + 5 * np.sin(columns / 9)) / 4), np.cos((columns + 5 * np.sin(rows / 9)) / 4))
    levels = np.ones((200, 200))
    levels[40:160, 40:160] -= (net > 0.8)[40:160, 40:160]
    return levels


@pytest.mark.parametrize("draw", [_lace, _wood, _noise, _ramp, _lines, _hole, _specks])
def test_nothing_like_a_digit_is_refused(draw: Callable[[], Gray]) -> None:
    with pytest.raises(
        ValueError, match="^source: expected a digit, got an image that shows nothing like one; digits need paper"
    ):
        read_digits(draw())
