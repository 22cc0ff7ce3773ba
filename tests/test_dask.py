"""Shards on a cluster: worker processes of dask.distributed, one of them killed at work; files that no one holds whole."""

import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from distributed import Client, LocalCluster
from threadpoolctl import threadpool_limits

from fnnet import Dataset, Diverged, init_params, load_mnist
from fnnet.train.parallel import local_sgd, shard, shard_gradients

PARAMS = init_params((784, 32, 10), seed=0)
FILES = 8


def read(path: Path, reads: Path, fatal: Path) -> Dataset[np.float32]:
    """The samples of one file; who read it is noted, and the first to find the fatal file dies as by an accident."""
    try:
        fatal.unlink()
    except FileNotFoundError:
        (reads / f"{path.stem} {os.getpid()} {os.urandom(4).hex()}").touch()
        with np.load(path) as arrays:
            return Dataset(arrays["x"], arrays["y"])
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody lives on after this")


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Three worker processes of one thread each, of which a user's environment could make more."""
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    with LocalCluster(n_workers=3, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        yield client


@pytest.fixture
def shards(tmp_path: Path) -> list[Callable[[], Dataset[np.float32]]]:
    """The test images in files, each a function that reads one."""
    (tmp_path / "reads").mkdir()
    for k, part in enumerate(shard(load_mnist()[1], FILES)):
        np.savez(tmp_path / f"{k}.npz", x=part.x, y=part.y)
    return [partial(read, tmp_path / f"{k}.npz", tmp_path / "reads", tmp_path / "fatal") for k in range(FILES)]


def test_a_cluster_that_loses_a_worker_gives_the_bits_of_one_machine(
    client: Client, shards: list[Callable[[], Dataset[np.float32]]], tmp_path: Path
) -> None:
    cluster_map = client.get_executor(pure=False).map
    with threadpool_limits(1):
        gradient = shard_gradients(PARAMS, shards)
        stream = list(local_sgd(PARAMS, shards, epochs=2, lr=0.1, batch_size=8, rounds=2))
    for note in (tmp_path / "reads").iterdir():
        note.unlink()
    workers = set(client.run(os.getpid).values())
    (tmp_path / "fatal").touch()
    assert shard_gradients(PARAMS, shards, map=cluster_map) == gradient
    assert not (tmp_path / "fatal").exists()
    (tmp_path / "fatal").touch()
    assert list(local_sgd(PARAMS, shards, epochs=2, lr=0.1, batch_size=8, rounds=2, map=cluster_map)) == stream
    reads = [note.name.split() for note in (tmp_path / "reads").iterdir()]
    readers = {int(pid) for _, pid, _ in reads}
    assert len(reads) >= FILES * 5 and os.getpid() not in readers
    assert len(readers & workers) > 1 and readers - workers, (
        "work was shared, and a new worker took the dead one's place"
    )


def fail(error: Diverged) -> None:
    raise error


def test_divergence_on_a_worker_is_told_with_the_parameters_before_it(client: Client) -> None:
    error = Diverged(1, 2, "at a learning rate of 3", PARAMS)
    with pytest.raises(Diverged, match=f"^{error}$") as caught:
        client.submit(fail, error).result()
    assert caught.value.params == PARAMS and caught.value.step == 2
