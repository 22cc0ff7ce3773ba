"""How many answers are correct: accuracy, and the confusion matrix."""

import numpy as np

from fnnet.core.arrays import Counts, F, Labels, Labels64, Matrix
from fnnet.core.messages import invalid
from fnnet.data.dataset import Dataset, require_dataset
from fnnet.nn.domains import distribution, real
from fnnet.nn.inference import classes_of, labels_of, output_blocks
from fnnet.nn.network import check_input
from fnnet.nn.params import Params
from fnnet.nn.targets import check_targets


def accuracy(params: Params[F], data: Dataset[F]) -> float:
    """The share of samples that the network classifies correctly, from 0 to 1.

    Several independent outputs are correct when each is on the correct side of one half.

    Args:
        params: the network.
        data: samples with labels, or with rows of probabilities or of yes-or-no answers.

    Raises:
        ValueError: the data does not match the network, or its targets are real numbers instead of classes.

    >>> from fnnet import Dense, identity, softmax_cross_entropy
    >>> params = Params((Dense(np.eye(2), np.zeros(2)),), identity, softmax_cross_entropy)
    >>> accuracy(params, Dataset(np.eye(2), np.array([0, 0])))
    0.5
    """
    require_dataset(data)
    if data.y.ndim == 2 and params.head.domain == real:
        raise invalid("y", "labels, to count the correct answers", "real numbers")
    x = check_input(params, data.x)
    check_targets(params.head, data.y, (len(data), params.sizes[-1]), params.dtype)
    return sum(_correct(params, p, data.y[rows]) for rows, _, p in output_blocks(params, x)) / len(data)


def _correct(params: Params[F], p: Matrix[F], y: Labels | Matrix[F]) -> int:
    """How many of these outputs are correct."""
    if y.ndim == 1:
        return int(np.count_nonzero(labels_of(params, p) == y))
    if params.head.domain == distribution:
        return int(np.count_nonzero(labels_of(params, p) == y.argmax(axis=1)))
    return int(np.count_nonzero(((p > 0.5) == (y > 0.5)).all(axis=1)))


def confusion_matrix(params: Params[F], data: Dataset[F]) -> Counts:
    """How often each class is predicted as each other.

    Args:
        params: the network.
        data: samples with labels.

    Returns:
        Counts of shape (classes, classes): a row for each true class, a column for each predicted class.
        Law: they sum to the number of samples, their diagonal to `accuracy` times that number.

    Raises:
        ValueError: the data does not match the network, or has no labels.

    >>> from fnnet import Dense, identity, softmax_cross_entropy
    >>> params = Params((Dense(np.eye(2), np.zeros(2)),), identity, softmax_cross_entropy)
    >>> confusion_matrix(params, Dataset(np.eye(2), np.array([0, 0])))
    array([[1, 1],
           [0, 0]])
    """
    k = classes_of(params)
    true, predicted, counts = confusion_counts(params, data)
    matrix = np.zeros((k, k), np.int64)
    matrix[true, predicted] = counts
    return matrix


def confusion_counts(params: Params[F], data: Dataset[F]) -> tuple[Labels64, Labels64, Labels64]:
    """The pairs of a true and a predicted class that occur, and how often: the entries of the matrix that are not 0.

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
    require_dataset(data)
    check_targets(params.head, data.labels, (len(data), params.sizes[-1]), params.dtype)
    x, k = check_input(params, data.x), classes_of(params)
    blocks = [data.labels[rows] * k + labels_of(params, p) for rows, _, p in output_blocks(params, x)]
    pairs, counts = np.unique(np.concatenate(blocks), return_counts=True)
    true, predicted = np.divmod(pairs, k)
    return true, predicted, counts
