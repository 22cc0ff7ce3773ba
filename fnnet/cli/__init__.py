"""The command `fnnet`: train, evaluate, predict, plot."""

import os
import sys
from collections.abc import Sequence

from fnnet.cli.parser import parse


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is 0, 1 for what fails, 2 for wrong usage, 130 after Ctrl-C, as shells have it.

    >>> main(["evaluate", "missing.npz"])
    1
    """
    arguments = parse(argv)
    try:
        try:
            arguments.run(arguments)
        finally:
            _flush()
    except BrokenPipeError:  # nobody reads on
        return 1
    except ExceptionGroup as group:
        return _failed(*group.exceptions)
    except (ValueError, OSError, ImportError, ArithmeticError, MemoryError) as error:
        return _failed(error)
    except KeyboardInterrupt as interrupt:
        print(f"fnnet: interrupted{interrupt}", file=sys.stderr)
        return 130
    return 0


def _flush() -> None:
    """Have standard output written, before any line on standard error about what failed."""
    try:
        if sys.stdout:  # None, when it was closed before the start
            sys.stdout.flush()
    except OSError:
        # the interpreter must not try again at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def _failed(*errors: Exception) -> int:
    """A line on standard error for each; the exit code."""
    for error in errors:
        print(f"fnnet: error: {_told(error)}", file=sys.stderr)
    return 1


def _told(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:  # without its number
        path = error.filename2 or error.filename  # the second is what the first was to become
        return f"{path}: {error.strerror}" if path else error.strerror
    return str(error) or type(error).__name__
