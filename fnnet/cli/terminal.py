"""What is shown only in a terminal: a progress bar while training, and images as text."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import isqrt
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import numpy as np

from fnnet.cli.signals import deferred
from fnnet.core.arrays import Matrix, Order, Vector
from fnnet.train.fit import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_BLOCKS = " ▄▀█"  # no pixel, the lower one, the upper one, both
_SHADES = " .:-=+*#%@"


def progress_bar(samples: int) -> Progress:
    """A wrapper of an epoch's parts that draws a progress bar on standard error until the epoch is complete.

    Without a terminal, or without rich, nothing is drawn.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        return iter
    try:
        from rich.console import Console
        from rich.progress import BarColumn, ProgressColumn, Task, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar
        from rich.text import Text
    except ImportError:
        return iter

    class RateColumn(ProgressColumn):
        """The number of images per second."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed or 0:,.0f} images/s")

    columns = (TextColumn("training"), BarColumn(), RateColumn(), TimeRemainingColumn())

    def show(parts: Sequence[Order]) -> Iterator[Order]:
        bar = Bar(*columns, console=Console(stderr=True), transient=True)
        with _running(bar):
            task = bar.add_task("", total=samples)
            for part in parts:
                yield part
                bar.advance(task, len(part))

    return show


@contextmanager
def _running(bar: "Bar") -> Iterator[None]:
    """Show a bar in this block; whenever an interrupt comes, the bar is gone and the cursor back after it."""
    try:
        try:
            with deferred():  # rich first hides the cursor, and shows it at last
                bar.start()
            yield
        finally:
            with deferred():
                bar.stop()
    finally:
        bar.stop()  # in case the interrupt came before the line above


def show_image(x: Vector[np.float32]) -> None:
    """Print a square image, if standard output is a terminal that is wide enough for it."""
    side = isqrt(len(x))
    if sys.stdout and sys.stdout.isatty() and side <= get_terminal_size().columns:
        print(image_text(x.reshape(side, side), _can_show_blocks()))


def image_text(image: Matrix[np.float32], blocks: bool) -> str:
    """The image as text. A line shows two rows of pixels, because characters are twice as high as they are wide.

    Args:
        image: shape (height, width), pixels from 0 to 1; 0 is left blank.
        blocks: draw each pixel of at least 0.5 as a half block; otherwise the mean of two pixels as a shade in ASCII.

    >>> print(image_text(np.eye(4), blocks=True))
    ▀▄
      ▀▄
    """
    upper, lower = image[::2], np.zeros_like(image[::2])
    lower[: len(image) // 2] = image[1::2]
    if blocks:
        characters, index = _BLOCKS, 2 * (upper >= 0.5) + (lower >= 0.5)
    else:
        characters, index = _SHADES, ((upper + lower) / 2 * (len(_SHADES) - 0.01)).astype(int)
    return "\n".join("".join(characters[i] for i in row).rstrip() for row in index.clip(0, len(characters) - 1))


def _can_show_blocks() -> bool:
    try:
        _BLOCKS.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return os.environ.get("TERM") != "dumb"
