"""Shards: the same gradient for any partition, through any map, from data read where it is needed."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dataset, Diverged, Params, accuracy, fit, identity_squared_error, init_params, ravel, sgd_step
from fnnet.core.maps import A, B
from fnnet.data import Warp, augment
from fnnet.data.subsets import take
from fnnet.nn.calculus import mean_gradient
from fnnet.optim import adam
from fnnet.optim.schedules import exponential, piecewise
from fnnet.train import TrainState
from fnnet.train.parallel import local_sgd, shard, shard_gradients
from tests.helpers import patch
from tests.strategies import Problem, problems, seeds, trainable

RNG = np.random.default_rng(0)
DATA = Dataset(RNG.random((500, 20), np.float32), RNG.integers(0, 3, 500))
PARAMS = init_params((20, 12, 3), seed=0)


def backwards(f: Callable[[A], B], items: Iterable[A]) -> list[B]:
    """A map that works from the last item to the first."""
    return [f(item) for item in reversed(list(items))][::-1]


@given(problems(np.float64), st.data())
def test_any_shards_give_the_gradient(problem: Problem[np.float64], draw: st.DataObject) -> None:
    """It is the gradient of the whole data, also when shards are read lazily, through any map."""
    params, data = problem.params, problem.data
    n = draw.draw(st.integers(1, len(data)))
    order = np.array(draw.draw(st.permutations(range(len(data)))))
    shards = shard(take(data, order), n)
    whole = ravel(mean_gradient(params, problem.x, problem.y))
    sharded = shard_gradients(params, shards)
    np.testing.assert_allclose(ravel(sharded), whole, rtol=1e-9, atol=1e-12)
    lazy = [lambda shard=shard: shard for shard in shards]
    assert shard_gradients(params, lazy, map=backwards) == sharded


@given(st.integers(1, 60), st.data())
def test_shards_are_even_and_in_order(samples: int, draw: st.DataObject) -> None:
    n = draw.draw(st.integers(1, samples))
    cut = shard(Dataset(np.arange(samples, dtype=float)[:, np.newaxis], np.arange(samples)), n)
    assert np.concatenate([part.y for part in cut]).tolist() == list(range(samples))
    assert len(cut) == n and max(map(len, cut)) - min(map(len, cut)) <= 1


@given(problems(np.float64), st.data())
def test_weights_go_with_their_shards(problem: Problem[np.float64], draw: st.DataObject) -> None:
    """The gradient of weighted shards is that of the whole; one step a round follows it."""
    weights = np.random.default_rng(0).random(len(problem.x))
    data = Dataset(problem.x, problem.y, weights)
    shards = shard(data, draw.draw(st.integers(1, len(data))))
    grads = shard_gradients(problem.params, shards)
    whole = mean_gradient(problem.params, problem.x, problem.y, weights)
    np.testing.assert_allclose(ravel(grads), ravel(whole), rtol=1e-9, atol=1e-12)
    (epoch,) = local_sgd(problem.params, shards, epochs=1, lr=0.01, batch_size=len(data))
    np.testing.assert_allclose(ravel(epoch.params), ravel(sgd_step(problem.params, whole, 0.01)), rtol=1e-9, atol=1e-11)


def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = shard_gradients(PARAMS, [DATA])
    patch(monkeypatch, "fnnet.train.parallel._ROWS", 64)
    np.testing.assert_allclose(ravel(shard_gradients(PARAMS, [DATA])), ravel(whole), rtol=1e-4, atol=1e-7)


@given(trainable(), seeds, st.integers(1, 4))
def test_local_sgd_on_one_shard_is_fit(problem: Problem[np.float64], seed: int, batch_size: int) -> None:
    settings = {"epochs": 3, "lr": lambda step: 0.05 / (step + 1), "batch_size": batch_size, "seed": seed}
    local = list(local_sgd(problem.params, [problem.data], **settings))  # type: ignore[arg-type]  # a dict of settings
    whole = list(fit(problem.params, problem.data, **settings))  # type: ignore[arg-type]  # a dict of settings
    assert [epoch.epoch for epoch in local] == [1, 2, 3]
    for one, other in zip(local, whole):
        np.testing.assert_allclose(ravel(one.params), ravel(other.params), rtol=1e-9, atol=1e-12)


@given(trainable(), st.integers(1, 5))
def test_one_step_follows_the_mean_gradient(problem: Problem[np.float64], n: int) -> None:
    """With one step a round, the mean of the shards' networks is a step along the mean gradient."""
    shards = shard(problem.data, min(n, len(problem.data)))
    (epoch,) = local_sgd(problem.params, shards, epochs=1, lr=0.1, batch_size=len(problem.data))
    stepped = sgd_step(problem.params, shard_gradients(problem.params, shards), 0.1)
    np.testing.assert_allclose(ravel(epoch.params), ravel(stepped), rtol=1e-9, atol=1e-11)


def test_rounds_divide_the_epoch() -> None:
    """On one shard, rounds of whole batches make no difference: the mean of one network is that network."""
    (one,) = local_sgd(PARAMS, [DATA], epochs=1, lr=0.1, batch_size=5)
    (many,) = local_sgd(PARAMS, [DATA], epochs=1, lr=0.1, batch_size=5, rounds=4)
    np.testing.assert_allclose(ravel(many.params), ravel(one.params), rtol=1e-4, atol=1e-6)
    (close,) = local_sgd(PARAMS, shard(DATA, 4), epochs=1, lr=0.1, batch_size=5, rounds=25)
    (apart,) = local_sgd(PARAMS, shard(DATA, 4), epochs=1, lr=0.1, batch_size=5)
    assert close != apart


def test_local_sgd_resumes_and_is_lazy() -> None:
    """It resumes to the bit, also with a rate that follows the step, whose count goes on by the most steps."""
    settings = partial(local_sgd, shards=shard(DATA, 3), lr=exponential(0.1, 0.99), batch_size=4, rounds=2)
    whole: list[TrainState[np.float32]] = list(settings(PARAMS, epochs=4))
    assert list(settings(whole[1], epochs=4)) == whole[2:]
    steps = 2 * -(-84 // 4)  # shards of 167, 167 and 166 samples in rounds of 84 and less
    assert [state.opt_state.count for state in whole] == [steps, 2 * steps, 3 * steps, 4 * steps]
    assert next(settings(PARAMS, epochs=10**9)) == whole[0]


def test_shards_weigh_by_their_samples() -> None:
    shards = [take(DATA, np.arange(400)), take(DATA, np.arange(400, 500))]
    (both,) = local_sgd(PARAMS, shards, epochs=1, lr=0.1, batch_size=10)
    (large,), (small,) = (list(local_sgd(PARAMS, [shard], epochs=1, lr=0.1, batch_size=10)) for shard in shards)
    expected = 0.8 * ravel(large.params) + 0.2 * ravel(small.params)
    np.testing.assert_allclose(ravel(both.params), expected, rtol=1e-5, atol=1e-7)


def read(path: Path) -> Dataset[np.float32]:
    with np.load(path) as arrays:
        return Dataset(arrays["x"], arrays["y"])


@pytest.mark.slow
def test_any_map_gives_the_same_bits(tmp_path: Path) -> None:
    """This holds for shards in memory and in files, through the builtin map, threads and processes."""
    files: list[Callable[[], Dataset[np.float32]]] = []
    for k, part in enumerate(shard(DATA, 5)):
        np.savez(tmp_path / f"{k}.npz", x=part.x, y=part.y)
        files.append(partial(read, tmp_path / f"{k}.npz"))
    descend = partial(local_sgd, PARAMS, epochs=2, lr=0.1, batch_size=7, rounds=2)
    gradient, stream = shard_gradients(PARAMS, files), list(descend(files))
    assert gradient == shard_gradients(PARAMS, shard(DATA, 5)) and stream == list(descend(shard(DATA, 5)))
    with ThreadPoolExecutor(3) as threads, ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        for pool in (threads, processes):
            assert shard_gradients(PARAMS, files, map=pool.map) == gradient
            assert list(descend(files, map=pool.map)) == stream


def test_local_sgd_learns() -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 300)
    x = np.array([[0.0, 2.0], [-2.0, -1.0], [2.0, -1.0]])[y] + 0.2 * rng.normal(size=(300, 2))
    params: Params[np.float64] = init_params((2, 8, 3), seed=0, dtype=np.float64)
    *_, last = local_sgd(params, shard(Dataset(x, y), 4), epochs=40, lr=0.3)
    assert accuracy(last.params, Dataset(x, y)) == 1


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: shard(DATA, 0), "n: expected an integer of at least 1, got 0"),
        (lambda: shard(DATA, 501), "n: expected at most 500, the number of samples, got 501"),
        (lambda: shard_gradients(PARAMS, []), "shards: expected at least one, got none"),
        (lambda: local_sgd(PARAMS, [DATA], epochs=-1, lr=1), "epochs: expected an integer of at least 0, got -1"),
        (lambda: local_sgd(PARAMS, [DATA], epochs=1, lr=1, rounds=0), "rounds: expected an integer of at least 1"),
        (
            lambda: local_sgd(TrainState(0, PARAMS, adam().init(PARAMS)), [DATA], epochs=1, lr=1),
            "state: expected that of sgd, got that of adam",
        ),
        (
            lambda: next(local_sgd(PARAMS, [DATA], epochs=1, lr=-1)),
            "lr: expected a finite number of at least 0, got -1",
        ),
    ],
)
def test_bad_arguments_are_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        call()


def test_divergence_names_the_round() -> None:
    """The error holds the parameters from before the round."""
    data = Dataset(np.ones((8, 1)), np.full((8, 1), 2.0))
    params = init_params((1, 1), seed=0, head=identity_squared_error, dtype=np.float64)
    stream = local_sgd(params, shard(data, 2), epochs=3, lr=piecewise([0.1, 1e200], [4]), rounds=2)
    first = next(stream)
    with pytest.raises(
        Diverged, match=r"^training diverged in epoch 2, step 1, of local descent with sgd\(piec.*1e\+200"
    ) as caught:
        next(stream)
    assert caught.value.epoch == 2
    # one step leads to about 1e200, and the next overflows; each round has two steps on either shard
    assert caught.value.step == 1 and caught.value.params == first.params


def test_shards_may_be_functions() -> None:
    """`local_sgd` takes functions, too; and its seed is 0 when not given."""
    lazy = [lambda part=part: part for part in shard(DATA, 2)]
    assert list(local_sgd(PARAMS, lazy, epochs=1, lr=0.1)) == list(
        local_sgd(PARAMS, shard(DATA, 2), epochs=1, lr=0.1, seed=0)
    )


BAD_MAPS: dict[str, tuple[Callable[..., list[object]], str]] = {
    "drops the last": (lambda f, items: list(map(f, items))[:-1], "map: expected 3 results, got 2"),
    "drops the first": (lambda f, items: list(map(f, items))[1:], "map: expected result 0 of 3, got result 1"),
    "repeats one": (
        lambda f, items: [f(item) for item in items for _ in range(2)],
        "map: expected result 1 of 3, got result 0",
    ),
    "reorders": (lambda f, items: list(map(f, list(items)[::-1])), "map: expected result 0 of 3, got result 2"),
    "adds one": (lambda f, items: [*map(f, items), f(items[0])], "map: expected result 3 of 3, got result 0"),
}


@pytest.mark.parametrize("bad, message", BAD_MAPS.values(), ids=BAD_MAPS)
def test_maps_give_each_result_once(bad: Any, message: str) -> None:
    shards = shard(DATA, 3)
    for call in (
        lambda: shard_gradients(PARAMS, shards, map=bad),
        lambda: next(local_sgd(PARAMS, shards, epochs=1, lr=0.1, map=bad)),
        lambda: augment(np.ones((2500, 9)), 0, Warp(shift=1), map=bad),
    ):
        with pytest.raises(ValueError, match=f"^{message}$"):
            call()


NO_MAPS: dict[str, tuple[Callable[..., object], str]] = {
    "filters": (filter, "the result of the function for each item, got tuple"),
    "submits": (lambda f, items: [Future[object]()], "the result of the function for each item, got Future"),
    "forgets": (lambda f, items: [None for _ in items], "the result of the function for each item, got NoneType"),
    "gives nothing": (lambda f, items: None, "an iterable of results, got NoneType"),
}


@pytest.mark.parametrize("bad, message", NO_MAPS.values(), ids=NO_MAPS)
def test_maps_give_results(bad: Any, message: str) -> None:
    for call in (
        lambda: shard_gradients(PARAMS, shard(DATA, 3), map=bad),
        lambda: augment(np.ones((2500, 9)), 0, Warp(shift=1), map=bad),
    ):
        with pytest.raises(TypeError, match=f"^map: expected {message}$"):
            call()


@pytest.mark.parametrize(
    "shards, message",
    [
        ([], "at least one, got none"),
        ([DATA, DATA[:0]], "at least one sample in each, got none"),
        ([partial(DATA.__getitem__, slice(0))], "at least one sample in each, got none"),
    ],
)
def test_shards_have_samples(shards: Any, message: str) -> None:
    for call in (
        lambda: shard_gradients(PARAMS, shards),
        lambda: next(local_sgd(PARAMS, shards, epochs=1, lr=0.1)),
    ):
        with pytest.raises(ValueError, match=f"^shards: expected {message}$"):
            call()


def test_shards_may_be_a_stream() -> None:
    shards = shard(DATA, 3)
    assert shard_gradients(PARAMS, iter(shards)) == shard_gradients(PARAMS, shards)  # type: ignore[arg-type]  # taken
    first, again = (next(local_sgd(PARAMS, each, epochs=1, lr=0.1)) for each in (shards, iter(shards)))  # type: ignore[arg-type]  # taken
    assert first == again


def test_rounds_diverge_without_a_warning() -> None:
    params = init_params((1, 1, 1), 0, head=identity_squared_error)
    shards = [Dataset(np.ones((2, 1), np.float32), np.full((2, 1), y, np.float32)) for y in (1e30, -1e30)]
    with pytest.raises(Diverged):
        next(local_sgd(params, shards, epochs=1, lr=1e30))


def test_a_round_needs_a_sample() -> None:
    with pytest.raises(ValueError, match="^rounds: expected at most 5, the number of samples of a shard, got 6$"):
        next(local_sgd(PARAMS, [take(DATA, np.arange(5))], epochs=1, lr=0.1, rounds=6))


def test_rates_and_batches_are_named() -> None:
    for arguments, message in (
        ({"lr": 0.1, "batch_size": 0}, "batch_size: expected an integer of at least 1, got 0"),
        ({"lr": lambda epoch: -1.0}, "lr of step 0: expected a finite number of at least 0, got -1.0"),
        ({"lr": lambda epoch: 0.1, "epochs": -1}, "epochs: expected an integer of at least 0, got -1"),
    ):
        given: dict[str, Any] = {"epochs": 1, **arguments}
        with pytest.raises(ValueError, match=f"^{message}$"):
            next(local_sgd(PARAMS, [DATA], **given))
