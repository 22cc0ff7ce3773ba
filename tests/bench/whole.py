"""The whole job as a process from cold: start, import, compile, load MNIST, ten epochs, save the model.

fnnet's is its command; a peer's is a program of its own in `jobs/`, which imports nothing of ours.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs

from tests.bench.contenders import OURS

JOBS = {
    "JAX": "tests.bench.jobs.jax_job",
    "PyTorch": "tests.bench.jobs.torch_job",
    "scikit-learn": "tests.bench.jobs.sklearn_job",
    "Keras": "tests.bench.jobs.keras_job",
}

_ROOT = Path(__file__).parents[2]
_TOO_SLOW = 4  # times the fastest: such a process is run once


@attrs.frozen
class Outcome:
    """One process: how long it took, how much memory it had at most, how well its network does."""

    seconds: float
    peak_mebibytes: float
    accuracy: float


def command(name: str, epochs: int, data: str, model: str) -> list[str]:
    """What to run for a contender."""
    if name == OURS:
        return [sys.executable, "-m", "fnnet", "train", "--epochs", str(epochs), "--out", model]
    return [sys.executable, "-m", JOBS[name], data, str(epochs), model]


def compare(names: Sequence[str], epochs: int, repeats: int) -> dict[str, list[Outcome]]:
    """Run the processes in turn; those that are far slower than the fastest once only.

    Raises:
        AssertionError: the networks they end with differ by more than half a point of accuracy.
    """
    outcomes = _round(names, epochs)
    best = max(outcome.accuracy for outcome in outcomes.values())
    assert all(o.accuracy > best - 0.005 for o in outcomes.values()), f"not the same job: {outcomes}"
    fastest = min(outcome.seconds for outcome in outcomes.values())
    again = [name for name in names if outcomes[name].seconds < _TOO_SLOW * fastest]
    all_runs = {name: [outcome] for name, outcome in outcomes.items()}
    for _ in range(repeats - 1):
        for name, outcome in _round(again, epochs).items():
            all_runs[name].append(outcome)
    return all_runs


def _round(names: Iterable[str], epochs: int) -> dict[str, Outcome]:
    return {name: run(name, epochs) for name in names}


def run(name: str, epochs: int) -> Outcome:
    """One contender's process, to its end; CalledProcessError if it fails."""
    with TemporaryDirectory() as folder, as_file(files("fnnet") / "data" / "mnist.npz") as data:
        output, model = Path(folder, "output"), Path(folder, "model.npz")
        line = command(name, epochs, str(data), str(model))
        launcher = [sys.executable, "-m", "tests.bench.launch", str(output), *line]
        launched = subprocess.run(launcher, cwd=_ROOT, stdout=subprocess.PIPE, text=True, check=True)
        seconds, peak = map(float, launched.stdout.split())
        return Outcome(seconds, peak / 1024, last_accuracy(output.read_text()))


def last_accuracy(output: str) -> float:
    """The accuracy that a program told last.

    >>> last_accuracy("Epoch: 1, Accuracy: 96.50%\\nEpoch: 2, Accuracy: 97.00%")
    0.97
    """
    return float(re.findall(r"Accuracy: ([\d.]+)%", output)[-1]) / 100
