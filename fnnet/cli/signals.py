"""Signals that end the command: Ctrl-C (SIGINT), `kill` (SIGTERM), and a terminal that closes (SIGHUP)."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

from fnnet.core.signals import Frame, deferred, handlers

__all__ = ["deferred", "die_by", "interrupts"]

_BURST = 1.0  # seconds in which further signals belong to the first one
_DEFAULT = (signal.SIG_DFL, signal.default_int_handler)


@contextmanager
def interrupts(received: list[int]) -> Iterator[None]:
    """Let each of these signals raise KeyboardInterrupt in the block, so that everything in it is cleaned up.

    What the caller of the process has it ignore, as `nohup` does, stays ignored. Signals that follow within a second,
    as when Ctrl-C is pressed twice, do not interrupt the cleaning up.

    Args:
        received: gets the numbers of the signals that come.
    """
    quiet_until = -inf

    def interrupt(number: int, frame: Frame) -> None:
        nonlocal quiet_until
        received.append(number)
        if (now := time.monotonic()) >= quiet_until:
            quiet_until = now + _BURST
            raise KeyboardInterrupt

    previous = handlers()
    try:
        for number, handler in previous.items():
            if handler in _DEFAULT:
                signal.signal(number, interrupt)
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def die_by(number: int) -> None:
    """End this process as the signal ends others: then a shell knows of it, and ends its loop or script, too."""
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)
