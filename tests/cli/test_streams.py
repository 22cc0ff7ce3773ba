"""Standard output that is closed, full or a pipe, and when it is flushed."""

import io
import os
import runpy
import subprocess
import sys

import pytest

from fnnet.cli import command as process
from fnnet.cli import main
from tests.cli.helpers import command


class FlushRecorder(io.StringIO):
    """A stream that records how many lines there are whenever it is flushed."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []

    def flush(self) -> None:
        self.lines.append(self.getvalue().count("\n"))


def test_each_line_is_flushed_at_once(data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments in (["train", "--epochs", "3"], ["plot", "model.npz", "weights", "curves"]):
        stream = FlushRecorder()
        monkeypatch.setattr(sys, "stdout", stream)
        assert main([*arguments, "--data", data]) == 0
        assert stream.lines[:2] == [1, 2]


@pytest.mark.slow
def test_a_reader_may_leave_while_training(data: str) -> None:
    arguments = command("train", "--data", data, "--epochs", "60000")
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
    assert process.returncode == 1 and errors == ""


def test_what_is_not_encoded_is_escaped(data: str) -> None:
    """A name of any letters and of any length that a file may have, on a terminal that knows only ASCII."""
    name = "\u0432\u044b\u0445\u043e\u0434" + "d" * 230 + ".npz"  # 244 bytes; with .history.jsonl, 254
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    arguments = command("train", "--data", data, "--epochs", "1", "--out", name, "--checkpoint", f"{name}.c")
    run = subprocess.run(arguments, env=environment, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    escaped = name.encode("ascii", "backslashreplace").decode()
    assert "true \\ predicted" in run.stdout and f"Saved to {escaped}\n" in run.stdout
    assert main(["plot", name, "weights"]) == 0


def test_a_broken_pipe_is_silent(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    monkeypatch.setattr("fnnet.cli.evaluate.run", lambda arguments: print("text", flush=True))
    with os.fdopen(writer, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert main(["evaluate", "model"]) == 1
        print("what is written from here on goes nowhere", flush=True)
        assert os.path.samestat(os.fstat(writer), os.stat(os.devnull))
    assert capfd.readouterr().err == ""


def test_closed_output_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fnnet.cli.evaluate.run", lambda arguments: None)
    monkeypatch.setattr(sys, "argv", ["fnnet", "evaluate", "model"])
    monkeypatch.setattr(sys, "stdout", None)
    assert process() == 0


def test_the_package_runs_as_a_module(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["fnnet", "evaluate", "no such file"])
    with pytest.raises(SystemExit) as caught:
        runpy.run_module("fnnet", run_name="__main__")
    assert caught.value.code == 1
    assert "No such file" in capsys.readouterr().err
    runpy.run_module("fnnet.__main__")  # imported, it does nothing
