"""What a trained network says, and how well: probabilities, labels, loss, accuracy, confusion.

Everything here walks the data in blocks of rows, so that the memory used does not grow with the data.
"""

from collections.abc import Iterator
from typing import cast, overload

import numpy as np

from fnnet.arrays import AnyRank, Array, F, Label, Labels, Matrix, S, Vector
from fnnet.checks import invalid
from fnnet.dataset import Dataset
from fnnet.heads import distribution, real
from fnnet.network import check_input
from fnnet.records import Params
from fnnet.targets import as_targets

_BLOCK = 1024  # rows: large enough for the matrix products, small enough for the cache


def _logits(params: Params[F], x: Array[S, F]) -> Array[S, F]:
    *hidden, last = params.layers
    a = x
    for layer in hidden:
        z: Array[S, F] = a @ layer.weights + layer.bias
        a = params.hidden.apply(z)
    logits: Array[S, F] = a @ last.weights + last.bias
    return logits


def _blocks(n: int) -> Iterator[slice]:
    return (slice(i, i + _BLOCK) for i in range(0, n, _BLOCK))


def predict_proba(params: Params[F], x: Array[S, F]) -> Array[S, F]:
    """The network's output: with a softmax head, the probability of each class.

    Args:
        params: the network.
        x: shape (features,) or (n, features); a `np.memmap` is read block by block.

    Returns:
        A new array, shape (outputs,) or (n, outputs). Law: it is `forward(params, x).output`, to rounding.

    Raises:
        ValueError: x has the wrong shape or format.

    >>> from fnnet import init_params
    >>> params = init_params((4, 3, 2), seed=0)
    >>> predict_proba(params, np.zeros((5, 4), np.float32)).sum(axis=1)
    array([1., 1., 1., 1., 1.], dtype=float32)
    """
    x = check_input(params, x)
    if x.ndim == 1 or len(x) <= _BLOCK:
        return params.head.apply(_logits(params, x))
    blocks = [params.head.apply(_logits(params, x[block])) for block in _blocks(len(x))]
    output: Array[S, F] = np.concatenate(blocks)
    return output


@overload
def predict(params: Params[F], x: Matrix[F]) -> Labels: ...
@overload
def predict(params: Params[F], x: Vector[F]) -> np.int64: ...
def predict(params: Params[F], x: Array[S, F]) -> np.int64 | Labels:
    """The label of each sample: the output that is largest, or whether the only one is above one half.

    Several independent outputs (a logistic head) give the likeliest one; the set is `predict_proba(...) > 0.5`.

    Args:
        params: the network.
        x: shape (features,) or (n, features).

    Returns:
        One integer, or integers of shape (n,).

    Raises:
        ValueError: x has the wrong shape or format.

    >>> from fnnet import init_params
    >>> predict(init_params((4, 3, 2), seed=0), np.zeros((5, 4), np.float32)).shape
    (5,)
    """
    p = predict_proba(params, x)
    return likeliest(p, one_is_a_class=params.head.domain == distribution)


def likeliest(p: AnyRank, one_is_a_class: bool) -> Labels:
    """The label that each row of outputs stands for: the largest, or whether the only one is above one half."""
    if p.shape[-1] == 1 and not one_is_a_class:
        return cast(Labels, (p[..., 0] > 0.5).astype(np.int64))
    return cast(Labels, p.argmax(axis=-1))


@overload
def loss(params: Params[F], x: Matrix[F], y: Labels | Matrix[F]) -> float: ...
@overload
def loss(params: Params[F], x: Vector[F], y: Label | Vector[F]) -> float: ...
def loss(params: Params[F], x: Array[S, F], y: object) -> float:
    """The mean loss of the samples, by the network's head.

    Args:
        params: the network.
        x: shape (features,) or (n, features).
        y: a label or row (outputs,) for one sample, labels (n,) or rows (n, outputs) for a batch.

    Returns:
        A number, computed in float64 from the logits.

    Raises:
        ValueError: x or y has the wrong shape or format, or y is outside the head's domain.

    >>> from fnnet import init_params
    >>> params = init_params((4, 2), seed=0)
    >>> round(loss(params, np.zeros(4, np.float32), 1), 4)  # log 2: both answers are equally likely
    0.6931
    """
    x = check_input(params, x)
    rows: Matrix[F] = x.reshape(-1, x.shape[-1])
    targets = np.asarray(y)[np.newaxis] if x.ndim == 1 else np.asarray(y)
    if targets.ndim == 0 or len(targets) != len(rows):
        raise invalid("y", f"one target for each of {len(rows)} samples", targets.shape)
    return sum(_loss_sum(params, rows[b], targets[b]) for b in _blocks(len(rows))) / len(rows)


def _loss_sum(params: Params[F], x: Matrix[F], y: object) -> float:
    logits = _logits(params, x)
    t = as_targets(params.head, y, logits)
    return float(params.head.loss(logits.astype(np.float64), t.astype(np.float64)).sum())


def accuracy(params: Params[F], data: Dataset[F]) -> float:
    """The share of samples that the network decides rightly, from 0 to 1.

    Several independent outputs are right when each is on the right side of one half.

    Args:
        params: the network.
        data: labels, or rows of probabilities or of yes-or-no answers.

    Raises:
        ValueError: the data does not fit the network, or its targets are real numbers and no classes.

    >>> from fnnet import Dense, identity, softmax_cross_entropy
    >>> params = Params((Dense(np.eye(2), np.zeros(2)),), identity, softmax_cross_entropy)
    >>> accuracy(params, Dataset(np.eye(2), np.array([0, 0])))
    0.5
    """
    p = predict_proba(params, data.x)
    t = as_targets(params.head, data.y, p)
    if data.y.ndim == 2 and params.head.domain == real:
        raise invalid("y", "labels, to count how many are right", "real numbers")
    if data.y.ndim == 2 and params.head.domain != distribution:
        return float(np.mean(np.all((p > 0.5) == (t > 0.5), axis=1)))
    truth, answers = (likeliest(rows, params.head.domain == distribution) for rows in (t, p))
    return float(np.mean(truth == answers))


def confusion_matrix(params: Params[F], data: Dataset[F]) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """How often each class is taken for each other.

    Args:
        params: the network.
        data: samples with labels.

    Returns:
        Counts of shape (classes, classes): a row for each true class, a column for each answer.
        Law: they sum to the number of samples, their diagonal to `accuracy` times that number.

    Raises:
        ValueError: the data does not fit the network, or has no labels.

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
    pairs = data.y * k + likeliest(p, one_is_a_class)
    return np.bincount(pairs, minlength=k * k).reshape(k, k)
