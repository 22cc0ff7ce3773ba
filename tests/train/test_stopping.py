"""Early stopping: its patience, and what counts as an improvement."""

from typing import Any

import numpy as np
import pytest

from fnnet import Dataset, Params, fit, init_params, sgd
from fnnet.optim import averaged_params, ema
from fnnet.train.state import TrainState
from fnnet.train.stopping import stop_early


def test_stopping_waits_for_its_patience() -> None:
    params: Params[np.float32] = init_params((1, 1), seed=0)
    stream = [TrainState(k, params) for k in range(1, 10)]
    scores = iter([1, 3, 2, 2, 4, 4, 3, 9, 9])
    assert [e.epoch for e in stop_early(stream, lambda p: next(scores), patience=2)] == [1, 2, 3, 4]
    rising = iter(range(9))
    assert list(stop_early(stream, lambda p: next(rising), patience=1)) == stream


def test_stopping_wants_a_rise() -> None:
    """The score of the parameters must rise: an equal score, or NaN, does not count."""
    stream = [TrainState(k, init_params((1, 1), seed=k)) for k in range(9)]
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
    assert judged == [averaged_params(state.params, state.opt_state) for state in states if state.opt_state]
    assert judged == [state.eval_params for state in states]
    assert all(state.eval_params != state.params for state in states[1:])
