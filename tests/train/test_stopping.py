"""Early stopping: its patience, and what counts as an improvement."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dataset, Params, fit, init_params, sgd
from fnnet.optim import averaged_params, ema
from fnnet.train.state import TrainState
from fnnet.train.stopping import best, stop_early


def test_stopping_waits_for_its_patience() -> None:
    params: Params[np.float32] = init_params((1, 1), seed=0)
    stream = [TrainState(k, params, sgd(0.1).init(params)) for k in range(1, 10)]
    scores = iter([1, 3, 2, 2, 4, 4, 3, 9, 9])
    assert [e.epoch for e in stop_early(stream, lambda p: next(scores), patience=2)] == [1, 2, 3, 4]
    rising = iter(range(9))
    assert list(stop_early(stream, lambda p: next(rising), patience=1)) == stream


def test_stopping_wants_a_rise() -> None:
    """The score of the parameters must rise: an equal score, or NaN, does not count."""
    networks = [init_params((1, 1), seed=k) for k in range(9)]
    stream = [TrainState(k, params, sgd(0.1).init(params)) for k, params in enumerate(networks)]
    seen: list[Params[np.float32]] = []

    def flat(params: Params[np.float32]) -> float:
        seen.append(params)
        return 1.0

    assert [epoch.epoch for epoch in stop_early(stream, flat, patience=3)] == [0, 1, 2, 3]
    assert seen == [epoch.params for epoch in stream[:4]]
    assert len(list(stop_early(stream, lambda params: float("nan"), patience=3))) == 3


@pytest.mark.parametrize("patience", [0, -3, 1.5, True])
def test_patience_is_checked_at_once(patience: Any) -> None:
    with pytest.raises(ValueError, match=f"^patience: expected an integer of at least 1, got {patience}$"):
        stop_early([], lambda params: 0.0, patience)


def test_the_average_is_judged() -> None:
    """Where the optimizer keeps a moving average, it is the network that is used, and so the one that is scored."""
    rng = np.random.default_rng(0)
    data = Dataset(rng.random((20, 3), np.float32), rng.integers(0, 2, 20))
    states = list(fit(init_params((3, 2), seed=0), data, epochs=3, optimizer=ema(sgd(0.5), 0.9)))
    judged: list[Params[np.float32]] = []

    def score(params: Params[np.float32]) -> float:
        judged.append(params)
        return len(judged)

    assert list(stop_early(states, score, patience=1)) == states
    assert judged == [averaged_params(state.params, state.opt_state) for state in states]
    assert judged == [state.eval_params for state in states]
    assert all(state.eval_params != state.params for state in states[1:])


numbers = st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0, float("nan"), float("-inf")]), max_size=12)


@given(numbers, st.one_of(st.none(), st.integers(1, 4)))
def test_best_is_the_first_highest(scores: list[float], patience: int | None) -> None:
    """It takes the states that `stop_early` takes, and scores each once, when it is asked for it."""
    params: Params[np.float32] = init_params((1, 1), seed=0)
    stream = [TrainState(k, params, sgd(0.1).init(params)) for k in range(len(scores))]
    asked: list[int] = []

    def score(params: Params[np.float32]) -> float:
        asked.append(len(asked))
        return scores[len(asked) - 1]

    found = []
    for n, top in enumerate(best(stream, score, patience=patience), start=1):
        assert len(asked) == n
        found.append(top.epoch)
    left = iter(scores)
    taken = stream if patience is None else list(stop_early(stream, lambda params: next(left), patience))
    expected = [max(range(n + 1), key=lambda k: (scores[k] == scores[k], scores[k], -k)) for n in range(len(taken))]
    worst = [scores[k] == scores[k] and scores[k] > float("-inf") for k in expected]
    assert found == [k if better else 0 for k, better in zip(expected, worst)]


def test_best_of_a_run_is_kept() -> None:
    rng = np.random.default_rng(0)
    data = Dataset(rng.random((20, 3), np.float32), rng.integers(0, 2, 20))
    states = list(fit(init_params((3, 2), seed=0), data, epochs=4, lr=0.5))
    scores = {state.params: value for state, value in zip(states, (1, 3, 2, 2))}
    *_, top = best(fit(init_params((3, 2), seed=0), data, epochs=99, lr=0.5), scores.__getitem__, patience=2)
    assert top == states[1]


@pytest.mark.parametrize("patience", [0, -3, 1.5, True])
def test_patience_of_best_is_checked(patience: Any) -> None:
    with pytest.raises(ValueError, match=f"^patience: expected an integer of at least 1, got {patience}$"):
        best([], lambda params: 0.0, patience=patience)
