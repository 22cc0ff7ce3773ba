"""The weights of the first layer as images."""

import numpy as np
from matplotlib.figure import Figure

from fnnet.core.arrays import F, Matrix
from fnnet.nn.params import Params
from fnnet.plots.images import side_of

_COLUMNS = 16
_WITHIN = 0.998  # of the weights are within the gray scale: a few large ones would leave all others gray


def plot_weights(params: Params[F], most: int = 128) -> Figure:
    """Draw what each unit of the first layer reads: its weights, one a pixel, on one gray scale for all.

    Zero is mid-gray, ink on black counts for the unit and on white against it. Units of the longest weights
    come first, but the classes of a network of one layer in their order.

    Args:
        params: a network of square images.
        most: how many units are drawn, if there are so many.

    Raises:
        ValueError: the images are no squares.
    """
    side = side_of(params.sizes[0])
    weights = params.layers[0].weights
    lengths = np.linalg.norm(weights, axis=0)
    # where there is no other layer, the units are classes, in their order
    chosen = np.argsort(-lengths if len(params.layers) > 1 else np.zeros_like(lengths), kind="stable")[:most]
    columns = min(_COLUMNS, len(chosen))
    images = weights.T[chosen].reshape(-1, side, side)
    largest = float(np.quantile(np.abs(images), _WITHIN)) or 1.0
    rows = -(-len(chosen) // columns)
    figure = Figure(figsize=(max(5.0, 0.62 * columns + 0.2), max(1.0, 0.62 * rows) + 1.4), layout="constrained")
    axes = figure.subplots()
    mosaic = axes.imshow(_tiled(images, columns), cmap="gray_r", vmin=-largest, vmax=largest, interpolation="nearest")
    axes.set_axis_off()
    which = f"{len(chosen)} of " if len(chosen) < weights.shape[1] else ""
    axes.set_title(f"Units of the first layer ({which}{weights.shape[1]:,})\nblack counts for a unit, white against it")
    bar = figure.colorbar(mosaic, ax=axes, location="bottom", aspect=40, shrink=0.6, extend="both")
    bar.set_label("weight of a pixel")
    return figure


def _tiled(images: np.ndarray[tuple[int, ...], np.dtype[F]], columns: int) -> Matrix[F]:
    """The images in rows, a pixel's width of nothing (NaN) around each."""
    n, side = len(images), images.shape[1] + 1
    rows = -(-n // columns)
    tiled: Matrix[F] = np.full((rows * side + 1, columns * side + 1), np.nan, images.dtype)
    for k, image in enumerate(images):
        down, right = divmod(k, columns)
        tiled[down * side + 1 : (down + 1) * side, right * side + 1 : (right + 1) * side] = image
    return tiled
