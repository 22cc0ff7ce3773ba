"""When to stop, and which network to keep: streams of training states that look at a score of each."""

from collections.abc import Callable, Iterable, Iterator
from math import inf

import numpy as np

from fnnet.core.arrays import F
from fnnet.core.checks import check_integer, check_iterable
from fnnet.core.functions import check_callable
from fnnet.core.messages import wrong_type
from fnnet.nn.params import Params
from fnnet.train.state import TrainState

__all__ = ["best", "stop_early"]


def stop_early(
    states: Iterable[TrainState[F]], score: Callable[[Params[F]], float], patience: int
) -> Iterator[TrainState[F]]:
    """The stream until the score has not improved for `patience` epochs in a row.

    Args:
        states: the stream of `fit`.
        score: how good a network is; greater is better. It is given `state.eval_params`: the moving average where the
            optimizer keeps one.
        patience: how many epochs without improvement end the stream, at least 1.

    Returns:
        A stream whose last state is the one after which it ended; each state is scored once, when the next is asked
        for. To keep the best, use `best`, which has a patience of its own and scores no state twice.

    Raises:
        ValueError: the patience is below 1.
        TypeError: (from the stream) the score is not a number.

    >>> from fnnet import init_params, sgd
    >>> params = init_params((1, 1), seed=0)
    >>> stream = [TrainState(k, params, sgd(0.1).init(params)) for k in range(9)]
    >>> scores = iter([0.1, 0.5, 0.4, 0.3, 0.9])
    >>> [state.epoch for state in stop_early(stream, lambda params: next(scores), patience=2)]
    [0, 1, 2, 3]
    """
    patience = check_integer("patience", patience, 1)
    check_iterable("states", "a stream of states", states)
    check_callable("score", score)

    def stream() -> Iterator[TrainState[F]]:
        highest, since = -inf, 0
        for state in map(_state, states):
            yield state
            value = _value(score, state)
            highest, since = (value, 0) if value > highest else (highest, since + 1)
            if since >= patience:
                return

    return stream()


def best(
    states: Iterable[TrainState[F]], score: Callable[[Params[F]], float], *, patience: int | None = None
) -> Iterator[TrainState[F]]:
    """The best state so far, after each epoch: `*_, top = best(fit(…), score, patience=5)` is the best of all.

    Args:
        states: the stream of `fit`.
        score: how good a network is, as in `stop_early`; greater is better.
        patience: how many epochs without improvement end the stream, at least 1; None for no end before that of the
            states.

    Returns:
        A lazy stream, as long as that of the states unless patience ends it. Laws: its last is the first state whose
        score is the highest (NaN is lower than all); it takes the states that `stop_early` takes; each is scored once.
        It holds one state beside the last.

    Raises:
        ValueError: the patience is below 1.
        TypeError: (from the stream) the score is not a number.

    >>> from fnnet import init_params, sgd
    >>> params = init_params((1, 1), seed=0)
    >>> stream = [TrainState(k, params, sgd(0.1).init(params)) for k in range(9)]
    >>> scores = iter([0.1, 0.5, 0.4, 0.3, 0.9])
    >>> [state.epoch for state in best(stream, lambda params: next(scores), patience=2)]
    [0, 1, 1, 1]
    """
    if patience is not None:
        patience = check_integer("patience", patience, 1)
    check_iterable("states", "a stream of states", states)
    check_callable("score", score)

    def stream() -> Iterator[TrainState[F]]:
        top, highest, since = None, -inf, 0
        for state in map(_state, states):
            value = _value(score, state)
            if top is None:
                top = state
            top, highest, since = (state, value, 0) if value > highest else (top, highest, since + 1)
            yield top
            if since == patience:
                return

    return stream()


def _state(state: TrainState[F]) -> TrainState[F]:
    """The state; raise TypeError if it is something else."""
    if not isinstance(state, TrainState):
        raise wrong_type("states", "TrainState", state)
    return state


def _value(score: Callable[[Params[F]], float], state: TrainState[F]) -> float:
    """The score of a state; raise TypeError unless it is a number, which may be infinite, or NaN."""
    value: object = score(state.eval_params)
    if not isinstance(value, (int, float, np.integer, np.floating)):
        raise wrong_type("score", "a number", value)
    return float(value)
