"""The weights of the first layer as images."""

import numpy as np
from matplotlib.figure import Figure

from fnnet.core.arrays import F, Matrix, Order
from fnnet.core.checks import check_integer
from fnnet.nn.params import Params
from fnnet.plots.defaults import by_defaults
from fnnet.plots.images import image_side

_COLUMNS = 16
_WITHIN = 0.998  # of the weights are within the gray scale: a few large ones would leave all others gray


@by_defaults
def plot_weights(params: Params[F], most: int = 128) -> Figure:
    """Draw the weights into each unit of the first layer as an image, all on one symmetric gray scale.

    Zero is mid-gray, positive weights are darker and negative ones lighter. Units come in the order of the norm of
    their weights, the largest first; but if the first layer is the only one they are the outputs, in their own order.

    Args:
        params: a network of square images.
        most: how many units are drawn at most.

    Raises:
        ValueError: the images are not square, or most < 1.

    >>> from fnnet import init_params
    >>> print(plot_weights(init_params((784, 200, 10), seed=0)).axes[0].get_title())
    First layer: weights of 128 of 200 units, largest norm first
    black: positive, white: negative
    """
    side = image_side(params)
    most = check_integer("most", most, 1)
    weights = params.layers[0].weights
    chosen = _order(params)[:most]
    columns = min(_COLUMNS, len(chosen))
    images = weights.T[chosen].reshape(-1, side, side)
    largest = float(np.quantile(np.abs(images), _WITHIN)) or 1.0
    rows = -(-len(chosen) // columns)
    figure = Figure(figsize=(max(5.2, 0.62 * columns + 0.2), 0.62 * rows + 1.4), layout="constrained")
    axes = figure.subplots()
    mosaic = axes.imshow(_tiled(images, columns), cmap="gray_r", vmin=-largest, vmax=largest, interpolation="nearest")
    axes.set_axis_off()
    axes.set_title(f"{_title(params, len(chosen))}\nblack: positive, white: negative", size=11)
    bar = figure.colorbar(mosaic, ax=axes, location="bottom", aspect=40, shrink=0.6, extend="both")
    bar.set_label("weight of a pixel")
    return figure


def _order(params: Params[F]) -> Order:
    """The units, the largest norm first; the outputs of a network of one layer in their own order."""
    weights = params.layers[0].weights
    if len(params.layers) == 1:
        return np.arange(weights.shape[1])
    return np.argsort(-np.linalg.norm(weights, axis=0), kind="stable")


def _title(params: Params[F], drawn: int) -> str:
    units, outputs = params.sizes[1], len(params.layers) == 1
    count = f"{drawn:,} of {units:,}" if drawn < units else f"{units:,}"
    kind = ("output" if outputs else "unit") + ("" if units == 1 else "s")
    order = "" if drawn == 1 else ", in order" if outputs else ", largest norm first"
    return f"First layer: weights of {count} {kind}{order}"


def _tiled(images: np.ndarray[tuple[int, ...], np.dtype[F]], columns: int) -> Matrix[F]:
    """The images in rows, surrounded by lines one pixel wide of NaN, which are not drawn."""
    n, side = len(images), images.shape[1] + 1
    rows = -(-n // columns)
    tiled: Matrix[F] = np.full((rows * side + 1, columns * side + 1), np.nan, images.dtype)
    for k, image in enumerate(images):
        down, right = divmod(k, columns)
        tiled[down * side + 1 : (down + 1) * side, right * side + 1 : (right + 1) * side] = image
    return tiled
