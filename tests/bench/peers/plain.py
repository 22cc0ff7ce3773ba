"""The definition of training: a plain `reduce` of `sgd_step` over the samples."""

from functools import reduce
from typing import Any

import numpy as np

from fnnet import Params, backward, forward, sgd_step
from tests.bench.cases import LR, Problem, Work, arrays


def train(problem: Problem) -> Work:
    """A step for each batch."""

    def step(params: Params[np.float32], batch: tuple[Any, Any]) -> Params[np.float32]:
        x, y = batch
        return sgd_step(params, backward(params, forward(params, x), y), LR)

    return lambda: arrays(reduce(step, problem.batches(), problem.params))
