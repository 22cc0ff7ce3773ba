"""The reliability diagram."""

import numpy as np
import pytest

from fnnet import Dataset, init_params
from fnnet.metrics import calibration, predictions
from fnnet.plots import plot_reliability
from tests.plots.artists import bars, check_texts, legend_texts, panels, rendered
from tests.plots.cases import ONE, TEN, pass_through

PARAMS = init_params((16, 10), 0)
FOUND = predictions(PARAMS, TEN)
some_bins = pytest.mark.parametrize("bins", [1, 5, 10, 23])


@some_bins
def test_bars_are_the_accuracy_of_bins(bins: int) -> None:
    above, _ = panels(plot_reliability(PARAMS, TEN, bins))
    ends = np.ceil(FOUND.confidence * bins).astype(int)
    assert len(bars(above)) == len(np.unique(ends))
    for bar, end in zip(bars(above), np.unique(ends), strict=True):
        sides = [bar.get_x(), bar.get_x() + bar.get_width()]
        np.testing.assert_allclose(sides, [(end - 1) / bins, end / bins], atol=1e-12)
        np.testing.assert_allclose(bar.get_height(), FOUND.correct[ends == end].mean())


@some_bins
def test_dots_are_at_mean_confidences(bins: int) -> None:
    above, _ = panels(plot_reliability(PARAMS, TEN, bins))
    dots, diagonal = above.lines
    ends = np.ceil(FOUND.confidence * bins).astype(int)
    expected = [(FOUND.confidence[ends == end].mean(), FOUND.correct[ends == end].mean()) for end in np.unique(ends)]
    np.testing.assert_allclose(np.asarray(dots.get_xydata()), expected)
    assert dots.get_linestyle() == "None" and dots.get_marker() == "o"
    assert np.asarray(diagonal.get_xydata()).tolist() == [[0, 0], [1, 1]]
    assert dots.get_zorder() > max(bar.get_zorder() for bar in bars(above))


@some_bins
def test_each_bin_has_its_count(bins: int) -> None:
    figure = plot_reliability(PARAMS, TEN, bins)
    _, below = panels(figure)
    rendered(figure)
    ends = np.ceil(FOUND.confidence * bins).astype(int)
    counts = [int(np.sum(ends == end)) for end in range(1, bins + 1)]
    assert [bar.get_height() for bar in bars(below)] == counts
    for text, bar, count in zip(below.texts, bars(below), counts, strict=True):
        assert text.get_text() == str(count)
        (left, low), (right, high) = below.transData.inverted().transform(text.get_window_extent().get_points())
        assert bar.get_x() <= left and right <= bar.get_x() + bar.get_width()
        assert count < low and high < below.get_ylim()[1]


def test_large_counts_fit_their_bins() -> None:
    p = np.linspace(0.505, 0.995, 200_000)
    x = np.stack([np.log(p / (1 - p)), np.zeros_like(p)], axis=1)
    figure = plot_reliability(pass_through(2), Dataset(x.astype(np.float32), np.zeros(len(x), np.int64)), 20)
    assert sum(len(text.get_text()) == len("20,000") for text in panels(figure)[1].texts) == 10
    check_texts(figure)


@some_bins
def test_axes_run_from_zero_to_one(bins: int) -> None:
    above, below = panels(plot_reliability(PARAMS, TEN, bins))
    assert above.get_xlim() == below.get_xlim() == (0, 1)
    assert above.get_ylim()[0] == 0 and 1 <= above.get_ylim()[1] < 1.05
    assert (above.get_ylabel(), below.get_ylabel()) == ("accuracy", "predictions (log scale)")
    assert below.get_yscale() == "log" and below.get_xlabel() == "confidence"


@some_bins
def test_the_title_has_the_error(bins: int) -> None:
    above, _ = panels(plot_reliability(PARAMS, TEN, bins))
    error = 100 * calibration(FOUND.confidence, FOUND.correct, bins).error
    count = f"{bins} bin" if bins == 1 else f"{bins} bins"
    assert above.get_title() == f"Expected calibration error: {error:.2f}% ({count})"


def test_the_legend_explains_the_marks() -> None:
    assert legend_texts(plot_reliability(PARAMS, TEN)) == [
        "accuracy of a bin",
        "its mean confidence",
        "perfect calibration",
    ]


def test_dots_at_the_corner_are_whole() -> None:
    above, _ = panels(plot_reliability(init_params((16, 1), 0), ONE))
    assert np.asarray(above.lines[0].get_xydata()).tolist() == [[1, 1]]
    assert not above.lines[0].get_clip_on()
