"""The reliability diagram: how often answers are right, by how sure they are."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fnnet.core.arrays import F
from fnnet.data.dataset import Dataset
from fnnet.metrics.calibration import Calibration, calibration
from fnnet.metrics.predictions import predictions
from fnnet.nn.params import Params


def plot_reliability(params: Params[F], data: Dataset[F], bins: int = 10) -> Figure:
    """Draw the share of right answers against their confidence, and how many answers there are.

    Bars that end at the diagonal are answers as often right as they are sure; a bar below it is overconfident. The
    expected calibration error is the mean distance, over all answers (Guo and others, 2017; `fnnet.calibration`).

    Args:
        params: a network whose outputs are probabilities.
        data: samples with labels.
        bins: how many bars.

    Raises:
        ValueError: the data does not fit the network or has no labels, the outputs are real numbers, or bins < 1.
    """
    found = predictions(params, data)
    binned = calibration(found.confidence, found.correct, bins)
    figure = Figure(figsize=(max(6.4, 0.55 * bins), 6.8), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    _draw_accuracy(above, binned)
    _draw_counts(below, binned)
    figure.legend(loc="outside lower center", ncols=3)
    above.set_title(f"Expected calibration error: {binned.error:.2%} ({bins} bins)")
    return figure


def _draw_accuracy(axes: Axes, binned: Calibration) -> None:
    bins = len(binned.counts)
    some = np.flatnonzero(binned.counts)
    centers = (some + 0.5) / bins
    axes.bar(centers, binned.accuracy[some], 1 / bins, color="0.75", edgecolor="0.2", label="share right")
    axes.plot(
        binned.confidence[some],
        binned.accuracy[some],
        "o",
        color="0.1",
        clip_on=False,
        zorder=3,
        label="at the bar's mean confidence",
    )
    axes.plot([0, 1], [0, 1], "--", color="0.1", label="as often right as sure")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    axes.set_ylabel("share of right answers")


def _draw_counts(axes: Axes, binned: Calibration) -> None:
    bins = len(binned.counts)
    centers = (np.arange(bins) + 0.5) / bins
    axes.bar(centers, binned.counts, 1 / bins, color="0.75", edgecolor="0.2")
    axes.set_yscale("log")
    axes.set_ylim(0.5, 8 * float(binned.counts.max()))
    for center, count in zip(centers, binned.counts):
        axes.text(center, max(0.6, 1.3 * count), f"{count:,}", ha="center", va="bottom", size=9)
    axes.set_xlabel("confidence")
    axes.set_ylabel("answers")
