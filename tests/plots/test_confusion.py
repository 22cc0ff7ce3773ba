"""The picture of the confusion matrix."""

from collections.abc import Sequence

import numpy as np
import pytest
from matplotlib.text import Text

from fnnet import Dataset, Params, init_params
from fnnet.core.messages import cut
from fnnet.metrics import confusion_matrix
from fnnet.plots import plot_confusion, plot_errors, plot_saliency
from tests.plots.artists import darkness, panels, pixels, rendered, scales
from tests.plots.cases import LETTERS, MANY, NAMES, ONE, TEN, pass_through

Case = tuple[Params[np.float32], Dataset[np.float32]]
CASES: dict[str, Case] = {
    "ten": (init_params((16, 10), 0), TEN),
    "letters": (init_params((16, 47), 0), LETTERS),
    "one": (init_params((16, 1), 0), ONE),
    "many samples": (pass_through(13), MANY),
}
cases = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def color_of(text: Text) -> float:
    """0 for black, 1 for white."""
    return {"black": 0.0, "white": 1.0}[str(text.get_color())]


@cases
def test_each_count_is_in_its_cell(case: Case) -> None:
    counts, figure = confusion_matrix(*case), plot_confusion(*case)
    (axes,) = panels(figure)
    rendered(figure)
    written = {}
    for text in axes.texts:
        corners = axes.transData.inverted().transform(text.get_window_extent().get_points())
        j, i = corners.mean(axis=0).round().astype(int)
        assert np.all(np.abs(corners - (j, i)) <= 0.5), text
        written[i, j] = text.get_text()
    assert written == {(i, j): str(counts[i, j]) for i, j in np.argwhere(counts)}


@cases
def test_axes_name_the_classes(case: Case) -> None:
    figure = plot_confusion(*case)
    (axes,) = panels(figure)
    rendered(figure)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted class", "true class")
    for axis in (axes.xaxis, axes.yaxis):
        places = {label.get_text(): tick for label, tick in zip(axis.get_ticklabels(), axis.get_ticklocs())}
        assert places == {str(k): k for k in range(case[0].sizes[-1])}


@pytest.mark.parametrize("names, upright", [(NAMES, True), (list("abcdefghij"), False), (["abcd", *"bcdefghij"], True)])
def test_axes_have_names(names: Sequence[str], upright: bool) -> None:
    """They are printable and cut; names of more than three characters are written upwards."""
    (axes,) = panels(plot_confusion(*CASES["ten"], names))
    for axis in (axes.xaxis, axes.yaxis):
        assert [label.get_text() for label in axis.get_ticklabels()] == [cut(name, 20) for name in names]
        assert not any(label.get_parse_math() for label in axis.get_ticklabels())
    assert {label.get_rotation() for label in axes.xaxis.get_ticklabels()} == {90 if upright else 0}


def test_each_class_needs_a_name() -> None:
    for draw in (plot_confusion, plot_errors, plot_saliency):
        with pytest.raises(ValueError, match="^labels: expected a name for each of 10 classes, got 9$"):
            draw(*CASES["ten"], labels=NAMES[1:])


@cases
def test_shades_are_the_shares_of_errors(case: Case) -> None:
    counts = confusion_matrix(*case)
    (axes,) = panels(plot_confusion(*case))
    errors = counts * (1 - np.eye(len(counts), dtype=np.int64))
    np.testing.assert_allclose(pixels(axes), errors / np.maximum(counts.sum(axis=1, keepdims=True), 1))
    shares = np.unique(pixels(axes))
    shades = darkness(axes, shares)
    assert shades[0] == 0 and np.all(np.diff(shades) >= 0)
    assert shades[-1] == (1 if errors.any() else 0)


def test_rare_errors_are_visible() -> None:
    (axes,) = panels(plot_confusion(*CASES["ten"]))
    largest = pixels(axes).max()
    assert np.all(darkness(axes, largest * np.array([0.05, 0.1, 0.5])) > [0.1, 0.15, 0.55])


@cases
def test_the_diagonal_is_not_shaded(case: Case) -> None:
    (axes,) = panels(plot_confusion(*case))
    assert not darkness(axes, np.diagonal(pixels(axes))).any()


@cases
def test_counts_contrast_with_their_cells(case: Case) -> None:
    (axes,) = panels(plot_confusion(*case))
    shades = darkness(axes, pixels(axes)).reshape(pixels(axes).shape)
    for text in axes.texts:
        j, i = map(int, text.get_position())
        assert abs(color_of(text) - (1 - shades[i, j])) > 0.4
        assert (text.get_fontweight() == "bold") == (i == j)


@cases
def test_the_title_counts_correct_ones(case: Case) -> None:
    counts = confusion_matrix(*case)
    (axes,) = panels(plot_confusion(*case))
    correct, n = np.trace(counts), counts.sum()
    assert axes.get_title() == f"{correct:,} of {n:,} correct ({100 * correct / n:.2f}%)"


def test_a_scale_explains_the_shades() -> None:
    (scale,) = scales(plot_confusion(*CASES["ten"]))
    assert scale.get_ylabel() == "errors: share of the true class"
    assert not scales(plot_confusion(*CASES["one"]))


def test_many_classes_have_no_counts() -> None:
    params = init_params((16, 101), 0)
    figure = plot_confusion(params, LETTERS)
    (axes,) = panels(figure)
    rendered(figure)
    assert not axes.texts and pixels(axes).shape == (101, 101)
    for axis in (axes.xaxis, axes.yaxis):
        places = axis.get_ticklocs()
        assert 2 < len(places) < 20 and np.array_equal(places, np.round(places))


def test_a_hundred_classes_have_counts() -> None:
    params = init_params((16, 100), 0)
    (axes,) = panels(plot_confusion(params, LETTERS))
    assert len(axes.texts) == np.count_nonzero(confusion_matrix(params, LETTERS))
