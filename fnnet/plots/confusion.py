"""The confusion matrix as a picture."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from fnnet.core.arrays import F, Matrix
from fnnet.data.dataset import Dataset
from fnnet.metrics.accuracy import confusion_matrix
from fnnet.nn.params import Params

_MOST_COUNTED = 100  # classes: with more of them there is no room to write the counts in


def plot_confusion(params: Params[F], data: Dataset[F]) -> Figure:
    """Draw how often each class is taken for each other.

    The counts are written in. Off the diagonal, shades tell which share of a class (a row) is mistaken so, from white
    for none to black for the most: the many right answers on the diagonal do not outshine the mistakes.

    Args:
        params: the network, with any head.
        data: samples with labels.

    Raises:
        ValueError: the data does not fit the network, or has no labels.
    """
    counts = confusion_matrix(params, data)
    k = len(counts)
    few, counted = k <= 12, k <= _MOST_COUNTED
    cell = 0.55 if few else 0.32 if counted else 12 / k  # inches
    side = max(3.5, k * cell)
    figure = Figure(figsize=(side + 2.2, side + 1.1), layout="constrained")
    axes = figure.subplots()
    shares = _mistaken_shares(counts)
    # the power lifts rare mistakes: one that is common leaves the others visible
    shade = PowerNorm(0.7, vmin=0, vmax=max(float(shares.max()), 1e-9))
    image = axes.imshow(shares, cmap="gray_r", norm=shade, interpolation="nearest")
    if counted:
        _write_counts(axes, counts, shade(shares), 10 if few else 8)
        axes.set_xticks(range(k))
        axes.set_yticks(range(k))
        axes.tick_params(labelsize=10 if few else 8)
    else:
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(integer=True))
    size = 12 if few else 16
    axes.set_xlabel("answer", size=size - 2)
    axes.set_ylabel("true class", size=size - 2)
    right, n = int(np.trace(counts)), int(counts.sum())
    axes.set_title(f"{right:,} of {n:,} right ({right / n:.2%})", size=size)
    if shares.any():
        bar = figure.colorbar(image, ax=axes, shrink=0.8, aspect=30, format=PercentFormatter(1, decimals=1))
        bar.set_label("share of the true class", size=size - 2)
    return figure


def _mistaken_shares(counts: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> Matrix[np.float64]:
    """Each count as a share of its row; 0 on the diagonal."""
    shares: Matrix[np.float64] = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    np.fill_diagonal(shares, 0)
    return shares


def _write_counts(
    axes: Axes, counts: np.ndarray[tuple[int, int], np.dtype[np.int64]], shades: Matrix[np.float64], size: int
) -> None:
    """The counts but for the zeros, bold on the diagonal, white where it is dark."""
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
