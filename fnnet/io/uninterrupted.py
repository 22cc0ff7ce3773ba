"""Work that Ctrl-C does not interrupt in the middle."""

from _thread import LockType, allocate_lock, start_new_thread
from collections.abc import Callable


def uninterrupted(work: Callable[[], object]) -> None:
    """Call a function in a thread of its own, which no signal reaches, and wait for it.

    It is a thread of `_thread`: an interrupt inside of `threading` or `concurrent.futures` may leave one of their locks
    locked, and the program would wait forever. Here nobody else waits for the lock.

    Args:
        work: what to do. After Ctrl-C it may go on while nobody waits for it: it must not write to what others read.

    Raises:
        KeyboardInterrupt: after Ctrl-C.
        BaseException: whatever the function raises.

    >>> found = []
    >>> uninterrupted(lambda: found.append(1))
    >>> found
    [1]
    """
    errors: list[BaseException] = []
    done = allocate_lock()
    done.acquire()
    start_new_thread(run, (work, errors, done))
    done.acquire()  # when it has been released
    for error in errors:
        raise error


def run(work: Callable[[], object], errors: list[BaseException], done: LockType) -> None:
    """Call a function, keep what it raises, and release the lock."""
    try:
        work()
    except BaseException as error:
        errors.append(error)
    finally:
        done.release()
