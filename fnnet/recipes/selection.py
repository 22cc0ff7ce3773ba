"""Which epoch of a run is the best, and when to stop, by the validation scores in its history.

These are the answers of `fnnet.train.best` and `stop_early`, found from the scores alone, so that a resumed run, which
has the history but not the states before it, ends as if it had never been interrupted.
"""

from collections.abc import Sequence
from math import inf

from fnnet.core.checks import check_integer
from fnnet.core.messages import invalid
from fnnet.recipes.row import Row


def best_row(history: Sequence[Row]) -> Row:
    """The row of the epoch that is the most accurate on the validation samples; of equals, the first.

    Args:
        history: one row or more, with validation scores. Where there is no accuracy, the least loss is the best; a loss
            that is not finite is the worst.

    Raises:
        ValueError: no row has a validation score.

    >>> scores = [0.5, 0.9, 0.9]
    >>> best_row([Row(k, 1.0, None, None, 1, 0.5, 1, score) for k, score in enumerate(scores, 1)]).epoch
    2
    """
    return history[_best_index(history)]


def is_exhausted(history: Sequence[Row], patience: int) -> bool:
    """Whether so many epochs in a row were no better than the best before them, so that a run stops.

    Args:
        history: rows with validation scores.
        patience: how many such epochs end a run, at least 1.

    Raises:
        ValueError: the patience is below 1, or no row has a validation score.

    >>> rows = [Row(k, 1.0, None, None, 1, 0.5, 1, score) for k, score in enumerate([0.5, 0.9, 0.9], 1)]
    >>> is_exhausted(rows, patience=1), is_exhausted(rows, patience=2)
    (True, False)
    """
    patience = check_integer("patience", patience, 1)
    return bool(history) and len(history) - 1 - _best_index(history) >= patience


def _best_index(history: Sequence[Row]) -> int:
    scores = list(map(_score, history))
    if max(scores, default=-inf) == -inf:
        raise invalid("history", "an epoch with a validation score", "none")
    return scores.index(max(scores))


def _score(row: Row) -> float:
    if row.validation_accuracy is not None:
        return row.validation_accuracy
    return -inf if row.validation_loss is None else -row.validation_loss
