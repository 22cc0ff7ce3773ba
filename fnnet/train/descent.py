"""Steps of an optimizer over batches: the plain fold, and the same to the bit in buffers that are made once."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from fnnet.core.arrays import F, Labels, Matrix
from fnnet.data.dataset import Batch
from fnnet.nn.buffer import Buffer, ParamsBuffer
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.network import backward_stream, check_input, layer_gradient, mean_delta, run_forward
from fnnet.nn.params import Grads, Params, check_alike
from fnnet.optim.optimizer import Optimizer, cells, later_state
from fnnet.train.state import TrainState

Gradient: TypeAlias = Callable[[Params[F], Matrix[F], Any, int], Grads[F]]
"""A function (params, x, y, step) ↦ the gradient of a batch; the step counts from 0 over all epochs. Any: y is labels
or rows, whichever the data has, and a function may take either."""


def plain_descent(
    optimizer: Optimizer, gradient: Gradient[F] | None, start: TrainState[F], batches: Iterable[Batch[F]]
) -> TrainState[F]:
    """One pure step a batch: what `descend` computes, written as it is defined.

    Args:
        optimizer: takes the steps.
        gradient: the gradient of a batch; that of the mean loss when not given.
        start: where to start; a missing state is the optimizer's `init`.
        batches: pairs (x, y).

    Raises:
        ValueError: a batch does not match the network.
    """
    params, state = start.params, start.opt_state or optimizer.init(start.params)
    for x, y in batches:
        grads = gradient(params, x, y, state.count) if gradient else mean_gradient(params, x, y)
        params, state = optimizer.step(params, grads, state)
    return TrainState(start.epoch, params, state)


def descend(
    optimizer: Optimizer, gradient: Gradient[F] | None, start: TrainState[F], batches: Iterable[Batch[F]]
) -> TrainState[F]:
    """One step a batch in buffers of this function's own: to make new arrays at each step costs more than to compute.

    Args, Raises:
        As for `plain_descent`.

    Law: it is `plain_descent`, to the bit.
    """
    state = start.opt_state or optimizer.init(start.params)
    optimizer.check_state(start.params, state)
    count, theta, slots = state.count, ParamsBuffer.of_params(start.params), cells(state)
    grads: Buffer[F] = Buffer.like(start.params)
    params = theta.view()
    for x, y in batches:
        if gradient:
            # the caller's function may keep what it is given: it gets a copy, which does not change later
            given = gradient(theta.params(), x, y, count)
            check_alike(params, given)
            grads.load(given)
        else:
            write_mean_gradient(params, x, y, grads)
        optimizer.advance(count, theta, grads, slots)
        count += 1
    return TrainState(start.epoch, theta.params(), later_state(state, count, slots))


def write_mean_gradient(params: Params[F], x: Matrix[F], y: Labels | Matrix[F], grads: Buffer[F]) -> None:
    """`mean_gradient`, written to a buffer."""
    cache = run_forward(params, check_input(params, x).view())
    stream = backward_stream(params, cache, mean_delta(params, cache, y))
    for (a, delta), weights, bias in zip(stream, reversed(grads.weights), reversed(grads.biases)):
        _, bias[...] = layer_gradient(a, delta, out=weights)
