"""fnnet itself: the fold of the library, and the plain `reduce` that defines it."""

from collections.abc import Sequence
from functools import reduce

import numpy as np

from fnnet import Params, __version__, backward, forward, predict_proba, sgd_fold, sgd_step
from fnnet.core.arrays import Matrix
from tests.bench.contender import Contender, Images, Problem, calls, stacked
from tests.bench.timing import Work, work


def fast(threads: int) -> Contender:
    """`sgd_fold` and `predict_proba`, as a user calls them."""
    return Contender("fnnet", __version__, _fold, _predict)


def plain(threads: int) -> Contender:
    """The definition: `reduce` of `sgd_step(params, backward(params, forward(params, x), y), lr)`."""
    return Contender("plain reduce", __version__, _reduce, None)


def _fold(problem: Problem) -> Work[Params[np.float32]]:
    def run(params: Params[np.float32]) -> Params[np.float32]:
        return sgd_fold(params, problem.x, problem.y, problem.lr, batch_size=problem.batch_size)

    return work(lambda: problem.params, run, lambda params: params)


def _reduce(problem: Problem) -> Work[Params[np.float32]]:
    x, y, lr, size = problem.x, problem.y, problem.lr, problem.batch_size

    def single(params: Params[np.float32], i: int) -> Params[np.float32]:
        return sgd_step(params, backward(params, forward(params, x[i]), y[i]), lr)

    def batch(params: Params[np.float32], i: int) -> Params[np.float32]:
        return sgd_step(params, backward(params, forward(params, x[i : i + size]), y[i : i + size]), lr)

    def run(params: Params[np.float32]) -> Params[np.float32]:
        return reduce(single if size == 1 else batch, range(0, len(x), size), params)

    return work(lambda: problem.params, run, lambda params: params)


def _predict(images: Images) -> Work[Matrix[np.float32]]:
    params, batches = images.params, calls(images)
    vectors = [x[0] for x in batches]

    def run_batches(_: object) -> Sequence[np.ndarray[tuple[int, ...]]]:
        return [predict_proba(params, x) for x in batches]

    def run_vectors(_: object) -> Sequence[np.ndarray[tuple[int, ...]]]:
        return [predict_proba(params, x) for x in vectors]

    # the library takes a single image as a vector
    run = run_vectors if images.size == 1 else run_batches
    return work(lambda: (), run, lambda parts: stacked(parts, images))
