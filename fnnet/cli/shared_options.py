"""What the parsers of the commands share: the form of help and errors, the options for data, the types of options."""

import argparse
import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from math import inf, nan
from typing import Any, TypeAlias

from fnnet.core.messages import quoted
from fnnet.core.parser import Parser
from fnnet.io.npz import LIMIT

BRIEF_DATA = "CSV, IDX or npz file, folder of images (bundled MNIST)"
"""What `--help` says of `--data`; `--help-all` says more."""

_ALIKE = 0.75  # of the letters: an option that may be meant by another

Commands: TypeAlias = "argparse._SubParsersAction[CommandParser]"


class CommandParser(Parser):
    """The parser of one command, which accepts options anywhere among the other arguments."""

    _is_parsing = False

    # pyright misses that `namespace` can be given by name, as one of the overloads in argparse has it
    def parse_known_args(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, args: Iterable[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Parse all arguments; what is not known is an error of this command."""
        if self._is_parsing:  # older Pythons come back here, for the options and then for the rest
            return super().parse_known_args(args, namespace)
        self._is_parsing = True
        arguments, unknown = self.parse_known_intermixed_args(args, namespace)
        self._is_parsing = False
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}{self._alike(unknown[0])}")
        return arguments, []

    def _alike(self, option: str) -> str:
        """The option that may be meant."""
        known = [name for name in self._option_string_actions if name.startswith("--")]  # nothing public lists them
        alike = get_close_matches(option.partition("=")[0], known, 1, _ALIKE)
        return f"; did you mean {alike[0]}?" if alike else ""


def add_command(commands: Commands, name: str, summary: str, epilog: str) -> CommandParser:
    """Add a command with this summary, and with this text at the end of its help."""
    sub = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
    )
    sub.add_argument("-h", "--help", action="help", help="show this help and exit")
    return sub


def add_help_all(parser: CommandParser, whole: bool, summaries: Mapping[str, str]) -> None:
    """Add `--help-all` to a parser that has all its options, and leave most of them out of `--help`.

    Args:
        parser: of a command.
        whole: whether `--help-all` was given: then nothing is left out.
        summaries: what `--help` says of the options that stay, by their names in the result; empty for what it says
            already.
    """
    if not whole:
        for action in parser._actions:  # nothing public lists them
            action.help = (summaries[action.dest] or action.help) if action.dest in summaries else argparse.SUPPRESS
    parser.add_argument("--help-all", action="help", help="show every option and exit")


def add_data(parser: "argparse._ActionsContainer") -> None:
    """Add the options that name the data set and limit its size."""
    text = (
        "a CSV file with a column of labels, a folder with a subfolder of images for each class, IDX files (their "
        "folder, the prefix of their names, or one), or a Keras-style .npz file (default: the bundled MNIST)"
    )
    parser.add_argument("--data", type=local_path, metavar="PATH", help=text)
    text = "where the test samples are, if elsewhere (else, if there are none, a fifth of each class is held out)"
    parser.add_argument("--test", type=local_path, metavar="PATH", help=text)
    text = "the column of labels in a CSV file: its name or number, -1 for the last"
    parser.add_argument("--label", type=nonempty, metavar="NAME", help=text)
    text = "turn images that are stored column by column (EMNIST's IDX files are known by their names)"
    parser.add_argument("--transpose", action="store_true", help=text)
    text = f"refuse data over N bytes, decompressed ({LIMIT})"
    parser.add_argument("--max-bytes", type=integer(1), default=LIMIT, metavar="N", help=text)


def sizes(text: str) -> tuple[int, ...]:
    """The widths of layers, as in 784-128-64-10 or 784,128,64,10."""
    try:
        widths = tuple(map(int, text.replace(",", "-").split("-")))
    except ValueError:
        widths = ()
    if len(widths) < 2 or min(widths) < 1:
        raise argparse.ArgumentTypeError(f"expected two or more widths, as in 784-128-64-10, got {quoted(text)}")
    return widths


def local_path(text: str) -> str:
    """The path of a file or a folder: not empty, as a variable of the shell may be, and not on the web."""
    if re.match(r"\w+://", text):
        raise argparse.ArgumentTypeError(f"expected a path, got {quoted(text)}; download it first")
    return nonempty(text)


def nonempty(text: str) -> str:
    """A text that is not empty."""
    if not text:
        raise argparse.ArgumentTypeError("expected at least one character, got ''")
    return text


def integer(least: int) -> Callable[[str], int]:
    """The type of integers of at least `least`."""

    def parse_integer(text: str) -> int:
        if not text.isdecimal() or len(text) > 4000 or int(text) < least:  # Python refuses longer ones
            raise argparse.ArgumentTypeError(f"expected an integer of at least {least}, got {quoted(text)}")
        return int(text)

    return parse_integer


def number(text: str, below: float = inf) -> float:
    """A finite number of at least 0 and less than `below`."""
    try:
        value = float(text)
    except ValueError:
        value = nan
    if not 0 <= value < below:
        bounds = "of at least 0" if below == inf else f"of at least 0 and less than {below:g}"
        raise argparse.ArgumentTypeError(f"expected a number {bounds}, got {quoted(text)}")
    return value


def share(text: str) -> float:
    """A number above 0 and less than 1."""
    try:
        value = float(text)
    except ValueError:
        value = nan
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"expected a number above 0 and less than 1, got {quoted(text)}")
    return value


def fraction(text: str) -> float:
    """A number of at least 0 and less than 1."""
    return number(text, below=1)
