"""Where training is, and the error that tells where it left the finite numbers."""

from collections.abc import Callable
from typing import Any, Generic

import attrs

from fnnet.core.arrays import F, Order
from fnnet.core.messages import invalid, wrong_type
from fnnet.core.records import Immutable, Tabular
from fnnet.nn.params import Grads, Params
from fnnet.nn.tree import is_finite
from fnnet.optim.optimizer import Optimizer, State
from fnnet.optim.wrappers import averaged_params


@attrs.frozen
class TrainState(Tabular, Generic[F]):
    """Training after a number of whole epochs.

    Args:
        epoch: how many epochs are done.
        params: the parameters after them.
        opt_state: the state of the optimizer, which counts the steps.

    >>> from fnnet import adam, init_params
    >>> params = init_params((2, 1), seed=0)
    >>> TrainState(0, params, adam().init(params)).opt_state.count
    0
    """

    epoch: int
    params: Params[F]
    opt_state: State[F]

    @property
    def eval_params(self) -> Params[F]:
        """The network to use and to judge: the moving average where the optimizer keeps one, else the parameters."""
        if self.opt_state.average is None:
            return self.params
        return averaged_params(self.params, self.opt_state)


def begin(start: Params[F] | TrainState[F], optimizer: Optimizer) -> TrainState[F]:
    """Where training starts: before the first epoch, or after the epochs of a state.

    Raises:
        ValueError: the state is that of an optimizer of another kind, or for another network.
        TypeError: it is neither a network nor a state.
    """
    if isinstance(start, Params):
        return TrainState(0, start, optimizer.init(start))
    if not isinstance(start, TrainState):
        raise wrong_type("start", "Params or TrainState", start)
    optimizer.check_state(start.params, start.opt_state)
    expected, got = (_layout(state) for state in (optimizer.init(start.params), start.opt_state))
    if got != expected:
        raise invalid("start", f"the slots of {optimizer.kind}, {expected or 'none'}", got or "none")
    return start


def _layout(state: State[F]) -> str:
    """What the slots of a state are: "layers, uint32 (2,)"."""
    parts = ("layers" if isinstance(slot, Grads) else f"{slot.dtype} {slot.shape}" for slot in state.slots)
    return ", ".join(parts)


@attrs.frozen
class Diverged(Immutable, FloatingPointError):
    """Training left the finite numbers.

    Args:
        epoch: the epoch, counted from 1.
        step: the step of that epoch, counted from 1.
        how: with which optimizer.
        params: the last finite parameters, those before that step.
    """

    epoch: int
    step: int
    how: str
    params: Params[Any]  # of either dtype

    def __str__(self) -> str:
        return f"training diverged in epoch {self.epoch}, step {self.step}, {self.how}"


def is_finite_state(state: TrainState[F]) -> bool:
    """Whether the parameters are finite, and all that the optimizer remembers in their shapes.

    Other numbers of a rule may well be infinite, such as the best loss before the first step.
    """
    return is_finite(state.params) and all(map(is_finite, state.opt_state.layered))


def locate_divergence(
    walk: Callable[[TrainState[F], Order], TrainState[F]],
    before: TrainState[F],
    part: Order,
    batch_size: int,
    steps: int,
    how: str,
) -> Diverged:
    """Train again over a part of an epoch, one step at a time, to find the first step that is not finite.

    Args:
        walk: from one state to another, over some samples.
        before: the state before this part.
        part: the samples in their order.
        batch_size: how many of them make a step.
        steps: how many steps of the epoch come before this part.
        how: for the error.
    """
    for i in range(0, len(part), batch_size):
        after = walk(before, part[i : i + batch_size])
        steps += 1
        if not is_finite_state(after):
            break
        before = after
    return Diverged(before.epoch + 1, steps, how, before.params)
