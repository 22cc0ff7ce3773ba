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
    except (ValueError, OSError, ImportError, ArithmeticError, MemoryError) as error:
        print(f"fnnet: error: {str(error) or type(error).__name__}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as interrupt:
        print(f"fnnet: interrupted{interrupt}", file=sys.stderr)
        return 1
    return 0
