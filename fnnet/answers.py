"""What a network answers to labelled samples, and how sure it is of it."""

from typing import cast

import attrs
import numpy as np

from fnnet.arrays import F, Labels, Matrix, Order, Vector, locked
from fnnet.checks import invalid
from fnnet.dataset import Dataset
from fnnet.heads import distribution, real
from fnnet.inference import likeliest, predict_proba
from fnnet.records import Immutable, Params
from fnnet.targets import as_targets


@attrs.frozen(eq=False)
class Answers(Immutable):
    """The answers to n samples, as read-only arrays.

    Args:
        truth: the true labels, shape (n,).
        said: the labels that the network says, shape (n,).
        confidence: the probability that it gives to each of them, shape (n,).
    """

    truth: Labels
    said: Labels
    confidence: Vector[np.float64]

    @property
    def right(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which answers are right, shape (n,)."""
        return np.equal(self.truth, self.said)

    @property
    def surest_mistakes(self) -> Order:
        """The indices of the wrong answers, the surest first.

        Law: they are all of the wrong answers, each once, and none is surer than the one before.
        """
        wrong = np.flatnonzero(~self.right)
        return wrong[np.argsort(-self.confidence[wrong], kind="stable")]


def answers(params: Params[F], data: Dataset[F]) -> Answers:
    """The network's answers to labelled samples.

    Args:
        params: a network whose outputs are probabilities.
        data: samples with labels.

    Raises:
        ValueError: the data does not fit the network or has no labels, or the outputs are real numbers.

    >>> from fnnet import Dense, identity, softmax_cross_entropy
    >>> params = Params((Dense(np.eye(2), np.zeros(2)),), identity, softmax_cross_entropy)
    >>> found = answers(params, Dataset(np.eye(2), np.array([0, 0])))
    >>> found.said, found.confidence.round(2), found.surest_mistakes
    (array([0, 1]), array([0.73, 0.73]), array([1]))
    """
    if params.head.domain == real:
        raise invalid("head", "one whose outputs are probabilities", params.head.name)
    if data.y.ndim != 1:
        raise invalid("y", "labels (n,)", data.y.shape)
    p = predict_proba(params, data.x)
    as_targets(params.head, data.y, p)
    said = likeliest(p, one_is_a_class=params.head.domain == distribution)
    # as_targets has checked that they are labels
    return Answers(cast(Labels, data.y), locked(said), locked(_confidence(p, said)))


def _confidence(p: Matrix[F], said: Labels) -> Vector[np.float64]:
    """p of each label that is said; a single yes-or-no output gives 1 - p to no."""
    if p.shape[1] == 1:
        return np.maximum(p[:, 0], 1 - p[:, 0]).astype(np.float64)
    return p[np.arange(len(p)), said].astype(np.float64)
