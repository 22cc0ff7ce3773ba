"""Figures as files."""

import io
from os import PathLike
from typing import Literal

from matplotlib.figure import Figure

from fnnet.io.files import replacing
from fnnet.plots.defaults import defaults

Format = Literal["png", "svg"]
# neither a date nor a version of matplotlib
_METADATA: dict[Format, dict[str, None]] = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}
_DPI = 150


def write_figure(figure: Figure, path: str | PathLike[str], format: Format = "png") -> None:
    """Write a figure to a file; an old file is replaced only when the new one is complete.

    Args:
        figure: any matplotlib figure.
        path: the file. Its name does not determine the format.
        format: "png", 150 pixels an inch, or "svg".

    Raises:
        OSError: the file cannot be written.

    Law: a picture drawn again from the same records gives the same bytes, with the same version of matplotlib: no
    date, no random names, no settings of the user. (Writing one figure twice may not: matplotlib lays it out anew,
    starting from the first layout.)
    """
    content = io.BytesIO()
    with defaults():
        figure.savefig(content, format=format, dpi=_DPI, metadata=_METADATA[format])
    with replacing(path) as file:
        file.write(content.getbuffer())
