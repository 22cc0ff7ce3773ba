"""How many threads the matrix products use while the command trains."""

from contextlib import AbstractContextManager, nullcontext

_LARGE_BATCH = 256  # samples a step: with fewer, the threads wait for each other longer than they save


def blas_threads(batch_size: int) -> AbstractContextManager[object]:
    """One thread for small steps, as many as there are cores for large ones; no change without threadpoolctl."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return nullcontext()
    return threadpool_limits(1 if batch_size < _LARGE_BATCH else None, user_api="blas")
