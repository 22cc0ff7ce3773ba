"""Signals that end the command: Ctrl-C (SIGINT), `kill` (SIGTERM), and a terminal that closes (SIGHUP)."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from threading import current_thread, main_thread
from types import FrameType
from typing import TypeAlias

_SIGNALS = [number for number in signal.Signals if number.name in ("SIGINT", "SIGTERM", "SIGHUP")]  # Windows has no HUP
_BURST = 1.0  # seconds in which further signals belong to the first one
_DEFAULT = (signal.SIG_DFL, signal.default_int_handler)

_Frame: TypeAlias = FrameType | None
_Handler: TypeAlias = Callable[[int, _Frame], object] | int


@contextmanager
def interrupts(received: list[int]) -> Iterator[None]:
    """Let each of these signals raise KeyboardInterrupt in the block, so that everything in it is cleaned up.

    What the caller of the process has it ignore, as `nohup` does, stays ignored. Signals that follow within a second,
    as when Ctrl-C is pressed twice, do not interrupt the cleaning up.

    Args:
        received: gets the numbers of the signals that come.
    """
    quiet_until = -inf

    def interrupt(number: int, frame: _Frame) -> None:
        nonlocal quiet_until
        received.append(number)
        if (now := time.monotonic()) >= quiet_until:
            quiet_until = now + _BURST
            raise KeyboardInterrupt

    previous = _handlers()
    try:
        for number, handler in previous.items():
            if handler in _DEFAULT:
                signal.signal(number, interrupt)
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


@contextmanager
def deferred() -> Iterator[None]:
    """Let signals that come in the block take effect at its end, so that what it does is done whole."""
    if current_thread() is not main_thread():  # signals reach the main thread only
        yield
        return
    came: list[int] = []

    def defer(number: int, frame: _Frame) -> None:
        came.append(number)

    previous = _handlers()
    try:
        for number in previous:
            signal.signal(number, defer)
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        for one in came:
            signal.raise_signal(one)


def _handlers() -> dict[signal.Signals, _Handler]:
    """The handler of each signal, except where it is not Python's."""
    return {number: handler for number in _SIGNALS if (handler := signal.getsignal(number)) is not None}


def die_by(number: int) -> None:
    """End this process as the signal ends others: then a shell knows of it, and ends its loop or script, too."""
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)
