"""The reliability diagram: accuracy by confidence."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.container import Container
from matplotlib.figure import Figure

from fnnet.core.arrays import F
from fnnet.data.dataset import Dataset
from fnnet.metrics.calibration import Calibration, calibration
from fnnet.metrics.predictions import predictions
from fnnet.nn.params import Params
from fnnet.plots.defaults import by_defaults


@by_defaults
def plot_reliability(params: Params[F], data: Dataset[F], bins: int = 10) -> Figure:
    """Draw how accurate predictions are by how confident they are, and how many there are in each bin of confidence.

    A bin whose dot is on the diagonal is calibrated; below it the network is overconfident, above it underconfident.
    The expected calibration error is the mean distance of the dots from the diagonal, weighted by the number of
    predictions (Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", 2017).

    Args:
        params: a network whose outputs are probabilities.
        data: samples with labels.
        bins: the number of bins of equal width.

    Raises:
        ValueError: the data does not match the network or has no labels, the outputs are real numbers, or bins < 1.

    >>> from fnnet import Dense, identity, softmax_cross_entropy
    >>> params = Params((Dense(100 * np.eye(4), np.zeros(4)),), identity, softmax_cross_entropy)
    >>> figure = plot_reliability(params, Dataset(np.eye(4), np.array([0, 1, 2, 2])))
    >>> figure.axes[0].get_title()
    'Expected calibration error: 25.00% (10 bins)'
    """
    found = predictions(params, data)
    binned = calibration(found.confidence, found.correct, bins)
    figure = Figure(figsize=(max(6.4, 0.55 * bins), 6.8), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    figure.legend(handles=_draw_accuracy(above, binned), loc="outside lower center", ncols=3)
    _draw_counts(below, binned)
    above.set_title(f"Expected calibration error: {binned.error:.2%} ({bins} bin{'' if bins == 1 else 's'})")
    return figure


def _draw_accuracy(axes: Axes, binned: Calibration) -> list[Artist | Container]:
    """What the legend shows, in its order."""
    bins = len(binned.counts)
    some = np.flatnonzero(binned.counts)
    centers = (some + 0.5) / bins
    bars = axes.bar(centers, binned.accuracy[some], 1 / bins, color="0.75", edgecolor="0.2", label="accuracy of a bin")
    (dots,) = axes.plot(
        binned.confidence[some],
        binned.accuracy[some],
        "o",
        color="0.1",
        clip_on=False,
        zorder=3,
        label="its mean confidence",
    )
    (diagonal,) = axes.plot([0, 1], [0, 1], "--", color="0.1", label="perfect calibration")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    axes.set_ylabel("accuracy")
    return [bars, dots, diagonal]


def _draw_counts(axes: Axes, binned: Calibration) -> None:
    bins = len(binned.counts)
    centers = (np.arange(bins) + 0.5) / bins
    axes.bar(centers, binned.counts, 1 / bins, color="0.75", edgecolor="0.2")
    axes.set_yscale("log")
    axes.set_ylim(0.5, 8 * float(binned.counts.max()))
    for center, count in zip(centers, binned.counts):
        axes.text(center, max(0.6, 1.3 * count), f"{count:,}", ha="center", va="bottom", size=9)
    axes.set_xlabel("confidence")
    axes.set_ylabel("predictions (log scale)")
