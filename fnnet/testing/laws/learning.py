"""The laws of a step of training about what it learns: it goes downhill, or nowhere if there is nothing to learn."""

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from fnnet.core.arrays import Numbers
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.inference import loss
from fnnet.nn.params import Dense, Params
from fnnet.nn.tree import ravel
from fnnet.testing.laws.cases import Samples
from fnnet.testing.laws.law import EXACT, Law
from fnnet.testing.laws.mismatch import require
from fnnet.testing.laws.runs import runs_of_one_class, seeds
from fnnet.testing.laws.states import network_of
from fnnet.testing.laws.step import EASY, Training

_TRIALS = 200


def _downhill(t: Training, seed: int) -> None:
    """The mean cosine of what three steps on a batch do and of its gradient, for each array of a network."""
    cosines, moves = [], []
    for trial in range(_TRIALS):
        params, batch, gradient = _easy(t, 1000 * seed + trial, 2)
        moved = network_of(t.run(params, [batch] * 3))
        pairs = list(zip(_arrays(moved), _arrays(params), _arrays(gradient)))
        cosines.append([_cosine(after - before, g) for after, before, g in pairs])
        moves.append([bool((after != before).any() or not g.any()) for after, before, g in pairs])
    names = [f"layers[{k // 2}].{('weights', 'bias')[k % 2]}" for k in range(len(cosines[0]))]
    for name, cosine, moved_at_all in zip(names, np.mean(cosines, axis=0), np.any(moves, axis=0)):
        require(moved_at_all, f"{name} to move", "it never does")
        require(cosine <= 0.5, f"{name}: mean cosine ≤ 0.5, for -1 is downhill", f"{cosine:.2f}")


def _easy(t: Training, seed: int, n: int) -> tuple[Params[Any], Samples, Any]:
    """A network, samples that it can learn by heart, as the step takes them, and the gradient of their loss."""
    like = t.network or EASY
    rng = np.random.default_rng(seed)
    params: Params[Any] = attrs.evolve(
        like, layers=tuple(Dense(_drawn(rng, layer.weights), _drawn(rng, layer.bias)) for layer in like.layers)
    )
    x, y = t.samples(params, n if t.takes_batches else 1, seed)
    return params, (x, y) if t.takes_batches else (x[0], y[0]), mean_gradient(params, x, y)


def _drawn(rng: np.random.Generator, like: Numbers) -> Numbers:
    return np.asarray(rng.normal(size=like.shape) / np.sqrt(like.shape[0]))


def _arrays(record: Any) -> list[Numbers]:
    return [part for layer in record.layers for part in (layer.weights, layer.bias)]


def _cosine(a: Numbers, b: Numbers) -> float:
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.sum(a * b)) / lengths if lengths else 0.0


def _learning(t: Training, seed: int) -> None:
    params, _, _ = _easy(t, seed, 3)
    x, y = t.samples(params, 3, seed)
    batches = [(x, y)] if t.takes_batches else list(zip(x, y))
    before = loss(params, x, y)
    network = network_of(t.run(params, (batches * _TRIALS)[:_TRIALS]))
    after = loss(network, x, y)
    require(after < before, f"a loss of less than {before:.6g} after {_TRIALS} steps", f"{after:.6g}")


def _identity(t: Training, params: Params[Any], batches: Sequence[Samples]) -> None:
    before, after = (float(np.abs(ravel(each)).sum()) for each in (params, network_of(t.run(params, batches))))
    require(after <= before * (1 + 1e-9), f"Σ|θ| ≤ {before:.9g}", f"{after:.9g}")


LAWS = (
    Law(
        "downhill",
        "each array of a network moves, and on average not along its gradient",
        f"a mean cosine of 0.5, 7 standard deviations from the 0 of a random direction in {_TRIALS} networks",
        seeds,
        _downhill,
        most=2,
    ),
    Law("learning", "a few samples are learned by heart: their loss falls", EXACT, seeds, _learning, most=3),
    Law(
        "identity",
        "where there is nothing to learn, one class, no parameters grow: Σ|θ| does not rise",
        "1e-9, for rounding",
        runs_of_one_class,
        _identity,
        lambda t: t.network is None,
    ),
)
