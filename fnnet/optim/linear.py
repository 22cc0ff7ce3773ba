"""Linear optimizers: a step as a small matrix, the same for every number of the parameters.

What an optimizer knows of one number is its state s = (θ, slots …). For gradient descent, momentum, Nesterov's
momentum, the L2 penalty, weight decay and moving averages the next state is linear in the state and the gradient,

    s ← A s + b g,

with a matrix A and a vector b that depend on the step alone: heavy ball, v ← μ v + g and θ ← θ - η v, is
A = [[1, -η μ], [0, μ]], b = (-η, 1). A wrapper changes them: the L2 penalty adds λ θ to g, so that A ← A + λ b e_θᵀ;
decay scales the column of θ; an average adds a row. So the steps of such an optimizer can be composed ahead, before
any gradient is known: that is what the exact fold of `fnnet.train` does.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from attrs import frozen

from fnnet.core.arrays import Matrix, Vector
from fnnet.optim.optimizer import Optimizer
from fnnet.optim.optimizers import momentum, nesterov, sgd
from fnnet.optim.schedules import Rate, rate_at
from fnnet.optim.wrappers import decay, ema, l2


@frozen(eq=False)
class LinearSteps:
    """Consecutive steps s ← A s + b g of the state s = (θ, slots …) of one number.

    Args:
        matrices: A of each step, shape (steps, m, m) with m = 1 + the number of slots.
        vectors: b of each step, shape (steps, m).
        active: how many components, from θ on, any later θ depends on: all but the averages.
    """

    matrices: np.ndarray[tuple[int, int, int], np.dtype[np.float64]]
    vectors: Matrix[np.float64]
    active: int

    def penalized(self, weight: float) -> "LinearSteps":
        """The steps with weight θ added to the gradient: A + weight b e_θᵀ."""
        matrices = self.matrices.copy()
        matrices[:, :, 0] += weight * self.vectors
        return LinearSteps(matrices, self.vectors, self.active)

    def shrunk(self, shares: Vector[np.float64]) -> "LinearSteps":
        """The steps after θ ← (1 - share) θ: the column of θ times 1 - share."""
        matrices = self.matrices.copy()
        matrices[:, :, 0] *= (1 - shares)[:, np.newaxis]
        return LinearSteps(matrices, self.vectors, self.active)

    def averaged(self, shares: Vector[np.float64]) -> "LinearSteps":
        """The steps with one more component, ē ← (1 - share) ē + share θ after each: a row, and an entry of b."""
        steps, m, _ = self.matrices.shape
        matrices, vectors = np.zeros((steps, m + 1, m + 1)), np.zeros((steps, m + 1))
        matrices[:, :m, :m], vectors[:, :m] = self.matrices, self.vectors
        matrices[:, m] = shares[:, np.newaxis] * matrices[:, 0]
        matrices[:, m, m] = 1 - shares
        vectors[:, m] = shares * vectors[:, 0]
        return LinearSteps(matrices, vectors, self.active)


def linear_steps(optimizer: Optimizer, first: int, steps: int, *, biases: bool) -> LinearSteps | None:
    """The steps number `first`, `first` + 1, … of an optimizer as linear maps; None if they are not.

    Args:
        optimizer: one of the library's; of a subclass nothing is known, since it may move otherwise.
        first: how many steps were taken before, as the state counts them.
        steps: how many there are.
        biases: for biases, which a penalty or a decay may spare; else for weights.

    Law: `optimizer.step` takes each number from s to A s + b g, up to rounding.

    >>> from fnnet import adam
    >>> print(linear_steps(momentum(0.5, mu=0.75), 0, 1, biases=False))
    LinearSteps(matrices=array([[[ 1.   , -0.375],
            [ 0.   ,  0.75 ]]]), vectors=array([[-0.5,  1. ]]), active=2)
    >>> linear_steps(adam(), 0, 1, biases=False)
    """
    rule = _RULES.get(type(optimizer))
    return rule(optimizer, first, steps, biases) if rule else None


def _rates(name: str, rate: Rate, first: int, steps: int) -> Vector[np.float64]:
    if callable(rate):
        return np.array([rate_at(name, rate, first + k) for k in range(steps)], np.float64)
    return np.full(steps, rate)


def _stacked(rows: tuple[tuple[object, ...], ...], steps: int) -> Any:
    """A matrix for each step, from entries that are numbers, or vectors of a number for each step. Any: of 3 axes."""
    filled = [[np.broadcast_to(np.asarray(entry, np.float64), steps) for entry in row] for row in rows]
    return np.moveaxis(np.array(filled), -1, 0)


def _sgd(o: sgd, first: int, steps: int, biases: bool) -> LinearSteps:
    lr = _rates("lr", o.lr, first, steps)
    return LinearSteps(np.ones((steps, 1, 1)), -lr[:, np.newaxis], 1)


def _momentum(o: momentum, first: int, steps: int, biases: bool) -> LinearSteps:
    lr = _rates("lr", o.lr, first, steps)
    return LinearSteps(_stacked(((1, -o.mu * lr), (0, o.mu)), steps), _stacked(((-lr, 1),), steps)[:, 0], 2)


def _nesterov(o: nesterov, first: int, steps: int, biases: bool) -> LinearSteps:
    # g + μ v of the new v = μ v + g: (1 + μ) g + μ² v
    lr = _rates("lr", o.lr, first, steps)
    matrices = _stacked(((1, -(o.mu**2) * lr), (0, o.mu)), steps)
    return LinearSteps(matrices, _stacked(((-(1 + o.mu) * lr, 1),), steps)[:, 0], 2)


def _l2(o: l2, first: int, steps: int, biases: bool) -> LinearSteps | None:
    inner = linear_steps(o.optimizer, first, steps, biases=biases)
    return inner if inner is None or (biases and not o.biases) else inner.penalized(o.weight)


def _decay(o: decay, first: int, steps: int, biases: bool) -> LinearSteps | None:
    inner = linear_steps(o.optimizer, first, steps, biases=biases)
    return inner if inner is None or (biases and not o.biases) else inner.shrunk(_rates("share", o.share, first, steps))


def _ema(o: ema, first: int, steps: int, biases: bool) -> LinearSteps | None:
    inner = linear_steps(o.optimizer, first, steps, biases=biases)
    if inner is None:
        return None
    t: Vector[np.float64] = np.arange(first + 1.0, first + steps + 1)
    return inner.averaged((1 - o.decay) / (1 - o.decay**t))


# Any: each rule takes the optimizers of its type
_RULES: Final[Mapping[type[Optimizer], Callable[[Any, int, int, bool], LinearSteps | None]]] = {
    sgd: _sgd,
    momentum: _momentum,
    nesterov: _nesterov,
    l2: _l2,
    decay: _decay,
    ema: _ema,
}
