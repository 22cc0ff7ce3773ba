"""The progress bar, and what happens without a terminal or an optional package."""

import importlib
import io
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import fnnet.train
from fnnet import Dataset, adam, fit, init_params, sgd
from fnnet.cli.signals import interrupts
from fnnet.cli.terminal import progress_bar
from fnnet.optim import Optimizer, clip, pure
from tests.cli.helpers import LINE, command, run_in_terminal, without
from tests.helpers import patch

DATA = Dataset(np.eye(2, dtype=np.float32)[np.arange(50) % 2], np.arange(50) % 2)
SGD = sgd(0.1)
NO_PILLOW = "reading images needs Pillow: pip install 'fnnet[cli]' (in a checkout: pip install -e '.[cli]')"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def open_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Make standard error a terminal of 80 columns."""
    stream = Terminal()
    for name, value in {"TERM": "xterm", "COLUMNS": "80"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


def train(optimizer: Optimizer = SGD) -> None:
    """Train for an epoch of two parts, in the terminal."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        patch(monkeypatch, "fnnet.train.fit._CHUNK", 30)
        list(fit(init_params((2, 2), 0), DATA, epochs=1, optimizer=optimizer, progress=progress_bar(DATA)))


def test_the_bar_disappears_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = open_terminal(monkeypatch)
    patch(monkeypatch, "fnnet.train.progress._SECONDS", 0)
    train()
    text = terminal.getvalue()
    lines = [line for line in re.split(r"[\r\n]", re.sub(r"\x1b\[[^a-zA-Z]*[a-zA-Z]", "", text)) if "loss" in line]
    assert lines and all(
        re.search(r"^training .*━.* loss 0\.\d{4}  lr 0\.1  \d[\d,]* samples/s ", line) for line in lines
    )
    assert max(map(len, lines)) < 80
    assert text.endswith("\x1b[2K")  # the line is cleared


@pytest.mark.parametrize(
    "optimizer, last",
    [
        (clip(adam(lambda step: 1 / (step + 1)), 1.0), ["0.02"]),
        (pure("still", lambda params: (), lambda params, grads, slots: (params, slots)), []),
    ],
)
def test_the_bar_shows_the_rate(optimizer: Optimizer, last: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the last step, the 50th; none where the optimizer does not tell it."""
    terminal = open_terminal(monkeypatch)
    patch(monkeypatch, "fnnet.train.progress._SECONDS", 0)
    train(optimizer)
    assert re.findall(r"lr (\S+)", terminal.getvalue())[-1:] == last


def test_the_bar_counts_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    open_terminal(monkeypatch)
    from rich.progress import Progress

    seen: list[tuple[float, float | None]] = []
    advance = Progress.advance

    def watched(bar: Progress, task: object, n: float = 1) -> None:
        advance(bar, bar.task_ids[0], n)
        seen.append((bar.tasks[0].completed, bar.tasks[0].total))

    monkeypatch.setattr(Progress, "advance", watched)
    train()
    assert seen == [(1, 2), (2, 2)]


@pytest.mark.parametrize("method", ["start", "stop", "advance"])
def test_ctrl_c_shows_the_cursor_again(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while the bar starts or stops, when rich has hidden the cursor already, or not shown it yet."""
    from rich.console import Console
    from rich.progress import Progress

    monkeypatch.setattr("fnnet.cli.signals._BURST", 1000.0)  # so that a slow machine does not matter
    terminal = open_terminal(monkeypatch)
    original, show_cursor = getattr(Progress, method), Console.show_cursor

    def interrupted(*arguments: object) -> object:
        monkeypatch.setattr(Console, "show_cursor", press)
        signal.raise_signal(signal.SIGINT)
        return original(*arguments)

    def press(console: Console, show: bool = True) -> bool:
        signal.raise_signal(signal.SIGINT)
        return show_cursor(console, show)

    monkeypatch.setattr(Progress, method, interrupted)
    with pytest.raises(KeyboardInterrupt), interrupts([]):
        train()
    text = terminal.getvalue()
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l") and sys.stderr is terminal


@pytest.mark.parametrize("stream", [io.StringIO(), None])
def test_no_bar_without_a_terminal(stream: io.StringIO | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    assert progress_bar(DATA) is iter and fnnet.train.progress_bar(DATA) is iter


def test_no_bar_in_a_dumb_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    open_terminal(monkeypatch)
    monkeypatch.setenv("TERM", "dumb")
    assert progress_bar(DATA) is iter


def test_no_bar_without_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    open_terminal(monkeypatch)
    monkeypatch.setitem(sys.modules, "rich.console", None)
    assert progress_bar(DATA) is iter
    with pytest.raises(ImportError, match=r"a progress bar needs rich: pip install 'fnnet\[cli\]'"):
        fnnet.train.progress_bar(DATA)


@pytest.mark.slow
def test_a_terminal_shows_the_bar(data: str) -> None:
    text = run_in_terminal(command("train", "--data", data, "--epochs", "2"))
    assert "samples/s" in text and len(re.findall(LINE, text)) == 2
    assert Path("model.npz").exists()


@pytest.mark.slow
def test_lines_are_plain_without_rich(data: str) -> None:
    text = run_in_terminal(without(["rich"], "train", "--data", data, "--epochs", "2"))
    assert len(re.findall(LINE, text)) == 2 and "samples/s" not in text and "\x1b" not in text


@pytest.mark.slow
def test_no_optional_package_is_needed(data: str) -> None:
    optional = ["rich", "PIL", "threadpoolctl", "filelock"]
    train = without(optional, "train", "--data", data, "--epochs", "1")
    assert subprocess.run(train, capture_output=True).returncode == 0
    run = subprocess.run(without(optional, "predict", "model.npz", "digit.png"), capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (1, f"fnnet: error: {NO_PILLOW}\n")


@pytest.mark.parametrize("package, name", [("PIL", "Pillow"), ("scipy", "SciPy")])
def test_images_need_two_packages(package: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "fnnet.data.images", raising=False)
    with pytest.raises(ImportError, match=f"^{re.escape(NO_PILLOW.replace('Pillow', name))}$"):
        importlib.import_module("fnnet.data.images")
