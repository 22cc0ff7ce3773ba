"""Learning curves: loss and accuracy by epoch."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from fnnet.core.checks import invalid
from fnnet.recipes.history import Row

_MARKS = 20  # at most so many along a line
_STYLES = {"training": ("--s", "0.5", "white"), "test": ("-o", "0.1", "0.1")}  # line and marker, its shade, its inside


def plot_curves(history: Sequence[Row]) -> Figure:
    """Draw loss and accuracy, on training and on test images, as they went from epoch to epoch.

    Args:
        history: one row or more, such as `read_history(path)`. A loss of None leaves a gap.

    Raises:
        ValueError: there is no row.
    """
    if not history:
        raise invalid("history", "at least one epoch", "none")
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    epochs = [row.epoch for row in history]
    _draw(left, epochs, [row.train_loss for row in history], [row.test_loss for row in history])
    _draw(right, epochs, [100 * row.train_accuracy for row in history], [100 * row.test_accuracy for row in history])
    last = history[-1]
    left.set_title("Loss" if last.test_loss is None else f"Loss (test, at the end: {last.test_loss:.4f})")
    right.set_title(f"Accuracy in % (test, at the end: {100 * last.test_accuracy:.2f})")
    return figure


def _draw(axes: Axes, epochs: Sequence[int], train: Sequence[float | None], test: Sequence[float | None]) -> None:
    every = -(-len(epochs) // _MARKS)
    # None becomes NaN, which is not drawn
    for (label, (style, shade, inside)), numbers in zip(_STYLES.items(), (train, test)):
        y = np.array(numbers, np.float64)
        axes.plot(epochs, y, style, color=shade, mfc=inside, markersize=5, markevery=every, label=label)
    axes.set_xlabel("epoch")
    axes.set_xlim(epochs[0] - 0.5, epochs[-1] + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.grid(color="0.9")
    axes.legend()
