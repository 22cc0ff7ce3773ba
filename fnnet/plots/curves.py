"""Learning curves: loss and accuracy by epoch."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from fnnet.core.messages import invalid
from fnnet.recipes.history import Row

_MARKERS = 20  # at most so many along a line
_STYLES = {"training": ("--s", "0.5", "white"), "test": ("-o", "0.1", "0.1")}  # line and marker, color, marker's inside


def plot_curves(history: Sequence[Row]) -> Figure:
    """Draw the loss and the accuracy after each epoch, on training and on test data.

    Args:
        history: at least one row, as from `read_history(path)`. A loss of None leaves a gap.

    Raises:
        ValueError: there is no row.

    >>> rows = [Row(1, 1.5, 0.40, 0.88, 0.42, 0.87), Row(2, 3.0, 0.30, 0.92, 0.35, 0.90)]
    >>> [axes.get_title() for axes in plot_curves(rows).axes]
    ['Loss (test, last epoch: 0.3500)', 'Accuracy (test, last epoch: 90.00%)']
    """
    if not history:
        raise invalid("history", "at least one epoch", "none")
    figure = Figure(figsize=(9, 4.1), layout="constrained")
    left, right = figure.subplots(1, 2)
    epochs = [row.epoch for row in history]
    _draw(left, epochs, [row.train_loss for row in history], [row.test_loss for row in history])
    _draw(right, epochs, [100 * row.train_accuracy for row in history], [100 * row.test_accuracy for row in history])
    last = history[-1]
    loss = "not finite" if last.test_loss is None else f"{last.test_loss:.4f}"
    left.set_title(f"Loss (test, last epoch: {loss})")
    left.set_ylabel("mean loss")
    right.set_title(f"Accuracy (test, last epoch: {last.test_accuracy:.2%})")
    right.set_ylabel("accuracy in %")
    figure.legend(handles=left.lines, loc="outside lower center", ncols=2)
    return figure


def _draw(axes: Axes, epochs: Sequence[int], train: Sequence[float | None], test: Sequence[float | None]) -> None:
    every = -(-len(epochs) // _MARKERS)
    for (label, (style, color, inside)), numbers in zip(_STYLES.items(), (train, test)):
        y = np.array(numbers, np.float64)  # None becomes NaN, which is not drawn
        axes.plot(epochs, y, style, color=color, mfc=inside, markersize=5, markevery=every, label=label)
    axes.set_xlabel("epoch")
    margin = max(0.5, 0.02 * (epochs[-1] - epochs[0]))
    axes.set_xlim(epochs[0] - margin, epochs[-1] + margin)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.grid(color="0.9")
