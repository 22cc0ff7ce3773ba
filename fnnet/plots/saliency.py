"""Saliency maps: which pixels support a prediction."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from fnnet.core.arrays import F, Order
from fnnet.core.checks import check_integer
from fnnet.core.messages import invalid
from fnnet.data.dataset import Dataset, require_dataset
from fnnet.nn.calculus import input_gradient
from fnnet.nn.inference import apply, classes_of, labels_of
from fnnet.nn.params import Params
from fnnet.nn.tree import astype
from fnnet.plots.defaults import by_defaults
from fnnet.plots.images import draw_image, draw_signed, image_side
from fnnet.plots.labels import class_names

_PAIRS = 4  # side by side
_LONGEST = 15  # characters of a name
_SHORT = 22  # characters that fit into one line


@by_defaults
def plot_saliency(params: Params[F], data: Dataset[F], most: int = 12, labels: Sequence[str] = ()) -> Figure:
    """Draw the first image of each class, and beside it the saliency map of the prediction.

    The map is -∂L/∂x, where L is the loss of the predicted class (with a cross-entropy head, -L is the logarithm of
    its probability) and x are the pixels (`fnnet.input_gradient`). Where it is black, more ink would support the
    prediction, where it is white, less ink would; gray pixels do not matter. Each map has its own scale.

    Args:
        params: a network of square images.
        data: samples with labels.
        most: how many classes are drawn at most.
        labels: the names of the classes, such as `fnnet.io.load_labels(path)`; their numbers when not given.

    Raises:
        ValueError: the images are not square, the data does not match the network or has no labels, most < 1, or there
            is not one name for each class.

    >>> from fnnet import Dense, identity, softmax_cross_entropy
    >>> params = Params((Dense(np.eye(4), np.zeros(4)),), identity, softmax_cross_entropy)
    >>> figure = plot_saliency(params, Dataset(np.eye(4), np.array([0, 1, 2, 2])))
    >>> [axes.get_title(loc="left") for axes in figure.axes[::3]]
    ['true 0, predicted 0', 'true 1, predicted 1', 'true 2, predicted 2']
    """
    image_side(params)
    require_dataset(data)
    most = check_integer("most", most, 1)
    if data.y.ndim != 1:
        raise invalid("y", "labels (n,)", data.y.shape)
    names = class_names(labels, classes_of(params), _LONGEST)
    # in float64: for a confident prediction the derivative is many powers of ten below 1
    precise = astype(params, np.float64)
    chosen = _first_of_each(data)[:most]
    x, y = data.x[chosen].astype(np.float64), data.y[chosen]
    predicted = labels_of(precise, apply(precise, x))
    maps = -input_gradient(precise, x, predicted)
    rows = -(-len(chosen) // _PAIRS)
    pairs = min(_PAIRS, len(chosen))
    figure = Figure(figsize=(max(4.8, 2.5 * pairs), 1.45 * rows + 0.7), layout="constrained")
    # after each pair a gap
    grid = figure.subplots(rows, 3 * pairs, squeeze=False, width_ratios=[1, 1, 0.15] * pairs)
    for axes in grid.flat:
        axes.set_axis_off()
    for image, map, x_i, map_i, y_i, predicted_i in zip(grid.flat[::3], grid.flat[1::3], x, maps, y, predicted):
        image.set_axis_on()
        draw_image(image, x_i)
        title = f"true {names[y_i]}, predicted {names[predicted_i]}"
        image.set_title(
            title if len(title) <= _SHORT else title.replace(", ", "\n"), size=10, loc="left", parse_math=False
        )
        map.set_axis_on()
        draw_signed(map, map_i)
    figure.suptitle("Black: more ink would support the prediction;\nwhite: less ink would (each map has its own scale)")
    return figure


def _first_of_each(data: Dataset[F]) -> Order:
    """The index of the first sample of each class."""
    return np.unique(data.y, return_index=True)[1].astype(np.int64)
