"""The whole job as a process from cold: start, import, compile, load MNIST, train, save the model.

fnnet's is its command, a peer's is a program in `jobs/`. Linux counts the memory of
whoever starts a process toward that process's peak, so this module imports no NumPy.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
JOBS = {"fnnet": "numpy", "JAX": "jax", "PyTorch": "torch"}
"""The package that each needs."""


class Outcome(NamedTuple):
    """One process: how long it took, how much memory it had at most, how well its network does on the test data."""

    seconds: float
    peak_mebibytes: float
    accuracy: float


def compare(peers: Iterable[str] | None, epochs: int, repeats: int) -> dict[str, list[Outcome]]:
    """Run fnnet's process and those of the peers that are installed in turns.

    Raises:
        ValueError: the networks they end with differ by more than half a point of accuracy.
    """
    names = [name for name in JOBS if (peers is None or name in ("fnnet", *peers)) and find_spec(JOBS[name])]
    rounds = [{name: run(_command(name, epochs)) for name in names} for _ in range(repeats)]
    accuracies = [outcome.accuracy for found in rounds for outcome in found.values()]
    if max(accuracies) - min(accuracies) > 0.005:
        raise ValueError(f"expected the same accuracy to half a point, got {accuracies}")
    return {name: [found[name] for found in rounds] for name in names}


def _command(name: str, epochs: int) -> list[str]:
    if name == "fnnet":
        return ["-m", "fnnet", "train", "--epochs", str(epochs), "--out", "model.npz"]
    return ["-m", f"tests.bench.jobs.{name.lower()}_job", str(epochs), "model.npz"]


def run(arguments: list[str]) -> Outcome:
    """A process of Python to its end, in a folder of its own; the accuracy is the last percentage that it prints.

    Raises:
        CalledProcessError: it failed.
    """
    line, variables = [sys.executable, *arguments], os.environ | {"PYTHONPATH": str(ROOT)}
    with TemporaryDirectory() as folder, Path(folder, "output").open("w+") as output:
        begin = perf_counter()
        process = subprocess.Popen(line, cwd=folder, stdout=output, env=variables)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        subprocess.CompletedProcess(line, process.returncode).check_returncode()
        output.seek(0)
        percentage = re.findall(r"([\d.]+) ?%", output.read())[-1]
    # macOS counts bytes, Linux KiB
    return Outcome(seconds, usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10), float(percentage) / 100)


def cells(outcomes: Mapping[str, list[Outcome]]) -> list[list[str]]:
    """A row for each program: its median, the ratio to the first one's, its peak, its accuracy."""
    medians = {name: median(outcome.seconds for outcome in found) for name, found in outcomes.items()}
    first, *_ = medians.values()
    peaks = {name: max(outcome.peak_mebibytes for outcome in found) for name, found in outcomes.items()}
    return [
        [name, f"{time:.2f}", f"{time / first:.2f}", f"{peaks[name]:.0f}", f"{outcomes[name][-1].accuracy:.2%}"]
        for name, time in medians.items()
    ]
