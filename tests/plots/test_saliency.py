"""The saliency maps."""

import numpy as np
import pytest

from fnnet import (
    Dataset,
    Head,
    apply,
    identity_squared_error,
    init_params,
    input_gradient,
    predict,
    relu,
    softmax_cross_entropy,
    softmax_squared_error,
)
from fnnet.core.messages import cut
from fnnet.nn.tree import astype
from fnnet.plots import plot_saliency
from tests.plots.artists import darkness, image, panels, pixels, title
from tests.plots.cases import ONE, pass_through, random_data

SAMPLES = random_data(5)
PARAMS = init_params((16, 8, 5), 0, hidden=relu)


@pytest.mark.parametrize("most", [1, 4, 5, 100])
def test_the_first_of_each_class_is_drawn(most: int) -> None:
    shown = panels(plot_saliency(PARAMS, SAMPLES, most))
    assert len(shown) == 2 * min(most, 5)
    for label, axes in enumerate(shown[::2]):
        first = SAMPLES.x[SAMPLES.y == label][0]
        np.testing.assert_array_equal(pixels(axes), first.reshape(4, 4))
        assert axes.get_title(loc="left") == f"true {label}, predicted {predict(PARAMS, first)}"


def test_maps_have_the_names_of_classes() -> None:
    """In two lines where they are long."""
    names = ["$a", "x" * 20, "2", "3", "4"]
    shown = panels(plot_saliency(PARAMS, SAMPLES, labels=names))
    for label, axes in enumerate(shown[::2]):
        true = cut(names[label], 15)
        predicted = cut(names[predict(PARAMS, SAMPLES.x[SAMPLES.y == label][0])], 15)
        gap = "\n" if len(true + predicted) > 7 else ", "
        assert axes.get_title(loc="left") == f"true {true}{gap}predicted {predicted}"
    assert {len(axes.get_title(loc="left").split("\n")) for axes in shown[::2]} == {1, 2}


@pytest.mark.parametrize("head", [softmax_cross_entropy, softmax_squared_error, identity_squared_error])
def test_maps_are_the_input_gradient(head: Head) -> None:
    params = init_params((16, 8, 5), 0, hidden=relu, head=head)
    precise = astype(params, np.float64)
    for label, axes in enumerate(panels(plot_saliency(params, SAMPLES))[1::2]):
        x = SAMPLES.x[SAMPLES.y == label][0].astype(np.float64)
        expected = -input_gradient(precise, x, apply(precise, x).argmax())
        np.testing.assert_allclose(pixels(axes), expected.reshape(4, 4), rtol=1e-9, atol=1e-12)


def test_ink_on_black_raises_the_confidence() -> None:
    for label, axes in enumerate(panels(plot_saliency(PARAMS, SAMPLES))[1::2]):
        x = SAMPLES.x[SAMPLES.y == label][0].astype(np.float64)
        shades = darkness(axes, pixels(axes))
        precise = astype(PARAMS, np.float64)
        before = apply(precise, x)
        for extreme, sign in ((shades.argmax(), shades.max() - 0.5), (shades.argmin(), shades.min() - 0.5)):
            after = apply(precise, x + 1e-6 * np.eye(16)[extreme])
            assert np.sign(after - before)[before.argmax()] == np.sign(sign)


def test_the_scale_of_each_map_is_symmetric() -> None:
    for axes in panels(plot_saliency(PARAMS, SAMPLES))[1::2]:
        low, high = image(axes).get_clim()
        assert low == -high and high == np.abs(pixels(axes)).max()
        np.testing.assert_allclose(darkness(axes, np.array([-high, 0, high])), [0, 0.5, 1], atol=0.01)


def test_the_title_explains_the_shades() -> None:
    expected = "Black: more ink would support the prediction;\nwhite: less ink would (each map has its own scale)"
    assert title(plot_saliency(PARAMS, SAMPLES)) == expected


def test_a_map_is_right_of_its_image() -> None:
    shown = panels(plot_saliency(PARAMS, SAMPLES))
    boxes = [axes.get_position() for axes in shown]
    for left, right in zip(boxes[::2], boxes[1::2], strict=True):
        assert left.x1 <= right.x0
        np.testing.assert_allclose([left.y0, left.y1], [right.y0, right.y1])


def test_confident_predictions_have_maps() -> None:
    """More ink on the pixel of its class supports a prediction, also where its probability rounds to 1."""
    samples = Dataset(60 * np.eye(4, dtype=np.float32), np.arange(4))
    for label, axes in enumerate(panels(plot_saliency(pass_through(4), samples))[1::2]):
        found = pixels(axes).reshape(-1)
        np.testing.assert_allclose(found / found[label], np.where(np.arange(4) == label, 1, -1 / 3))


def test_a_map_of_zeros_is_mid_gray() -> None:
    _, axes = panels(plot_saliency(init_params((16, 1), 0), ONE))
    np.testing.assert_allclose(darkness(axes, pixels(axes)), 0.5, atol=0.01)
