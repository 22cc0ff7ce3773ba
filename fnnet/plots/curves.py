"""Learning curves: loss and accuracy by epoch."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from fnnet.core.checks import check_iterable
from fnnet.core.messages import invalid, wrong_type
from fnnet.plots.defaults import by_defaults
from fnnet.recipes.history import Row
from fnnet.recipes.selection import best_row

_MARKERS = 20  # at most so many along a line
_STYLES = {  # label, line and marker, color, the marker's inside
    "train": ("training", "--s", "0.5", "white"),
    "validation": ("validation", ":^", "0.3", "0.7"),
    "test": ("test", "-o", "0.1", "0.1"),
}


@by_defaults
def plot_curves(history: Sequence[Row]) -> Figure:
    """Draw the loss after each epoch, and the accuracy where there is one, on test and on training data.

    Args:
        history: at least one row, as from `read_history(path)` or `list(track(states, test))`. A loss of None leaves a
            gap. Where there are validation scores, the titles give the test scores of the epoch that is the best by
            them, else those of the last.

    Raises:
        ValueError: there is no row.

    >>> rows = [Row(1, 1.5, 0.40, 0.88, 0.42, 0.87), Row(2, 3.0, 0.30, 0.92, 0.35, 0.90)]
    >>> [axes.get_title() for axes in plot_curves(rows).axes]
    ['Loss (test, last epoch: 0.3500)', 'Accuracy (test, last epoch: 90.00%)']
    """
    history = list(check_iterable("history", "rows, as from read_history(path)", history))
    for row in history:
        if not isinstance(row, Row):
            raise wrong_type("history", "rows, as from list(track(states, test))", row)
    if not history:
        raise invalid("history", "at least one epoch", "none")
    (which, row), has_accuracy = _judged(history), any(row.test_accuracy is not None for row in history)
    figure = Figure(figsize=(9 if has_accuracy else 5, 4.1), layout="constrained")
    left, *others = figure.subplots(1, 1 + has_accuracy, squeeze=False)[0]
    _draw(left, history, "loss")
    left.set_title(f"Loss (test, {which}: {_text(row.test_loss, '.4f', 'not finite')})")
    left.set_ylabel("mean loss")
    for right in others:
        _draw(right, history, "accuracy", 100)
        right.set_title(f"Accuracy (test, {which}: {_text(row.test_accuracy, '.2%', 'not measured')})")
        right.set_ylabel("accuracy in %")
    figure.legend(handles=left.lines, loc="outside lower center", ncols=len(left.lines))
    return figure


def _judged(history: Sequence[Row]) -> tuple[str, Row]:
    """The epoch that the titles are about."""
    if not _has(history, "validation"):
        return "last epoch", history[-1]
    return f"epoch {best_row(history).epoch}, the best", best_row(history)


def _has(history: Sequence[Row], name: str) -> bool:
    """Whether anything of these samples was measured."""
    return any(getattr(row, f"{name}_{measure}") is not None for row in history for measure in ("loss", "accuracy"))


def _text(number: float | None, form: str, otherwise: str) -> str:
    return otherwise if number is None else format(number, form)


def _draw(axes: Axes, history: Sequence[Row], measure: str, factor: float = 1) -> None:
    """Draw a measure after each epoch, of test data, and of other data unless nothing of it was measured."""
    epochs = [row.epoch for row in history]
    every = -(-len(epochs) // _MARKERS)
    for name, (label, style, color, inside) in _STYLES.items():
        if name == "test" or _has(history, name):
            numbers = [getattr(row, f"{name}_{measure}") for row in history]
            y = factor * np.array(numbers, np.float64)  # None becomes NaN, which is not drawn
            axes.plot(epochs, y, style, color=color, mfc=inside, markersize=5, markevery=every, label=label)
    axes.set_xlabel("epoch")
    margin = max(0.5, 0.02 * (epochs[-1] - epochs[0]))
    axes.set_xlim(epochs[0] - margin, epochs[-1] + margin)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.grid(color="0.9")
