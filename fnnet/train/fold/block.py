"""A block of steps as a tape of NumPy calls on fixed arrays: written once, run for every block."""

from typing import Generic

import attrs
import numpy as np

from fnnet.core.arrays import F, Matrix
from fnnet.nn.params import Dense, Params
from fnnet.train.fold import kernels
from fnnet.train.fold.kernels import Rows, Tape
from fnnet.train.fold.layers import DeferredLayer, InputLayer, step_rows, step_shape


@attrs.frozen
class Phase(Generic[F]):
    """The calls of the later layers in one step, which depend on how many steps are pending in them.

    All steps of one phase share these calls: a short tape stays in the processor's cache.
    """

    up: Tape
    """From the first layer's z to the last layer's z, and the part of p that does not need the targets."""
    down: Tape
    """From the last layer's d to the gradient of the first layer's a."""
    update: Tape
    """Updates of the later layers' weights that are due."""
    g: Rows[F]
    """The gradient with respect to the first layer's a."""
    s: Rows[F]
    """The slope f'(z) of the first layer."""


class Block(Generic[F]):
    """`steps` steps of `batch` samples each, starting from these parameters."""

    def __init__(self, params: Params[F], batch: int, steps: int) -> None:
        self.like: Params[F] = params
        self.batch: int = batch
        self.steps: int = steps
        later: tuple[Dense[F], ...] = params.layers[1:]
        self.signs: list[int] = [kernels.sign(params.hidden)] * len(later) + [1]
        self.first: InputLayer[F] = self._input_layer()
        delays = [self._delay(layer) for layer in later]
        self.period: int = max(delays, default=1)
        # The inputs of all later layers are neighbors in memory, and so are their slopes: one call computes all.
        columns = [DeferredLayer.columns(layer, delay) for layer, delay in zip(later, delays)]
        self.starts: list[int] = [sum(columns[:l]) for l in range(len(later))]
        self.inputs: Rows[F] = np.ones(step_shape(batch, sum(columns)), params.dtype)
        self.slopes: Rows[F] = np.empty(step_shape(batch, sum(columns)), params.dtype)
        places = [self.inputs[..., start : start + width] for start, width in zip(self.starts, columns)]
        self.later: list[DeferredLayer[F]] = [
            self._later_layer(l, delay, place) for l, (delay, place) in enumerate(zip(delays, places), start=1)
        ]
        self.targets: Matrix[F] = np.empty((batch * steps, params.sizes[-1]), params.dtype)
        # of the shape of the targets: to multiply rows by one number each would take eight times as long
        self.factors: Matrix[F] = np.empty_like(self.targets)
        self.tape: Tape = self._write(steps)

    def _input_layer(self) -> InputLayer[F]:
        return InputLayer(self.like.layers[0], self.signs[0], self.batch, self.steps)

    def _later_layer(self, l: int, delay: int, inputs: Rows[F]) -> DeferredLayer[F]:
        return DeferredLayer(self.like.layers[l], self.signs[l], self.batch, delay, inputs)

    def _delay(self, layer: Dense[F]) -> int:
        """How many steps the deltas of a later layer stay pending: powers of 2, so that phases repeat."""
        size = layer.weights.size
        return 1 if self.batch > 1 or size < 4096 else 8 if size < 32768 else 32

    def _write(self, steps: int) -> Tape:
        if not self.later:
            return [call for step in range(steps) for call in self._only_step(step)]
        phases = [self._phase(step) for step in range(min(self.period, steps))]
        tape = [call for step in range(steps) for call in self._step(step, phases[step % self.period])]
        if steps % self.period:
            tape += [call for layer in self.later if steps % layer.delay for call in layer.update(steps - 1, last=True)]
        return tape

    def _phase(self, step: int) -> Phase[F]:
        hidden, layers, last = self.like.hidden, self.later, self.later[-1]
        zs: list[Rows[F]] = [self.first.z] + [layer.z for layer in layers]
        slopes = [self.slopes[..., start : start + layer.fan_in] for start, layer in zip(self.starts, layers)]
        up: Tape = []
        for z, layer in zip(zs, layers):
            up += kernels.apply(hidden, z, layer.x) + layer.forward(step)
        up += kernels.output(self.like.head, last.z, last.delta(step))
        down, g = last.backward(step)
        down += kernels.slope(hidden, self.inputs, self.slopes)
        for l in reversed(range(1, len(layers))):
            down.append(kernels.pull(hidden, zs[l], layers[l].x, g, slopes[l], layers[l - 1].delta(step)))
            back, g = layers[l - 1].backward(step)
            down += back
        update = [call for layer in layers for call in layer.update(step)]
        return Phase(up, down, update, g, slopes[0])

    def _step(self, step: int, phase: Phase[F]) -> Tape:
        hidden, head, last = self.like.hidden, self.like.head, self.later[-1]
        delta = kernels.delta(head, last.z, *self._given(step), last.delta(step))
        pull = kernels.pull(hidden, self.first.z, self.later[0].x, phase.g, phase.s, self.first.delta(step))
        begin = [call for layer in self.later for call in layer.begin(step)]
        end = [call for layer in self.later for call in layer.end(step)]
        return begin + self.first.forward(step) + phase.up + delta + phase.down + [pull] + phase.update + end

    def _only_step(self, step: int) -> Tape:
        """A step of the network that is one layer."""
        head, first, d = self.like.head, self.first, self.first.delta(step)
        delta = kernels.delta(head, first.z, *self._given(step), d)
        return first.forward(step) + kernels.output(head, first.z, d) + delta

    def _given(self, step: int) -> tuple[Rows[F], Rows[F]]:
        """Where the targets and the factors of the step are."""
        rows = step_rows(step, self.batch)
        return self.targets[rows], self.factors[rows]

    def run(self, x: Matrix[F], t: Matrix[F], factors: Matrix[F]) -> bool:
        """Take the steps over the samples of one block; False if the inputs are too large for their Gram matrix.

        Args:
            x: the samples.
            t: their targets.
            factors: minus the rate of its step times its weight, over the batch, for each sample: shape (n, 1).
        """
        if not self.first.load(x):
            return False
        np.copyto(self.targets, t)
        np.copyto(self.factors, factors)
        for call in self.tape:
            call()
        self.first.update()
        return True

    def params(self) -> Params[F]:
        """The parameters after the blocks so far."""
        layers = [self.first.layer()] + [layer.layer() for layer in self.later]
        signed = (Dense(sign * layer.weights, sign * layer.bias) for sign, layer in zip(self.signs, layers))
        return Params(tuple(signed), self.like.hidden, self.like.head)
