"""Linear steps composed: what a window of them comes to, before any of its gradients is known.

With steps s ← A s + b g of the state s = (θ, slots …), θ before step k of a window of K is

    θ_k = a_k · s_0 + Σ_{j<k} c_kj g_j        with        a_k = e_θᵀ A_{k-1} … A_0,  c_kj = e_θᵀ A_{k-1} … A_{j+1} b_j,

and the state after its last step is s_K = F s_0 + Σ_j C_j g_j, with F = A_{K-1} … A_0 and C_j = A_{K-1} … A_{j+1} b_j.
Weights and biases may have steps of their own.
"""

from typing import Any, Generic

import attrs
import numpy as np

from fnnet.core.arrays import F, Matrix
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


@attrs.frozen(eq=False)
class Kind:
    """What the layers need to know of the steps.

    Args:
        active: how many components θ depends on.
        alike: whether weights and biases move alike.
    """

    active: int
    alike: bool


class Window(Generic[F]):
    """The coefficients of a window as views of one vector, so that one call replaces them all; or those of several.

    Args:
        flat: the vector, of `Window.size` numbers, or an array of such vectors along its last axis.
        length: K.
        active: how many components θ depends on.
        components: m.

    `start` has the rows a_k, `past` the c_kj, which are 0 from the diagonal on, and `after` is (F | C), of m rows.
    Those of biases begin with `bias_`.
    """

    def __init__(self, flat: Any, length: int, active: int, components: int) -> None:
        # Any: NumPy does not follow the rank
        self.flat: Any = flat
        views, stop = [], 0
        for rows, columns in _shapes(length, active, components):
            start, stop = stop, stop + rows * columns
            views.append(flat[..., start:stop].reshape(*flat.shape[:-1], rows, columns))
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
    (count, m), active, number = steps.weights.vectors.shape, steps.weights.active, block // length
    blocks = np.arange(count).reshape(-1, block)
    found: Any = np.zeros((len(blocks), -(-block // length), Window.size(length, active, m)), dtype)
    whole: Any = blocks[:, : number * length].reshape(len(blocks), number, length)
    rest: Any = blocks[:, np.newaxis, number * length :]
    for chosen, flat in ((whole, found[:, :number]), (rest, found[:, number:])):
        if flat.size:
            _fill(steps, chosen, Window(flat, length, active, m))
    return found


def _fill(steps: Both, chosen: Any, window: Window[F]) -> None:
    """Write the coefficients of windows of the chosen steps, shape (blocks, windows, n)."""
    _compose(steps.weights, chosen, window.start, window.past, window.after)
    if steps.are_equal:
        half = window.flat.shape[-1] // 2
        window.flat[..., half:] = window.flat[..., :half]
    else:
        _compose(steps.biases, chosen, window.bias_start, window.bias_past, window.bias_after)


def _compose(steps: LinearSteps, chosen: Any, start: Any, past: Any, after: Any) -> None:
    """Write the a_k, the c_kj and (F | C) of windows of the chosen steps."""
    n, m = chosen.shape[-1], steps.vectors.shape[1]
    matrices, vectors = steps.matrices[chosen], steps.vectors[chosen]
    # (F | C) of the steps so far; its first row gives θ
    state: Any = np.zeros((*chosen.shape[:2], m, m + n))
    state[..., :m] = np.eye(m)
    for k in range(n):
        start[..., k, :], past[..., k, :n] = state[..., 0, : steps.active], state[..., 0, m:]
        state = matrices[..., k, :, :] @ state
        state[..., m + k] = vectors[..., k, :]
    after[..., : m + n] = state
