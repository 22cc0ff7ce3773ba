"""Another project's code: type-checked, in strict mode, against the installed wheel."""

from functools import reduce
from typing import assert_type

import numpy as np

from fnnet import (
    Dataset,
    Grads,
    Params,
    TrainState,
    accuracy,
    adam,
    backward,
    batches,
    fit,
    forward,
    init_params,
    load_mnist,
    ravel,
    sgd_step,
)
from fnnet.core.arrays import Vector
from fnnet.data.dataset import Batch
from fnnet.train.parallel import shard_gradients


def step(params: Params[np.float32], batch: Batch[np.float32]) -> Params[np.float32]:
    x, y = batch
    grads = backward(params, forward(params, x), y)
    assert_type(grads, Grads[np.float32])
    return sgd_step(params, grads, lr=0.1)


def train() -> float:
    data, test = load_mnist()
    assert_type(data, Dataset[np.float32])
    params = reduce(step, batches(data, 32), init_params((784, 30, 10), seed=0))
    *_, last = fit(params, data, epochs=1, optimizer=adam(1e-3), batch_size=64)
    assert_type(last, TrainState[np.float32])
    assert_type(ravel(shard_gradients(last.params, [data])), Vector[np.float32])
    return accuracy(last.params, test)


def wrong(params: Params[np.float32], grads: Grads[np.float64]) -> None:
    sgd_step(params, grads, 0.1)  # type: ignore[misc]  # float64 is no float32; an unused ignore is an error
    forward(params, np.zeros(784))  # type: ignore[misc]  # likewise
