"""The picture of the first layer's weights."""

import numpy as np
import pytest

from fnnet import init_params
from fnnet.plots import plot_weights
from tests.plots.artists import Numbers, darkness, image, pixels, scales
from tests.plots.cases import NO_WEIGHTS

PARAMS = init_params((9, 20, 3), 0)


def tiles(mosaic: Numbers, side: int) -> list[Numbers]:
    """The images of a mosaic, row by row; between them are lines of nothing."""
    rows, columns = ((length - 1) // (side + 1) for length in mosaic.shape)
    assert mosaic.shape == (rows * (side + 1) + 1, columns * (side + 1) + 1)
    assert np.isnan(mosaic[:: side + 1]).all() and np.isnan(mosaic[:, :: side + 1]).all()
    split = mosaic[1:, 1:].reshape(rows, side + 1, columns, side + 1).swapaxes(1, 2)
    return [tile for row in split[:, :, :-1, :-1] for tile in row if not np.isnan(tile).all()]


@pytest.mark.parametrize("most", [1, 16, 18, 20, 100])
def test_units_come_in_order_of_their_norm(most: int) -> None:
    weights = PARAMS.layers[0].weights
    expected = sorted(range(20), key=lambda unit: -float(np.linalg.norm(weights[:, unit])))[:most]
    found = tiles(pixels(plot_weights(PARAMS, most).axes[0]), 3)
    assert len(found) == min(most, 20)
    for tile, unit in zip(found, expected, strict=True):
        np.testing.assert_array_equal(tile, weights[:, unit].reshape(3, 3))


def test_outputs_come_in_their_order() -> None:
    params = init_params((9, 5), 0)
    found = tiles(pixels(plot_weights(params).axes[0]), 3)
    np.testing.assert_array_equal(np.reshape(found, (5, 9)), params.layers[0].weights.T)


@pytest.mark.parametrize("most", [3, 20])
def test_the_scale_is_symmetric(most: int) -> None:
    axes = plot_weights(PARAMS, most).axes[0]
    low, high = image(axes).get_clim()
    assert low == -high < 0
    shades = darkness(axes, np.array([-high, -high / 2, 0, high / 2, high]))
    np.testing.assert_allclose(shades, [0, 0.25, 0.5, 0.75, 1], atol=0.01)


def test_the_scale_spans_nearly_all_weights() -> None:
    weights = np.abs(init_params((784, 128, 10), 0).layers[0].weights)
    axes = plot_weights(init_params((784, 128, 10), 0)).axes[0]
    assert 0.997 < np.mean(weights <= image(axes).get_clim()[1]) < 0.999


def test_weights_of_zero_are_mid_gray() -> None:
    axes = plot_weights(NO_WEIGHTS).axes[0]
    np.testing.assert_allclose(darkness(axes, np.zeros(1)), 0.5, atol=0.01)


@pytest.mark.parametrize(
    "sizes, most, expected",
    [
        ((9, 20, 3), 128, "weights of 20 units, largest norm first"),
        ((9, 20, 3), 18, "weights of 18 of 20 units, largest norm first"),
        ((9, 2000, 3), 1000, "weights of 1,000 of 2,000 units, largest norm first"),
        ((9, 20, 3), 1, "weights of 1 of 20 units"),
        ((9, 1, 3), 128, "weights of 1 unit"),
        ((9, 5), 128, "weights of 5 outputs, in order"),
        ((9, 5), 4, "weights of 4 of 5 outputs, in order"),
        ((9, 1), 128, "weights of 1 output"),
    ],
)
def test_the_title_says_what_is_drawn(sizes: tuple[int, ...], most: int, expected: str) -> None:
    figure = plot_weights(init_params(sizes, 0), most)
    assert figure.axes[0].get_title() == f"First layer: {expected}\nblack: positive, white: negative"
    assert [scale.get_xlabel() for scale in scales(figure)] == ["weight of a pixel"]
