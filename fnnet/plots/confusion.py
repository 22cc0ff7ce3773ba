"""The confusion matrix as a picture."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from fnnet.core.arrays import Counts, F, Matrix
from fnnet.data.dataset import Dataset
from fnnet.metrics.accuracy import confusion_matrix
from fnnet.nn.params import Params
from fnnet.plots.defaults import by_defaults
from fnnet.plots.labels import class_names

_MOST_COUNTED = 100  # classes: with more of them there is no room for the counts
_LONGEST = 20  # characters of a name
_MOST_DIGITS = 3  # characters of a name that are written across
_DIGIT = 0.01  # inches that a bold digit takes, a point of font size


@by_defaults
def plot_confusion(params: Params[F], data: Dataset[F], labels: Sequence[str] = ()) -> Figure:
    """Draw the confusion matrix: a row for each true class, a column for each predicted class.

    Each cell holds its count, unless it is zero. The shade of a cell off the diagonal is the share of its true class
    that is predicted so, from white for none to black for the largest share. The diagonal is not shaded: next to the
    many correct predictions the errors would all look alike.

    Args:
        params: the network, with any head.
        data: samples with labels.
        labels: the names of the classes, such as `fnnet.io.load_labels(path)`; their numbers when not given.

    Raises:
        ValueError: the data does not match the network, or has no labels; or there is not one name for each class.

    >>> from fnnet import Dense, identity, softmax_cross_entropy
    >>> params = Params((Dense(np.eye(4), np.zeros(4)),), identity, softmax_cross_entropy)
    >>> figure = plot_confusion(params, Dataset(np.eye(4), np.array([0, 1, 2, 2])))
    >>> figure.axes[0].get_title()
    '3 of 4 correct (75.00%)'
    """
    counts = confusion_matrix(params, data)
    k = len(counts)
    few, counted = k <= 12, k <= _MOST_COUNTED
    size, large = (10, 12) if few else (8, 16)  # of the counts and of the title, in points
    names = class_names(labels, k, _LONGEST)
    figure = _empty_figure(counts, size, 0.55 if few else 0.32, max(map(len, names)))
    axes = figure.subplots()
    shares = _error_shares(counts)
    # the power makes rare errors visible beside a common one
    shade = PowerNorm(0.7, vmin=0, vmax=max(float(shares.max()), 1e-9))
    image = axes.imshow(shares, cmap="gray_r", norm=shade, interpolation="nearest")
    if counted:
        _write_counts(axes, counts, shade(shares), size)
        upright = 90 if max(map(len, names)) > _MOST_DIGITS else 0
        axes.set_xticks(range(k), names, parse_math=False, rotation=upright)
        axes.set_yticks(range(k), names, parse_math=False)
        axes.tick_params(labelsize=size)
    else:
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("predicted class", size=large - 2)
    axes.set_ylabel("true class", size=large - 2)
    correct, n = int(np.trace(counts)), int(counts.sum())
    axes.set_title(f"{correct:,} of {n:,} correct ({correct / n:.2%})", size=large)
    if shares.any():
        bar = figure.colorbar(image, ax=axes, shrink=0.8, aspect=30, format=PercentFormatter(1, decimals=1))
        bar.set_label("errors: share of the true class", size=large - 2)
    return figure


def _empty_figure(counts: Counts, size: int, least: float, longest: int) -> Figure:
    """A figure with cells of at least so many inches, in which the largest count fits, and beside them the names."""
    k = len(counts)
    cell = max(least, _DIGIT * size * len(str(counts.max()))) if k <= _MOST_COUNTED else 12 / k
    side = max(3.5, k * cell)
    if k <= _MOST_COUNTED:
        side += _DIGIT * size * max(0, longest - _MOST_DIGITS)
    return Figure(figsize=(side + 2.2, side + 1.1), layout="constrained")


def _error_shares(counts: Counts) -> Matrix[np.float64]:
    """Each count as a share of its row; 0 on the diagonal."""
    shares: Matrix[np.float64] = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    np.fill_diagonal(shares, 0)
    return shares


def _write_counts(axes: Axes, counts: Counts, shades: Matrix[np.float64], size: int) -> None:
    """The counts other than zero, bold on the diagonal, white on dark cells."""
    for i, j in np.argwhere(counts):
        axes.text(
            j,
            i,
            str(counts[i, j]),
            ha="center",
            va="center",
            size=size,
            weight="bold" if i == j else "normal",
            color="white" if shades[i, j] > 0.55 else "black",
        )
