"""The functions in toolz' pipes, curried."""

from functools import partial, reduce

import numpy as np
from toolz import curry, pipe

from fnnet import Dataset, Params, backward, batches, forward, init_params, sgd_step, shuffled
from fnnet.typing import Batch


def step(params: Params[np.float32], batch: Batch[np.float32]) -> Params[np.float32]:
    x, y = batch
    return sgd_step(params, pipe(x, curry(forward)(params), curry(backward)(params)(y=y)), lr=0.1)


def main() -> None:
    data = Dataset(np.eye(4, dtype=np.float32), np.arange(4))
    steps = pipe(data, partial(shuffled, seed=0), partial(batches, size=2), list)
    assert reduce(step, steps, init_params((4, 4), seed=0)).sizes == (4, 4)
