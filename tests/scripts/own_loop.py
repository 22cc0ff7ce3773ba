"""Training as a fold of one's own step, over samples and over batches."""

from functools import reduce

import numpy as np

from fnnet import Dataset, Params, accuracy, backward, batches, forward, init_params, sgd_step, shuffled
from fnnet.typing import Batch, F, Sample


def step(params: Params[F], sample: Sample[F]) -> Params[F]:
    x, y = sample
    return sgd_step(params, backward(params, forward(params, x), y), lr=0.1)


def batch_step(params: Params[np.float32], batch: Batch[np.float32]) -> Params[np.float32]:
    x, y = batch
    return sgd_step(params, backward(params, forward(params, x), y), lr=0.1)


def main() -> None:
    data = Dataset(np.eye(4, dtype=np.float32), np.arange(4))
    params = init_params((4, 8, 4), seed=0)
    for epoch in range(100):
        params = reduce(step, shuffled(data, seed=0, epoch=epoch), params)
        params = reduce(batch_step, batches(data, 2), params)
    assert accuracy(params, data) == 1
