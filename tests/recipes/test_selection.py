"""The best epoch by validation scores, and when patience ends: as `best` and `stop_early` answer from the states."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import TrainState, init_params, sgd
from fnnet.metrics import Evaluation
from fnnet.recipes.row import Row
from fnnet.recipes.selection import best_row, is_exhausted
from fnnet.train.stopping import best, stop_early

PARAMS = init_params((1, 1), 0)
STATE = sgd(0.1).init(PARAMS)


def row(epoch: int, accuracy: float | None) -> Row:
    """A row with this validation accuracy."""
    return Row(epoch, 1.0, None, None, 0.5, 0.5, None if accuracy is None else 0.5, accuracy)


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=12), st.integers(1, 4))
def test_rows_answer_as_the_states_do(scores: list[float], patience: int) -> None:
    states = [TrainState(k, PARAMS, STATE) for k, _ in enumerate(scores, 1)]
    rows = [row(k, score) for k, score in enumerate(scores, 1)]
    judged = iter(scores)
    tops = list(best(states, lambda params: next(judged)))
    assert [best_row(rows[:k]).epoch for k in range(1, len(rows) + 1)] == [top.epoch for top in tops]
    judged = iter(scores)
    taken = len(list(stop_early(states, lambda params: next(judged), patience)))
    stops = [k for k in range(1, len(rows) + 1) if is_exhausted(rows[:k], patience)]
    assert taken == (stops[0] if stops else len(rows)) and not is_exhausted([], patience)


def test_some_epoch_must_be_judged() -> None:
    for rows in ([], [row(1, None)]):
        with pytest.raises(ValueError, match="^history: expected an epoch with a validation score, got none$"):
            best_row(rows)
    with pytest.raises(ValueError, match="^history: expected an epoch with a validation score, got none$"):
        is_exhausted([row(1, None)], 1)


def test_regressions_are_judged_by_the_loss() -> None:
    """Of which the least is the best, and one that is not finite the worst."""
    losses = map(Evaluation, (inf, 0.5, 0.25, 0.25, inf))
    rows = [Row.of(k, 1.0, None, Evaluation(0.5), found) for k, found in enumerate(losses, 1)]
    assert [best_row(rows[:k]).epoch for k in (2, 3, 5)] == [2, 3, 3]
    assert is_exhausted(rows, 2) and not is_exhausted(rows, 3)


@pytest.mark.parametrize("patience", [0, 1.5, True])
def test_patience_is_checked_here_too(patience: int) -> None:
    with pytest.raises(ValueError, match="^patience: expected an integer of at least 1, got"):
        is_exhausted([row(1, 0.5)], patience)
