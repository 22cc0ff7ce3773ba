"""Loss and accuracy, or R², of one pass through the network: `evaluate`."""

from typing import TypeAlias

import attrs
import numpy as np

from fnnet.core.arrays import F, Matrix, Vector
from fnnet.core.records import Tabular
from fnnet.data.dataset import Dataset, require_dataset, require_samples
from fnnet.metrics.accuracy import correct_sum, total_weight
from fnnet.nn.inference import loss_sum, output_blocks
from fnnet.nn.network import check_input
from fnnet.nn.params import Params
from fnnet.nn.targets import check_targets, has_classes
from fnnet.nn.weights import factors

_Moments: TypeAlias = tuple[np.float64, Vector[np.float64], np.float64, np.float64]


@attrs.frozen
class Evaluation(Tabular):
    """How good a network is on some samples.

    Args:
        loss: the mean loss.
        accuracy: the share of correct answers, from 0 to 1; None where the targets are not classes.
        r_squared: the share of the targets' variance that the outputs explain: 1 for all, 0 for no more than their mean
            explains, negative for less; None where the targets are classes, or do not vary.
    """

    loss: float
    accuracy: float | None = None
    r_squared: float | None = None


def evaluate(params: Params[F], data: Dataset[F]) -> Evaluation:
    """The loss and the accuracy of a network, or R² where the targets are numbers or counts, in one pass.

    Args:
        params: the network.
        data: samples, which may have weights.

    Returns:
        With outputs p, targets t and their weighted mean t̄, R² = 1 - Σ wᵢ |tᵢ - pᵢ|² / Σ wᵢ |tᵢ - t̄|². Laws: the loss
        is `loss(params, data.x, data.y, data.weights)` and the accuracy `accuracy(params, data)`, to the bit; R² is at
        most 1, and 0 for a network whose output is t̄.

    Raises:
        ValueError: the data does not match the network or has no samples; or, where there is an accuracy, an output is
            NaN or all weights are 0.

    >>> from fnnet import Dense, identity, softmax_cross_entropy
    >>> params = Params((Dense(np.eye(2), np.zeros(2)),), identity, softmax_cross_entropy)
    >>> found = evaluate(params, Dataset(np.eye(2), np.array([0, 0])))
    >>> round(found.loss, 4), found.accuracy
    (0.8133, 0.5)
    """
    require_dataset(data)
    require_samples(data)
    x = check_input(params, data.x)
    check_targets(params.head, data.y, (len(data), params.sizes[-1]), params.dtype)
    weights = factors(data.weights, (len(data),), data.x.dtype)
    measure = _accuracy if has_classes(params.head, data.y, params.sizes[-1]) else _r_squared
    return measure(params, x, data, weights)


def _accuracy(params: Params[F], x: Matrix[F], data: Dataset[F], weights: Vector[F]) -> Evaluation:
    total = total_weight(weights)
    sums = [
        (loss_sum(params.head, z, data.y[rows], weights[rows]), correct_sum(params, p, data.y[rows], weights[rows]))
        for rows, z, p in output_blocks(params, x)
    ]
    losses, correct = zip(*sums)
    return Evaluation(sum(losses) / len(data), accuracy=sum(correct) / total)


def _r_squared(params: Params[F], x: Matrix[F], data: Dataset[F], weights: Vector[F]) -> Evaluation:
    targets = data.y.reshape(len(data), -1)  # rows, or counts of one output
    # distances are taken from one of the targets, so that those of targets that do not vary are exactly 0
    origin = targets[weights.argmax()].astype(np.float64)
    losses, moments = [], []
    for rows, z, p in output_blocks(params, x):
        losses.append(loss_sum(params.head, z, data.y[rows], weights[rows]))
        w = weights[rows, np.newaxis].astype(np.float64)
        moments.append(_moments(p - origin, targets[rows] - origin, w))
    return Evaluation(sum(losses) / len(data), r_squared=_explained(moments))


@np.errstate(over="ignore")  # whoever adds them up looks whether the result is finite
def _moments(p: Matrix[np.float64], t: Matrix[np.float64], w: Matrix[np.float64]) -> _Moments:
    """Σ w, Σ w t, Σ w |t|² and Σ w |t - p|²."""
    return w.sum(), (w * t).sum(axis=0), (w * t * t).sum(), (w * (t - p) ** 2).sum()


@np.errstate(all="ignore")
def _explained(moments: list[_Moments]) -> float | None:
    """R² of the moments of all blocks, where Σ w |t - t̄|² = Σ w |t|² - |Σ w t|² / Σ w."""
    total, first, second, unexplained = (np.sum(parts, axis=0) for parts in zip(*moments))
    share = 1 - unexplained / (second - first @ first / total)
    return float(share) if np.isfinite(share) else None
