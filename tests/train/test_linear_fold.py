"""The fold of a linear optimizer is the reduce of its pure steps: for every composition, block, batch and rate."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Activation, Dataset, TrainState, fit, init_params, momentum, relu, sgd, sigmoid, softmax_cross_entropy
from fnnet.optim import decay, ema, l2, nesterov
from fnnet.optim.optimizer import Optimizer
from fnnet.optim.schedules import linear
from fnnet.testing import assert_close
from fnnet.train.descent import plain_descent, weighted_batches
from fnnet.train.fold.linear import linear_fold
from tests.helpers import patch
from tests.strategies import Problem, random_params, seeds, trainable

RATES = st.sampled_from([0.0, 0.01, 0.05]) | st.just(linear(0.05, 0.01, 7))
INNER = (
    st.builds(sgd, RATES) | st.builds(momentum, RATES, st.sampled_from([0.0, 0.5, 0.9])) | st.builds(nesterov, RATES)
)


def wrapped(inner: st.SearchStrategy[Optimizer]) -> st.SearchStrategy[Optimizer]:
    """A linear optimizer, once more wrapped."""
    shares = st.sampled_from([0.0, 0.01, 0.25])
    return (
        st.builds(l2, inner, shares, biases=st.booleans())
        | st.builds(decay, inner, shares | st.just(linear(0.1, 0.0, 5)), biases=st.booleans())
        | st.builds(ema, inner, st.sampled_from([0.0, 0.5, 0.99]))
    )


optimizers: Any = st.recursive(INNER, wrapped, max_leaves=4)


def folded(optimizer: Optimizer, start: TrainState[Any], data: Dataset[Any], batch: int) -> TrainState[Any]:
    after = linear_fold(optimizer, start, data, batch, np.arange(len(data)))
    assert after
    return after


@given(trainable(), optimizers, seeds, st.integers(1, 5), st.sampled_from([1, 2, 3, 7, 64]))
def test_the_fold_is_the_reduce_of_steps(
    problem: Problem[np.float64], optimizer: Optimizer, seed: int, batch: int, steps: int
) -> None:
    """With weights, a feature that is 0, over two folds, of which the second goes on from the first."""
    x = problem.x.copy()
    x[:, seed % x.shape[1]] = 0
    weights = np.random.default_rng(seed).random(len(x)) if seed % 2 else None
    data, start = Dataset(x, problem.y, weights), TrainState(2, problem.params, optimizer.init(problem.params))
    with pytest.MonkeyPatch.context() as monkeypatch:
        patch(monkeypatch, "fnnet.train.fold.runs._STEPS", steps)
        first = folded(optimizer, start, data, batch)
        second = folded(optimizer, first, data, batch)
    for after, before in ((first, start), (second, first)):
        plain = plain_descent(optimizer, None, before, weighted_batches(data, batch))
        assert_close(after, plain, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("sizes", [(6, 3), (6, 70, 70, 3), (6, 400, 90, 2)], ids=str)
@pytest.mark.parametrize("hidden", [sigmoid, relu], ids=repr)
@pytest.mark.parametrize("batch", [1, 4])
def test_pending_layers_are_exact(sizes: tuple[int, ...], hidden: Activation, batch: int) -> None:
    """Layers that are updated at once, after 8 steps, and after 32; and a last block that is not whole."""
    rng = np.random.default_rng(0)
    params = random_params(sizes, hidden, softmax_cross_entropy, 1, np.float64, 0.1)
    data = Dataset(rng.normal(size=(143, sizes[0])), rng.integers(0, sizes[-1], 143))
    for optimizer in (ema(l2(momentum(linear(0.01, 0.0, 200)), 1e-2), 0.9), nesterov(0.01)):
        start = TrainState(0, params, optimizer.init(params))
        plain = plain_descent(optimizer, None, start, weighted_batches(data, batch))
        assert_close(folded(optimizer, start, data, batch), plain, rtol=1e-8, atol=1e-10)


def test_fit_folds_what_is_linear(monkeypatch: pytest.MonkeyPatch) -> None:
    """And no gradient function, no large batch."""
    data, params = Dataset(np.eye(3), np.arange(3)), init_params((3, 3), seed=0, dtype=np.float64)
    called: list[int] = []

    def counted(*arguments: Any) -> TrainState[Any] | None:
        called.append(arguments[3])
        return linear_fold(*arguments)

    patch(monkeypatch, "fnnet.train.fit.linear_fold", counted)
    for batch in (1, 16, 17):
        list(fit(params, data, epochs=1, optimizer=momentum(0.1), batch_size=batch))
    assert called == [1, 16]


def test_too_large_inputs_take_plain_steps() -> None:
    """Where the products of a block overflow, or its sums do, the steps are taken one by one."""
    params = init_params((2, 2), seed=0)
    data = Dataset(np.full((3, 2), 1e25, np.float32), np.array([0, 1, 0]))
    with np.errstate(all="ignore"):
        start = TrainState(0, params, momentum(1e-30).init(params))
        assert linear_fold(momentum(1e-30), start, data, 1, np.arange(3)) is None
    (last,) = fit(params, data, epochs=1, optimizer=momentum(1e-30))
    assert last.opt_state.count == 3 and last.params != params


def test_what_decays_ends_at_zero() -> None:
    """Momentum of a feature that is 0 from some step on leaves no subnormal numbers, also in the middle of a fold."""
    x = np.zeros((2000, 2), np.float32)
    x[:, 0] = 1
    x[0, 1] = 1
    data, params = Dataset(x, np.zeros(2000, int)), init_params((2, 2), seed=0)
    after = folded(momentum(0.1), TrainState(0, params, momentum(0.1).init(params)), data, 1)
    (velocity,) = after.opt_state.layered
    assert not velocity.layers[0].weights[1].any()
