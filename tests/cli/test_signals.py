"""Signals: what ends the command ends it cleanly, in one line, and visibly to the shell that started it."""

import importlib
import os
import pty
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fnnet import load
from fnnet.cli import command as run_command
from fnnet.cli.signals import deferred, die_by, interrupts
from fnnet.core import startup
from fnnet.recipes.checkpoint import load_checkpoint
from fnnet.recipes.history import read_history
from tests.cli.helpers import command, read_terminal, train

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WRAPPER = "import sys\nfrom fnnet.cli import command\nif __name__ == '__main__':\n    sys.exit(command())\n"
SAVED = r"fnnet: interrupted after \d+ complete epochs?, saved in model.npz\n"


@pytest.fixture
def numpy_interrupts(tmp_path: Path) -> dict[str, str]:
    """An environment in which Ctrl-C comes while NumPy is imported."""
    (tmp_path / "modules").mkdir()
    code = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nfor _ in range(1000): pass\n"
    (tmp_path / "modules" / "numpy.py").write_text(code)
    path = os.pathsep.join([str(tmp_path / "modules"), *filter(None, sys.path)])
    return {**os.environ, "PYTHONPATH": path}


@pytest.mark.slow
@pytest.mark.parametrize("as_script", [False, True])
def test_ctrl_c_while_importing_is_silent(as_script: bool, tmp_path: Path, numpy_interrupts: dict[str, str]) -> None:
    (tmp_path / "fnnet").write_text(WRAPPER)
    arguments = [sys.executable, str(tmp_path / "fnnet")] if as_script else command()
    run = subprocess.run([*arguments, "train"], env=numpy_interrupts, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (-signal.SIGINT, "")


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["-c", "import fnnet"], ["other.py", "fnnet"]])
def test_importing_fnnet_handles_no_signal(
    arguments: list[str], tmp_path: Path, numpy_interrupts: dict[str, str]
) -> None:
    """A program that uses the library is interrupted as Python interrupts it."""
    (tmp_path / "other.py").write_text("import fnnet")
    run = subprocess.run([sys.executable, *arguments], cwd=tmp_path, env=numpy_interrupts, capture_output=True)
    assert b"KeyboardInterrupt" in run.stderr
    code = "import signal, fnnet, sys; sys.exit(signal.getsignal(signal.SIGINT) is not signal.default_int_handler)"
    assert subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": ""}).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("number", SIGNALS)
def test_signals_clean_up_and_are_passed_on(number: signal.Signals, data: str) -> None:
    """The cursor is shown again, one line is printed, no file is left behind, and the process dies by the signal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm"}
    arguments = command("train", "--data", data, "--epochs", "60000")
    with (
        ThreadPoolExecutor() as threads,
        subprocess.Popen(
            arguments, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env=environment, text=True
        ) as process,
    ):
        os.close(theirs)
        terminal = threads.submit(read_terminal, ours)  # at once: the process waits where the terminal is full
        assert process.stdout
        for _ in range(3):
            process.stdout.readline()
        process.send_signal(number)
        process.stdout.read()
        shown = terminal.result().replace("\r\n", "\n")
    assert process.returncode == -number
    assert re.search(SAVED, shown) and shown.count("fnnet:") == 1 and "Traceback" not in shown
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["data.npz", "model.history.jsonl", "model.npz"]


@pytest.mark.slow
def test_ctrl_c_ends_the_loop_of_a_shell(data: str) -> None:
    train_it = f"'{sys.executable}' -m fnnet train --data {data} --epochs 60000"
    script = f"for i in 1 2 3; do {train_it}; done; echo end"
    with subprocess.Popen(
        ["bash", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as shell:
        assert shell.stdout
        for _ in range(2):  # the settings, then an epoch
            shell.stdout.readline()
        os.killpg(shell.pid, signal.SIGINT)
        printed, errors = shell.communicate()
    assert shell.returncode == -signal.SIGINT and "end" not in printed
    assert re.fullmatch(SAVED, errors)


@pytest.mark.slow
@pytest.mark.parametrize("name, code", [("INT", 130), ("TERM", 143), ("HUP", 129)])
def test_shells_see_the_exit_status(name: str, code: int, data: str) -> None:
    train_it = f"'{sys.executable}' -m fnnet train --data {data} --epochs 60000"
    script = (
        f"set -m; mkfifo lines; {train_it} > lines & exec 3< lines; read line <&3; kill -{name} $!; wait $!; echo $?"
    )
    run = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    assert run.stdout == f"{code}\n"


@pytest.mark.slow
def test_ignored_signals_stay_ignored(data: str) -> None:
    """As after `nohup`."""
    code = (
        "import signal, os, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.execv(sys.executable, sys.argv[1:])"
    )
    arguments = command("train", "--data", data, "--epochs", "60")
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        printed, errors = process.communicate()
    assert (process.returncode, errors) == (0, "") and "Saved to model.npz" in printed


@pytest.mark.parametrize("number", SIGNALS)
def test_each_signal_is_an_interrupt(number: signal.Signals) -> None:
    received: list[int] = []
    before = [signal.getsignal(number) for number in SIGNALS]
    with pytest.raises(KeyboardInterrupt), interrupts(received):
        signal.raise_signal(number)
    assert received == [number]
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_a_handler_of_the_caller_is_kept() -> None:
    received: list[int] = []
    called: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: called.append(number))
    try:
        with interrupts(received):
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (called, received) == ([signal.SIGTERM], [])


def test_a_burst_of_signals_is_one_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C pressed twice, or a terminal that sends two signals, does not interrupt the cleaning up."""
    clock = iter([100.0, 100.5, 100.9, 101.0])
    monkeypatch.setattr("fnnet.cli.signals.time.monotonic", lambda: next(clock))
    with interrupts([]):
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGHUP)
        for _ in range(2):
            signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_deferred_signals_come_at_the_end() -> None:
    done = False
    with pytest.raises(KeyboardInterrupt), interrupts([]), deferred():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        done = True
    assert done and signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_threads_defer_nothing() -> None:
    handlers: list[object] = []

    def look() -> None:
        with deferred():
            handlers.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert handlers == [signal.default_int_handler]


@pytest.mark.parametrize("name", ["append_history", "write_history", "_save", "save_checkpoint"])
def test_an_epoch_is_saved_whole(
    name: str, data: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whichever file is being written at Ctrl-C, the message says what the files hold."""
    target = f"fnnet.cli.train.{name}"
    write: Callable[..., None] = getattr(sys.modules["fnnet.cli.train"], name)

    def pressed(*arguments: object) -> None:
        signal.raise_signal(signal.SIGINT)
        write(*arguments)

    monkeypatch.setattr(target, pressed)
    assert train(data, "--epochs", "3", "--checkpoint", "run") == 130
    epochs = "2 complete epochs" if name == "append_history" else "1 complete epoch"
    message = f"interrupted after {epochs}, saved in model.npz; to resume: fnnet train --resume run --data {data}"
    assert capsys.readouterr().err == f"fnnet: {message}\n"
    checkpoint = load_checkpoint("run")
    assert checkpoint.state.epoch == int(epochs[0]) and load("model.npz") == checkpoint.state.params
    assert read_history("model.history.jsonl") == checkpoint.history


@pytest.mark.parametrize("number", SIGNALS)
def test_the_command_dies_by_the_signal(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    died: list[int] = []
    monkeypatch.setattr("fnnet.cli.die_by", died.append)
    monkeypatch.setattr("fnnet.cli.evaluate.run", lambda arguments: signal.raise_signal(number))
    monkeypatch.setattr(sys, "argv", ["fnnet", "evaluate", "model"])
    assert run_command() == 130
    assert died == [number] and capsys.readouterr() == ("", "fnnet: interrupted\n")


def test_an_interrupt_before_main_is_silent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    died: list[int] = []
    monkeypatch.setattr("fnnet.cli.die_by", died.append)
    monkeypatch.setattr("fnnet.cli.main", lambda: signal.raise_signal(signal.SIGTERM))
    assert run_command() == 130
    assert died == [signal.SIGTERM] and capsys.readouterr() == ("", "")


def test_dying_restores_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[tuple[int, object]] = []
    monkeypatch.setattr(
        "fnnet.cli.signals.signal.raise_signal", lambda number: raised.append((number, signal.getsignal(number)))
    )
    before = signal.getsignal(signal.SIGTERM)
    try:
        die_by(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert raised == [(signal.SIGTERM, signal.SIG_DFL)]


@pytest.mark.parametrize(
    "original, argv, default",
    [
        (["python", "-m", "fnnet", "train"], ["-m", "train"], True),
        (["python", "-m", "fnnet"], ["-m"], True),
        (["python", "/bin/fnnet", "train"], ["/bin/fnnet", "train"], True),
        (["fnnet.exe", "train"], ["fnnet.exe", "train"], True),
        (["python", "mine.py", "fnnet"], ["mine.py", "fnnet"], False),
        (["python", "-m", "mine", "fnnet"], ["-m", "fnnet"], False),
        (["python"], [""], False),
        ([], [], False),
        (["python"], ["fnnet", "a", "b"], False),
    ],
)
def test_only_the_command_changes_signals(
    original: list[str], argv: list[str], default: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "orig_argv", original)
    monkeypatch.setattr(sys, "argv", argv)
    before = signal.getsignal(signal.SIGINT)
    try:
        for first, then in ((signal.default_int_handler, signal.SIG_DFL), (signal.SIG_IGN, signal.SIG_IGN)):
            signal.signal(signal.SIGINT, first)
            importlib.reload(startup)
            assert signal.getsignal(signal.SIGINT) == (then if default else first)
    finally:
        signal.signal(signal.SIGINT, before)
