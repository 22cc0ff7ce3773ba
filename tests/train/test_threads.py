"""BLAS has one thread while small batches are trained on, and as many as before whenever the caller has control."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from multiprocessing import get_context
from typing import Any

import attrs
import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from fnnet import Dataset, Diverged, TrainState, adam, fit, init_params, softmax_cross_entropy
from fnnet.core import threads
from fnnet.core.maps import checked_map
from fnnet.core.threads import blas_threads, one_blas_thread
from fnnet.nn import mean_gradient
from fnnet.train import local_sgd, shard, shard_gradients

DATA = Dataset(np.random.default_rng(0).normal(size=(600, 2)), np.arange(600) % 3)
START = init_params((2, 3), seed=0, dtype=np.float64)
Gradient = Callable[..., Any]


def number(_: object = None) -> int:
    """How many threads BLAS has; the least, since SciPy may have brought one of its own."""
    return min(int(pool["num_threads"] or 0) for pool in threadpool_info() if pool["user_api"] == "blas")


def set_three() -> None:
    threadpool_limits(3, user_api="blas")


@pytest.fixture(autouse=True)
def three_threads() -> Iterator[None]:
    """Whatever the machine has."""
    with threadpool_limits(3, user_api="blas"):
        yield
        assert number() == 3


def recorder(seen: list[int]) -> Gradient:
    def gradient(*arguments: Any) -> Any:
        seen.append(number())
        return mean_gradient(*arguments[:4])

    return gradient


@pytest.mark.parametrize("batch_size, limited, expected", [(100, True, 1), (100, False, 3), (256, True, 3)])
def test_small_batches_have_one_thread(batch_size: int, limited: bool, expected: int) -> None:
    seen: list[int] = []
    stream = fit(
        START,
        DATA,
        epochs=2,
        lr=0.1,
        batch_size=batch_size,
        gradient=recorder(seen),
        limit_threads=limited,
    )
    for _ in stream:
        assert number() == 3
    assert set(seen) == {expected}


def test_the_caller_has_all_threads() -> None:
    """Between the parts of an epoch, when data is made, and after a stream that is left alone."""
    seen = [number()]

    def data(epoch: int) -> Dataset[np.float64]:
        seen.append(number())
        return DATA

    def progress(parts: Iterable[TrainState[np.float64]]) -> Iterator[TrainState[np.float64]]:
        for state in parts:
            seen.append(number())
            yield state

    stream = fit(START, data, epochs=9, lr=0.1, progress=progress)
    seen += [number(next(stream)), number(next(stream))]
    del stream
    assert set(seen) == {3} and len(seen) == 7


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_errors_restore_the_threads(error: type[BaseException]) -> None:
    def gradient(*_: object) -> Any:
        assert number() == 1
        raise error

    with pytest.raises(error):
        next(fit(START, DATA, epochs=1, lr=0.1, gradient=gradient))
    assert number() == 3
    with suppress(Diverged):
        list(fit(START, DATA, epochs=9, lr=1e300))


def test_threads_do_not_change_the_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """One thread of threadpoolctl is one thread of the caller's, to the bit."""
    monkeypatch.setattr(threads, "_controller", lambda: None)
    with threadpool_limits(1, user_api="blas"):
        expected = list(fit(START, DATA, epochs=2, optimizer=adam(), batch_size=9))
    monkeypatch.undo()
    assert list(fit(START, DATA, epochs=2, optimizer=adam(), batch_size=9)) == expected


def test_blocks_may_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first to begin sets the number, and the last to end restores it, once; those between change nothing."""
    events: list[str] = []

    class Controller:
        @contextmanager
        def limit(self, limits: int, user_api: str) -> Iterator[None]:
            events.append(f"{user_api} {limits}")
            yield
            events.append("restored")

    monkeypatch.setattr(threads, "_controller", Controller)
    with ThreadPoolExecutor(1) as pool, one_blas_thread():
        with one_blas_thread():
            pass
        beside = one_blas_thread()
        pool.submit(beside.__enter__).result()
    assert events == ["blas 1"]
    beside.__exit__(None, None, None)
    assert events == ["blas 1", "restored"]
    with one_blas_thread():
        pass
    assert events == ["blas 1", "restored"] * 2


def test_a_forked_process_begins_anew() -> None:
    """Whatever blocks there were, and whoever held the lock."""
    limit = threads._Limit()
    limit.enter()
    with limit._lock:
        limit.forget()
        limit.enter()
    limit.leave()
    limit.leave()  # of the block in which it was forked
    assert limit._blocks == 0
    threadpool_limits(3, user_api="blas")


def test_workers_have_one_thread_each() -> None:
    """The caller has all, between two results."""
    assert [(inside, number()) for inside in checked_map(map, number, range(5))] == [(1, 3)] * 5


@pytest.mark.parametrize("workers", [0, 2])
def test_shards_have_one_thread_each(workers: int) -> None:
    """Also between the tasks of a pool."""
    seen: list[int] = []

    def observed(z: Any) -> Any:
        seen.append(number())
        return softmax_cross_entropy.apply(z)

    start = attrs.evolve(START, head=attrs.evolve(softmax_cross_entropy, apply=observed))
    seen.clear()  # a head tries its functions
    with ThreadPoolExecutor(workers) if workers else nullcontext() as pool:
        use = pool.map if pool else map
        shard_gradients(start, shard(DATA, 9), map=use)
        list(local_sgd(start, shard(DATA, 9), epochs=1, lr=0.1, batch_size=300, map=use))
    assert set(seen) == {1}


@pytest.mark.slow
def test_processes_have_one_thread_each() -> None:
    with ProcessPoolExecutor(1, get_context("spawn"), set_three) as pool:
        assert pool.submit(number).result() == 3
        assert list(checked_map(pool.map, number, range(2))) == [1, 1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot fork here")
def test_forked_processes_do_not_wait() -> None:
    """For a lock that a thread held which is not in them."""
    code = """if True:
        import os, signal
        from fnnet.core.threads import _LIMIT, one_blas_thread
        with _LIMIT._lock:
            child = os.fork()
            if child == 0:
                signal.alarm(30)
                with one_blas_thread():
                    os._exit(7)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert run.stdout == "7\n", run.stderr


def test_threads_stay_without_threadpoolctl(monkeypatch: pytest.MonkeyPatch) -> None:
    threads._controller.cache_clear()
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    with blas_threads(1):
        assert number() == 3
    threads._controller.cache_clear()


def test_maps_are_functions() -> None:
    with pytest.raises(TypeError, match="^map: expected a function, got 'map'$"):
        list(checked_map("map", abs, [1]))  # type: ignore[arg-type]  # wrong
