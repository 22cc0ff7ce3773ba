"""How many threads the matrix products use.

NumPy's BLAS starts a thread for each processor. Where products are small, these wait for each other longer than they
save; where other programs run, or the workers of a pool, they wait many times longer.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

_LARGE_BATCH = 256  # samples a step, from which on threads save time, if they have their processors for themselves
_SET = Lock()  # held by the block that has set the number, which is one for the whole process


def blas_threads(batch_size: int) -> AbstractContextManager[None]:
    """One thread in the block for small steps; for large ones as many as there are."""
    return one_blas_thread() if batch_size < _LARGE_BATCH else nullcontext()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """One thread in the block, and after it as many as before; no change without threadpoolctl.

    Where blocks overlap, within each other or in other threads, the first sets and restores the number.
    """
    controller = _controller()
    if controller is None or not _SET.acquire(blocking=False):
        yield
        return
    try:
        with controller.limit(limits=1, user_api="blas"):
            yield
    finally:
        _SET.release()


@cache
def _controller() -> "ThreadpoolController | None":
    """What knows the BLAS of NumPy, and takes a moment to find it; None without threadpoolctl."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return None
    return ThreadpoolController()
