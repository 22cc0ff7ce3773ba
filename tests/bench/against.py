"""fnnet against another checkout of itself: a worker process for each, as one process cannot hold both.

Both run the cases and `peers/ours.py` of this checkout, each with its own `fnnet`.
"""

import pickle
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench.cases import Case, chosen, problem
from tests.bench.measure import Row, clock, measure
from tests.bench.peers import OURS, ours

ROOT = Path(__file__).parents[2]
WORKER = """\
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import fnnet
assert Path(fnnet.__file__).is_relative_to(sys.argv[1]), fnnet.__file__
sys.path[0] = sys.argv[2]
from tests.bench.against import serve
serve()
"""


def rows(other: Path, cases: Sequence[Case], repeats: int) -> list[Row]:
    """For each case fnnet of this checkout and of the other, in turns.

    Raises:
        ValueError: the path is not a checkout of fnnet.
    """
    if not (other / "fnnet" / "__init__.py").exists():
        raise ValueError(f"against: expected a checkout of fnnet, got {other}")
    with ExitStack() as stack:
        workers = [stack.enter_context(_worker(path)) for path in (ROOT, other.resolve())]
        return [_row(case, dict(zip((OURS, str(other)), workers)), repeats) for case in cases]


def _row(case: Case, workers: dict[str, Any], repeats: int) -> Row:
    turns = {name: partial(_ask, worker, case.name) for name, worker in workers.items()}
    return measure(case.title, case.samples, turns, problem(case).start, repeats)


def _worker(path: Path) -> Any:
    line = [sys.executable, "-c", WORKER, str(path), str(ROOT)]
    return subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _ask(worker: Any, name: str) -> tuple[float, Sequence[Any]]:
    worker.stdin.write(f"{name}\n".encode())
    worker.stdin.flush()
    answer: tuple[float, Sequence[Any]] = pickle.load(worker.stdout)
    return answer


def serve() -> None:
    """The worker: for each line, the name of a case, do its work; write the seconds and the result."""
    ready: dict[str, Any] = {}
    for line in sys.stdin:
        name = line.strip()
        if name not in ready:
            (case,) = chosen([name])
            ready = {name: clock(getattr(ours, case.kind)(problem(case)))}
        pickle.dump(ready[name](), sys.stdout.buffer)
        sys.stdout.flush()
