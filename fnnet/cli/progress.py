"""The progress bar of an epoch, in a terminal and if the library for it is there."""

import sys
from collections.abc import Iterator, Sequence

from fnnet.core.arrays import Order
from fnnet.train.fit import Progress


def progress_bar(samples: int) -> Progress:
    """A wrapper of an epoch's parts that draws a bar on standard error, which goes when the epoch is whole."""
    if sys.stderr is None or not sys.stderr.isatty():
        return iter
    try:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            ProgressColumn,
            Task,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as Bar
        from rich.text import Text
    except ImportError:
        return iter

    class RateColumn(ProgressColumn):
        """How many images a second."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed or 0:,.0f} images/s")

    columns = (TextColumn("training"), BarColumn(), RateColumn(), TimeRemainingColumn())

    def wrapped(parts: Sequence[Order]) -> Iterator[Order]:
        with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=samples)
            for part in parts:
                yield part
                bar.advance(task, len(part))

    return wrapped
