"""How the time for shards falls with the number of workers, and what it consists of."""

import pickle
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from distributed import Client
from threadpoolctl import threadpool_limits

from fnnet import Dataset, init_params, load_mnist
from fnnet.core.maps import Map
from fnnet.train.parallel import local_sgd, shard, shard_gradients

PARAMS = init_params((784, 128, 64, 10), seed=0)
FILES = 16
ROUNDS = 5


def read(path: Path) -> Dataset[np.float32]:
    """The samples of one file."""
    with np.load(path) as arrays:
        return Dataset(arrays["x"], arrays["y"])


def nothing(item: int) -> int:
    """A task that is nothing but overhead."""
    return item


def campaign(workers: list[int]) -> None:
    """Print the medians of a few rounds for the builtin map, and for each number of workers."""
    print(f"parameters: {len(pickle.dumps(PARAMS)):,} bytes; {FILES} files, {FILES} tasks a map")
    with tempfile.TemporaryDirectory() as folder:
        files = _written(Path(folder))
        with threadpool_limits(1):
            _print("builtin map", files, map)
        for n in workers:
            with Client(n_workers=n, threads_per_worker=1, dashboard_address=None) as client:
                _print(f"{n} worker{'s' * (n > 1)}", files, client.get_executor(pure=False).map)


def _written(folder: Path) -> list[Callable[[], Dataset[np.float32]]]:
    for k, part in enumerate(shard(load_mnist()[0], FILES)):
        np.savez(folder / f"{k}.npz", x=part.x, y=part.y)
    return [partial(read, folder / f"{k}.npz") for k in range(FILES)]


def _print(name: str, files: list[Callable[[], Dataset[np.float32]]], map: Map) -> None:
    descend = partial(local_sgd, PARAMS, files, epochs=1, lr=0.1, map=map)
    times = [
        _median(lambda: list(map(nothing, range(FILES)))),
        _median(lambda: shard_gradients(PARAMS, files, map=map)),
        _median(lambda: list(descend())),
    ]
    cells = ", ".join(f"{what} {1e3 * spent:,.0f} ms" for what, spent in zip(("nothing", "gradient", "epoch"), times))
    print(f"{name}: {cells}", flush=True)


def _median(work: Callable[[], object]) -> float:
    def timed() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return float(np.median([timed() for _ in range(ROUNDS)]))
