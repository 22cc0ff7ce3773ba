"""Locks, so that two runs do not write the same file; the operating system frees those of a process that is killed."""

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from errno import ENOLCK, ENOSYS, ENOTSUP, EOPNOTSUPP
from typing import TypeAlias

from fnnet.io.files import check_writable, derived_name

Lock: TypeAlias = Callable[[str, str], AbstractContextManager[None]]
"""A function of a path and of the option that would name another; its result is held while the file is in use."""

_UNSUPPORTED = {ENOLCK, ENOSYS, ENOTSUP, EOPNOTSUPP}
_NOTE = "do not start another run that writes the same files"


def file_lock() -> Lock:
    """The function that locks a file; without filelock, it locks nothing, and a line on standard error says so."""
    try:
        import filelock  # noqa: F401  # to see whether it is there
    except ImportError:
        print(f"fnnet: no file is locked without filelock (pip install 'fnnet[cli]'); {_NOTE}", file=sys.stderr)
        return lambda path, option: nullcontext()
    return _locked


def lock_path(path: str) -> str:
    """The file that is locked in place of `path`, which cannot be itself, because it is replaced by renaming.

    >>> os.path.basename(lock_path("model.npz"))
    '.model.npz.lock'
    """
    folder, name = os.path.split(os.path.realpath(path))
    return os.path.join(folder, derived_name(name, ".lock", "."))


@contextmanager
def _locked(path: str, option: str) -> Iterator[None]:
    """Keep other runs off a file.

    Raises:
        BlockingIOError: another run holds the lock.
        OSError: the file cannot be written, or its lock cannot be.
    """
    from filelock import FileLock, Timeout

    check_writable(path)
    lock = FileLock(lock_path(path))
    try:
        try:
            with warnings.catch_warnings(action="ignore"):  # that filelock falls back to another kind of lock
                lock.acquire(blocking=False)
        except Timeout:
            cure = f"wait until that run has ended, or choose another {option}"
            message = f"expected a file that no other run is writing, got one in use; {cure}"
            raise BlockingIOError(f"{path}: {message}") from None
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                raise
            print(f"fnnet: {path} is not locked ({error.strerror}); {_NOTE}", file=sys.stderr)
        yield
    finally:
        if lock.is_locked:
            with suppress(OSError):  # Windows does not remove an open file
                os.unlink(lock.lock_file)  # before it is free: then nobody else has it yet
        lock.release()
