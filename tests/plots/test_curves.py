"""The learning curves."""

from collections.abc import Sequence
from itertools import combinations

import attrs
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.legend import Legend
from matplotlib.lines import Line2D

from fnnet.plots import plot_curves
from fnnet.recipes.history import Row
from tests.plots.artists import legend_texts, panels, rendered
from tests.plots.cases import judged, row

HISTORIES = {
    "five epochs": [row(epoch) for epoch in range(1, 6)],
    "one epoch": [row(3)],
    "validation": [judged(epoch) for epoch in range(1, 8)],
    "late epochs": [row(epoch) for epoch in range(98, 400)],
    "some epochs": [row(epoch) for epoch in (2, 3, 7, 100)],
}
histories = pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)


def style(line: Line2D) -> tuple[object, ...]:
    return line.get_linestyle(), line.get_marker(), to_hex(line.get_color()), to_hex(line.get_markerfacecolor())


@histories
def test_the_lines_are_the_history(history: Sequence[Row]) -> None:
    left, right = panels(plot_curves(history))
    drawn = {
        f"{line.get_label()} {measure}": line
        for axes, measure in ((left, "loss"), (right, "accuracy"))
        for line in axes.lines
    }
    expected = {
        "training loss": [np.nan if row.train_loss is None else row.train_loss for row in history],
        "test loss": [row.test_loss for row in history],
        "training accuracy": [100 * (row.train_accuracy or 0) for row in history],
        "test accuracy": [100 * (row.test_accuracy or 0) for row in history],
    }
    if history[0].validation_accuracy is not None:
        expected |= {
            "validation loss": [row.validation_loss for row in history],
            "validation accuracy": [100 * (row.validation_accuracy or 0) for row in history],
        }
    assert set(drawn) == set(expected)
    for name, numbers in expected.items():
        np.testing.assert_array_equal(np.asarray(drawn[name].get_xdata()), [row.epoch for row in history])
        np.testing.assert_array_equal(np.asarray(drawn[name].get_ydata()), numbers)


@histories
def test_titles_name_the_last_numbers(history: Sequence[Row]) -> None:
    """Or, where epochs were judged on validation samples, those of the best."""
    left, right = panels(plot_curves(history))
    is_judged = history[0].validation_accuracy is not None
    which, row = ("epoch 5, the best", history[4]) if is_judged else ("last epoch", history[-1])
    assert left.get_title() == f"Loss (test, {which}: {row.test_loss:.4f})"
    assert right.get_title() == f"Accuracy (test, {which}: {100 * (row.test_accuracy or 0):.2f}%)"
    assert [axes.get_xlabel() for axes in (left, right)] == ["epoch", "epoch"]
    assert [axes.get_ylabel() for axes in (left, right)] == ["mean loss", "accuracy in %"]


def test_a_last_loss_may_be_missing() -> None:
    left, _ = panels(plot_curves([row(1), attrs.evolve(row(2), test_loss=None)]))
    assert left.get_title() == "Loss (test, last epoch: not finite)"


def test_a_regression_has_a_loss_alone() -> None:
    """And training data has a line if it was measured."""
    rows = [Row(epoch, 1, None, None, 1 / epoch, None) for epoch in (1, 2)]
    (only,) = panels(figure := plot_curves(rows))
    assert only.get_title() == "Loss (test, last epoch: 0.5000)" and legend_texts(figure) == ["test"]
    (only,) = panels(figure := plot_curves([attrs.evolve(row, train_loss=2.0) for row in rows]))
    assert legend_texts(figure) == ["training", "test"]


def test_a_last_accuracy_may_be_missing() -> None:
    _, right = panels(figure := plot_curves([row(1), Row(2, 2, None, None, 0.5, None)]))
    assert right.get_title() == "Accuracy (test, last epoch: not measured)"
    assert legend_texts(figure) == ["training", "test"]


@pytest.mark.parametrize(
    "name, labels", [("five epochs", ["training", "test"]), ("validation", ["training", "validation", "test"])]
)
def test_the_legend_tells_the_lines_apart(name: str, labels: list[str]) -> None:
    figure = plot_curves(HISTORIES[name])
    assert legend_texts(figure) == labels
    (legend,) = figure.findobj(Legend)
    assert isinstance(legend, Legend)
    shown = [style(line) for line in legend.get_lines()]
    for axes in panels(figure):
        assert [style(line) for line in axes.lines] == shown
    for one, other in combinations(shown, 2):
        assert all(a != b for a, b in zip(one, other))


@histories
def test_the_legend_hides_no_line(history: Sequence[Row]) -> None:
    figure = plot_curves(history)
    rendered(figure)
    (legend,) = figure.findobj(Legend)
    assert not any(legend.get_window_extent().overlaps(axes.get_window_extent()) for axes in panels(figure))


@histories
def test_all_points_are_within_the_axes(history: Sequence[Row]) -> None:
    for axes in panels(plot_curves(history)):
        (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
        for line in axes.lines:
            x, y = np.asarray(line.get_xydata()).T
            shown = np.isfinite(y)
            assert left < x.min() and x.max() < right
            assert low < y[shown].min(initial=high) and y[shown].max(initial=low) < high


@histories
def test_epochs_are_marked_by_integers(history: Sequence[Row]) -> None:
    figure = plot_curves(history)
    rendered(figure)
    for axes in panels(figure):
        low, high = axes.get_xlim()
        places = [place for place in axes.xaxis.get_ticklocs() if low <= place <= high]
        assert 1 <= len(places) <= 12 and places == [round(place) for place in places]


@histories
def test_lines_have_few_markers(history: Sequence[Row]) -> None:
    for axes in panels(plot_curves(history)):
        for line in axes.lines:
            every = line.get_markevery()
            assert isinstance(every, int)
            assert min(len(history), 10) <= len(history[::every]) <= 20


def test_a_history_needs_an_epoch() -> None:
    with pytest.raises(ValueError, match=r"^history: expected at least one epoch, got none$"):
        plot_curves([])
