"""The exact fold of every linear optimizer: momentum, Nesterov's, penalties, decay, moving averages.

A step changes the state of each number by a matrix that does not depend on the gradients (`fnnet.optim.linear`), so
that the parameters before step k of a block are known combinations of the states before the block and of the gradients
so far (`coefficients`). All else is as for `sgd_fold`, which is the case of one component and A = 1.
"""

from typing import Any, TypeAlias

import attrs
import numpy as np

from fnnet.core.arrays import F, Matrix, Numbers, Order
from fnnet.data.dataset import Dataset
from fnnet.nn.params import Dense, Grads, Params
from fnnet.nn.targets import as_targets
from fnnet.optim.linear import linear_steps
from fnnet.optim.optimizer import Optimizer, State
from fnnet.train.fold.block import Block
from fnnet.train.fold.coefficients import Both, Kind, windows
from fnnet.train.fold.kernels import Rows
from fnnet.train.fold.layers import DeferredLayer, InputLayer
from fnnet.train.fold.rates import row_factors
from fnnet.train.fold.runs import runs
from fnnet.train.fold.stateful import PromptLayer, StatefulLayer
from fnnet.train.fold.stateful_input import StatefulInputLayer
from fnnet.train.state import TrainState

_FLUSH = 8  # blocks: rare enough to cost nothing

Components: TypeAlias = list[tuple[Dense[F], ...]]
"""The layers of θ, and of each slot."""


def is_linear(optimizer: Optimizer) -> bool:
    """Whether each step of an optimizer is linear in state and gradient.

    >>> from fnnet import adam, momentum
    >>> is_linear(momentum(0.1)), is_linear(adam())
    (True, False)
    """
    return linear_steps(optimizer, 0, 0, biases=False) is not None


def linear_fold(
    optimizer: Optimizer,
    start: TrainState[F],
    data: Dataset[F],
    batch_size: int,
    order: Order,
) -> TrainState[F] | None:
    """The state after one step a batch, as `plain_descent` gives it, up to rounding.

    Args:
        optimizer: a linear one.
        start: where to start.
        data: the samples, with their weights.
        batch_size: samples a step; the last batch may be shorter.
        order: indices of the samples to take, in this order.

    Returns:
        None if the numbers are too large for the products of a block.

    >>> from fnnet import init_params, momentum, ravel
    >>> from fnnet.train.descent import plain_descent, weighted_batches
    >>> params, data = init_params((3, 2), seed=0, dtype=np.float64), Dataset(np.eye(3), np.array([0, 1, 1]))
    >>> start = TrainState(0, params, momentum(0.5).init(params))
    >>> fast = linear_fold(momentum(0.5), start, data, 1, np.arange(3))
    >>> plain = plain_descent(momentum(0.5), None, start, weighted_batches(data, 1))
    >>> np.allclose(ravel(fast.params), ravel(plain.params))
    True
    """
    params: Params[F] = start.params
    state: State[F] = start.opt_state
    rows: Matrix[F] = np.empty((len(order), params.sizes[-1]), params.dtype)
    t: Matrix[F] = as_targets(params.head, data.y[order], rows)
    weights = None if data.weights is None else data.weights[order]
    components: Components[F] = [params.layers]
    components += [slot.layers for slot in state.layered]
    count = state.count
    for first, stop, batch, steps in runs(len(t), batch_size):
        number = (stop - first) // batch
        block = LinearBlock(params, components, _steps(optimizer, count, number), batch, steps)
        own = None if weights is None else weights[first:stop]
        factors = row_factors(np.full(number, -1.0), own, batch, params.dtype)  # the rates are in the coefficients
        for k, i in enumerate(range(first, stop, batch * steps)):
            some, factor = slice(i, i + batch * steps), factors[i - first : i - first + batch * steps]
            block.begin(k)
            if not block.run(data.x[order[some]], t[some], factor):
                return None
        components = block.components()
        count += number
    after = Params(components[0], params.hidden, params.head)
    slots = tuple(map(Grads, components[1:]))
    return TrainState(start.epoch, after, attrs.evolve(state, count=count, slots=slots))


def _steps(optimizer: Optimizer, first: int, number: int) -> Both:
    weights, biases = (linear_steps(optimizer, first, number, biases=biases) for biases in (False, True))
    assert weights and biases, "is_linear"
    return Both(weights, biases)


class LinearBlock(Block[F]):
    """A block of linear steps: its layers have slots, and each block has its coefficients."""

    def __init__(self, params: Params[F], components: Components[F], ahead: Both, batch: int, steps: int) -> None:
        self.initial: Components[F] = components
        self.kind: Kind = Kind(ahead.weights.active, ahead.are_equal)
        Block.__init__(self, params, batch, steps)  # mypy does not see F through super()
        lengths = [steps, *(layer.delay for layer in self.later)]
        computed = {length: windows(ahead, steps, length, params.dtype) for length in set(lengths)}
        self.ahead: list[Any] = [computed[length] for length in lengths]  # of `windows`

    @property
    def layers(self) -> list[Any]:
        """All layers. Any: each has components and coefficients."""
        return [self.first, *self.later]

    def begin(self, k: int) -> None:
        """Take the coefficients of block number k."""
        for layer, ahead in zip(self.layers, self.ahead):
            layer.ahead[...] = ahead[k]
        if k % _FLUSH == _FLUSH - 1:
            _flush(self.layers[0].states)

    def _input_layer(self) -> InputLayer[F]:
        components = [layers[0] for layers in self.initial]
        return StatefulInputLayer(components, self.kind, self.signs[0], self.batch, self.steps)

    def _later_layer(self, l: int, delay: int, inputs: Rows[F]) -> DeferredLayer[F]:
        components, sign = [layers[l] for layers in self.initial], self.signs[l]
        if delay == 1:
            return PromptLayer(components, self.kind, sign, self.batch, self.steps, inputs)
        return StatefulLayer(components, self.kind, sign, delay, self.steps, inputs)

    def components(self) -> Components[F]:
        """The parameters and the slots after the blocks so far."""
        layers = [layer.components() for layer in self.layers]
        return [tuple(map(_signed, self.signs, each)) for each in zip(*layers)]


def _signed(sign: int, layer: Dense[F]) -> Dense[F]:
    weights, bias = sign * layer.weights, sign * layer.bias
    for numbers in (weights, bias):
        _flush(numbers)
    return Dense.from_owned(weights, bias)


def _flush(numbers: Numbers) -> None:
    """Set subnormal numbers to 0, as an optimizer does: what decays would end among them, where arithmetic is slow."""
    numbers[np.abs(numbers) < np.finfo(numbers.dtype).tiny] = 0
