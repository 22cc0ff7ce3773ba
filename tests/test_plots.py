"""Pictures: what is in them, that they can be read, and that drawing them leaves no trace."""

import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from fnnet import (
    Dataset,
    Dense,
    Params,
    identity,
    identity_squared_error,
    init_params,
    input_gradient,
    logistic_cross_entropy,
    predict,
    relu,
    softmax_cross_entropy,
    softmax_squared_error,
)
from fnnet.metrics.accuracy import confusion_matrix
from fnnet.metrics.calibration import calibration
from fnnet.metrics.predictions import predictions
from fnnet.nn.heads import Head
from fnnet.plots import (
    plot_confusion,
    plot_curves,
    plot_mistakes,
    plot_reliability,
    plot_saliency,
    plot_weights,
    write_figure,
)
from fnnet.plots.files import Format
from fnnet.recipes.history import Row
from tests.described import FOLDER, described, path_of

RNG = np.random.default_rng(0)


def data(classes: int, features: int = 16, n: int = 300) -> Dataset[np.float32]:
    return Dataset(RNG.random((n, features), np.float32), RNG.integers(0, classes, n))


def passing(width: int, head: Head = softmax_cross_entropy) -> Params[np.float32]:
    """A network whose logits are its input."""
    return Params((Dense(np.eye(width, dtype=np.float32), np.zeros(width, np.float32)),), identity, head)


def texts(figure: Figure) -> list[str]:
    """All that is written in a figure, titles first."""
    return [text.get_text() for text in figure.findobj(Text) if isinstance(text, Text) and text.get_text()]


def shown(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if axes.axison]


def pixels(axes: Axes) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    array = axes.images[0].get_array()
    assert array is not None
    return np.asarray(array, np.float64)


def row(epoch: int) -> Row:
    return Row(epoch, epoch, None if epoch == 3 else 1 / epoch, 1 - 0.2 / epoch, 2 / epoch, 1 - 0.25 / epoch)


SETS = {"ten": data(10), "letters": data(47), "one class": data(1), "yes or no": data(2)}
CASES: dict[str, Callable[[], Figure]] = {
    "curves": lambda: plot_curves([row(epoch) for epoch in range(1, 13)]),
    "one epoch": lambda: plot_curves([row(3)]),
    "later epochs": lambda: plot_curves([row(epoch) for epoch in range(98, 400)]),
    "confusion": lambda: plot_confusion(init_params((16, 10), 0), SETS["ten"]),
    "confusion of 47": lambda: plot_confusion(init_params((16, 47), 0), SETS["letters"]),
    "confusion of 120": lambda: plot_confusion(init_params((16, 120), 0), SETS["letters"]),
    "confusion of one": lambda: plot_confusion(init_params((16, 1), 0), SETS["one class"]),
    "confusion of yes and no": lambda: plot_confusion(
        init_params((16, 1), 0, head=logistic_cross_entropy), SETS["yes or no"]
    ),
    "confusion of real numbers": lambda: plot_confusion(
        init_params((16, 10), 0, head=identity_squared_error), SETS["ten"]
    ),
    "many samples": lambda: plot_confusion(
        passing(13), Dataset(np.eye(13, dtype=np.float32)[[0] * 9999 + [1] * 9999], np.array([0] * 9999 + [2] * 9999))
    ),
    "mistakes": lambda: plot_mistakes(init_params((16, 10), 0), SETS["ten"]),
    "mistakes of 47": lambda: plot_mistakes(init_params((16, 47), 0), SETS["letters"]),
    "no mistakes": lambda: plot_mistakes(init_params((16, 1), 0), SETS["one class"]),
    "weights": lambda: plot_weights(init_params((784, 130, 10), 0)),
    "weights of classes": lambda: plot_weights(init_params((784, 10), 0)),
    "weights of one": lambda: plot_weights(init_params((1, 1), 0)),
    "no weights": lambda: plot_weights(
        Params((Dense(np.zeros((4, 3)), np.zeros(3)),), identity, softmax_cross_entropy)
    ),
    "reliability": lambda: plot_reliability(init_params((16, 10), 0), SETS["ten"]),
    "reliability in 20 bins": lambda: plot_reliability(init_params((16, 47), 0), SETS["letters"], bins=20),
    "reliability in 1 bin": lambda: plot_reliability(init_params((16, 1), 0), SETS["one class"], bins=1),
    "saliency": lambda: plot_saliency(init_params((16, 8, 10), 0), SETS["ten"]),
    "saliency of 47": lambda: plot_saliency(init_params((16, 47), 0), SETS["letters"]),
    "saliency of one": lambda: plot_saliency(init_params((16, 1), 0), SETS["one class"]),
    "saliency of real numbers": lambda: plot_saliency(
        init_params((16, 10), 0, head=identity_squared_error), SETS["ten"]
    ),
}


def appearance(figure: Figure) -> Image.Image:
    file = io.BytesIO()
    figure.savefig(file, dpi=figure.dpi)
    return Image.open(file)


def check_readable(figure: Figure) -> None:
    """All that is written is inside, apart and large enough."""
    image = appearance(figure)
    written = [text for text in figure.findobj(Text) if isinstance(text, Text) and text.get_text().strip()]
    seen = [text for text in written if text.get_visible() and _on_page(text, figure)]
    assert min(float(text.get_fontsize()) for text in seen) >= 8
    boxes = np.array([text.get_window_extent().extents for text in seen])
    low, high = boxes[:, :2], boxes[:, 2:]
    assert low.min() >= -1 and np.all(high <= np.array(image.size) + 1)
    shared = np.minimum(high[:, None], high) - np.maximum(low[:, None], low)
    over = np.argwhere(np.triu(np.all(shared > 1, axis=2), k=1))
    assert not over.size, [(seen[i], seen[j]) for i, j in over]


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_pictures_can_be_read(name: str) -> None:
    check_readable(CASES[name]())


@pytest.mark.parametrize("name", CASES)
def test_pictures_are_what_was_looked_at_and_found_good(name: str) -> None:
    """After a change: look at them, then `python -m tests.described`."""
    assert described(CASES[name]()) == path_of(name).read_text()


def test_no_picture_is_kept_that_is_not_drawn() -> None:
    assert set(FOLDER.iterdir()) == set(map(path_of, CASES))


@pytest.mark.parametrize("size, places", [(7, [0.5]), (10, [0.5, 0.51]), (10, [0.99]), (10, [0.01])])
def test_what_cannot_be_read_is_noticed(size: float, places: list[float]) -> None:
    figure = Figure()
    for place in places:
        figure.text(place, 0.5, "some words", size=size, ha="center")
    with pytest.raises(AssertionError):
        check_readable(figure)


def _on_page(text: Text, figure: Figure) -> bool:
    """Whether it is no label of a tick beyond the ends of its axis, which matplotlib keeps but does not draw."""
    for axes in figure.axes:
        for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if text in (tick.label1, tick.label2):
                    return axes.axison and min(low, high) <= tick.get_loc() <= max(low, high)
    return True


@pytest.mark.parametrize("name", ["curves", "confusion", "mistakes", "weights", "reliability", "saliency"])
def test_pictures_are_drawn_in_shades_of_gray(name: str) -> None:
    colors = np.asarray(appearance(CASES[name]()).convert("RGB")).astype(int)
    assert np.ptp(colors, axis=2).max() <= 1 and np.ptp(colors) > 200


@pytest.mark.slow
def test_drawing_leaves_no_trace() -> None:
    before = dict(matplotlib.rcParams)
    for draw in CASES.values():
        draw()
    assert dict(matplotlib.rcParams) == before
    code = "import sys, fnnet.plots; assert 'matplotlib.pyplot' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_curves_are_the_history() -> None:
    history = [row(epoch) for epoch in range(1, 6)]
    left, right = shown(plot_curves(history))
    train, test = left.lines
    np.testing.assert_array_equal(np.asarray(train.get_ydata()), [1, 1 / 2, np.nan, 1 / 4, 1 / 5])
    assert np.asarray(test.get_ydata()).tolist() == [row.test_loss for row in history]
    assert np.asarray(test.get_xdata()).tolist() == [1, 2, 3, 4, 5]
    for line, name in zip(right.lines, ("train", "test")):
        assert np.asarray(line.get_ydata()).tolist() == [100 * getattr(row, f"{name}_accuracy") for row in history]
        assert line.get_label() == {"train": "training", "test": "test"}[name]
    assert train.get_linestyle() != test.get_linestyle() and train.get_marker() != test.get_marker()
    assert left.get_title() == "Loss (test, at the end: 0.4000)"
    assert right.get_title() == "Accuracy in % (test, at the end: 95.00)"
    assert shown(plot_curves([attrs.evolve(row(1), test_loss=None)]))[0].get_title() == "Loss"
    with pytest.raises(ValueError, match="^history: expected at least one epoch, got none$"):
        plot_curves([])


def test_the_confusion_matrix_has_its_counts_and_shades_only_of_mistakes() -> None:
    params = init_params((16, 10), 0)
    counts = confusion_matrix(params, SETS["ten"])
    axes = shown(plot_confusion(params, SETS["ten"]))[0]
    written = {text.get_position(): text.get_text() for text in axes.texts}
    assert written == {(j, i): str(counts[i, j]) for i, j in np.argwhere(counts)}
    shares = counts / counts.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(pixels(axes), shares * (1 - np.eye(10)))
    right = int(np.trace(counts))
    assert axes.get_title() == f"{right} of 300 right ({right / 300:.2%})"
    assert (axes.get_ylabel(), axes.get_xlabel()) == ("true class", "answer")


def test_counts_are_white_where_it_is_dark() -> None:
    x = np.eye(3, dtype=np.float32)[[1] * 9 + [2] * 1 + [1] * 90]
    axes = shown(plot_confusion(passing(3), Dataset(x, np.array([0] * 10 + [1] * 90))))[0]
    colors = {text.get_text(): text.get_color() for text in axes.texts}
    assert colors == {"9": "white", "1": "black", "90": "black"}


def test_mistakes_come_with_what_was_said_and_how_sure() -> None:
    params, samples = init_params((16, 10), 0), SETS["ten"]
    found = predictions(params, samples)
    figure = plot_mistakes(params, samples, most=7)
    for axes, i in zip(shown(figure), found.most_confident_errors[:7], strict=True):
        np.testing.assert_array_equal(pixels(axes), samples.x[i].reshape(4, 4))
        expected = f"{found.true[i]} taken for {found.predicted[i]}\n{found.confidence[i]:.1%} sure"
        assert axes.get_title() == expected
    wrong = len(found.most_confident_errors)
    assert f"{wrong} of 300 images wrong, the 7 surest first" in texts(figure)
    assert "0 of 300 images wrong" in texts(CASES["no mistakes"]())


@pytest.mark.parametrize("most, which", [(1, ""), (2, ", the 2 surest first")])
def test_one_mistake_has_no_order(most: int, which: str) -> None:
    params = init_params((16, 10), 0)
    wrong = len(predictions(params, SETS["ten"]).most_confident_errors)
    assert f"{wrong} of 300 images wrong{which}" in texts(plot_mistakes(params, SETS["ten"], most=most))


def test_weights_are_tiles_the_longest_first() -> None:
    params = init_params((9, 20, 3), 0)
    figure = plot_weights(params, most=18)
    tiles = pixels(figure.axes[0])
    lengths = np.linalg.norm(params.layers[0].weights, axis=0)
    for k, unit in enumerate(np.argsort(-lengths)[:18]):
        down, right = divmod(k, 16)
        tile = tiles[4 * down + 1 : 4 * down + 4, 4 * right + 1 : 4 * right + 4]
        np.testing.assert_array_equal(tile, params.layers[0].weights[:, unit].reshape(3, 3))
    assert np.isnan(tiles).sum() == tiles.size - 18 * 9
    low, high = figure.axes[0].images[0].get_clim()
    assert low == -high < 0
    assert any(text.startswith("Units of the first layer (18 of 20)") for text in texts(figure))


def test_weights_of_classes_come_in_their_order() -> None:
    params = init_params((9, 5), 0)
    tiles = pixels(plot_weights(params).axes[0])
    for label in range(5):
        expected = params.layers[0].weights[:, label].reshape(3, 3)
        np.testing.assert_array_equal(tiles[1:4, 4 * label + 1 : 4 * label + 4], expected)


def test_the_reliability_diagram_is_the_calibration() -> None:
    params, samples = init_params((16, 10), 0), SETS["ten"]
    found = predictions(params, samples)
    binned = calibration(found.confidence, found.correct, 5)
    figure = plot_reliability(params, samples, bins=5)
    above, below = shown(figure)
    some = binned.counts > 0
    heights = [bar.get_height() for bar in above.patches]  # type: ignore[attr-defined]  # bars are rectangles
    np.testing.assert_allclose(heights, binned.accuracy[some])
    np.testing.assert_allclose(
        np.asarray(above.lines[0].get_xydata()).T, [binned.confidence[some], binned.accuracy[some]]
    )
    assert [text.get_text() for text in below.texts] == [f"{count:,}" for count in binned.counts]
    assert above.get_title() == f"Expected calibration error: {binned.error:.2%} (5 bins)"


@pytest.mark.parametrize("head", [softmax_cross_entropy, softmax_squared_error, identity_squared_error])
def test_saliency_is_the_gradient_beside_the_first_image_of_each_class(head: Head) -> None:
    params = init_params((16, 8, 5), 0, hidden=relu, head=head)
    samples = data(5)
    figure = plot_saliency(params, samples, most=4)
    pairs = zip(shown(figure)[::2], shown(figure)[1::2], strict=True)
    firsts = [int(np.flatnonzero(samples.y == label)[0]) for label in range(4)]
    for (left, right), i in zip(pairs, firsts, strict=True):
        said = predict(params, samples.x[i])
        np.testing.assert_allclose(pixels(left), samples.x[i].reshape(4, 4))
        expected = -input_gradient(params, samples.x[i], said).reshape(4, 4)
        np.testing.assert_allclose(pixels(right), expected, rtol=1e-3, atol=1e-5)
        assert left.get_title() == f"{samples.y[i]}, said {said}"
        low, high = right.images[0].get_clim()
        assert low == -high


def test_a_network_that_is_sure_has_a_map_too() -> None:
    """In float32 the probability is 1 and the derivative 0."""
    samples = Dataset(60 * np.eye(4, dtype=np.float32), np.arange(4))
    assert not input_gradient(passing(4), samples.x, samples.y)[0, 0]
    assert all(np.abs(pixels(axes)).max() > 0 for axes in shown(plot_saliency(passing(4), samples))[1::2])


@pytest.mark.parametrize("draw", [plot_mistakes, plot_saliency])
def test_what_is_no_square_image_is_refused(draw: Callable[[Params[np.float32], Dataset[np.float32]], Figure]) -> None:
    params, message = init_params((5, 3), 0), "^features: expected those of square images, such as 784, got 5$"
    with pytest.raises(ValueError, match=message):
        draw(params, data(3, 5))
    with pytest.raises(ValueError, match=message):
        plot_weights(params)


@pytest.mark.parametrize("draw", [plot_mistakes, plot_reliability])
def test_real_numbers_are_no_probabilities(draw: Callable[[Params[np.float32], Dataset[np.float32]], Figure]) -> None:
    with pytest.raises(
        ValueError, match="^head: expected one whose outputs are probabilities, got identity-squared-error"
    ):
        draw(init_params((16, 10), 0, head=identity_squared_error), SETS["ten"])


@pytest.mark.parametrize("draw", [plot_confusion, plot_mistakes, plot_reliability, plot_saliency])
def test_rows_are_no_labels(draw: Callable[[Params[np.float32], Dataset[np.float32]], Figure]) -> None:
    rows = Dataset(np.zeros((2, 4), np.float32), np.eye(2, dtype=np.float32))
    with pytest.raises(ValueError, match=r"^y: expected labels \(n,\), got \(2, 2\)$"):
        draw(init_params((4, 2), 0), rows)


@pytest.mark.parametrize("format", ["png", "svg"])
def test_the_same_figure_is_the_same_file(format: Format, tmp_path: Path) -> None:
    for name in "ab":
        write_figure(plot_reliability(init_params((16, 10), 0), SETS["ten"]), tmp_path / name, format)
    content = (tmp_path / "a").read_bytes()
    assert content == (tmp_path / "b").read_bytes()
    assert not re.search(rb"20\d\d-\d\d-\d\d|atplotlib v", content)
    if format == "png":
        with Image.open(tmp_path / "a") as image:
            assert image.size == (960, 1020)
    else:
        assert content.startswith(b"<?xml") and b"</svg>" in content


def test_a_figure_that_cannot_be_written_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("old")

    def fail(*arguments: object, **options: object) -> None:
        raise MemoryError

    figure = CASES["curves"]()
    monkeypatch.setattr(figure, "savefig", fail)
    with pytest.raises(MemoryError):
        write_figure(figure, tmp_path / "a")
    assert (tmp_path / "a").read_text() == "old" and len(list(tmp_path.iterdir())) == 1
