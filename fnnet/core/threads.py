"""How many threads the matrix products use.

NumPy's BLAS starts a thread for each processor. Where products are small, these wait for each other longer than they
save; where other programs run, or the workers of a pool, they wait many times longer.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

_LARGE_BATCH = 256  # samples a step, from which on threads save time, if they have their processors for themselves


def blas_threads(batch_size: int) -> AbstractContextManager[None]:
    """One thread in the block for small steps; for large ones as many as there are."""
    return one_blas_thread() if batch_size < _LARGE_BATCH else nullcontext()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """One thread in the block, and after it as many as before; no change without threadpoolctl.

    Where blocks overlap, within each other or in other threads, the first to begin sets the number, which is that of
    the whole process, and the last to end restores it. A process that is forked in a block keeps the one thread.
    """
    _LIMIT.enter()
    try:
        yield
    finally:
        _LIMIT.leave()


class _Limit:
    """The blocks of this process that have one thread."""

    def __init__(self) -> None:
        self._lock: Lock = Lock()
        self._blocks: int = 0
        self._restored: ExitStack = ExitStack()

    def enter(self) -> None:
        """A block begins."""
        with self._lock:
            if self._blocks == 0 and (controller := _controller()):
                self._restored.enter_context(controller.limit(limits=1, user_api="blas"))
            self._blocks += 1

    def leave(self) -> None:
        """A block ends."""
        with self._lock:
            self._blocks = max(0, self._blocks - 1)
            if self._blocks == 0:
                self._restored.close()

    def forget(self) -> None:
        """A forked process begins: the threads that were in blocks, or held the lock, are not in it."""
        self._lock, self._blocks, self._restored = Lock(), 0, ExitStack()


_LIMIT = _Limit()
with suppress(AttributeError):  # where processes cannot fork
    os.register_at_fork(after_in_child=_LIMIT.forget)


@cache
def _controller() -> "ThreadpoolController | None":
    """What knows the BLAS of NumPy, and takes a moment to find it; None without threadpoolctl."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return None
    return ThreadpoolController()
