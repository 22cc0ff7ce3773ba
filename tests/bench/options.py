"""The command line of the benchmark."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import attrs

from tests.bench import cases
from tests.bench.contenders import LOADERS, OURS

_EXAMPLES = """\
examples:
  python -m tests.bench --growth --out bench.md                everything: most of an hour
  python -m tests.bench --cases one-sample-128 --repeats 3     less than a minute
  python -m tests.bench --cases batch inference                all whose names begin so
  python -m tests.bench --cases whole --peers JAX --whole-repeats 5
  python -m tests.bench --cases --growth                       the growth alone
  python -m tests.bench --cases --optimizers                   the optimizers alone
"""


@attrs.frozen
class Options:
    """What was asked for."""

    cases: tuple[str, ...]
    peers: tuple[str, ...]
    repeats: int
    whole_repeats: int
    epochs: int
    threads: int
    growth: bool
    optimizers: bool
    out: Path | None


def parse(argv: Sequence[str] | None) -> Options:
    """The options; exits with 2 if they are wrong.

    >>> parse(["--cases", "batch", "--threads", "2"]).cases
    ('batch',)
    """
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Compare fnnet with the peers that are installed.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    known, peers = cases.names(), [name for name in LOADERS if name != OURS]
    parser.add_argument("--cases", nargs="*", default=known, metavar="CASE", help=_listed(known))
    parser.add_argument("--peers", nargs="*", default=peers, choices=peers, metavar="PEER", help=_listed(peers))
    _add_number(parser, "--repeats", 7, "rounds of each case")
    _add_number(parser, "--whole-repeats", 3, "rounds of the whole job")
    _add_number(parser, "--epochs", 10, "of the whole job")
    _add_number(parser, "--threads", 1, "of each library, and processors")
    parser.add_argument("--growth", action="store_true", help="add the cost by width and by depth")
    parser.add_argument("--optimizers", action="store_true", help="add what optimizers cost, beside plain descent")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the Markdown here too")
    found = parser.parse_args(argv)
    for word in found.cases:
        if not any(name.startswith(word) for name in known):
            parser.error(f"--cases: expected {_listed(known)}, got {word!r}")
    return Options(**vars(found) | {"cases": tuple(found.cases), "peers": tuple(found.peers)})


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _add_number(parser: argparse.ArgumentParser, option: str, default: int, text: str) -> None:
    def at_least_one(word: str) -> int:
        if not word.isdecimal() or int(word) < 1:
            raise argparse.ArgumentTypeError(f"expected an integer of at least 1, got {word!r}")
        return int(word)

    parser.add_argument(option, type=at_least_one, default=default, metavar="N", help=f"{text} ({default})")
