"""Steps of an optimiser over batches, on memory that is made once."""

from collections.abc import Iterable
from typing import Protocol

from fnnet.arrays import F, Labels, Matrix
from fnnet.dataset import Batch
from fnnet.epoch import Epoch
from fnnet.memory import Memory
from fnnet.network import check_alike, mean_gradient, write_mean_gradient
from fnnet.optimizer import Optimizer, frozen_state
from fnnet.records import Dense, Grads, Params


class Gradient(Protocol):
    """A function (params, x, y, step) ↦ the gradient of a batch; the step counts from 0 over all epochs."""

    def __call__(self, params: Params[F], x: Matrix[F], y: Labels | Matrix[F], step: int, /) -> Grads[F]: ...


def descend(optimizer: Optimizer, gradient: Gradient, at: Epoch[F], batches: Iterable[Batch[F]]) -> Epoch[F]:
    """Where an optimiser leads from `at`, one step a batch.

    Args:
        optimizer: whose steps are taken in memory of this function's own.
        gradient: the gradient of a batch.
        at: where to start; the optimiser's `init` gives the state that is missing.
        batches: pairs (x, y).

    Returns:
        The same epoch with new parameters and state. Law: to the bit those of

            for x, y in batches:
                params, state = optimizer.step(params, gradient(params, x, y, state.count), state)

    Raises:
        ValueError: a batch does not fit the network.
    """
    state = optimizer.init(at.params) if at.state is None else at.state
    for slot in state.slots:
        check_alike(at.params, slot)

    def network(layers: tuple[Dense[F], ...]) -> Params[F]:
        return Params(layers, at.params.hidden, at.params.head)

    count, theta, slots = state.count, Memory.of(at.params), tuple(map(Memory.of, state.slots))
    grads: Memory[F] = Memory.like(at.params)
    now = network(theta.layers())
    for x, y in batches:
        if gradient is mean_gradient:
            write_mean_gradient(now, x, y, grads)
        else:
            # what a function of the caller's sees must stay as it is
            given = gradient(network(Memory.of(now).frozen()), x, y, count)
            check_alike(now, given)
            grads.load(given)
        optimizer.advance(count, theta, grads, slots)
        count += 1
    return Epoch(at.number, network(theta.frozen()), frozen_state(state, count, slots))
