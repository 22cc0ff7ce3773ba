"""Signals that end a process, held back while something is done whole."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType
from typing import TypeAlias

_SIGNALS = [number for number in signal.Signals if number.name in ("SIGINT", "SIGTERM", "SIGHUP")]  # Windows has no HUP

Frame: TypeAlias = FrameType | None
Handler: TypeAlias = Callable[[int, Frame], object] | int


@contextmanager
def deferred() -> Iterator[None]:
    """Let signals that come in the block take effect at its end, so that what it does is done whole."""
    if current_thread() is not main_thread():  # signals reach the main thread only
        yield
        return
    came: list[int] = []

    def defer(number: int, frame: Frame) -> None:
        came.append(number)

    previous = handlers()
    try:
        for number in previous:
            signal.signal(number, defer)
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        for one in came:
            signal.raise_signal(one)


def handlers() -> dict[signal.Signals, Handler]:
    """The handler of each signal that ends a process, except where it is not Python's."""
    return {number: handler for number in _SIGNALS if (handler := signal.getsignal(number)) is not None}
