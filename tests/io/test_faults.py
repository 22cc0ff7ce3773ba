"""Faults from outside: kills, full disks, folders that cannot be written, files replaced while they are read."""

import re
import resource
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from fnnet import Params, init_params, load, save
from fnnet.io.files import check_writable
from fnnet.recipes.history import Row, append_history, history_path, read_history, write_history
from tests.campaigns.kills import AT_CHANCE, RECIPE, Run, interrupted
from tests.helpers import without_root

OLD, NEW = (init_params((30, 20, 2), seed=seed) for seed in (0, 1))


@pytest.mark.slow
@pytest.mark.parametrize("rival", [False, True])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_interrupted_runs_resume_exactly(tmp_path: Path, how: signal.Signals, rival: bool) -> None:
    run, rng = Run.new(tmp_path), np.random.default_rng()
    reached = [interrupted(run, float(rng.random() * 0.05), how, rival) for _ in range(3)]
    assert reached == sorted(reached) and reached[-1] > 0
    with run.start() as process:
        _, errors = process.communicate()
    assert re.fullmatch(AT_CHANCE, errors)
    found = run.found()
    assert found and found.state.epoch == RECIPE.epochs
    history = read_history(history_path(tmp_path / "model"))
    assert [row.epoch for row in history] == list(range(1, RECIPE.epochs + 1))


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The operating system refuses to let a file grow beyond this size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_full_disk_keeps_the_history(tmp_path: Path) -> None:
    """At whichever byte the disk is full, the history stays as it was."""
    path = tmp_path / "h"
    first, second = (Row(epoch, 1.5, 0.25, 0.75, None, 1.0) for epoch in (1, 2))
    write_history(path, [first])
    size = path.stat().st_size
    for room in range(size, 2 * size, 7):
        with files_of_at_most(room), pytest.raises(OSError):
            append_history(path, second)
        assert read_history(path) == (first,) and path.stat().st_size == size
    with files_of_at_most(2 * size):
        append_history(path, second)
    assert read_history(path) == (first, second)


def test_full_disk_keeps_the_old_file(tmp_path: Path) -> None:
    """At whichever byte the disk is full, the old file stays, and nothing else is left."""
    path = tmp_path / "m"
    save(OLD, path)
    size = path.stat().st_size
    for room in range(0, size, 97):
        with files_of_at_most(room), pytest.raises(OSError):
            save(NEW, path)
        assert load(path) == OLD
        assert list(tmp_path.iterdir()) == [path]
    with files_of_at_most(size):
        save(NEW, path)
    assert load(path) == NEW


def test_unwritable_folder_is_named() -> None:
    """Nothing in the folder changes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "m"
        save(OLD, path)
        folder.chmod(0o555)
        with without_root():
            for write in (check_writable, lambda path: save(NEW, path)):
                with pytest.raises(PermissionError, match=str(path)):
                    write(path)
            assert load(path) == OLD
        folder.chmod(0o755)
        assert list(folder.iterdir()) == [path]


def test_replacement_is_atomic(tmp_path: Path) -> None:
    """A reader sees one whole file, old or new, while others write."""
    path, stop = tmp_path / "m", threading.Event()
    save(OLD, path)

    def replace() -> None:
        while not stop.is_set():
            for params in (NEW, OLD):
                save(params, path)

    writers = [threading.Thread(target=replace) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        read: list[Params[np.float32]] = [load(path, np.float32) for _ in range(200)]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert all(params in (OLD, NEW) for params in read)
    assert list(tmp_path.iterdir()) == [path]
