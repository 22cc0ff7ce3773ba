"""The command `python -m fnnet.testing`."""

import argparse
import sys
from collections.abc import Iterator, Sequence

from fnnet.core.messages import one_line
from fnnet.core.parser import Parser
from fnnet.testing.laws.broken import TWINS
from fnnet.testing.laws.check import LAWS
from fnnet.testing.laws.kind import kind_of
from fnnet.testing.laws.law import LawBroken
from fnnet.testing.ledger.entries import entries, noticed
from fnnet.testing.ledger.objects import OBJECTS
from fnnet.testing.ledger.own import find
from fnnet.testing.ledger.table import HEADER, row, twin_row

_EPILOG = """\
examples:
  python -m fnnet.testing                              all that the library has
  python -m fnnet.testing --object mine:mish           an activation in mine.py
  python -m fnnet.testing --object mine:rate --kind schedule
  python -m fnnet.testing --break                      see each law notice an error
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: the arguments; those of the process if None.

    Returns:
        The exit code: 0 if every law holds, or with `--break` if each is noticed to be broken; 1 if not, or after an
        error. Wrong usage exits with 2.
    """
    given = _parser().parse_args(argv)
    try:
        lines = _twins(given.seed) if given.broken else _ledger(given.object, given.kind, given.seed)
        failures = 0
        for line, failed in lines:
            print(line, flush=True)
            failures += failed
    except BrokenPipeError:  # the reader of our output has left, as `head` does
        sys.stdout = None  # so that nothing is flushed into it at exit
        return 1
    except (ValueError, TypeError, ImportError) as error:
        print(f"python -m fnnet.testing: error: {one_line(error)}", file=sys.stderr)
        return 1
    return 1 if failures else 0


def _parser() -> Parser:
    parser = Parser(
        prog="python -m fnnet.testing",
        description="Try every law on everything that the library has, or on something of your own.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--object", metavar="MODULE:NAME", help="try the laws of this object of yours only")
    parser.add_argument("--kind", choices=tuple(LAWS), metavar="KIND", help=f"what the object is: {', '.join(LAWS)}")
    parser.add_argument("--break", dest="broken", action="store_true", help="try each law on a value that breaks it")
    parser.add_argument("--seed", type=int, metavar="N", help="try the same examples again (default: others each time)")
    return parser


Line = tuple[str, bool]
"""What is printed, and whether it tells of a failure."""


def _ledger(name: str | None, kind: str | None, seed: int | None) -> Iterator[Line]:
    """The table of each kind, and then the errors in full."""
    objects = OBJECTS if name is None else _own(name, kind)
    broken: list[LawBroken] = []
    for kind, values in objects.items():
        yield f"{kind}s" if name is None else str(kind), False
        yield HEADER, False
        for entry in entries(kind, values, seed):
            broken += entry.broken
            yield row(entry), bool(entry.broken)
        yield "", False
    for error in broken:
        yield f"{error}\n", True


def _own(name: str, kind: str | None) -> dict[str, tuple[object]]:
    value = find(name)
    return {kind_of(value) if kind is None else kind: (value,)}


def _twins(seed: int | None) -> Iterator[Line]:
    for twin in TWINS:
        error = noticed(twin, seed)
        yield twin_row(twin, error), error is None
