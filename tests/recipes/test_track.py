"""What is measured after each epoch."""

from functools import partial

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import (
    Dataset,
    accuracy,
    exp_poisson,
    fit,
    identity_squared_error,
    init_params,
    loss,
    sgd,
)
from fnnet.data import absorb, standardized
from fnnet.metrics import Evaluation
from fnnet.optim import ema
from fnnet.recipes import Row, track

RNG = np.random.default_rng(0)
DATA = Dataset(RNG.normal(size=(9, 2)), np.arange(9) % 3, weights=RNG.random(9))
TEST = Dataset(RNG.normal(size=(5, 2)), np.arange(5) % 3)
START = init_params((2, 3), seed=0, dtype=np.float64)


@given(st.integers(0, 3), st.booleans(), st.booleans())
def test_rows_are_the_scores_of_states(epochs: int, has_train: bool, has_average: bool) -> None:
    optimizer = ema(sgd(0.5), 0.9) if has_average else sgd(0.5)
    states = list(fit(START, DATA, epochs=epochs, optimizer=optimizer))
    rows = list(track(states, TEST, DATA if has_train else None))
    assert [row.epoch for row in rows] == [state.epoch for state in states]
    for row, params in zip(rows, (state.eval_params for state in states)):
        assert (row.test_loss, row.test_accuracy) == (loss(params, TEST.x, TEST.y), accuracy(params, TEST))
        scores = loss(params, DATA.x, DATA.y, DATA.weights), accuracy(params, DATA)
        assert (row.train_loss, row.train_accuracy) == (scores if has_train else (None, None))


def test_validation_samples_are_scored() -> None:
    (row,) = track(fit(START, DATA, epochs=1, lr=0.1), TEST, validation=DATA)
    (same,) = track(fit(START, DATA, epochs=1, lr=0.1), DATA)
    assert (row.validation_loss, row.validation_accuracy) == (same.test_loss, same.test_accuracy)
    assert same.validation_loss is None and same.validation_accuracy is None


def test_a_row_is_measured_when_asked_for() -> None:
    taken: list[int] = []

    def states() -> object:
        for state in fit(START, DATA, epochs=3, lr=0.1):
            taken.append(state.epoch)
            yield state

    rows = track(states(), TEST)  # type: ignore[arg-type]  # of states, which the helper does not say
    assert taken == [] and next(rows).epoch == 1 and taken == [1]
    assert next(rows).seconds >= 0 and taken == [1, 2]


@pytest.mark.parametrize("head, y", [(identity_squared_error, np.eye(9)[:, :1]), (exp_poisson, np.arange(9))])
def test_regressions_have_no_accuracy(head: object, y: np.ndarray[tuple[int, ...]]) -> None:
    data = Dataset(DATA.x, y)  # type: ignore[arg-type]  # labels or rows
    start = init_params((2, 1), seed=0, dtype=np.float64, head=head)  # type: ignore[call-overload]  # one of two heads
    (row,) = track(fit(start, data, epochs=1, lr=0.01), data, data)
    assert row.test_accuracy is None and row.train_accuracy is None and row.test_loss == row.train_loss


def test_the_network_to_judge_may_be_made() -> None:
    scaled, scaler = standardized(DATA)
    states = list(fit(START, scaled, epochs=2, lr=0.1))
    made = list(track(states, DATA, network=partial(absorb, scaler)))
    plain = list(track(states, scaled))
    np.testing.assert_allclose([row.test_loss or 0 for row in made], [row.test_loss or 0 for row in plain])


def test_an_infinite_loss_is_left_out() -> None:
    huge = attrs.evolve(TEST, x=np.full((5, 2), 1e300))
    start = init_params((2, 3), seed=0, dtype=np.float64, head=identity_squared_error)
    with np.errstate(over="ignore"):
        (row,) = track(fit(start, DATA, epochs=1, lr=0.1), huge)
    assert row.test_loss is None and row.test_accuracy is not None


def test_the_data_to_judge_by_is_checked() -> None:
    with pytest.raises(TypeError, match=r"data: expected Dataset, got tuple; use Dataset\(x, y\)"):
        track([], (TEST.x, TEST.y))  # type: ignore[arg-type]  # a pair is what is tried
    assert list(track([], TEST)) == []


def test_what_was_not_measured_is_none() -> None:
    assert Row.of(1, 0.5, None, Evaluation(0.25)) == Row(1, 0.5, None, None, 0.25, None)
