"""Linear steps composed: what a window of them comes to, before any of its gradients is known.

With steps s ← A s + b g of the state s = (θ, slots …), θ before step k of a window of K is

    θ_k = a_k · s_0 + Σ_{j<k} c_kj g_j        with        a_k = e_θᵀ A_{k-1} … A_0,  c_kj = e_θᵀ A_{k-1} … A_{j+1} b_j,

and the state after its last step is s_K = F s_0 + Σ_j C_j g_j, with F = A_{K-1} … A_0 and C_j = A_{K-1} … A_{j+1} b_j.
Weights and biases may have steps of their own.
"""

from typing import Any, Generic

import attrs
import numpy as np

from fnnet.core.arrays import F, Matrix, Order, Vector
from fnnet.optim.linear import LinearSteps


@attrs.frozen(eq=False)
class Both:
    """The same steps for weights and for biases."""

    weights: LinearSteps
    biases: LinearSteps

    @property
    def are_equal(self) -> bool:
        """Whether weights and biases move alike."""
        return bool((self.weights.matrices == self.biases.matrices).all())


class Window(Generic[F]):
    """The coefficients of a window as views of one vector, so that one call replaces them all.

    Args:
        flat: the vector, of `Window.size` numbers.
        length: K.
        active: how many components θ depends on.
        components: m.

    `start` has the rows a_k, `past` the c_kj, which are 0 from the diagonal on, and `after` is (F | C), of m rows.
    Those of biases begin with `bias_`.
    """

    def __init__(self, flat: Vector[F], length: int, active: int, components: int) -> None:
        self.flat: Vector[F] = flat
        shapes = _shapes(length, active, components)
        cuts = np.cumsum([rows * columns for rows, columns in shapes])[:-1]
        views: list[Matrix[F]] = [part.reshape(shape) for part, shape in zip(np.split(flat, cuts), shapes)]
        self.start: Matrix[F] = views[0]
        self.past: Matrix[F] = views[1]
        self.after: Matrix[F] = views[2]
        self.bias_start: Matrix[F] = views[3]
        self.bias_past: Matrix[F] = views[4]
        self.bias_after: Matrix[F] = views[5]

    @staticmethod
    def size(length: int, active: int, components: int) -> int:
        """How many numbers there are."""
        return sum(rows * columns for rows, columns in _shapes(length, active, components))


def _shapes(length: int, active: int, components: int) -> list[tuple[int, int]]:
    return [(length, active), (length, length), (components, components + length)] * 2


def windows(steps: Both, block: int, length: int, dtype: np.dtype[F]) -> Any:
    """The coefficients of all windows of all blocks of steps.

    Args:
        steps: of all blocks, one after the other.
        block: how many steps a block has.
        length: how many steps a window has; the last of a block may be shorter, and its coefficients are padded with 0.
        dtype: of the network.

    Returns:
        Shape (blocks, windows in a block, `Window.size`). Any: NumPy does not follow the rank.
    """
    count = len(steps.weights.vectors)
    whole = block - block % length
    indices = np.arange(count).reshape(-1, block)
    parts = [(indices[:, :whole], length), (indices[:, whole:], block - whole)]
    rows = [_both(steps, chosen.ravel(), n, length) for chosen, n in parts if chosen.size]
    return np.concatenate([row.reshape(len(indices), -1, row.shape[1]) for row in rows], axis=1).astype(dtype)


def _both(steps: Both, chosen: Order, n: int, length: int) -> Matrix[np.float64]:
    """A row for each window of n of the chosen steps: the coefficients of weights, then those of biases."""
    weights = _flat(steps.weights, chosen, n, length)
    biases = weights if steps.are_equal else _flat(steps.biases, chosen, n, length)
    return np.concatenate([weights, biases], axis=1)


def _flat(steps: LinearSteps, chosen: Order, n: int, length: int) -> Matrix[np.float64]:
    """A row for each window of n of the chosen steps, padded to those of a window of `length`."""
    m, pad = steps.vectors.shape[1], length - n
    matrices: Any = steps.matrices[chosen].reshape(-1, n, m, m)  # Any: NumPy does not follow the rank
    vectors: Any = steps.vectors[chosen].reshape(-1, n, m)
    start = np.zeros((len(matrices), length, steps.active))
    past = np.zeros((len(matrices), length, length))
    state, change = np.tile(np.eye(m), (len(matrices), 1, 1)), np.zeros((len(matrices), m, n))
    for k in range(n):
        start[:, k], past[:, k, :n] = state[:, 0, : steps.active], change[:, 0]
        state, change = matrices[:, k] @ state, matrices[:, k] @ change
        change[:, :, k] = vectors[:, k]
    after = np.concatenate([state, np.pad(change, ((0, 0), (0, 0), (0, pad)))], axis=2)
    return np.concatenate([part.reshape(len(part), -1) for part in (start, past, after)], axis=1)
