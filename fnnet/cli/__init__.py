"""The command `fnnet`: train, evaluate, predict, plot, tutorial."""

import io
import os
import sys
from collections.abc import Sequence

from fnnet.cli.parser import parse
from fnnet.cli.signals import die_by, interrupts
from fnnet.core.messages import one_line, shown


def command() -> int:
    """The process of the command: `main`; and after a signal, when all is cleaned up, death by that signal.

    Returns:
        The exit code, if no signal came.
    """
    received: list[int] = []
    try:
        with interrupts(received):
            _escape_what_is_not_encoded()
            return main()
    except KeyboardInterrupt:  # before `main` could catch it
        return 130
    finally:
        if received:
            die_by(received[0])


def _escape_what_is_not_encoded() -> None:
    """Let standard output write an escape for a character that its encoding lacks, as standard error does."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # None if it was closed before the start
        sys.stdout.reconfigure(errors="backslashreplace")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: the arguments; those of the process if None.

    Returns:
        The exit code: 0, 1 after an error, 130 after Ctrl-C, which is also what a shell says of a process that Ctrl-C
        has ended. Wrong usage exits with 2.

    >>> main(["evaluate", "missing.npz"])
    1
    """
    try:
        arguments = parse(argv)
        try:
            arguments.run(arguments)
        finally:
            _flush()
    except BrokenPipeError:  # the reader of our output has left, as `head` does
        return 1
    except ExceptionGroup as group:
        return _report(*group.exceptions)
    except (ValueError, OSError, ImportError, ArithmeticError, LookupError, MemoryError, RuntimeError) as error:
        return _report(error)
    except KeyboardInterrupt as interrupt:
        print(f"fnnet: interrupted{one_line(interrupt)}", file=sys.stderr)
        return 130
    return 0


def _flush() -> None:
    """Flush standard output, so that results come before errors."""
    try:
        if sys.stdout:  # None if it was closed before the start
            sys.stdout.flush()
    except OSError:
        # keep the interpreter from flushing again, and failing again, when it exits
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def _report(*errors: Exception) -> int:
    """Print a line on standard error for each error; return the exit code."""
    for error in errors:
        print(f"fnnet: error: {_message(error)}", file=sys.stderr)
    return 1


def _message(error: Exception) -> str:
    """One line: for an error of the operating system the path and the reason, without the error number."""
    if isinstance(error, OSError) and error.strerror:
        path = error.filename2 or error.filename  # a failed rename has both: the second is the file the user named
        if path and isinstance(error, IsADirectoryError):
            return f"{shown(path)}: expected a file, got a folder"
        return f"{shown(path)}: {error.strerror}" if path else error.strerror
    return one_line(error) or type(error).__name__
