"""The command `fnnet`: train, evaluate, predict, plot."""

import os
import sys
from collections.abc import Sequence

from fnnet.cli.parser import parse


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is 0, 1 for what fails, 2 for wrong usage.

    >>> main(["evaluate", "missing.npz"])
    1
    """
    arguments = parse(argv)
    try:
        arguments.run(arguments)
        if sys.stdout:  # None, when it was closed before the start
            sys.stdout.flush()
    except BrokenPipeError:
        # nobody reads on: the interpreter must not try to flush to them again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ExceptionGroup as group:
        return _failed(*group.exceptions)
    except (ValueError, OSError, ImportError, ArithmeticError, MemoryError) as error:
        return _failed(error)
    except KeyboardInterrupt as interrupt:
        print(f"fnnet: interrupted{interrupt}", file=sys.stderr)
        return 1
    return 0


def _failed(*errors: Exception) -> int:
    """A line on standard error for each; the exit code."""
    for error in errors:
        print(f"fnnet: error: {_told(error)}", file=sys.stderr)
    return 1


def _told(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:  # without its number
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__
