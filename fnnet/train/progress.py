"""A bar that shows how far an epoch is, with the loss, the learning rate and the samples per second."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fnnet.core.arrays import F
from fnnet.core.signals import deferred
from fnnet.data.dataset import Dataset, require_dataset, require_samples
from fnnet.nn.inference import loss
from fnnet.train.fit import Parts, Progress
from fnnet.train.state import TrainState

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_JUDGES = 256  # samples whose loss is shown: few enough to take a hundredth of the time
_WIDTH = 20  # columns of the bar, so that all fits into 80
_SECONDS = 0.1  # at least, from one loss to the next


def progress_bar(data: Dataset[F]) -> Progress[F]:
    """The `progress` of `fit` that draws a bar on standard error, or in a notebook, until each epoch is complete.

    Args:
        data: the training samples; the loss is that of some 256 of them, evenly spread.

    Returns:
        A wrapper of the parts of an epoch, which changes nothing; `iter` if there is no terminal to draw in.

    Raises:
        ImportError: rich is not installed.
        ValueError: the data is empty.

    `fit(start, data, epochs=5, lr=0.1, progress=progress_bar(data))` shows `loss 0.2137  lr 0.1  61,000 samples/s`. Any
    wrapper of an iterable will do, such as `progress=tqdm`, which shows neither loss nor rate.
    """
    require_dataset(data)
    require_samples(data)
    try:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar
    except ImportError:
        raise ImportError(
            "a progress bar needs rich: pip install 'fnnet[cli]' (in a checkout: pip install -e '.[cli]')"
        ) from None
    console = Console(stderr=True)
    can_draw = console.is_terminal and not console.is_dumb_terminal  # where a line can be written again
    if sys.stderr is None or not (can_draw or Console().is_jupyter):
        return iter
    columns = (
        TextColumn("training"),
        BarColumn(_WIDTH),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
    )
    judges = data[:: max(1, len(data) // _JUDGES)]

    def show(parts: Parts[F]) -> Iterator[TrainState[F]]:
        bar = Bar(*columns, console=Console(stderr=True), transient=True)
        began, judged = time.monotonic(), 0.0
        with _running(bar):
            task = bar.add_task("", total=len(parts), told="")
            for k, state in enumerate(parts, 1):
                yield state
                now = time.monotonic()
                if now - judged > _SECONDS:
                    judged, value = now, loss(state.eval_params, judges.x, judges.y, judges.weights)
                    speed = len(data) * k / len(parts) / (now - began)
                    bar.update(task, told=_told(value, parts.rate(state), speed))
                bar.advance(task)

    return show


def _told(loss: float, rate: float | None, speed: float) -> str:
    return f"loss {loss:.4f}  {'' if rate is None else f'lr {rate:.2g}  '}{speed:,.0f} samples/s"


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
