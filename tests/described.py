"""A figure in words: all that decides how it looks, but for where text and layout put it to the pixel.

`python -m tests.described` writes the words for every case of `test_plots.py` to `tests/pictures/`, where they are
kept as what was looked at and found good: after a change, look at the pictures, then at the difference of the words.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

FOLDER = Path(__file__).parent / "pictures"


def described(figure: Figure) -> str:
    """The words, a line for each thing that is drawn."""
    return "\n".join(_lines(figure)) + "\n"


def path_of(case: str) -> Path:
    """Where the words for a case are kept."""
    return FOLDER / f"{case.replace(' ', '-')}.txt"


def _lines(figure: Figure) -> Iterator[str]:
    yield f"figure {_numbers(figure.get_size_inches())} {type(figure.get_layout_engine()).__name__}"
    yield from map(_text, figure.texts)
    yield from map(_legend, figure.legends)
    for axes in figure.axes:
        yield from _axes(axes)


def _axes(axes: Axes) -> Iterator[str]:
    spec = axes.get_subplotspec()
    if spec:
        grid = spec.get_gridspec()
        yield f"axes {spec.num1} of {grid.nrows} x {grid.ncols}, ratios {_numbers(grid.get_width_ratios())}, {_numbers(grid.get_height_ratios())}"
    else:
        yield f"axes {axes.get_label()}"
    if not axes.axison:
        yield "  off"
    yield from (f"  {_text(text)}" for text in (axes.title, axes.xaxis.label, axes.yaxis.label) if text.get_text())
    if axes.axison:
        yield f"  x {_axis(axes.xaxis, axes.get_xlim(), axes.get_xscale())}"
        yield f"  y {_axis(axes.yaxis, axes.get_ylim(), axes.get_yscale())}"
    yield from (f"  {_text(text)}" for text in axes.texts)
    yield from (f"  {_line(line)}" for line in axes.lines)
    yield from (f"  {_rectangle(patch)}" for patch in axes.patches if isinstance(patch, Rectangle))
    yield from (f"  {_image(image)}" for image in axes.images)
    yield from (f"  {_bar(axes)}" for _ in [0] if axes.get_label() == "<colorbar>")
    legend = axes.get_legend()
    if legend:
        yield f"  {_legend(legend)}"


def _axis(axis: Axis, limits: tuple[float, float], scale: str) -> str:
    places = [place for place in axis.get_majorticklocs() if min(limits) <= place <= max(limits)]
    if not places:
        return f"{scale} {_numbers(limits)}"
    shown = " ".join(axis.get_major_formatter().format_ticks(places))
    tick = axis.get_major_ticks()[0]
    grid = f", grid {_color(tick.gridline)}" if tick.gridline.get_visible() else ""
    return f"{scale} {_numbers(limits)} at {_numbers(places)}: {shown}, size {tick.label1.get_fontsize():g}{grid}"


def _text(text: Text) -> str:
    place = f" at {_numbers(text.get_position())}" if isinstance(text.axes, Axes) and text in text.axes.texts else ""
    style = f"{text.get_fontsize():g} {text.get_fontweight()} {_color(text)} {text.get_horizontalalignment()} {text.get_verticalalignment()}"
    return f"text {text.get_text()!r}{place}, {style}"


def _line(line: Line2D) -> str:
    mark = f"{line.get_marker()} {line.get_markersize():g} every {line.get_markevery()}"
    inside = to_hex(line.get_markerfacecolor())
    style = f"{line.get_linestyle()} {line.get_linewidth():g} {_color(line)} {mark} {inside} zorder {line.get_zorder():g} clip {line.get_clip_on()}"
    return f"line {line.get_label()!r} {style} {_numbers(line.get_xydata())}"


def _rectangle(patch: Rectangle) -> str:
    place = (*patch.get_xy(), patch.get_width(), patch.get_height())
    return f"bar {_numbers(place)} {to_hex(patch.get_facecolor())} {to_hex(patch.get_edgecolor())} {patch.get_linewidth():g} {patch.get_hatch()}"


def _image(image: AxesImage) -> str:
    array: Any = image.get_array()
    numbers = np.ma.filled(array.astype(np.float64), np.nan)
    sizes, places = np.abs(numbers), np.arange(1.0, numbers.size + 1).reshape(numbers.shape) / numbers.size
    summary = _numbers([np.nanmin(numbers), np.nanmax(numbers), np.nansum(sizes), np.nansum(places * sizes)])
    norm = image.norm
    gamma = f" to the power {getattr(norm, 'gamma')}" if hasattr(norm, "gamma") else ""
    scale = f"{_numbers([norm.vmin, norm.vmax])}{gamma}"
    kind = f"{image.get_cmap().name} {image.get_interpolation()} {array.dtype}"
    return (
        f"image {numbers.shape} {kind}, white to black {scale}, least, greatest, sizes summed, and by place {summary}"
    )


def _bar(axes: Axes) -> str:
    bar, info = getattr(axes, "_colorbar"), getattr(axes, "_colorbar_info")
    how = " ".join(f"{name} {info[name]}" for name in ("location", "aspect", "shrink"))
    return f"scale {bar.orientation} extend {bar.extend}, {how}"


def _legend(legend: Legend) -> str:
    words = [text.get_text() for text in legend.get_texts()]
    return f"legend {words} columns {getattr(legend, '_ncols')} outside {getattr(legend, '_outside_loc', None)}"


def _color(artist: Any) -> str:
    return to_hex(artist.get_color())


def _numbers(numbers: Any) -> str:
    """Three digits of each: rounding differs from one processor to another."""
    rows = np.atleast_1d(np.asarray(numbers, np.float64))
    if rows.ndim > 1:
        return "; ".join(map(_numbers, rows))
    return " ".join(f"{number + 0.0:.3g}" for number in np.where(np.abs(rows) < 1e-12, 0, rows))


if __name__ == "__main__":
    from tests.test_plots import CASES

    FOLDER.mkdir(exist_ok=True)
    for case, draw in CASES.items():
        path_of(case).write_text(described(draw()))
