"""What a network predicts for labeled samples, and how confident it is."""

import attrs
import numpy as np

from fnnet.core.arrays import F, Labels64, Matrix, Order, Vector, frozen
from fnnet.core.contents import Contents
from fnnet.core.records import Immutable
from fnnet.data.dataset import Dataset, require_dataset
from fnnet.nn.inference import labels_of, output_blocks, require_probabilities
from fnnet.nn.network import check_input
from fnnet.nn.params import Params
from fnnet.nn.targets import check_targets


def _frozen_labels(labels: Labels64) -> Labels64:
    return frozen(labels)


def _frozen_confidence(confidence: Vector[np.float64]) -> Vector[np.float64]:
    return frozen(confidence)


@attrs.frozen(repr=False)
class Predictions(Immutable):
    """The predictions for n samples, as read-only arrays.

    Args:
        true: the true labels, shape (n,).
        predicted: the labels that the network predicts, shape (n,).
        confidence: the probability that it gives to each of them, shape (n,).
    """

    true: Labels64 = attrs.field(converter=_frozen_labels, eq=Contents)
    predicted: Labels64 = attrs.field(converter=_frozen_labels, eq=Contents)
    confidence: Vector[np.float64] = attrs.field(converter=_frozen_confidence, eq=Contents)

    @property
    def correct(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which predictions are correct, shape (n,)."""
        return np.equal(self.true, self.predicted)

    @property
    def most_confident_errors(self) -> Order:
        """The indices of the wrong predictions, the most confident first.

        Law: they are all of the wrong predictions, each once, in an order in which confidence never rises.
        """
        wrong = np.flatnonzero(~self.correct)
        return wrong[np.argsort(-self.confidence[wrong], kind="stable")]


def predictions(params: Params[F], data: Dataset[F]) -> Predictions:
    """The network's predictions for labeled samples.

    Args:
        params: a network whose outputs are probabilities.
        data: samples with labels.

    Raises:
        ValueError: the data does not match the network or has no labels, or the outputs are real numbers.

    >>> from fnnet import Dense, identity, softmax_cross_entropy
    >>> params = Params((Dense(np.eye(2), np.zeros(2)),), identity, softmax_cross_entropy)
    >>> found = predictions(params, Dataset(np.eye(2), np.array([0, 0])))
    >>> found.predicted, found.confidence.round(2), found.most_confident_errors
    (array([0, 1]), array([0.73, 0.73]), array([1]))
    """
    require_dataset(data)
    require_probabilities(params)
    x = check_input(params, data.x)
    check_targets(params.head, data.labels, (len(data), params.sizes[-1]), params.dtype)
    blocks = [_predicted(params, p) for _, _, p in output_blocks(params, x)]
    predicted, confidence = (np.concatenate(parts) for parts in zip(*blocks))
    return Predictions(data.labels, predicted, confidence)


def _predicted(params: Params[F], p: Matrix[F]) -> tuple[Labels64, Vector[np.float64]]:
    """The label of each row of outputs, and its probability; a single yes-or-no output gives 1 - p to no."""
    labels = labels_of(params, p)
    if p.shape[1] == 1:
        return labels, np.maximum(p[:, 0], 1 - p[:, 0]).astype(np.float64)
    return labels, p[np.arange(len(p)), labels].astype(np.float64)
