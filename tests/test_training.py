"""Training: the fold, the stream of epochs, resumption."""

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import (
    Dataset,
    Grads,
    Params,
    TrainState,
    accuracy,
    fit,
    identity_squared_error,
    init_params,
    ravel,
    sgd_fold,
    shuffled,
)
from fnnet.core.arrays import F, Labels, Matrix, Order
from fnnet.nn.calculus import mean_gradient
from tests.helpers import patch
from tests.strategies import Problem, seeds, trainable


@given(trainable(), seeds, st.integers(1, 5))
def test_an_epoch_is_the_fold_over_the_shuffled_data(problem: Problem[np.float64], seed: int, batch_size: int) -> None:
    epochs = list(fit(problem.params, problem.data, epochs=2, lr=0.05, batch_size=batch_size, seed=seed))

    def epoch(params: Params[np.float64], number: int) -> Params[np.float64]:
        data = shuffled(problem.data, seed, number)
        return sgd_fold(params, data.x, data.y, 0.05, batch_size=batch_size)

    assert [e.epoch for e in epochs] == [1, 2]
    assert epochs[1].params == reduce(epoch, range(2), problem.params)


@given(trainable(), seeds, st.integers(0, 4))
def test_resumed_training_equals_uninterrupted(problem: Problem[np.float64], seed: int, stop: int) -> None:
    def stream(params: Params[np.float64], start: int) -> Iterator[TrainState[np.float64]]:
        return fit(params, problem.data, epochs=4, lr=lambda k: 0.05 / (k + 1), seed=seed, start=start)

    whole = list(stream(problem.params, 0))
    behind = whole[stop - 1].params if stop else problem.params
    assert list(stream(behind, stop)) == whole[stop:]


def test_training_that_diverges_says_when() -> None:
    """From 1e200 on, squared numbers are not finite."""
    data = Dataset(np.ones((4, 1)), np.full((4, 1), 2.0))
    params = init_params((1, 1), seed=0, head=identity_squared_error, dtype=np.float64)
    stream = fit(params, data, epochs=9, lr=lambda epoch: 1e150 if epoch == 2 else 0.1)
    assert [next(stream).epoch, next(stream).epoch] == [1, 2]
    with pytest.raises(FloatingPointError, match=r"diverged in epoch 3, step \d, at a learning rate of 1e\+150"):
        next(stream)


def test_a_rate_of_nothing_changes_nothing_and_a_gradient_of_the_callers_is_followed_at_the_rate() -> None:
    rng = np.random.default_rng(0)
    data = Dataset(rng.normal(size=(50, 3)), rng.integers(0, 2, 50))
    params = init_params((3, 4, 2), seed=0, dtype=np.float64)
    (still,) = fit(params, data, epochs=1, lr=0)
    assert still.params == params

    def same(params: Params[F], x: Matrix[F], y: Labels | Matrix[F], step: int) -> Grads[F]:
        return mean_gradient(params, x, y)

    (one,), (other,) = (fit(params, data, epochs=1, lr=0.3, batch_size=7, gradient=g) for g in (None, same))
    np.testing.assert_allclose(ravel(one.params), ravel(other.params), rtol=1e-10, atol=1e-12)
    assert one.params != params


def test_chunks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    data = Dataset(rng.normal(size=(50, 3)), rng.integers(0, 2, 50))
    params = init_params((3, 4, 2), seed=0, dtype=np.float64)
    whole = list(fit(params, data, epochs=2, lr=0.1, batch_size=4))
    patch(monkeypatch, "fnnet.train.fit._CHUNK", 9)
    parts = list(fit(params, data, epochs=2, lr=0.1, batch_size=4))
    np.testing.assert_allclose(ravel(parts[-1].params), ravel(whole[-1].params), rtol=1e-10, atol=1e-12)


def test_epochs_are_computed_when_they_are_asked_for() -> None:
    rates: list[int] = []

    def lr(epoch: int) -> float:
        rates.append(epoch)
        return 0.1

    data = Dataset(np.eye(2), np.array([0, 1]))
    stream = fit(init_params((2, 2), seed=0, dtype=np.float64), data, epochs=1000, lr=lr)
    assert rates == []
    list(islice(stream, 2))
    assert rates == [0, 1]


def test_progress_sees_every_sample_of_every_epoch() -> None:
    seen: list[int] = []

    def progress(parts: Sequence[Order]) -> Iterator[Order]:
        for part in parts:
            seen.append(len(part))
            yield part

    data = Dataset(np.eye(5), np.arange(5))
    params = init_params((5, 5), seed=0, dtype=np.float64)
    shown = list(fit(params, data, epochs=2, lr=0.1, progress=progress))
    assert sum(seen) == 10
    assert shown == list(fit(params, data, epochs=2, lr=0.1))


@pytest.mark.parametrize("hidden_layers", [(), (8,), (8, 8, 8)])
def test_it_learns_what_can_be_learned(hidden_layers: tuple[int, ...]) -> None:
    """Three clusters far apart are told apart by any network."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 300)
    x = np.array([[0.0, 2.0], [-2.0, -1.0], [2.0, -1.0]])[y] + 0.2 * rng.normal(size=(300, 2))
    params = init_params((2, *hidden_layers, 3), seed=0, dtype=np.float64)
    *_, last = fit(params, Dataset(x, y), epochs=60, lr=0.3)
    assert accuracy(last.params, Dataset(x, y)) == 1


def test_the_bits_are_the_same_on_every_run() -> None:
    data = Dataset(np.eye(4, dtype=np.float32), np.arange(4))
    runs = [
        [ravel(e.params).tobytes() for e in fit(init_params((4, 3, 4), seed=1), data, epochs=3, lr=0.5)] for _ in "ab"
    ]
    assert runs[0] == runs[1]
