"""Where training is, and the error that tells where it left the finite numbers."""

from collections.abc import Callable
from typing import Generic

import attrs
import numpy as np

from fnnet.algebra import is_finite
from fnnet.arrays import F, Order
from fnnet.optimizer import State
from fnnet.records import Immutable, Params


@attrs.frozen
class Epoch(Generic[F]):
    """Training after `number` whole epochs: the parameters, and what the optimiser remembers (if there is one)."""

    number: int
    params: Params[F]
    state: State[F] | None = None


@attrs.frozen
class Diverged(Immutable, FloatingPointError):
    """Training left the finite numbers.

    Args:
        epoch: in which epoch, counted from 1.
        step: at which step of it, counted from 1.
        how: at which rate, or with which optimiser.
        params: the last parameters that were finite, from before that step.
    """

    epoch: int
    step: int
    how: str
    params: Params[np.float32] | Params[np.float64]

    def __str__(self) -> str:
        return f"training diverged in epoch {self.epoch}, step {self.step}, {self.how}"


def is_finite_at(at: Epoch[F]) -> bool:
    """Whether the parameters and all that the optimiser remembers are finite."""
    return is_finite(at.params) and (at.state is None or all(map(is_finite, at.state.slots)))


def diverged(
    walk: Callable[[Epoch[F], Order], Epoch[F]], before: Epoch[F], part: Order, batch_size: int, steps: int, how: str
) -> Diverged:
    """Walk a part of an epoch again, one step at a time, to find the step that is not finite any more.

    Args:
        walk: from one place to another, over some samples.
        before: where training was before this part.
        part: the samples in their order.
        batch_size: how many of them make a step.
        steps: how many steps of the epoch lie before this part.
        how: for the error.
    """
    for i in range(0, len(part), batch_size):
        after = walk(before, part[i : i + batch_size])
        steps += 1
        if not is_finite_at(after):
            break
        before = after
    return Diverged(before.number + 1, steps, how, before.params)
