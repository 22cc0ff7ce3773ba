"""Running the command, in this process and in others."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from fnnet import Dataset, Params, fit, init_params
from fnnet.cli import main
from fnnet.data.loaders import load_npz
from fnnet.nn.initializers import lecun_normal
from fnnet.optim.schedules import exponential, per_epoch
from fnnet.train.fit import Parts, Progress
from fnnet.train.state import TrainState

LINE = r"Epoch: (\d+), Time Spent: \d+\.\d\ds, Test Loss: (\d+\.\d{4}), Accuracy: (\d+\.\d\d)%"


class Killed(BaseException):
    """What a test raises where a process would be killed."""


def train(data: str, *options: str) -> int:
    """Run `fnnet train` on this data; the exit code."""
    return main(["train", "--data", data, *options])


def classic_params(data: str, epochs: int) -> Params[np.float32]:
    """What the library gives where `fnnet train` uses its defaults."""
    start = init_params((4, 128, 64, 4), 0, initializer=lecun_normal)
    train, _ = load_npz(data)
    *_, last = fit(start, train, epochs=epochs, lr=per_epoch(exponential(0.1, 0.8), len(train)))
    return last.params


def interrupt_after(epochs: int) -> Callable[[Dataset[np.float32]], Progress[np.float32]]:
    """A progress bar that presses Ctrl-C in the epoch after so many, when one part of it is done."""

    def bar(data: Dataset[np.float32]) -> Progress[np.float32]:
        calls: list[int] = []

        def show(parts: Parts[np.float32]) -> Iterator[TrainState[np.float32]]:
            calls.append(1)
            if len(calls) > epochs:
                yield next(iter(parts))
                raise KeyboardInterrupt
            yield from parts

        return show

    return bar


def command(*arguments: str) -> list[str]:
    """The command as a process of its own."""
    return [sys.executable, "-m", "fnnet", *arguments]


def without(modules: Sequence[str], *arguments: str) -> list[str]:
    """The command as a process in which these modules are not installed."""
    missing = ", ".join(f"{name}=None" for name in modules)
    code = f"import sys; sys.modules.update({missing}); from fnnet.cli import main; sys.exit(main(sys.argv[1:]))"
    return [sys.executable, "-c", code, *arguments]


def run_in_terminal(arguments: list[str]) -> str:
    """What a process writes when standard output and standard error are a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm"}
    with subprocess.Popen(arguments, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        text = read_terminal(ours)
    assert process.returncode == 0
    return text


def read_terminal(ours: int) -> str:
    """What the other end writes until it closes the terminal, which holds only some 4,000 bytes that nobody reads."""
    text = b""
    try:
        while part := os.read(ours, 4096):
            text += part
    except OSError:  # how Linux says that the terminal was closed
        pass
    os.close(ours)
    return text.decode()


def write_bar(path: str | Path, level: int = 255, width: int = 8) -> None:
    """Write an image that shows a vertical bar, of this gray level on black."""
    page = np.zeros((28, 28), np.uint8)
    page[4:24, 10 : 10 + width] = level
    Image.fromarray(page).save(path, "PNG")
