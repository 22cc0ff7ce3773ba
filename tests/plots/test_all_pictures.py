"""What holds for every picture: it can be read, is gray, leaves no trace, and bad input is refused."""

import subprocess
import sys
from collections.abc import Callable

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from fnnet import Dataset, Params, init_params
from fnnet.plots import plot_confusion, plot_errors, plot_reliability, plot_saliency, plot_weights
from tests.plots.artists import check_gray, check_texts
from tests.plots.cases import CASES, REGRESSION, TEN, random_data

Draw = Callable[[Params[np.float32], Dataset[np.float32]], Figure]


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_each_picture_can_be_read(name: str) -> None:
    """Its texts are inside and apart, all is gray, and matplotlib's settings stay as they were."""
    before = dict(matplotlib.rcParams)
    figure = CASES[name]()
    assert dict(matplotlib.rcParams) == before
    check_texts(figure)
    check_gray(figure)


@pytest.mark.parametrize("size, places", [(7, [0.5]), (10, [0.5, 0.51]), (10, [0.99]), (10, [0.01])])
def test_unreadable_texts_are_noticed(size: float, places: list[float]) -> None:
    figure = Figure()
    for place in places:
        figure.text(place, 0.5, "some words", size=size, ha="center")
    with pytest.raises(AssertionError):
        check_texts(figure)


@pytest.mark.parametrize("color", ["tab:blue", "white"])
def test_colors_are_noticed(color: str) -> None:
    figure = Figure()
    figure.text(0.5, 0.5, "some words", color=color)
    with pytest.raises(AssertionError):
        check_gray(figure)


@pytest.mark.slow
def test_pyplot_is_left_alone() -> None:
    code = "import sys, fnnet.plots; assert 'matplotlib.pyplot' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("draw", [plot_errors, plot_saliency, lambda params, data: plot_weights(params)])
def test_images_must_be_square(draw: Draw) -> None:
    with pytest.raises(ValueError, match=r"^features: expected the pixels of a square image, such as 784, got 5$"):
        draw(init_params((5, 3), 0), random_data(3, 5))


@pytest.mark.parametrize("draw", [plot_errors, plot_reliability])
def test_outputs_must_be_probabilities(draw: Draw) -> None:
    message = "^head: expected one whose outputs are probabilities, got identity-squared-error"
    with pytest.raises(ValueError, match=message):
        draw(REGRESSION, TEN)


@pytest.mark.parametrize("draw", [plot_confusion, plot_errors, plot_reliability, plot_saliency])
def test_data_must_have_labels(draw: Draw) -> None:
    rows = Dataset(np.zeros((2, 4), np.float32), np.eye(2, dtype=np.float32))
    with pytest.raises(ValueError, match=r"^y: expected labels \(n,\), got \(2, 2\)$"):
        draw(init_params((4, 2), 0), rows)


@pytest.mark.parametrize("most", [0, -1])
def test_most_must_be_at_least_one(most: int) -> None:
    params = init_params((16, 10), 0)
    draws: list[Callable[[], Figure]] = [
        lambda: plot_errors(params, TEN, most),
        lambda: plot_saliency(params, TEN, most),
        lambda: plot_weights(params, most),
    ]
    for draw in draws:
        with pytest.raises(ValueError, match=f"^most: expected an integer of at least 1, got {most}$"):
            draw()
