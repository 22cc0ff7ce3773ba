"""`python -m tests.bench`: measure, and print a table as Markdown."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench import environment, whole

# Modules that import NumPy are imported where they are needed, after `environment.prepare`.

EXAMPLES = """\
examples:
  python -m tests.bench train-1 --repeats 3            one case
  python -m tests.bench momentum adam --peers PyTorch  all cases whose names begin so
  python -m tests.bench width depth --peers JAX        how the cost grows with the network
  python -m tests.bench batch samples --memory         how much memory training takes
  python -m tests.bench --against ../fnnet-old         this checkout and another
"""


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Compare the speed of fnnet with that of the peers that are installed, or of another fnnet.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("cases", nargs="*", metavar="CASE", help="the name of a case or how some begin (the main ones)")
    made.add_argument("--peers", nargs="*", metavar="PEER", help="whom to compare with (all that are installed)")
    made.add_argument("--repeats", type=_at_least_one, default=7, metavar="N", help="the number of rounds (7)")
    made.add_argument("--epochs", type=_at_least_one, default=10, metavar="N", help="the epochs of the whole job (10)")
    instead = made.add_mutually_exclusive_group()
    instead.add_argument("--against", type=Path, metavar="PATH", help="compare with another checkout of fnnet")
    instead.add_argument("--optimizers", action="store_true", help="compare what optimizers cost")
    instead.add_argument("--whole", action="store_true", help="compare whole jobs, from cold, and their peak memory")
    instead.add_argument("--memory", action="store_true", help="the memory that fnnet takes, without its peers")
    return made


def _at_least_one(word: str) -> int:
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"expected an integer of at least 1, got {word!r}")
    return int(word)


def main(argv: Sequence[str]) -> int:
    """Measure what was asked for; the exit code."""
    options = parser().parse_args(argv)
    environment.prepare(os.environ)
    environment.use_one_processor()
    try:
        report = _whole(options) if options.whole else _rows(options)
    except ValueError as error:
        print(f"bench: error: {error}", file=sys.stderr)
        return 2
    print(environment.description(), report, sep="\n\n")
    return 0


def _whole(options: argparse.Namespace) -> str:
    outcomes = whole.compare(options.peers, options.epochs, options.repeats)
    from tests.bench.table import markdown

    return markdown(["", "seconds", "ratio", "peak MiB", "test accuracy"], whole.cells(outcomes))


def _rows(options: argparse.Namespace) -> str:
    from tests.bench import against, cases, measure, memory, optimizers, peers, table

    if options.optimizers:
        return table.ratios(optimizers.rows(options.repeats))
    chosen = cases.chosen(options.cases)
    if options.memory:
        found, _ = peers.load([])
        header = ["MiB", "data", "weights", "the work at most"]
        return table.markdown(header, memory.cells(chosen, found[peers.OURS]))
    if options.against:
        return table.ratios(against.rows(options.against, chosen, options.repeats))
    found, missing = peers.load(options.peers)
    rows = []
    for problem in map(cases.problem, chosen):
        print(f"measuring {problem.case.title}", file=sys.stderr, flush=True)
        turns = peers.turns(problem, found)
        rows.append(measure.measure(problem.case.title, problem.case.samples, turns, problem.start, options.repeats))
    worst = max(row.difference for row in rows)
    same = f"All compute the same: the greatest difference is {worst:.0e} of the distance moved."
    return "\n\n".join(filter(None, [missing, table.ratios(rows), same]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
