"""A sweep of learning rates in a pool of processes, and shards of data in another."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np

from fnnet import Dataset, accuracy, adam, fit, init_params, split
from fnnet.recipes import Recipe, sweep
from fnnet.train import shard, shard_gradients


def train(data: Dataset[np.float32], rate: float) -> float:
    *_, last = fit(init_params((4, 8, 2), seed=0), data, epochs=5, optimizer=adam(rate), batch_size=8)
    return accuracy(last.params, data)


def samples() -> Dataset[np.float32]:
    x = np.random.default_rng(0).normal(size=(64, 4)).astype(np.float32)
    return Dataset(x, (x.sum(axis=1) > 0).astype(np.int64))


def parts() -> tuple[Dataset[np.float32], Dataset[np.float32]]:
    return split(samples(), 32)


def main() -> None:
    data, start = samples(), init_params((4, 8, 2), seed=0)
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        scores = dict(zip((1e-3, 1e-1), pool.map(partial(train, data), (1e-3, 1e-1))))
        assert shard_gradients(start, shard(data, 3), map=pool.map) == shard_gradients(start, shard(data, 3))
        results = list(sweep(Recipe(epochs=1, widths=(8,)), {"lr": [0.1, 0.2]}, parts, seeds=(0,), map=pool.map))
    assert scores[1e-1] >= scores[1e-3]
    assert all(result.error is None for result in results)
