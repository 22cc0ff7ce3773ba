"""How many threads the matrix products use while the command trains."""

from contextlib import AbstractContextManager, nullcontext

_WORTH_IT = 256  # samples a step: below that, threads wait for each other longer than they save


def blas_threads(batch_size: int) -> AbstractContextManager[object]:
    """One thread for small steps, as many as there are for large ones; no change without threadpoolctl."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return nullcontext()
    return threadpool_limits(1 if batch_size < _WORTH_IT else None, user_api="blas")
