"""Early stopping: its patience, and what counts as an improvement."""

import numpy as np

from fnnet import Params, init_params
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
