"""fnnet, called as a user calls it. Only from the top of the package: `--against` runs this with an older fnnet."""

from typing import Any

import numpy as np

import fnnet
from tests.bench.cases import ADAM_LR, LR, MOMENTUM_LR, MU, Problem, Work, arrays


def train(problem: Problem) -> Work:
    """`sgd_fold` over all samples."""
    params, x, y, batch = problem.params, problem.x, problem.y, problem.case.batch
    return lambda: arrays(fnnet.sgd_fold(params, x, y, LR, batch_size=batch))


def momentum(problem: Problem) -> Work:
    """An epoch of `fit`, which also shuffles the samples."""
    return _epoch(problem, fnnet.momentum(MOMENTUM_LR, MU))


def adam(problem: Problem) -> Work:
    """An epoch of `fit`, which also shuffles the samples."""
    return _epoch(problem, fnnet.adam(ADAM_LR))


def _epoch(problem: Problem, optimizer: Any) -> Work:
    batch = problem.case.batch

    def work() -> list[object]:
        (state,) = fnnet.fit(problem.params, problem.data, epochs=1, optimizer=optimizer, batch_size=batch)
        return arrays(state.params)

    return work


def gradient(problem: Problem) -> Work:
    """`backward` of `forward` for each batch."""
    params, batches = problem.params, problem.batches()

    def work() -> list[object]:
        for x, y in batches:
            gradient = fnnet.backward(params, fnnet.forward(params, x), y)
        return arrays(gradient)

    return work


def predict(problem: Problem) -> Work:
    """`predict_proba` of each batch."""
    params, inputs = problem.params, [x for x, _ in problem.batches()]
    return lambda: [np.concatenate([fnnet.predict_proba(params, x) for x in inputs])]
