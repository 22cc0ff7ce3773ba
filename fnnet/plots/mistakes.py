"""The images that a network gets wrong."""

from matplotlib.figure import Figure

from fnnet.core.arrays import F
from fnnet.data.dataset import Dataset
from fnnet.metrics.predictions import predictions
from fnnet.nn.params import Params
from fnnet.plots.images import draw_image, side_of

_COLUMNS = 6


def plot_mistakes(params: Params[F], data: Dataset[F], most: int = 24) -> Figure:
    """Draw the images of wrong answers, the surest first: what each shows, what was said, and how sure.

    Args:
        params: a network of square images whose outputs are probabilities.
        data: samples with labels.
        most: how many are drawn, if there are so many.

    Raises:
        ValueError: the images are no squares, the data does not fit the network or has no labels, or the outputs are
            real numbers.
    """
    side_of(params.sizes[0])
    found = predictions(params, data)
    mistakes = found.most_confident_errors
    drawn = mistakes[:most]
    rows = max(1, -(-len(drawn) // _COLUMNS))
    figure = Figure(figsize=(8.4, 1.85 * rows + 0.6), layout="constrained")
    grid = figure.subplots(rows, _COLUMNS, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, i in zip(grid.flat, drawn):
        axes.set_axis_on()
        draw_image(axes, data.x[i])
        axes.set_title(f"{found.true[i]} taken for {found.predicted[i]}\n{found.confidence[i]:.1%} sure", size=10)
    which = f", the {len(drawn)} surest first" if len(drawn) > 1 else ""
    figure.suptitle(f"{len(mistakes):,} of {len(data):,} images wrong{which}")
    return figure
