"""What a reader sees of a figure, read from its artists."""

import io

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from PIL import Image

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def rendered(figure: Figure) -> Numbers:
    """The figure as colors from 0 to 255, shape (height, width, 3); afterwards its layout is final."""
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=figure.dpi)  # by the Agg canvas
    with Image.open(content) as image:
        return np.asarray(image.convert("RGB"), np.float64)


def panels(figure: Figure) -> list[Axes]:
    """The axes that are shown, without the scales of shades beside them."""
    return [axes for axes in figure.axes if axes.axison and axes.get_label() != "<colorbar>"]


def scales(figure: Figure) -> list[Axes]:
    """The scales of shades."""
    return [axes for axes in figure.axes if axes.get_label() == "<colorbar>"]


def title(figure: Figure) -> str:
    """The title of the whole figure."""
    (text,) = figure.texts
    return text.get_text()


def image(axes: Axes) -> AxesImage:
    """The one image of a panel."""
    (only,) = axes.images
    return only


def pixels(axes: Axes) -> Numbers:
    """The numbers that the image of a panel shows."""
    array = image(axes).get_array()
    assert array is not None
    return np.ma.filled(np.ma.asarray(array, np.float64), np.nan)


def darkness(axes: Axes, numbers: Numbers) -> Numbers:
    """How dark the image of a panel draws these numbers: 0 for white, 1 for black."""
    colors = np.asarray(image(axes).to_rgba(numbers.reshape(1, -1)))[0, :, :3]
    assert np.ptp(colors, axis=1).max() == 0, "expected shades of gray"
    return 1 - np.asarray(colors[:, 0], np.float64)


def bars(axes: Axes) -> list[Rectangle]:
    """The bars of a panel, from left to right."""
    return sorted((patch for patch in axes.patches if isinstance(patch, Rectangle)), key=Rectangle.get_x)


def legend_texts(figure: Figure) -> list[str]:
    """The texts of the one legend."""
    (legend,) = figure.findobj(Legend)
    assert isinstance(legend, Legend)
    return [text.get_text() for text in legend.get_texts()]


def visible_texts(figure: Figure) -> list[Text]:
    """All texts that are drawn."""
    texts = [text for text in figure.findobj(Text) if isinstance(text, Text)]
    hidden = _undrawn_tick_labels(figure)
    return [text for text in texts if text.get_text().strip() and text.get_visible() and text not in hidden]


def check_texts(figure: Figure) -> None:
    """Every text of the figure is inside it, at least 8 points large, and overlaps no other."""
    height, width, _ = rendered(figure).shape
    texts = visible_texts(figure)
    for text in texts:
        assert float(text.get_fontsize()) >= 8, text
    boxes = np.array([text.get_window_extent().extents for text in texts])
    low, high = boxes[:, :2], boxes[:, 2:]
    outside = np.flatnonzero((low < -1).any(axis=1) | (high > (width + 1, height + 1)).any(axis=1))
    assert not outside.size, [texts[i] for i in outside]
    shared = np.minimum(high[:, None], high) - np.maximum(low[:, None], low)
    overlapping = np.argwhere(np.triu(np.all(shared > 1, axis=2), k=1))
    assert not overlapping.size, [(texts[i], texts[j]) for i, j in overlapping]


def check_gray(figure: Figure) -> None:
    """The figure has no colors, and is not all one shade."""
    colors = rendered(figure)
    assert np.ptp(colors, axis=2).max() <= 1 and np.ptp(colors) > 200


def _undrawn_tick_labels(figure: Figure) -> set[Text]:
    """The labels of ticks beyond the ends of an axis: matplotlib keeps them but does not draw them."""
    found: set[Text] = set()
    for axes in figure.axes:
        for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not axes.axison or not min(low, high) <= tick.get_loc() <= max(low, high):
                    found |= {tick.label1, tick.label2}
    return found
