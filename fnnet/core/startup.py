"""The first thing that the command `fnnet` does: until `main` runs, Ctrl-C ends the process without a traceback.

Importing NumPy and the package takes a moment, in which Python would print a traceback out of the middle of an import.
In other programs, importing this does nothing.
"""

import os
import sys


def is_command() -> bool:
    """Whether this process is `fnnet …` or `python -m fnnet …`.

    >>> is_command()
    False
    """
    program, *_ = [*sys.orig_argv[-len(sys.argv) :], ""]  # what stands before the program's own arguments
    return os.path.splitext(os.path.basename(program))[0] == "fnnet"


if is_command():
    import _signal  # type: ignore[import-not-found]  # what `signal` wraps, which itself takes a moment to import

    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:  # otherwise it is ignored, and stays so
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
