"""Steps of an optimizer over batches: the plain fold, and the same to the bit in buffers that are made once."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from fnnet.core.arrays import F, Labels, Matrix, Order, Vector
from fnnet.core.messages import wrong_type
from fnnet.data.dataset import Dataset
from fnnet.nn.buffer import Buffer, ParamsBuffer
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.network import backward_stream, check_input, layer_gradient, mean_delta, run_forward
from fnnet.nn.params import Grads, Params, check_alike
from fnnet.optim.optimizer import Optimizer, cells, later_state
from fnnet.train.state import TrainState

Gradient: TypeAlias = Callable[[Params[F], Matrix[F], Any, Vector[F] | None, int], Grads[F]]
"""A function (params, x, y, weights, step) ↦ the gradient of a batch; weights is None where the data has none, and the
step counts from 0 over all epochs. Any: y is labels or rows, whichever the data has, and a function may take either."""

WeightedBatch: TypeAlias = tuple[Matrix[F], Labels | Matrix[F], Vector[F] | None]
"""Samples, their targets, and their weights, or None for 1 each."""


def weighted_batches(data: Dataset[F], size: int, order: Order | None = None) -> Iterator[WeightedBatch[F]]:
    """The samples in batches, with their weights, in this order, or in their own.

    >>> import numpy as np
    >>> data = Dataset(np.eye(3), np.arange(3), np.array([1, 2, 3]))
    >>> [weights.tolist() for x, y, weights in weighted_batches(data, 2, np.array([2, 1, 0]))]
    [[3.0, 2.0], [1.0]]
    """
    x, y, weights = data.x, data.y, data.weights
    for i in range(0, len(data) if order is None else len(order), size):
        rows = slice(i, i + size) if order is None else order[i : i + size]
        yield x[rows], y[rows], None if weights is None else weights[rows]


def plain_descent(
    optimizer: Optimizer, gradient: Gradient[F] | None, start: TrainState[F], batches: Iterable[WeightedBatch[F]]
) -> TrainState[F]:
    """One pure step a batch: what `descend` computes, written as it is defined.

    Args:
        optimizer: takes the steps.
        gradient: the gradient of a batch; that of the mean loss when not given.
        start: where to start.
        batches: (x, y, weights), as `weighted_batches` gives them.

    Raises:
        ValueError: a batch does not match the network, or the state is another optimizer's.
    """
    params, state = start.params, start.opt_state
    for x, y, weights in batches:
        if gradient is not None:
            grads = _checked(params, gradient(params, x, y, weights, state.count))
        else:
            grads = mean_gradient(params, x, y, weights)
        params, state = optimizer.step(params, grads, state)
    return TrainState(start.epoch, params, state)


def descend(
    optimizer: Optimizer, gradient: Gradient[F] | None, start: TrainState[F], batches: Iterable[WeightedBatch[F]]
) -> TrainState[F]:
    """One step a batch in buffers of this function's own: to make new arrays at each step costs more than to compute.

    Args, Raises:
        As for `plain_descent`.

    Law: it is `plain_descent`, to the bit.
    """
    state = start.opt_state
    optimizer.check_state(start.params, state)
    count, theta, slots = state.count, ParamsBuffer.of_params(start.params), cells(state)
    grads: Buffer[F] = Buffer.like(start.params)
    params = theta.view()
    for x, y, weights in batches:
        if gradient is not None:
            # the caller's function may keep what it is given: it gets a copy, which does not change later
            grads.load(_checked(params, gradient(theta.params(), x, y, weights, count)))
        else:
            write_mean_gradient(params, x, y, weights, grads)
        optimizer.advance(count, theta, grads, slots)
        count += 1
    return TrainState(start.epoch, theta.params(), later_state(state, count, slots))


def _checked(params: Params[F], given: Grads[F]) -> Grads[F]:
    """What a function of the caller's gave; raise an error unless it is a gradient of these parameters."""
    if not isinstance(given, Grads):
        raise wrong_type("gradient", "a function that gives Grads", given)
    check_alike(params, given, "gradient")
    return given


def write_mean_gradient(
    params: Params[F], x: Matrix[F], y: Labels | Matrix[F], weights: Vector[F] | None, grads: Buffer[F]
) -> None:
    """`mean_gradient`, written to a buffer."""
    cache = run_forward(params, check_input(params, x).view())
    stream = backward_stream(params, cache, mean_delta(params, cache, y, weights))
    for (a, delta), into, bias in zip(stream, reversed(grads.weights), reversed(grads.biases)):
        _, bias[...] = layer_gradient(a, delta, out=into)
