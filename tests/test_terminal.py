"""What the command does with the streams, libraries and signals around it, seen from inside the process."""

import io
import os
import re
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

from fnnet.cli import main
from fnnet.cli.png import read_gray
from fnnet.cli.progress import progress_bar
from fnnet.core.threads import blas_threads

PARTS = [np.arange(30), np.arange(30, 50)]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Have standard error be a terminal of 80 columns."""
    stream = Terminal()
    for name, value in {"TERM": "xterm", "COLUMNS": "80"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


def test_the_bar_passes_the_parts_on_and_goes_when_they_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = in_a_terminal(monkeypatch)
    show = progress_bar(50)
    assert [part.tolist() for part in show(PARTS)] == [part.tolist() for part in PARTS]
    text = terminal.getvalue()
    assert re.search(r"(^|\r|\x1b\S*)training .*━.* 0 images/s", text)
    assert text.endswith("\x1b[2K")  # the line is cleared


def test_the_bar_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    in_a_terminal(monkeypatch)
    from rich.progress import Progress

    seen: list[tuple[float, float | None]] = []
    advance = Progress.advance

    def watched(bar: Progress, task: object, n: float = 1) -> None:
        advance(bar, bar.task_ids[0], n)
        seen.append((bar.tasks[0].completed, bar.tasks[0].total))

    monkeypatch.setattr(Progress, "advance", watched)
    list(progress_bar(50)(PARTS))
    assert seen == [(30, 50), (50, 50)]


@pytest.mark.parametrize("stream", [io.StringIO(), None])
def test_no_terminal_no_bar(stream: io.StringIO | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    assert progress_bar(50) is iter


def test_no_library_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    in_a_terminal(monkeypatch)
    monkeypatch.setitem(sys.modules, "rich.console", None)
    assert progress_bar(50) is iter


@pytest.mark.parametrize("batch_size, threads", [(1, 1), (255, 1), (256, None), (1000, None)])
def test_only_large_steps_take_more_than_one_thread_of_blas(
    batch_size: int, threads: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr("threadpoolctl.threadpool_limits", lambda limits, user_api: asked.append((limits, user_api)))
    blas_threads(batch_size)
    assert asked == [(threads, "blas")]


def test_no_library_no_change_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    with blas_threads(1) as nothing:
        assert nothing is None


def test_no_library_no_images(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r"^reading images needs Pillow: pip install 'fnnet\[cli\]'$"):
        read_gray("any.png")


def test_a_pipe_that_nobody_reads_ends_the_command_quietly(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    monkeypatch.setattr("fnnet.cli.evaluate.run", lambda arguments: print("text", flush=True))
    with os.fdopen(writer, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert main(["evaluate", "model"]) == 1
        print("what is written from here on goes nowhere", flush=True)
        assert os.path.samestat(os.fstat(writer), os.stat(os.devnull))
    assert capfd.readouterr().err == ""


def test_output_closed_from_the_start_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fnnet.cli.evaluate.run", lambda arguments: None)
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["evaluate", "model"]) == 0


@pytest.mark.parametrize("error, text", [(MemoryError(), "MemoryError"), (ZeroDivisionError("by 0"), "by 0")])
def test_an_error_is_a_line(
    error: Exception, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: object) -> None:
        raise error

    monkeypatch.setattr("fnnet.cli.evaluate.run", fail)
    assert main(["evaluate", "model"]) == 1
    assert capsys.readouterr().err == f"fnnet: error: {text}\n"


def test_the_package_runs_as_a_module(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["fnnet", "evaluate", "no such file"])
    with pytest.raises(SystemExit) as exit:
        runpy.run_module("fnnet", run_name="__main__")
    assert exit.value.code == 1
    assert "No such file" in capsys.readouterr().err
    runpy.run_module("fnnet.__main__")  # imported, it does nothing


@pytest.mark.parametrize("command", ["fnnet", "train", "evaluate", "predict", "plot"])
def test_the_help_is_what_was_read_and_found_good(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """After a change: read the new text, then `fnnet train --help > tests/help/train.txt`, in 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        main(["--help"] if command == "fnnet" else [command, "--help"])
    expected = (Path(__file__).parent / "help" / f"{command}.txt").read_text()
    printed = capsys.readouterr().out
    assert printed.split() == expected.split()  # lines are broken elsewhere by other Pythons
    for part in ("names:", "pictures:"):
        assert printed.partition(part)[2] == expected.partition(part)[2]  # but not there
