"""`python -m tests.bench`: measure, print the tables, write them as Markdown."""

import sys
from collections.abc import Sequence

from tests.bench import environment
from tests.bench.options import parse
from tests.bench.run import run


def main(argv: Sequence[str]) -> int:
    """Parse, then measure in a process of its own; the exit code."""
    options = parse(argv)
    if not environment.inside():
        try:
            return environment.rerun(argv, options.threads)
        except ValueError as error:
            print(f"bench: error: {error}", file=sys.stderr)
            return 2
    report = run(options)
    print(report)
    if options.out is not None:
        options.out.write_text(report + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
