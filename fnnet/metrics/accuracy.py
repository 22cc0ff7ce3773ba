"""How many answers are correct: accuracy, and the confusion matrix."""

import numpy as np

from fnnet.core.arrays import Bools, Counts, F, Labels, Labels64, Matrix, Vector
from fnnet.core.messages import invalid
from fnnet.data.dataset import Dataset, require_dataset, require_samples
from fnnet.nn.domains import distribution
from fnnet.nn.inference import classes_of, labels_of, output_blocks
from fnnet.nn.network import check_input
from fnnet.nn.params import Params
from fnnet.nn.targets import check_targets, has_classes
from fnnet.nn.weights import factors


def accuracy(params: Params[F], data: Dataset[F]) -> float:
    """The share of samples that the network classifies correctly, from 0 to 1; with weights, the share of the weight.

    Several independent outputs are correct when each is on the correct side of one half.

    Args:
        params: the network.
        data: samples with labels, or with rows of probabilities or of yes-or-no answers.

    Returns:
        Σ wᵢ cᵢ / Σ wᵢ, where cᵢ is 1 for a correct answer and 0 for a wrong one. Laws: weights of 1 are no weights;
        twice a weight is twice a sample.

    Raises:
        ValueError: the data does not match the network, has no samples, or its targets are real numbers instead of
            classes; or all weights are 0.

    >>> from fnnet import Dense, identity, softmax_cross_entropy
    >>> params = Params((Dense(np.eye(2), np.zeros(2)),), identity, softmax_cross_entropy)
    >>> accuracy(params, Dataset(np.eye(2), np.array([0, 0])))
    0.5
    """
    require_dataset(data)
    require_samples(data)
    x = check_input(params, data.x)
    _require_classes(params, data)
    check_targets(params.head, data.y, (len(data), params.sizes[-1]), params.dtype)
    weights = factors(data.weights, (len(data),), data.x.dtype)
    total = total_weight(weights)
    return sum(correct_sum(params, p, data.y[rows], weights[rows]) for rows, _, p in output_blocks(params, x)) / total


def total_weight(weights: Vector[F]) -> float:
    """Σ wᵢ; raise ValueError if it is 0."""
    total = float(weights.sum(dtype=np.float64))
    if total == 0:
        raise invalid("weights", "a sum other than 0", "only zeros")
    return total


def correct_sum(params: Params[F], p: Matrix[F], y: Labels | Matrix[F], weights: Vector[F]) -> float:
    """Σ wᵢ cᵢ of these outputs."""
    return float(weights[_correct(params, p, y)].sum(dtype=np.float64))


def _require_classes(params: Params[F], data: Dataset[F]) -> None:
    if not has_classes(params.head, data.y, params.sizes[-1]):
        got = "real numbers" if data.y.ndim == 2 else "counts"
        raise invalid("y", "labels, to count the correct answers", got, "loss")


def _correct(params: Params[F], p: Matrix[F], y: Labels | Matrix[F]) -> Bools:
    """Which of these outputs are correct."""
    correct: Bools
    if y.ndim == 1:
        correct = np.equal(labels_of(params, p), y)
    elif params.head.domain == distribution:
        correct = np.equal(labels_of(params, p), y.argmax(axis=1))
    else:
        correct = ((p > 0.5) == (y > 0.5)).all(axis=1)
    return correct


def confusion_matrix(params: Params[F], data: Dataset[F]) -> Counts:
    """How often each class is predicted as each other; with weights, how much of the weight.

    Args:
        params: the network.
        data: samples with labels.

    Returns:
        Counts of shape (classes, classes): a row for each true class, a column for each predicted class. Where the data
        has weights they are sums of weights, float64. Laws: they sum to the number or the weight of the samples, their
        diagonal to `accuracy` times that; the matrix of concatenated data is the sum of the parts'.

    Raises:
        ValueError: the data does not match the network, or has no labels.

    >>> from fnnet import Dense, identity, softmax_cross_entropy
    >>> params = Params((Dense(np.eye(2), np.zeros(2)),), identity, softmax_cross_entropy)
    >>> confusion_matrix(params, Dataset(np.eye(2), np.array([0, 0])))
    array([[1, 1],
           [0, 0]])
    """
    k = classes_of(params)
    matrix: Counts = np.bincount(_pairs(params, data, k), data.weights, minlength=k * k).reshape(k, k)
    return matrix


def confusion_counts(params: Params[F], data: Dataset[F]) -> tuple[Labels64, Labels64, Labels64]:
    """The pairs of a true and a predicted class that occur, and how often, whatever the samples weigh.

    Args:
        params: the network.
        data: samples with labels.

    Returns:
        The true classes, the predicted classes and the counts, each of shape (pairs,).

    Raises:
        ValueError: the data does not match the network, or has no labels.

    >>> from fnnet import Dense, identity, softmax_cross_entropy
    >>> params = Params((Dense(np.eye(2), np.zeros(2)),), identity, softmax_cross_entropy)
    >>> confusion_counts(params, Dataset(np.eye(2), np.array([0, 0])))
    (array([0, 0]), array([0, 1]), array([1, 1]))
    """
    k = classes_of(params)
    pairs, counts = np.unique(_pairs(params, data, k), return_counts=True)
    true, predicted = np.divmod(pairs, k)
    return true, predicted, counts


def _pairs(params: Params[F], data: Dataset[F], k: int) -> Labels64:
    """For each sample, its true class times k plus its predicted class."""
    require_dataset(data)
    if data.y.ndim == 1:
        _require_classes(params, data)
    check_targets(params.head, data.labels, (len(data), params.sizes[-1]), params.dtype)
    x = check_input(params, data.x)
    blocks = [data.labels[rows] * k + labels_of(params, p) for rows, _, p in output_blocks(params, x)]
    return np.concatenate(blocks)
