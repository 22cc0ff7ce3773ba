"""Training: its epochs are folds, its stream is lazy and resumes exactly."""

import re
from collections.abc import Iterator
from functools import partial, reduce, wraps
from itertools import islice
from typing import Any

import attrs
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
    loss,
    ravel,
    sgd_fold,
    shuffled,
)
from fnnet.core.arrays import F, Labels, Matrix, Vector
from fnnet.data.subsets import order
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.dropout import dropout_gradient
from fnnet.nn.tree import scale
from fnnet.optim.optimizer import Optimizer
from fnnet.optim.optimizers import adam, momentum, sgd
from fnnet.optim.schedules import cosine, exponential, per_epoch, piecewise
from fnnet.optim.wrappers import clip, ema, l2
from fnnet.train.descent import Gradient, plain_descent, weighted_batches
from fnnet.train.fit import Parts
from tests.helpers import patch
from tests.strategies import Problem, seeds, trainable

LONG = np.zeros((20, 20))


@given(trainable(), seeds, st.integers(1, 5))
def test_epochs_fold_the_shuffled_data(problem: Problem[np.float64], seed: int, batch_size: int) -> None:
    epochs = list(fit(problem.params, problem.data, epochs=2, lr=0.05, batch_size=batch_size, seed=seed))

    def epoch(params: Params[np.float64], number: int) -> Params[np.float64]:
        data = shuffled(problem.data, seed, number)
        return sgd_fold(params, data.x, data.y, 0.05, batch_size=batch_size)

    assert [e.epoch for e in epochs] == [1, 2]
    assert epochs[1].params == reduce(epoch, range(2), problem.params)


@given(trainable(), seeds, st.integers(0, 4))
def test_resumed_equals_uninterrupted(problem: Problem[np.float64], seed: int, stop: int) -> None:
    """From any state, to the bit, with weights, rates that follow the step, and any optimizer."""
    weights = np.random.default_rng(seed).random(len(problem.x))
    data = Dataset(problem.x, problem.y, weights)
    for optimizer in (sgd(lambda k: 0.05 / (k + 1)), adam(0.01), ema(clip(l2(adam(0.01), 1e-3), 1.0), 0.9)):
        train = partial(fit, data=data, epochs=4, optimizer=optimizer, batch_size=2, seed=seed)
        whole: list[TrainState[np.float64]] = list(train(problem.params))
        behind = whole[stop - 1] if stop else problem.params
        assert list(train(behind)) == whole[stop:]


def test_divergence_names_the_epoch() -> None:
    """Squares of numbers beyond 1e154 are not finite."""
    data = Dataset(np.ones((4, 1)), np.full((4, 1), 2.0))
    params = init_params((1, 1), seed=0, head=identity_squared_error, dtype=np.float64)
    stream = fit(params, data, epochs=9, lr=per_epoch(piecewise([0.1, 1e150], [2]), 4))
    assert [next(stream).epoch, next(stream).epoch] == [1, 2]
    with pytest.raises(FloatingPointError, match=r"diverged in epoch 3, step \d, with sgd\(per_epoch\(piecewise\(\("):
        next(stream)


def test_zero_rate_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    data = Dataset(rng.normal(size=(50, 3)), rng.integers(0, 2, 50))
    params = init_params((3, 4, 2), seed=0, dtype=np.float64)
    (still,) = fit(params, data, epochs=1, lr=0)
    assert still.params == params


def of_the_mean(
    params: Params[F], x: Matrix[F], y: Labels | Matrix[F], weights: Vector[F] | None, step: int
) -> Grads[F]:
    """The gradient that `fit` follows when none is given."""
    return mean_gradient(params, x, y, weights)


def scaled(
    gradient: Gradient[F],
    factor: float,
    params: Params[F],
    x: Matrix[F],
    y: Labels | Matrix[F],
    weights: Vector[F] | None,
    step: int,
) -> Grads[F]:
    """A gradient function that wraps another."""
    return scale(gradient(params, x, y, weights, step), factor)


@pytest.mark.parametrize(
    "gradient",
    [of_the_mean, partial(scaled, of_the_mean, 1.0), partial(dropout_gradient, 0.0, 5)],
    ids=["function", "wrapped", "dropout at rate 0"],
)
@given(problem=trainable(), seed=seeds, batch_size=st.integers(1, 5))
def test_default_gradient_is_of_the_mean(
    gradient: Gradient[np.float64], problem: Problem[np.float64], seed: int, batch_size: int
) -> None:
    """With an optimizer this holds to the bit; with a rate alone, where the default is the exact fold, to rounding."""
    weights = None if seed % 2 else np.random.default_rng(seed).random(len(problem.x))
    data = Dataset(problem.x, problem.y, weights)
    train = partial(fit, problem.params, data, epochs=2, batch_size=batch_size, seed=seed)
    for optimizer in (adam(0.01), ema(clip(l2(sgd(0.05), 1e-3), 1.0), 0.9)):
        assert list(train(optimizer=optimizer)) == list(train(optimizer=optimizer, gradient=gradient))
    for default, explicit in zip(train(lr=0.05), train(lr=0.05, gradient=gradient), strict=True):
        np.testing.assert_allclose(ravel(explicit.params), ravel(default.params), rtol=1e-8, atol=1e-11)


@given(trainable(), st.integers(1, 5))
def test_scaling_gradients_scales_the_rate(problem: Problem[np.float64], batch_size: int) -> None:
    (default,) = fit(problem.params, problem.data, epochs=1, lr=0.05, batch_size=batch_size)
    halved = partial(scaled, of_the_mean, 0.5)
    (scaled_down,) = fit(problem.params, problem.data, epochs=1, lr=0.1, batch_size=batch_size, gradient=halved)
    np.testing.assert_allclose(ravel(scaled_down.params), ravel(default.params), rtol=1e-8, atol=1e-11)


def test_chunk_size_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    data = Dataset(rng.normal(size=(50, 3)), rng.integers(0, 2, 50))
    params = init_params((3, 4, 2), seed=0, dtype=np.float64)
    whole = list(fit(params, data, epochs=2, lr=0.1, batch_size=4))
    patch(monkeypatch, "fnnet.train.fit._CHUNK", 9)
    parts = list(fit(params, data, epochs=2, lr=0.1, batch_size=4))
    np.testing.assert_allclose(ravel(parts[-1].params), ravel(whole[-1].params), rtol=1e-10, atol=1e-12)


def test_epochs_are_lazy() -> None:
    rates: list[int] = []

    def lr(step: int) -> float:
        rates.append(step)
        return 0.1

    data = Dataset(np.eye(2), np.array([0, 1]))
    stream = fit(init_params((2, 2), seed=0, dtype=np.float64), data, epochs=1000, lr=lr)
    assert rates == []
    list(islice(stream, 2))
    assert rates == [0, 1, 2, 3]  # two steps an epoch


def test_progress_sees_every_sample() -> None:
    """It sees every sample of every epoch, and changes nothing."""
    seen: list[int] = []

    def progress(parts: Parts[np.float64]) -> Iterator[TrainState[np.float64]]:
        for state in parts:
            seen.append(state.opt_state.count)
            yield state

    data = Dataset(np.eye(5), np.arange(5))
    params = init_params((5, 5), seed=0, dtype=np.float64)
    shown = list(fit(params, data, epochs=2, lr=0.1, progress=progress))
    assert seen == [5, 10]
    assert shown == list(fit(params, data, epochs=2, lr=0.1))


@given(st.integers(1, 20), st.integers(1, 4), st.integers(1, 9))
def test_parts_are_a_whole_epoch(n: int, batch_size: int, chunk: int) -> None:
    """They are as many as they say, and the last has taken every step."""
    counts: list[list[int]] = []

    def progress(parts: Parts[np.float64]) -> list[TrainState[np.float64]]:
        states = list(parts)
        assert len(states) == len(parts)
        counts.append([state.opt_state.count for state in states])
        return states

    data, params = Dataset(np.eye(n), np.arange(n)), init_params((n, n), seed=0, dtype=np.float64)
    with pytest.MonkeyPatch.context() as monkeypatch:
        patch(monkeypatch, "fnnet.train.fit._CHUNK", chunk)
        (last,) = fit(params, data, epochs=1, lr=0.1, batch_size=batch_size, progress=progress)
    assert last.opt_state.count == -(-n // batch_size)
    assert counts[0] == sorted(set(counts[0])) and counts[0][-1] == last.opt_state.count


@pytest.mark.parametrize("kept", [0, 1])
def test_progress_leaves_nothing_out(kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    patch(monkeypatch, "fnnet.train.fit._CHUNK", 2)
    data, params = Dataset(np.eye(4), np.arange(4)), init_params((4, 4), seed=0, dtype=np.float64)
    stream = fit(params, data, epochs=1, lr=0.1, progress=lambda parts: islice(iter(parts), kept))
    with pytest.raises(
        ValueError, match=f"progress: expected a function that yields all 2 parts of an epoch, got {kept}"
    ):
        next(stream)


@pytest.mark.parametrize("hidden_layers", [(), (8,), (8, 8, 8)])
def test_separable_clusters_are_learned(hidden_layers: tuple[int, ...]) -> None:
    """Any network learns to tell apart three clusters that are far from each other."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 300)
    x = np.array([[0.0, 2.0], [-2.0, -1.0], [2.0, -1.0]])[y] + 0.2 * rng.normal(size=(300, 2))
    params = init_params((2, *hidden_layers, 3), seed=0, dtype=np.float64)
    *_, last = fit(params, Dataset(x, y), epochs=60, lr=0.3)
    assert accuracy(last.params, Dataset(x, y)) == 1


@given(trainable(), seeds, st.integers(1, 5))
def test_a_rate_is_an_optimizer(problem: Problem[np.float64], seed: int, batch_size: int) -> None:
    """To the bit: `lr` is `sgd(lr)`, and a schedule counts steps in both; the state counts them, too."""
    steps = -(-len(problem.data) // batch_size)
    for lr in (0.01, cosine(0.02, 5), per_epoch(exponential(0.02, 0.5), steps)):
        train = partial(fit, problem.params, problem.data, epochs=2, batch_size=batch_size, seed=seed)
        states = list(train(lr=lr))
        assert states == list(train(optimizer=sgd(lr)))
        assert [state.opt_state.count for state in states] == [steps, 2 * steps]
        plain = plain_descent(
            sgd(lr),
            None,
            TrainState(0, problem.params, sgd(lr).init(problem.params)),
            [
                batch
                for epoch in range(2)
                for batch in weighted_batches(problem.data, batch_size, order(len(problem.data), seed, epoch))
            ],
        )
        np.testing.assert_allclose(ravel(states[-1].params), ravel(plain.params), rtol=1e-8, atol=1e-11)
        assert plain.opt_state == states[-1].opt_state


@given(trainable(), st.integers(1, 5))
def test_data_may_keep_its_order(problem: Problem[np.float64], batch_size: int) -> None:
    (state,) = fit(problem.params, problem.data, epochs=1, lr=0.05, batch_size=batch_size, shuffle=False)
    assert state.params == sgd_fold(problem.params, problem.x, problem.y, 0.05, batch_size=batch_size)
    (other,) = fit(problem.params, problem.data, epochs=1, optimizer=adam(), batch_size=batch_size, shuffle=False)
    start = TrainState(0, problem.params, adam().init(problem.params))
    assert other.params == plain_descent(adam(), None, start, weighted_batches(problem.data, batch_size)).params


def test_a_state_is_not_for_any_optimizer() -> None:
    """Another kind, another network, or other slots than the kind's: each is one line."""
    data = Dataset(np.eye(2), np.array([0, 1]))
    params, wide = (init_params((2, *widths, 2), seed=0, dtype=np.float64) for widths in ((), (3,)))
    for state, message in (
        (adam().init(params), "state: expected that of sgd, got that of adam"),
        (sgd(0.1).init(wide), ""),
        (attrs.evolve(sgd(0.1).init(params), slots=(0.5,)), "start: expected the slots of sgd, none, got float64 ()"),
        (momentum(0.1).init(wide), "state: expected that of sgd, got that of momentum"),
    ):
        if message:
            with pytest.raises(ValueError) as caught:
                fit(TrainState(0, params, state), data, epochs=1, lr=0.1)
            assert str(caught.value) == message
        else:
            fit(TrainState(0, params, state), data, epochs=1, lr=0.1)
    with pytest.raises(ValueError, match="^grads: expected weights"):
        fit(TrainState(0, params, adam().init(wide)), data, epochs=1, optimizer=adam())


def test_data_may_depend_on_the_epoch() -> None:
    one, other = Dataset(np.eye(2), np.array([0, 1])), Dataset(np.eye(2), np.array([1, 0]))
    params: Params[np.float64] = init_params((2, 2), seed=0, dtype=np.float64)
    changing = list(fit(params, lambda epoch: other if epoch else one, epochs=2, lr=0.5))
    (first,) = fit(params, one, epochs=1, lr=0.5)
    *_, second = fit(first, other, epochs=2, lr=0.5)
    assert [epoch.params for epoch in changing] == [first.params, second.params]


def test_a_kind_of_sgd_takes_its_own_steps() -> None:
    """The fold is for plain descent alone: a subclass may move otherwise."""

    class ascent(sgd):
        def move(self, lr: float, t: int, theta: Vector[F], g: Vector[F], slots: tuple[Vector[F], ...]) -> None:
            theta += lr * g

    data = Dataset(np.eye(2), np.array([0, 1]))
    params = init_params((2, 2), seed=0, dtype=np.float64)
    up, down = (next(fit(params, data, epochs=1, optimizer=kind(0.5))).params for kind in (ascent, sgd))
    assert loss(up, data.x, data.y) > loss(params, data.x, data.y) > loss(down, data.x, data.y)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"progress": "bar"}, "progress: expected a function, got 'bar'"),
        ({"progress": lambda: iter(())}, "progress: expected a function of (parts), got <lambda>()"),
        ({"gradient": 0.5}, "gradient: expected a function, got 0.5"),
        (
            {"gradient": lambda params: params},
            "gradient: expected a function of (params, x, y, weights, step), got <lambda>(params); "
            "use one such as partial(dropout_gradient, 0.2, seed)",
        ),
        (
            {"gradient": lambda params, *, mask=LONG: params},
            "gradient: expected a function of (params, x, y, weights, step), got <lambda>(params, *, mask=...)"
            "; use one such as partial(dropout_gradient, 0.2, seed)",
        ),
    ],
)
def test_functions_are_checked_at_once(options: dict[str, Any], message: str) -> None:
    """Before the first epoch: the stream is lazy."""
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        fit(init_params((3, 3), 0), Dataset(np.eye(3, dtype=np.float32), np.arange(3)), epochs=1, lr=0.1, **options)


class _Recorded(list[int]):
    """A gradient that is empty, and so false, before it is called."""

    def __call__(self, params, x, y, weights, step):  # type: ignore[no-untyped-def]  # a function of the user's
        self.append(step)
        return mean_gradient(params, x, y, weights)


@wraps(mean_gradient)
def _wrapping(*args: Any) -> Any:  # Any: as decorators have it
    """Its signature is not that of what it wraps."""
    return mean_gradient(*args[:4])


@pytest.mark.parametrize("optimizer", [sgd(0.1), adam(0.1)])
def test_functions_of_every_kind_serve(optimizer: Optimizer) -> None:
    start, data = init_params((3, 3), 0), Dataset(np.eye(3, dtype=np.float32), np.arange(3))
    recorded = _Recorded()
    for gradient in (recorded, _wrapping, partial(_wrapping)):
        (state,) = fit(start, data, epochs=1, optimizer=optimizer, gradient=gradient, progress=list)
        (plain,) = fit(start, data, epochs=1, optimizer=optimizer, gradient=lambda *args: mean_gradient(*args[:4]))
        assert state.params == plain.params
    assert recorded == [0, 1, 2]
    state = TrainState(0, start, optimizer.init(start))
    plain_descent(optimizer, recorded_anew := _Recorded(), state, weighted_batches(data, 1))
    assert recorded_anew == [0, 1, 2]
