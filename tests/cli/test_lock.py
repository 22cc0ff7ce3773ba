"""Two runs, or damaged files, on one model or checkpoint: the second run is refused, and what is torn is repaired."""

import errno
import fcntl
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from fnnet import load
from fnnet.cli import main
from fnnet.cli.lock import lock_path
from fnnet.recipes.checkpoint import load_checkpoint
from fnnet.recipes.history import read_history
from tests.cli.helpers import classic_params, command, interrupt_after, train
from tests.helpers import shared_folder, without_root

IN_USE = (
    "expected a file that no other run is writing, got one in use; wait until that run has ended, or choose another"
)
ROW = '{"epoch": 2, "seconds": 1, "train_loss": 1, "train_accuracy": 0, "test_loss": 1, "test_accuracy": 0}\n'


@contextmanager
def another_run(path: str) -> Iterator[None]:
    """Hold the lock of a file as another process does."""
    lock = FileLock(lock_path(path))
    with lock.acquire(blocking=False):
        yield
    Path(lock.lock_file).unlink(missing_ok=True)


@pytest.mark.parametrize(
    "held, options, named",
    [
        ("model.npz", "", "model.npz: .* --out"),
        ("m", "--out m", "m: .* --out"),
        ("run", "--out m --checkpoint run", "run: .* --checkpoint"),
        ("old", "--resume old", "old: .* --checkpoint"),
        ("model.npz", "--resume old", ".*/model.npz: .* --out"),
        ("model.npz", "--resume old --checkpoint run --epochs 2", ".*/model.npz: .* --out"),
        ("run", "--resume old --checkpoint run --out m", "run: .* --checkpoint"),
        ("target", "--out link", "link: .* --out"),
        ("link.history.jsonl", "--out link.npz", "link.history.jsonl: .* --out"),
    ],
)
def test_a_second_run_is_refused(
    held: str, options: str, named: str, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(data, "--epochs", "1", "--checkpoint", "old") == 0
    Path("link").symlink_to("target")
    Path("link.npz").symlink_to("other")
    before = {path: path.read_bytes() for path in Path.cwd().iterdir() if path.is_file()}
    capsys.readouterr()
    with another_run(held):
        assert train(data, *options.split()) == 1
    printed, errors = capsys.readouterr()
    message = named.replace(".* --", re.escape(IN_USE) + " --")
    assert printed == "" and re.fullmatch(f"fnnet: error: {message}\n", errors)
    assert {path: path.read_bytes() for path in Path.cwd().iterdir() if path.is_file()} == before


def test_other_runs_in_the_folder_are_free(data: str) -> None:
    assert train(data, "--epochs", "1", "--checkpoint", "old") == 0
    with another_run("a.npz"), another_run("old"):
        assert train(data, "--epochs", "1", "--out", "a") == 0
        assert train(data, "--resume", "old", "--checkpoint", "new", "--out", "b", "--epochs", "2") == 0
    assert load_checkpoint("new").state.epoch == 2


def test_locks_are_removed(data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those that a killed process has left."""
    Path(".model.npz.lock").touch()
    assert train(data, "--epochs", "1") == 0
    assert train(data, "--epochs", "1", "--out", data) == 1
    monkeypatch.setattr("fnnet.cli.train.progress_bar", interrupt_after(0))
    assert train(data, "--checkpoint", "run") == 130
    assert sorted(path.name for path in Path.cwd().iterdir()) == [data, "model.history.jsonl", "model.npz"]


@pytest.mark.slow
def test_a_kill_frees_the_lock(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = command("train", "--data", data, "--epochs", "60000", "--checkpoint", "run")
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
        assert process.stdout
        for _ in range(2):  # the settings, then an epoch
            process.stdout.readline()
        assert train(data, "--resume", "run") == 1
        assert train(data) == 1
        assert capsys.readouterr().err.count(IN_USE) == 2
        process.kill()
    reached = load_checkpoint("run").state.epoch
    assert train(data, "--resume", "run", "--epochs", str(reached + 1)) == 0
    assert load("model.npz") == load_checkpoint("run").state.params
    assert [row.epoch for row in read_history("model.history.jsonl")] == list(range(1, reached + 2))
    assert not [path for path in Path.cwd().iterdir() if path.suffix == ".lock"]


def test_a_run_that_ended_is_not_set_back(data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checkpoint is read when it is locked, not before."""

    def read(path: str) -> object:
        with pytest.raises(TimeoutError):
            FileLock(lock_path(path)).acquire(blocking=False)
        return load_checkpoint(path)

    assert train(data, "--epochs", "1", "--checkpoint", "run") == 0
    monkeypatch.setattr("fnnet.cli.train_start.load_checkpoint", read)
    assert train(data, "--resume", "run") == 0


@pytest.mark.parametrize("error", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_files_systems_may_lack_locks(
    error: int, data: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(descriptor: int, operation: int) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(fcntl, "flock", refused)
    assert train(data, "--epochs", "1") == 0
    lines = capsys.readouterr().err.splitlines()
    note = f"is not locked ({os.strerror(error)}); do not start another run that writes the same files"
    assert lines == [f"fnnet: {path} {note}" for path in ("model.npz", "model.history.jsonl")]
    assert load("model.npz") == classic_params(data, 1)


def test_a_lock_of_another_user_is_named(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    with shared_folder() as folder:
        (folder / ".m.lock").touch(0o600)
        with without_root():
            code = main(["train", "--epochs", "1", "--limit", "1", "--out", str(folder / "m")])
    assert code == 1
    assert capsys.readouterr() == ("", f"fnnet: error: {folder}/.m.lock: Permission denied\n")


def test_filelock_is_optional(data: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "filelock", None)
    assert train(data, "--epochs", "1", "--checkpoint", "run") == 0
    note = "no file is locked without filelock (pip install 'fnnet[cli]')"
    assert capsys.readouterr().err == f"fnnet: {note}; do not start another run that writes the same files\n"


@pytest.mark.parametrize("damage", ["", "torn", ROW, ROW + ROW, "\n", '{"epoch": 0}\n', "\0\0\0"])
def test_resuming_repairs_the_history(damage: str, data: str) -> None:
    """It is written anew from the checkpoint: damaged, missing or another run's."""
    path = Path("model.history.jsonl")
    assert train(data, "--epochs", "2", "--checkpoint", "run") == 0
    whole = path.read_text()
    path.write_text(whole[:-30] if damage == "torn" else whole + damage)
    assert train(data, "--resume", "run") == 0
    assert path.read_text() == whole
    path.write_text(whole[:-30] if damage == "torn" else whole + damage)
    assert train(data, "--resume", "run", "--epochs", "3") == 0
    assert path.read_text().startswith(whole) and [row.epoch for row in read_history(path)] == [1, 2, 3]


def test_a_new_run_replaces_a_torn_history(data: str) -> None:
    Path("model.history.jsonl").write_text(ROW + ROW + ROW[:20])
    assert train(data, "--epochs", "1") == 0
    assert [row.epoch for row in read_history("model.history.jsonl")] == [1]


def test_plot_tolerates_a_torn_line(data: str) -> None:
    assert train(data, "--epochs", "2") == 0
    content = Path("model.history.jsonl").read_bytes()
    Path("model.history.jsonl").write_bytes(content[:-20])
    assert main(["plot", "model.npz", "curves"]) == 0
    assert Path("model.history.jsonl").read_bytes() == content[:-20]


@pytest.mark.parametrize("name", ["m.npz", "run", "m.history.jsonl"])
def test_read_only_files_stop_the_run(name: str, capsys: pytest.CaptureFixture[str], data: str) -> None:
    """Before the first epoch: nothing is printed and nothing is changed."""
    with shared_folder() as folder:
        options = ["--out", str(folder / "m.npz")]
        assert train(data, "--epochs", "1", *options, "--checkpoint", str(folder / "run")) == 0
        for path in folder.iterdir():
            path.chmod(0o444 if path.name == name else 0o666)
        before = {path: path.read_bytes() for path in folder.iterdir()}
        capsys.readouterr()
        with without_root():
            arguments = ["--resume", str(folder / "run"), "--epochs", "2"] if name == "run" else options
            code = main(["train", "--limit", "1", *arguments])
        assert code == 1
        assert capsys.readouterr() == ("", f"fnnet: error: {folder}/{name}: Permission denied\n")
        assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_read_only_folders_stop_the_run(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    with shared_folder() as folder:
        folder.chmod(0o555)
        with without_root():
            code = main(["train", "--limit", "1", "--out", str(folder / "m")])
        folder.chmod(0o755)
    assert code == 1
    assert capsys.readouterr() == ("", f"fnnet: error: {folder}/m: Permission denied\n")
