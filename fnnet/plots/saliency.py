"""What a network looks at when it answers."""

import numpy as np
from matplotlib.figure import Figure

from fnnet.core.arrays import F, Order
from fnnet.core.checks import invalid
from fnnet.data.dataset import Dataset
from fnnet.nn.calculus import input_gradient
from fnnet.nn.inference import predict
from fnnet.nn.params import Params
from fnnet.nn.tree import astype
from fnnet.plots.images import draw_image, draw_signed, side_of

_PAIRS = 4  # side by side


def plot_saliency(params: Params[F], data: Dataset[F], most: int = 12) -> Figure:
    """Draw, beside an image of each class, what would make the network surer of its answer.

    That is the derivative of minus the loss of the answer (with a cross-entropy head: of its log-probability) with
    respect to each pixel (`fnnet.input_gradient`). Black: more ink there makes it surer; white: less ink does; gray:
    it does not look there. Each map has a scale of its own.

    Args:
        params: a network of square images.
        data: samples with labels; the first of each class is drawn.
        most: of how many classes, if there are so many.

    Raises:
        ValueError: the images are no squares, or the data does not fit the network or has no labels.
    """
    side_of(params.sizes[0])
    if data.y.ndim != 1:
        raise invalid("y", "labels (n,)", data.y.shape)
    # in float64, as the derivative at an answer that is sure is many powers of ten below 1
    precise = astype(params, np.float64)
    chosen = _first_of_each(data)[:most]
    x, y = data.x[chosen].astype(np.float64), data.y[chosen]
    said = predict(precise, x)
    maps = -input_gradient(precise, x, said)
    rows = -(-len(chosen) // _PAIRS)
    pairs = min(_PAIRS, len(chosen))
    figure = Figure(figsize=(max(4.5, 2.5 * pairs), 1.45 * rows + 0.75), layout="constrained")
    # each pair, then a gap
    grid = figure.subplots(rows, 3 * pairs, squeeze=False, width_ratios=[1, 1, 0.15] * pairs)
    for axes in grid.flat:
        axes.set_axis_off()
    for image, map, x_i, map_i, y_i, said_i in zip(grid.flat[::3], grid.flat[1::3], x, maps, y, said):
        image.set_axis_on()
        draw_image(image, x_i)
        image.set_title(f"{y_i}, said {said_i}", size=10)
        map.set_axis_on()
        draw_signed(map, map_i)
    figure.suptitle("Black: more ink would make it surer; white: less\n(each map on a scale of its own)")
    return figure


def _first_of_each(data: Dataset[F]) -> Order:
    """The index of the first sample of each class."""
    return np.unique(data.y, return_index=True)[1].astype(np.int64)
