"""A block of steps as a tape of NumPy calls on fixed memory: written once, run for every block."""

from typing import Generic

import numpy as np

from fnnet.arrays import F, Matrix
from fnnet.fold import kernels
from fnnet.fold.kernels import Rows, Tape
from fnnet.fold.layers import First, Later, step_rows
from fnnet.records import Dense, Params


class Block(Generic[F]):
    """`steps` steps of `batch` samples each, from these parameters on."""

    def __init__(self, params: Params[F], lr: float, batch: int, steps: int) -> None:
        self.like: Params[F] = params
        hidden = len(params.layers) - 1
        self.signs = [kernels.sign(params.hidden)] * hidden + [1]
        self.first: First[F] = First(params.layers[0], self.signs[0], batch, steps)
        self.later: list[Later[F]] = [
            Later(layer, sign, batch, _wait(layer, batch, steps))
            for layer, sign in zip(params.layers[1:], self.signs[1:])
        ]
        self.targets: Matrix[F] = np.empty((batch * steps, params.sizes[-1]), params.dtype)
        self.target_scale = kernels.target_scale(params.head, lr / batch)
        self.tape = [
            call for step in range(steps) for call in self._step(step, lr / batch, batch, step == steps - 1)
        ]

    def _step(self, step: int, rate: float, batch: int, last: bool) -> Tape:
        hidden, head = self.like.hidden, self.like.head
        # z of each layer, and where its d belongs
        zs: list[Rows[F]] = [self.first.z] + [layer.z for layer in self.later]
        ds: list[Rows[F]] = [self.first.delta(step)] + [layer.delta(step) for layer in self.later]
        tape = self.first.forward(step)
        for z, layer in zip(zs, self.later):
            tape += kernels.apply(hidden, z, layer.input(step)) + layer.forward(step)
        tape += kernels.delta(head, zs[-1], self.targets[step_rows(step, batch)], rate, ds[-1])
        for z, d, layer in reversed(list(zip(zs, ds, self.later))):
            back, g = layer.backward(step)
            tape += back + kernels.pull(hidden, z, layer.input(step), g, d)
        for layer in self.later:
            tape += layer.update(step, last)
        return tape

    def run(self, x: Matrix[F], t: Matrix[F]) -> None:
        """Take the steps over the samples of one block."""
        self.first.load(x)
        np.multiply(t, self.target_scale, self.targets)
        for call in self.tape:
            call()
        self.first.update()

    def params(self) -> Params[F]:
        """The parameters after the blocks so far."""
        layers = [self.first.layer()] + [layer.layer() for layer in self.later]
        signed = (Dense(sign * layer.weights, sign * layer.bias) for sign, layer in zip(self.signs, layers))
        return Params(tuple(signed), self.like.hidden, self.like.head)


def _wait(layer: Dense[F], batch: int, steps: int) -> int:
    """How many steps a later layer's deltas are left pending."""
    size = layer.weights.size
    return 1 if batch > 1 or size < 4096 else min(steps, 8 if size < 32768 else 32)
