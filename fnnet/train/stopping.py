"""When to stop: a stream of training states that ends when the network no longer improves."""

from collections.abc import Callable, Iterable, Iterator
from math import inf

from fnnet.core.arrays import F
from fnnet.core.checks import check_integer
from fnnet.nn.params import Params
from fnnet.train.state import TrainState


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
        A stream whose last state is the one after which it ended.

    Raises:
        ValueError: the patience is below 1.

    >>> from fnnet import init_params
    >>> stream = [TrainState(k, init_params((1, 1), seed=k)) for k in range(9)]
    >>> scores = iter([0.1, 0.5, 0.4, 0.3, 0.9])
    >>> [state.epoch for state in stop_early(stream, lambda params: next(scores), patience=2)]
    [0, 1, 2, 3]
    """
    patience = check_integer("patience", patience, 1)

    def stream() -> Iterator[TrainState[F]]:
        best, since = -inf, 0
        for state in states:
            yield state
            value = score(state.eval_params)
            best, since = (value, 0) if value > best else (best, since + 1)
            if since >= patience:
                return

    return stream()
