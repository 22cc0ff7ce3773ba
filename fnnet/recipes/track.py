"""What is measured after each epoch of a training: `track`."""

import time
from collections.abc import Callable, Iterable, Iterator

from fnnet.core.arrays import F
from fnnet.data.dataset import Dataset, require_dataset
from fnnet.metrics.evaluation import evaluate
from fnnet.nn.params import Params
from fnnet.recipes.row import Row
from fnnet.train.state import TrainState


def _same(params: Params[F]) -> Params[F]:
    return params


def track(
    states: Iterable[TrainState[F]],
    test: Dataset[F],
    train: Dataset[F] | None = None,
    network: Callable[[Params[F]], Params[F]] = _same,
    validation: Dataset[F] | None = None,
) -> Iterator[Row]:
    """The rows of a history, one for each state of a training, as `plot_curves` draws and `write_history` writes them.

    Args:
        states: the stream of `fit` or `recipes.train`.
        test: what each network is judged by.
        train: training samples to judge it by as well, such as some 10,000 of them.
        network: makes the network to judge of `state.eval_params`, such as `partial(absorb, scaler)`.
        validation: samples held out of the training samples, to choose an epoch by.

    Returns:
        A lazy stream, a row for each state: its epoch, the seconds since this call, losses, and accuracies where the
        targets are classes. Law: it takes a state only when its row is asked for.

    Raises:
        TypeError: the data is not a `Dataset`.
        ValueError: (from the stream) the data does not match the network.

    >>> from itertools import tee
    >>> from fnnet import fit, init_params, load_mnist
    >>> train, test = (part[:1000] for part in load_mnist())
    >>> states, seen = tee(fit(init_params((784, 30, 10), seed=0), train, epochs=2, lr=0.1))
    >>> for state, row in zip(states, track(seen, test)):
    ...     print(row.epoch, round(row.test_loss, 1), round(row.test_accuracy, 1))
    1 0.8 0.7
    2 0.6 0.8
    """
    began = time.perf_counter()
    for data in (test, train, validation):
        if data is not None:
            require_dataset(data)

    def rows() -> Iterator[Row]:
        for state in states:
            seconds = time.perf_counter() - began
            params = network(state.eval_params)
            learned = None if train is None else evaluate(params, train)
            held_out = None if validation is None else evaluate(params, validation)
            yield Row.of(state.epoch, seconds, learned, evaluate(params, test), held_out)

    return rows()
