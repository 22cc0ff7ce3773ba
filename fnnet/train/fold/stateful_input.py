"""The first layer of a block of linear steps: that of `layers`, with slots beside the weights, as in `stateful`."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from fnnet.core.arrays import F, Matrix
from fnnet.nn.params import Dense
from fnnet.train.fold.coefficients import Kind, Window
from fnnet.train.fold.layers import InputLayer


class StatefulInputLayer(InputLayer[F]):
    """The first layer, whose window is the whole block."""

    def __init__(self, components: Sequence[Dense[F]], kind: Kind, sign: int, batch: int, steps: int) -> None:
        InputLayer.__init__(self, components[0], sign, batch, steps)  # mypy does not see F through super()
        self.active: int = kind.active
        m = len(components)
        # Any: NumPy does not follow the rank
        self.states: Any = np.array([sign * each.weights for each in components])
        self.bias_states: Matrix[F] = np.array([sign * each.bias for each in components])
        self.ahead: Matrix[F] = np.empty((1, Window.size(steps, self.active, m)), self.bias.dtype)
        self.window: Window[F] = Window(self.ahead[0], steps, self.active, m)

    def _write_starts(self) -> None:
        """Σ_i a_ki x_k S_i, the bias included."""
        starts, bias_starts = (a.repeat(self.batch, axis=0) for a in (self.window.start, self.window.bias_start))
        deltas = self.deltas
        bias_starts.dot(self.bias_states[: self.active], deltas)
        for a, state in zip(starts.T, self.states):
            deltas += a[:, np.newaxis] * self.x.dot(state[self.used])

    def _weigh_gram(self) -> None:
        """c_kj x_k x_jᵀ + c'_kj, with c' of the bias."""
        gram = self.gram
        gram *= self._by_sample(self.window.past)
        gram += self._by_sample(self.window.bias_past)

    def _by_sample(self, coefficients: Matrix[F]) -> Matrix[F]:
        """A coefficient for each pair of samples, from one for each pair of steps."""
        batch = self.batch
        return coefficients if batch == 1 else coefficients.repeat(batch, axis=0).repeat(batch, axis=1)

    def update(self) -> None:
        """S = F S + Xᵀ (C D) for the whole block; features that are not used have no D."""
        m, after, bias_after = len(self.states), self.window.after, self.window.bias_after
        changes, bias_changes = (each[:, m:].repeat(self.batch, axis=1) for each in (after, bias_after))
        self.states = after[:, :m].dot(self.states.reshape(m, -1)).reshape(self.states.shape)
        for state, c in zip(self.states, changes):
            state[self.used] += self.x.T.dot(c[:, np.newaxis] * self.deltas)
        self.bias_states = bias_after[:, :m].dot(self.bias_states) + bias_changes.dot(self.deltas)

    def components(self) -> list[Dense[F]]:
        """The components after the last update, with the sign in which they are kept."""
        return [Dense(w, b) for w, b in zip(self.states, self.bias_states)]
