"""Many threads and processes at once get the same bits from shared records: pure functions have no hidden state."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import get_context

import numpy as np
import pytest

from fnnet import (
    Dataset,
    Params,
    adam,
    apply,
    backward,
    fit,
    forward,
    gradient_error,
    init_params,
    loss,
    ravel,
    relu,
    sgd_fold,
    shuffled,
)
from fnnet.data.augment import Warp, augment
from fnnet.nn.dropout import dropout_gradient
from fnnet.optim.optimizer import Optimizer
from fnnet.optim.wrappers import clip, ema, l2

RNG = np.random.default_rng(0)
DATA = Dataset(RNG.random((200, 64), np.float32), RNG.integers(0, 5, 200))
PARAMS = init_params((64, 40, 30, 5), seed=0, hidden=relu)
OPTIMIZER: Optimizer = ema(clip(l2(adam(1e-2), 1e-3), 1.0), 0.9)


def work(task: tuple[Params[np.float32], Dataset[np.float32], int]) -> bytes:
    """The bits of everything that the library computes from these records."""
    params, data, seed = task
    grads = backward(params, forward(params, data.x), data.y)
    *_, by_rate = fit(params, data, epochs=2, lr=0.1, seed=seed)
    *_, by_adam = fit(params, data, epochs=2, optimizer=OPTIMIZER, batch_size=16, seed=seed)
    results = [
        ravel(grads),
        ravel(by_rate.params),
        ravel(by_adam.params),
        *(ravel(slot) for slot in by_adam.opt_state.layered),
        ravel(sgd_fold(params, data.x, data.y, 0.1, batch_size=4)),
        ravel(dropout_gradient(0.3, seed, params, data.x, data.y, None, 7)),
        apply(params, data.x),
        np.array([loss(params, data.x, data.y), gradient_error(params, data.x[:3], data.y[:3])]),
        augment(data.x, seed, Warp(shift=1, rotation=9, elastic=20)),
        np.array([y for _, y in shuffled(data, seed)]),
    ]
    return b"".join(result.tobytes() for result in results)


@contextmanager
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


@contextmanager
def processes() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.mark.slow
@pytest.mark.parametrize("pool", [threads, processes])
def test_parallel_work_gives_the_same_bits(pool: Callable[[], AbstractContextManager[Executor]]) -> None:
    tasks = [(PARAMS, DATA, seed % 3) for seed in range(24)]
    alone = [work(task) for task in tasks[:3]]
    with pool() as executor:
        assert list(executor.map(work, tasks)) == alone * 8
