"""How many answers are correct: accuracy, and the confusion matrix."""

import numpy as np

from fnnet.core.arrays import Counts, F
from fnnet.core.checks import invalid
from fnnet.data.dataset import Dataset
from fnnet.nn.heads import distribution, real
from fnnet.nn.inference import most_likely, predict_proba
from fnnet.nn.params import Params
from fnnet.nn.targets import as_targets


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
    p = predict_proba(params, data.x)
    t = as_targets(params.head, data.y, p)
    if data.y.ndim == 2 and params.head.domain == real:
        raise invalid("y", "labels, to count the correct answers", "real numbers")
    if data.y.ndim == 2 and params.head.domain != distribution:
        return float(np.mean(np.all((p > 0.5) == (t > 0.5), axis=1)))
    true, predicted = (most_likely(rows, params.head.domain == distribution) for rows in (t, p))
    return float(np.mean(true == predicted))


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
    if data.y.ndim != 1:
        raise invalid("y", "labels (n,)", data.y.shape)
    p = predict_proba(params, data.x)
    as_targets(params.head, data.y, p)
    one_is_a_class = params.head.domain == distribution
    k = p.shape[1] if one_is_a_class else max(p.shape[1], 2)
    pairs = data.y * k + most_likely(p, one_is_a_class)
    return np.bincount(pairs, minlength=k * k).reshape(k, k)
