"""The later layers of a block of linear steps: those of `layers`, with slots beside the weights.

A layer has m components, θ and the slots, in the shape of its weights, with the bias as a last row. Those that θ
depends on are active. Before step k of a window, with d_j = δ_j (the coefficients have the rates),

    z_k = Σ_i a_ki x_k S_i + Σ_{j<k} c_kj (x_k x_jᵀ) d_j.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from fnnet.core.arrays import F, Matrix
from fnnet.nn.params import Dense
from fnnet.train.fold.coefficients import Kind, Window
from fnnet.train.fold.kernels import Rows, Tape
from fnnet.train.fold.layers import DeferredLayer

Stack: TypeAlias = Any
"""Matrices in one array, and its views. Any: NumPy's types do not follow the rank of what is reshaped or indexed."""


class PromptLayer(DeferredLayer[F]):
    """A later layer that is updated at every step, for which C is one column: S = (F | C) (S; xᵀ d)."""

    def __init__(
        self, components: Sequence[Dense[F]], kind: Kind, sign: int, batch: int, steps: int, inputs: Rows[F]
    ) -> None:
        DeferredLayer.__init__(self, components[0], sign, batch, 1, inputs)
        self.kind: Kind = kind
        m = len(components)
        self.ahead: Matrix[F] = np.empty((steps, Window.size(1, kind.active, m)), self.z.dtype)
        self.windows: list[Window[F]] = [Window(row, 1, kind.active, m) for row in self.ahead]
        states = _with_biases(components, sign)
        self.below: Stack = np.concatenate([states, states[:1]])
        self.moved: Stack = np.empty_like(states)
        self.moved_bias: Stack = np.empty_like(states[:, -1])

    def update(self, step: int, last: bool = False) -> Tape:
        """Nothing: each step has coefficients of its own."""
        return []

    def end(self, step: int) -> Tape:
        """The update."""
        one, below, moved, window = self.fan_in + 1, self.below, self.moved, self.windows[step]
        rows = len(below)
        x: Stack = self.inputs.reshape(self.batch, one)
        calls: Tape = [
            partial(x.T.dot, self.weights_and_pending[one:], below[-1]),
            partial(np.dot, window.after, below.reshape(rows, -1), moved.reshape(rows - 1, -1)),
        ]
        if not self.kind.alike:
            calls += [
                partial(np.dot, window.bias_after, below[:, -1], self.moved_bias),
                partial(np.copyto, moved[:, -1], self.moved_bias),
            ]
        return [
            *calls,
            partial(np.copyto, below[:-1], moved),
            partial(np.copyto, self.weights_and_pending[:one], moved[0]),
        ]

    def components(self) -> list[Dense[F]]:
        """The components after the last update, with the sign in which they are kept."""
        return [Dense(each[:-1], each[-1]) for each in self.below[:-1]]


class StatefulLayer(DeferredLayer[F]):
    """A later layer, of steps of one sample: the rows are those of all active components, and below them the d_j."""

    def __init__(
        self, components: Sequence[Dense[F]], kind: Kind, sign: int, delay: int, steps: int, inputs: Rows[F]
    ) -> None:
        DeferredLayer.__init__(self, components[0], sign, 1, delay, inputs)
        one, m, active = self.fan_in + 1, len(components), kind.active
        self.kind: Kind = kind
        self.states: Stack = _with_biases(components, sign)
        self.moved: Stack = np.empty_like(self.states)
        self.rows: int = active * one
        self.weights_and_pending: Matrix[F] = np.empty((self.rows + delay, self.z.size), self.z.dtype)
        self.top: Stack = self.weights_and_pending[: self.rows].reshape(active, one, -1)
        self.top[...] = self.states[:active]
        self.ahead: Matrix[F] = np.empty((-(-steps // delay), Window.size(delay, active, m)), self.z.dtype)
        self.window: Window[F] = Window(np.zeros_like(self.ahead[0]), delay, active, m)
        self.starts: Stack = np.empty((delay, active, one), self.z.dtype)
        self.scaled: Stack = np.empty(self.rows + delay, self.z.dtype)

    def delta(self, step: int) -> Rows[F]:
        """Where the d of the step is stored."""
        row: Rows[F] = self.weights_and_pending[self.rows + step % self.delay]
        return row

    def begin(self, step: int) -> Tape:
        """Put the coefficients of the window that begins with this step in place."""
        if step % self.delay:
            return []
        return [
            partial(np.copyto, self.window.flat, self.ahead[step // self.delay]),
            partial(np.copyto, self.starts[..., :-1], self.window.start[..., np.newaxis]),
            partial(np.copyto, self.starts[..., -1], self.window.bias_start),
        ]

    def forward(self, step: int) -> Tape:
        """z of the step, whose x is in place."""
        one, pending, window = self.fan_in + 1, step % self.delay, self.window
        x, stop = self.inputs[:one], self.rows + pending
        keep = partial(np.copyto, self.past[pending], x)
        if not pending:
            return [partial(x.dot, self.weights_and_pending[:one], self.z), keep]
        tail = self.scaled[self.rows : stop]
        weigh: Tape = [partial(np.multiply, tail, window.past[pending, :pending], tail)]
        columns = one  # x ends with the 1 of the bias
        if not self.kind.alike:
            columns = self.fan_in
            weigh.append(partial(np.add, tail, window.bias_past[pending, :pending], tail))
        return [
            partial(np.multiply, self.starts[pending], x, self.scaled[: self.rows].reshape(-1, one)),
            partial(self.past[:pending, :columns].dot, x[:columns], tail),
            *weigh,
            partial(self.scaled[:stop].dot, self.weights_and_pending[:stop], self.z),
            keep,
        ]

    def backward(self, step: int) -> tuple[Tape, Rows[F]]:
        """The calls that compute the gradient of x, and where it is; the step's d is in place."""
        one, d, pending = self.fan_in + 1, self.delta(step), step % self.delay
        g: Rows[F] = self.g[: self.fan_in]
        if not pending:
            return [partial(d.dot, self.weights_and_pending[: self.fan_in].T, g)], g
        product, start = np.empty(self.rows + pending, d.dtype), np.empty(one, d.dtype)
        tail = product[self.rows :]
        return [
            partial(d.dot, self.weights_and_pending[: self.rows + pending].T, product),
            partial(self.window.start[pending].dot, product[: self.rows].reshape(-1, one), start),
            partial(np.multiply, tail, self.window.past[pending, :pending], tail),
            partial(tail.dot, self.past[:pending], self.g),
            partial(np.add, self.g, start, self.g),
        ], g

    def update(self, step: int, last: bool = False) -> Tape:
        """S = F S + Xᵀ (C D), if the window is over or it is the last step of the block."""
        pending, m, window = step % self.delay + 1, len(self.states), self.window
        if pending < self.delay and not last:
            return []
        x: Matrix[F] = self.past[:pending]
        d: Matrix[F] = self.weights_and_pending[self.rows : self.rows + pending]
        weighed: Stack = np.empty((m, *d.shape), d.dtype)
        change: Stack = np.empty_like(self.states)
        moved = self.moved
        calls: Tape = [
            partial(np.multiply, window.after[:, m : m + pending, np.newaxis], d, weighed),
            partial(np.matmul, x.T, weighed, change),
            partial(np.dot, window.after[:, :m], self.states.reshape(m, -1), moved.reshape(m, -1)),
            partial(np.add, moved, change, moved),
        ]
        if not self.kind.alike:
            calls += self._bias_update(d, pending)
        return [*calls, partial(np.copyto, self.states, moved), partial(np.copyto, self.top, moved[: self.kind.active])]

    def _bias_update(self, d: Matrix[F], pending: int) -> Tape:
        m, after = len(self.states), self.window.bias_after
        bias: Stack = np.empty_like(self.states[:, -1])
        sums: Stack = np.empty_like(bias)
        return [
            partial(np.dot, after[:, :m], self.states[:, -1], bias),
            partial(np.dot, after[:, m : m + pending], d, sums),
            partial(np.add, bias, sums, self.moved[:, -1]),
        ]

    def components(self) -> list[Dense[F]]:
        """The components after the last update, with the sign in which they are kept."""
        return [Dense(each[:-1], each[-1]) for each in self.states]


def _with_biases(components: Sequence[Dense[F]], sign: int) -> Stack:
    """The components in one array, each with its bias as the last row."""
    return np.array([sign * np.vstack([each.weights, each.bias]) for each in components])
