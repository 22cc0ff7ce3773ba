"""The layers of a block of steps: the first, whose inputs are known in advance, and the later ones.

The z, a and d of a step are vectors when it is a step of one sample, and matrices when it is a step of a batch. Each
layer has arrays of its own, and writes the calls that use them on a tape, step by step.
"""

from functools import partial
from typing import Generic

import numpy as np

from fnnet.core.arrays import F, Matrix, Order, Vector
from fnnet.nn.params import Dense
from fnnet.train.fold.kernels import Rows, Tape


def step_rows(step: int, batch: int) -> int | slice:
    """The rows of a step in the matrix of its block: one row as a vector, or several as a matrix."""
    return step if batch == 1 else slice(step * batch, (step + 1) * batch)


def step_shape(batch: int, width: int) -> tuple[int, ...]:
    """The shape of a step's z, a and d."""
    return (width,) if batch == 1 else (batch, width)


class InputLayer(Generic[F]):
    """z_k = x_k W_0 + Σ_{j<k} (x_k x_jᵀ + 1) d_j, with X W_0 and X Xᵀ computed in advance for the whole block."""

    def __init__(self, layer: Dense[F], sign: int, batch: int, steps: int) -> None:
        rows, width, dtype = batch * steps, layer.bias.size, layer.bias.dtype
        self.batch = batch
        self.weights: Matrix[F] = sign * layer.weights
        self.bias: Vector[F] = sign * layer.bias
        # rows of X W_0 + b_0; row k is overwritten by d_k in step k
        self.deltas: Matrix[F] = np.empty((rows, width), dtype)
        # x_k x_jᵀ + 1 below the diagonal, and the identity on it, which adds row k itself
        self.gram: Matrix[F] = np.empty((rows, rows) if steps > 1 else (0, 0), dtype)
        if steps > 1:
            self.squares: Vector[F] = np.einsum("ii->i", self.gram)  # a view, and so is the diagonal of matrices
            self.diagonal: Rows[F] = np.einsum("ibic->ibc", self.gram.reshape(steps, batch, steps, batch))
            self.identity: Matrix[F] = np.eye(batch, dtype=dtype)
        self.ones: Vector[F] = np.ones(rows, dtype)
        self.z: Rows[F] = np.empty(step_shape(batch, width), dtype)

    def load(self, x: Matrix[F]) -> bool:
        """Compute in advance what depends on the block's inputs alone; False if the Gram matrix overflows."""
        # a feature that is 0 throughout contributes nothing to z, and gets no gradient
        is_used = x.any(axis=0)
        self.used: slice | Order = slice(None) if is_used.all() else np.flatnonzero(is_used)
        self.x: Matrix[F] = x[:, self.used]
        self._write_starts()
        if self.gram.size:
            self.x.dot(self.x.T, self.gram)
            # no entry is larger than the largest on the diagonal (Cauchy and Schwarz)
            if not np.isfinite(self.squares.max()):
                return False
            self._weigh_gram()
            self.diagonal[...] = self.identity
        return True

    def _write_starts(self) -> None:
        """X W_0 + b_0."""
        self.kept: Matrix[F] = self.weights[self.used]
        self.x.dot(self.kept, self.deltas)
        self.deltas += self.bias

    def _weigh_gram(self) -> None:
        """X Xᵀ + 1."""
        self.gram += 1

    def forward(self, step: int) -> Tape:
        """z of the step."""
        rows, stop = step_rows(step, self.batch), (step + 1) * self.batch
        if step == 0:
            return [partial(np.copyto, self.z, self.deltas[rows])]
        return [partial(self.gram[rows, :stop].dot, self.deltas[:stop], self.z)]

    def delta(self, step: int) -> Rows[F]:
        """Where the d of the step is stored."""
        rows: Rows[F] = self.deltas[step_rows(step, self.batch)]
        return rows

    def update(self) -> None:
        """W = W_0 + Xᵀ D for the whole block."""
        change: Matrix[F] = self.x.T.dot(self.deltas)
        change += self.kept
        self.weights[self.used] = change
        self.bias += self.ones.dot(self.deltas)

    def layer(self) -> Dense[F]:
        """The weights after the last update, with the sign in which they are kept."""
        return Dense(self.weights, self.bias)


class DeferredLayer(Generic[F]):
    """z_k = x_k W_0 + Σ_{j<k} (x_k x_jᵀ + 1) d_j, with the d_j of up to `delay` steps pending below W_0 and b_0.

    One matrix has the rows W_0, b_0, d_1, d_2, …; step k's input has as many columns: x_k, 1, x_k x_1ᵀ + 1, ….
    Backward, the same two matrices give x's gradient, d_k W_kᵀ = d_k W_0ᵀ + Σ_{j<k} (d_k d_jᵀ) x_j.
    """

    def __init__(self, layer: Dense[F], sign: int, batch: int, delay: int, inputs: Rows[F]) -> None:
        self.fan_in: int = len(layer.weights)
        fan_out = len(layer.bias)
        one, dtype = self.fan_in + 1, layer.bias.dtype
        self.batch = batch
        self.delay = delay
        # x, 1 and the products with past inputs; given, so that the inputs of all layers are neighbors in memory
        self.inputs: Rows[F] = inputs
        self.past: Matrix[F] = np.empty((delay, one), dtype)
        self.weights_and_pending: Matrix[F] = np.empty((one + batch * delay, fan_out), dtype)
        self.weights_and_pending[: self.fan_in] = sign * layer.weights
        self.weights_and_pending[self.fan_in] = sign * layer.bias
        self.change: Matrix[F] = np.empty((one, fan_out), dtype)
        self.z: Rows[F] = np.empty(step_shape(batch, fan_out), dtype)
        self.g: Rows[F] = np.empty(step_shape(batch, self.fan_in if delay == 1 else one), dtype)

    @staticmethod
    def columns(layer: Dense[F], delay: int) -> int:
        """How many columns of inputs a layer needs."""
        return layer.weights.shape[0] + delay

    @property
    def x(self) -> Rows[F]:
        """Where the x of a step is stored."""
        rows: Rows[F] = self.inputs[..., : self.fan_in]
        return rows

    def delta(self, step: int) -> Rows[F]:
        """Where the d of the step is stored."""
        start = self.fan_in + 1 + step % self.delay
        rows: Rows[F] = self.weights_and_pending[start if self.batch == 1 else slice(start, start + self.batch)]
        return rows

    def begin(self, step: int) -> Tape:
        """What comes before a step, and is not the same in every period."""
        return []

    def end(self, step: int) -> Tape:
        """What comes after a step, and is not the same in every period."""
        return []

    def forward(self, step: int) -> Tape:
        """z of the step, whose x is in place."""
        one, pending = self.fan_in + 1, step % self.delay
        stop = one + pending
        product = partial(self.inputs[..., :stop].dot, self.weights_and_pending[:stop], self.z)
        if self.delay == 1:
            return [product]
        x, tail = self.inputs[:one], self.inputs[one:stop]
        keep = partial(np.copyto, self.past[pending], x)
        return [partial(self.past[:pending].dot, x, tail), product, keep] if pending else [product, keep]

    def backward(self, step: int) -> tuple[Tape, Rows[F]]:
        """The calls that compute the gradient of x, and where it is; the step's d is in place."""
        one, d, pending = self.fan_in + 1, self.delta(step), step % self.delay
        g: Rows[F] = self.g[..., : self.fan_in]
        if not pending:
            return [partial(d.dot, self.weights_and_pending[: self.fan_in].T, g)], g
        product: Vector[F] = np.empty(one + pending, self.z.dtype)
        return [
            partial(d.dot, self.weights_and_pending[: one + pending].T, product),
            partial(product[one:].dot, self.past[:pending], self.g),
            partial(np.add, self.g, product[:one], self.g),
        ], g

    def update(self, step: int, last: bool = False) -> Tape:
        """W = W_0 + Xᵀ D, if the delay is over or it is the last step of the block."""
        one, pending = self.fan_in + 1, step % self.delay + 1
        if pending < self.delay and not last:
            return []
        x = self.past[:pending] if self.delay > 1 else self.inputs.reshape(self.batch, one)
        d, now = self.weights_and_pending[one : one + pending * self.batch], self.weights_and_pending[:one]
        return [partial(x.T.dot, d, self.change), partial(np.add, now, self.change, now)]

    def layer(self) -> Dense[F]:
        """The weights after the last update, with the sign in which they are kept."""
        return Dense(self.weights_and_pending[: self.fan_in], self.weights_and_pending[self.fan_in])
