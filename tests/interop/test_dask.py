"""Shards on a Dask cluster, one of whose workers is killed; each shard is a file that a worker reads."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from distributed import Client
from threadpoolctl import threadpool_limits

from fnnet import Dataset, Diverged, init_params, load_mnist
from fnnet.train.parallel import local_sgd, shard, shard_gradients

PARAMS = init_params((784, 32, 10), seed=0)
FILES = 8


def read(path: Path, reads: Path, fatal: Path) -> Dataset[np.float32]:
    """The samples of one file.

    The process that reads it leaves a note. The first to find the file `fatal` removes it and kills itself.
    """
    try:
        fatal.unlink()
    except FileNotFoundError:
        (reads / f"{path.stem} {os.getpid()} {os.urandom(4).hex()}").touch()
        with np.load(path) as arrays:
            return Dataset(arrays["x"], arrays["y"])
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("the process survived its own kill")


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A cluster of three worker processes with one BLAS thread each, whatever the user's environment says."""
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    with Client(n_workers=3, threads_per_worker=1, dashboard_address=None) as client:
        yield client


@pytest.fixture
def shards(tmp_path: Path) -> list[Callable[[], Dataset[np.float32]]]:
    """The test images in files: functions, each of which reads one."""
    (tmp_path / "reads").mkdir()
    for k, part in enumerate(shard(load_mnist()[1], FILES)):
        np.savez(tmp_path / f"{k}.npz", x=part.x, y=part.y)
    return [partial(read, tmp_path / f"{k}.npz", tmp_path / "reads", tmp_path / "fatal") for k in range(FILES)]


def test_losing_a_worker_changes_nothing(
    client: Client, shards: list[Callable[[], Dataset[np.float32]]], tmp_path: Path
) -> None:
    """The cluster gives the bits that one machine gives."""
    cluster_map = client.get_executor(pure=False).map
    with threadpool_limits(1):
        gradient = shard_gradients(PARAMS, shards)
        stream = list(local_sgd(PARAMS, shards, epochs=2, lr=0.1, batch_size=8, rounds=2))
    for note in (tmp_path / "reads").iterdir():
        note.unlink()
    processes: Any = client.run(os.getpid)
    workers = set(processes.values())
    (tmp_path / "fatal").touch()
    assert shard_gradients(PARAMS, shards, map=cluster_map) == gradient
    assert not (tmp_path / "fatal").exists()
    (tmp_path / "fatal").touch()
    assert list(local_sgd(PARAMS, shards, epochs=2, lr=0.1, batch_size=8, rounds=2, map=cluster_map)) == stream
    reads = [note.name.split() for note in (tmp_path / "reads").iterdir()]
    readers = {int(pid) for _, pid, _ in reads}
    assert len(reads) >= FILES * 5 and os.getpid() not in readers
    assert len(readers & workers) > 1 and readers - workers, (
        "expected shared work, and a new worker in place of the dead one"
    )


def fail(error: Diverged) -> None:
    raise error


def test_divergence_crosses_processes(client: Client) -> None:
    """The error keeps its message and the last finite parameters."""
    error = Diverged(1, 2, "with sgd(3.0)", PARAMS)
    with pytest.raises(Diverged, match=f"^{re.escape(str(error))}$") as caught:
        client.submit(fail, error).result()
    assert caught.value.params == PARAMS and caught.value.step == 2
