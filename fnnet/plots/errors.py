"""The images that a network classifies wrongly."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from fnnet.core.arrays import F
from fnnet.core.checks import check_integer
from fnnet.data.dataset import Dataset
from fnnet.metrics.predictions import predictions
from fnnet.nn.inference import classes_of
from fnnet.nn.params import Params
from fnnet.plots.defaults import by_defaults
from fnnet.plots.images import draw_image, image_side
from fnnet.plots.labels import class_names

_COLUMNS = 6
_LONGEST = 15  # characters of a name
_SHORT = 6  # characters of two names that leave room for words between them


@by_defaults
def plot_errors(params: Params[F], data: Dataset[F], most: int = 24, labels: Sequence[str] = ()) -> Figure:
    """Draw the most confident errors: each image with its true class, the predicted class and the confidence.

    Args:
        params: a network of square images whose outputs are probabilities.
        data: samples with labels.
        most: how many images are drawn at most.
        labels: the names of the classes, such as `fnnet.io.load_labels(path)`; their numbers when not given.

    Raises:
        ValueError: the images are not square, the data does not match the network or has no labels, the outputs are
            real numbers, most < 1, or there is not one name for each class.

    >>> import numpy as np
    >>> from fnnet import Dense, identity, softmax_cross_entropy
    >>> params = Params((Dense(np.eye(4), np.zeros(4)),), identity, softmax_cross_entropy)
    >>> figure = plot_errors(params, Dataset(np.eye(4), np.array([0, 1, 2, 2])))
    >>> figure.axes[0].get_title()
    '2 predicted as 3\\nconfidence 47.5%'
    """
    image_side(params)
    most = check_integer("most", most, 1)
    names = class_names(labels, classes_of(params), _LONGEST)
    found = predictions(params, data)
    errors = found.most_confident_errors
    drawn = errors[:most]
    rows = max(1, -(-len(drawn) // _COLUMNS))
    figure = Figure(figsize=(9, 1.85 * rows + 0.5), layout="constrained")
    grid = figure.subplots(rows, _COLUMNS, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, i in zip(grid.flat, drawn):
        axes.set_axis_on()
        draw_image(axes, data.x[i])
        true, predicted = names[found.true[i]], names[found.predicted[i]]
        classes = f"{true} predicted as {predicted}" if len(true + predicted) <= _SHORT else f"{true}\nas {predicted}"
        axes.set_title(f"{classes}\nconfidence {found.confidence[i]:.1%}", size=9, parse_math=False)
    figure.suptitle(_title(len(errors), len(data), len(drawn)))
    return figure


def _title(errors: int, images: int, drawn: int) -> str:
    """How many errors there are, and which of them are drawn."""
    count = f"{errors:,} error{'' if errors == 1 else 's'} in {images:,} image{'' if images == 1 else 's'}"
    if drawn == errors:
        return f"{count}, most confident first" if errors > 1 else count
    return f"{count}: the {drawn} most confident" if drawn > 1 else f"{count}: the most confident one"
