"""A process that is killed again and again, and resumes each time to the bits of an uninterrupted run."""

import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np

from fnnet import TrainState, load, recipes
from fnnet.data.loaders import load_npz
from fnnet.recipes.checkpoint import Checkpoint, load_checkpoint
from fnnet.recipes.history import history_path, read_history
from fnnet.recipes.recipe import Recipe
from fnnet.recipes.run import initial_state

RECIPE = Recipe(widths=(16,), epochs=40, batch_size=16, optimizer="adam", lr=1e-3, dropout=0.1, average=0.9)
IN_USE = "expected a file that no other run is writing, got one in use"
SETTINGS = "--sizes 64-16-4 --epochs 40 --batch-size 16 --optimizer adam --lr 1e-3 --dropout 0.1 --average 0.9"


AT_CHANCE = r"(fnnet: after epoch .* no better than one that always gives the same answer; try .*\n)?"
"""What may come on standard error, since the labels are random."""


@attrs.frozen
class Run:
    """A training run in its own folder, and the states of an uninterrupted one."""

    folder: Path
    epochs: Sequence[TrainState[np.float32]]

    @classmethod
    def new(cls, folder: Path) -> "Run":
        """A run that has yet to start."""
        rng = np.random.default_rng(0)
        x, y = rng.integers(0, 256, (200, 8, 8), np.uint8), rng.integers(0, 4, 200, np.uint8)
        with (folder / "data.npz").open("wb") as file:
            np.savez(file, x_train=x, y_train=y, x_test=x[:20], y_test=y[:20])
        start = initial_state(RECIPE, 64, 4, 0)
        train, _ = load_npz(folder / "data.npz")
        return cls(folder, [start, *recipes.train(RECIPE, start, train)])

    def start(self) -> "subprocess.Popen[str]":
        """A process that starts the run, or resumes it."""
        path = self.folder / "checkpoint"
        begin = f"--out {self.folder / 'model'} --checkpoint {path} {SETTINGS}"
        way = f"--resume {path}" if path.exists() else begin
        arguments = f"train --data {self.folder / 'data.npz'} {way}".split()
        command = [sys.executable, "-m", "fnnet", *arguments]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def found(self) -> Checkpoint | None:
        """The checkpoint in the folder; it, the history and the model are checked against the uninterrupted run."""
        path = self.folder / "checkpoint"
        if not path.exists():
            return None
        checkpoint = load_checkpoint(path)
        number = checkpoint.state.epoch
        assert checkpoint.state == self.epochs[number]
        assert [row.epoch for row in checkpoint.history] == list(range(1, number + 1))
        # The history is written before the model, and the model before the checkpoint.
        written = read_history(history_path(self.folder / "model"))
        assert written[:number] == checkpoint.history and len(written) <= number + 1
        assert load(self.folder / "model", np.float32) in [e.eval_params for e in self.epochs[number : number + 2]]
        return checkpoint


def interrupted(run: Run, moment: float, how: signal.Signals, rival: bool = False) -> int:
    """Interrupt a process this many seconds after its first output, and return the epoch that it reached.

    A rival is a second process that starts at the same time, with the same arguments, and gets the same signal.
    """
    before = run.found()
    processes = [run.start() for _ in range(1 + rival)]
    _wait_for_output(processes)
    time.sleep(moment)
    for process in processes:
        process.send_signal(how)
    for process in processes:
        _, errors = process.communicate()
        _check_end(process.returncode, errors, how, rival)
    after = run.found()
    if how != signal.SIGKILL:
        left = [path.name for path in run.folder.iterdir() if path.name.startswith(".")]
        assert not left, left
    reached = after.state.epoch if after else 0
    assert reached >= (before.state.epoch if before else 0), "an epoch was lost"
    return reached


def _wait_for_output(processes: "Sequence[subprocess.Popen[str]]") -> None:
    """Wait until one of the processes has printed its settings and an epoch, or all have ended."""
    with selectors.DefaultSelector() as selector:
        for process in processes:
            assert process.stdout
            selector.register(process.stdout, selectors.EVENT_READ, process.stdout)
        while selector.get_map():
            for key, _ in selector.select():
                if key.data.readline() and key.data.readline():
                    return
                selector.unregister(key.fileobj)


def _check_end(code: int, errors: str, how: signal.Signals, rival: bool) -> None:
    """At most one line of errors beside the one of a network at chance, and the exit code that belongs to it."""
    refused = re.fullmatch(f"fnnet: error: (.*{IN_USE}.*|--checkpoint: expected a new file.*)\n", errors)
    assert re.fullmatch(rf"{AT_CHANCE}(fnnet: interrupted.*\n)?", errors) or (rival and refused), errors
    assert code in (0, -how) or (refused and code == 1), (code, errors)


def campaign(count: int, seed: int, name: str, rival: bool) -> None:
    """Interrupt runs until it was done this many times, in the middle of an epoch or of a file."""
    rng, how = np.random.default_rng(seed), signal.Signals[f"SIG{name}"]
    done = runs = resumed = 0
    while done < count:
        with tempfile.TemporaryDirectory() as folder:
            run, reached = Run.new(Path(folder)), 0
            runs += 1
            while reached < RECIPE.epochs and done < count:
                resumed += reached > 0
                reached = interrupted(run, float(rng.random() * 0.08), how, rival)
                done += 1
    with_rivals = ", two processes each time" if rival else ""
    print(
        f"SIG{name}: {done} times in {runs} runs{with_rivals}, {resumed} of them resumed; no epoch lost, the same bits"
    )


def early(count: int, seed: int, name: str) -> None:
    """Interrupt the command this many times in its first half second, while it is still imported or reads its data.

    What comes before the first line of the package runs is Python's own, and counted apart.
    """
    rng, how = np.random.default_rng(seed), signal.Signals[f"SIG{name}"]
    silent = told = python = 0
    for _ in range(count):
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder, "fnnet")
            script.write_text("import sys\nfrom fnnet.cli import command\nsys.exit(command())\n")
            out = ["--out", f"{folder}/model.npz"]
            with subprocess.Popen(
                [sys.executable, str(script), "train", *out], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            ) as process:
                time.sleep(float(rng.random()) / 2)
                process.send_signal(how)
                _, errors = process.communicate()
            assert process.returncode == -how or "Fatal Python error" in errors, (process.returncode, errors)
            assert [path.name for path in Path(folder).iterdir()] == ["fnnet"]
        if "Traceback" in errors or "Fatal" in errors:
            assert "fnnet/" not in errors.replace(str(script), ""), errors
            python += 1
        elif errors:
            assert re.fullmatch(r"fnnet: interrupted.*\n", errors), errors
            told += 1
        else:
            silent += 1
    print(f"SIG{name}: {count} times; {silent} ended silently, {told} with one line, {python} in Python's own start")
