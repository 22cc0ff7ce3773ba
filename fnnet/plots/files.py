"""Figures as files."""

import io
from os import PathLike
from typing import Literal

import matplotlib
from matplotlib.figure import Figure

from fnnet.io.files import replacing

Format = Literal["png", "svg"]
_NAMELESS: dict[Format, dict[str, None]] = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}
_DOTS = 150  # an inch


def write_figure(figure: Figure, path: str | PathLike[str], format: Format = "png") -> None:
    """Write a figure to a file, which is replaced only when the new one is whole.

    Raises:
        OSError: the file cannot be written.

    Law: the same figure gives the same bytes, with the same version of matplotlib: no date, no random names.
    """
    content = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "fnnet"}):  # names in SVG are hashed with it; there is no other way
        figure.savefig(content, format=format, dpi=_DOTS, metadata=_NAMELESS[format])
    with replacing(path) as file:
        file.write(content.getbuffer())
