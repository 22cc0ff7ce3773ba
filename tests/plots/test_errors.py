"""The picture of the most confident errors."""

import numpy as np
import pytest

from fnnet import Dataset, init_params
from fnnet.core.messages import cut
from fnnet.metrics import predictions
from fnnet.plots import plot_errors
from tests.plots.artists import darkness, panels, pixels, title
from tests.plots.cases import ONE, TEN, pass_through

PARAMS = init_params((16, 10), 0)


@pytest.mark.parametrize("most", [1, 6, 7, 24, 1000])
def test_errors_come_most_confident_first(most: int) -> None:
    found = predictions(PARAMS, TEN)
    errors = np.flatnonzero(found.predicted != found.true)
    expected = sorted(errors, key=lambda i: -found.confidence[i])[:most]
    shown = panels(plot_errors(PARAMS, TEN, most))
    assert len(shown) == min(most, len(errors))
    for axes, i in zip(shown, expected, strict=True):
        np.testing.assert_array_equal(pixels(axes), TEN.x[i].reshape(4, 4))
        classes, confidence = axes.get_title().split("\n")
        assert classes == f"{TEN.y[i]} predicted as {found.predicted[i]}"
        assert confidence == f"confidence {100 * found.confidence[i]:.1f}%"


def test_errors_have_the_names_of_classes() -> None:
    """In two lines where they are long."""
    names = ["$a", "x" * 20, *map(str, range(2, 10))]
    for numbered, named in zip(panels(plot_errors(PARAMS, TEN)), panels(plot_errors(PARAMS, TEN, labels=names))):
        classes, confidence = numbered.get_title().split("\n")
        true, predicted = (cut(names[int(number)], 15) for number in classes.split(" predicted as "))
        gap = "\nas " if len(true + predicted) > 6 else " predicted as "
        assert named.get_title() == f"{true}{gap}{predicted}\n{confidence}"
        assert not named.title.get_parse_math()


def test_panels_are_read_row_by_row() -> None:
    positions = [axes.get_position() for axes in panels(plot_errors(PARAMS, TEN, 8))]
    corners = [(-round(box.y0, 6), round(box.x0, 6)) for box in positions]
    assert corners == sorted(corners) and len({down for down, _ in corners}) == 2


def test_images_are_ink_on_paper() -> None:
    (axes,) = panels(plot_errors(PARAMS, TEN, 1))
    numbers = np.sort(pixels(axes).ravel())
    shades = darkness(axes, numbers)
    assert shades[0] == 0 and shades[-1] == 1 and np.all(np.diff(shades) >= 0)


def test_a_blank_image_is_white() -> None:
    blank = Dataset(np.zeros((1, 4), np.float32), np.array([1]))
    (axes,) = panels(plot_errors(pass_through(4), blank))
    assert not darkness(axes, pixels(axes)).any()


@pytest.mark.parametrize(
    "wrong, most, expected",
    [
        (0, 24, "0 errors in 3 images"),
        (1, 24, "1 error in 3 images"),
        (2, 24, "2 errors in 3 images, most confident first"),
        (2, 2, "2 errors in 3 images, most confident first"),
        (3, 2, "3 errors in 3 images: the 2 most confident"),
        (3, 1, "3 errors in 3 images: the most confident one"),
    ],
)
def test_the_title_counts_the_errors(wrong: int, most: int, expected: str) -> None:
    labels = (np.arange(3) + (np.arange(3) < wrong)) % 4
    samples = Dataset(np.eye(4, dtype=np.float32)[:3], labels)
    assert title(plot_errors(pass_through(4), samples, most)) == expected


def test_the_title_groups_thousands() -> None:
    x = np.eye(4, dtype=np.float32)[[0] * 2000]
    assert title(plot_errors(pass_through(4), Dataset(x, np.repeat([0, 1], 1000)), 2)) == (
        "1,000 errors in 2,000 images: the 2 most confident"
    )


def test_without_errors_nothing_is_drawn() -> None:
    assert not panels(plot_errors(init_params((16, 1), 0), ONE))
