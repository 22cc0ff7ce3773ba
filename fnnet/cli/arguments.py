"""What the commands' parsers share: how a command is added, the options for data, and what options take."""

import argparse
from collections.abc import Callable
from math import inf, nan
from typing import TypeAlias

from fnnet.io.npz import LIMIT

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_command(commands: Commands, name: str, summary: str, examples: str) -> argparse.ArgumentParser:
    """A command with a summary and examples in its help."""
    return commands.add_parser(
        name,
        help=summary,
        description=summary.capitalize() + ".",
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def add_data(sub: argparse.ArgumentParser) -> None:
    """The options that say which data, and how much of it at most."""
    text = (
        "a Keras-style .npz file (x_train, y_train, x_test, y_test), a folder of IDX files, or what their names begin "
        "with (the bundled MNIST)"
    )
    sub.add_argument("--data", metavar="PATH", help=text)
    text = f"how much a data file may hold, unpacked ({LIMIT})"
    sub.add_argument("--max-bytes", type=integer(1), default=LIMIT, metavar="N", help=text)


def sizes(text: str) -> tuple[int, ...]:
    """Widths, as in 784-128-64-10."""
    try:
        widths = tuple(map(int, text.replace(",", "-").split("-")))
    except ValueError:
        widths = ()
    if len(widths) < 2 or min(widths) < 1:
        raise argparse.ArgumentTypeError(f"expected widths of 1 or more as in 784-128-64-10, got {text!r}")
    return widths


def integer(least: int) -> Callable[[str], int]:
    """Integers of so much or more."""

    def parse_integer(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"expected an integer of at least {least}, got {text!r}")
        return int(text)

    return parse_integer


def number(text: str, below: float = inf) -> float:
    """A finite number of 0 or more, and below that."""
    try:
        value = float(text)
    except ValueError:
        value = nan
    if not 0 <= value < below:
        bounds = "of 0 or more" if below == inf else f"from 0 to below {below:g}"
        raise argparse.ArgumentTypeError(f"expected a number {bounds}, got {text!r}")
    return value


def share(text: str) -> float:
    """A number from 0 to below 1."""
    return number(text, below=1)
