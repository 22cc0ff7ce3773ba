"""The definition of training: a plain `reduce` of `sgd_step`, or of an optimizer's `step`, over the samples."""

from functools import reduce
from typing import Any

import numpy as np

import fnnet
from fnnet import Params, backward, forward, sgd_step
from tests.bench.cases import ADAM_LR, LR, MOMENTUM_LR, MU, Problem, Work, arrays


def train(problem: Problem) -> Work:
    """A step for each batch."""

    def step(params: Params[np.float32], batch: tuple[Any, Any]) -> Params[np.float32]:
        x, y = batch
        return sgd_step(params, backward(params, forward(params, x), y), LR)

    return lambda: arrays(reduce(step, problem.batches(), problem.params))


def momentum(problem: Problem) -> Work:
    """A step with momentum for each batch."""
    return _epoch(problem, fnnet.momentum(MOMENTUM_LR, MU))


def adam(problem: Problem) -> Work:
    """A step of Adam for each batch."""
    return _epoch(problem, fnnet.adam(ADAM_LR))


def _epoch(problem: Problem, optimizer: Any) -> Work:
    def step(reached: tuple[Any, Any], batch: tuple[Any, Any]) -> Any:
        (params, state), (x, y) = reached, batch
        return optimizer.step(params, backward(params, forward(params, x), y), state)

    start = problem.params, optimizer.init(problem.params)
    return lambda: arrays(reduce(step, problem.batches(), start)[0])
