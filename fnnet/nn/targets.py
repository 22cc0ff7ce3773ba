"""Targets: labels as rows of numbers, which is what a loss compares the output with."""

from typing import cast

import numpy as np

from fnnet.core.arrays import AnyRank, Array, F, Labels, Matrix, S
from fnnet.core.checks import invalid
from fnnet.nn.heads import Head, distribution


def one_hot(labels: Labels, classes: int, dtype: type[F]) -> Matrix[F]:
    """Rows of zeros with a one in the column of each label.

    Args:
        labels: shape (n,), integers from 0 to classes - 1.
        classes: the number of columns, at least 1.
        dtype: `np.float32` or `np.float64`.

    Returns:
        Shape (n, classes). Law: `one_hot(labels, k, dtype).argmax(axis=1) == labels`.

    Raises:
        ValueError: a label is out of range.

    >>> one_hot(np.array([1, 0]), 3, np.float32)
    array([[0., 1., 0.],
           [1., 0., 0.]], dtype=float32)
    """
    labels = _integers(labels)
    if labels.ndim != 1:
        raise invalid("labels", "shape (n,)", labels.shape)
    _check_range(labels, classes)
    rows: Matrix[F] = np.zeros((len(labels), classes), dtype)
    rows[np.arange(len(labels)), labels] = 1
    return rows


def smooth_labels(labels: Labels, classes: int, weight: float, dtype: type[F]) -> Matrix[F]:
    """One-hot rows, of which a share is spread over all classes: (1 - weight) one_hot + weight / classes.

    Args:
        labels: shape (n,), integers from 0 to classes - 1.
        classes: the number of columns, at least 1.
        weight: the share that is spread, from 0 to 1.
        dtype: `np.float32` or `np.float64`.

    Returns:
        Shape (n, classes). Laws: rows sum to 1; at weight 0 they are one-hot.

    Szegedy and others, "Rethinking the Inception architecture for computer vision", 2016.

    Raises:
        ValueError: the weight or a label is out of range.

    >>> smooth_labels(np.array([1]), 2, 0.2, np.float64)
    array([[0.1, 0.9]])
    """
    if not 0 <= weight <= 1:
        raise invalid("weight", "from 0 to 1", weight)
    rows: Matrix[F] = one_hot(labels, classes, dtype) * (1 - weight) + weight / classes
    return rows


def as_targets(head: Head, y: object, output: Array[S, F]) -> Array[S, F]:
    """The targets y in the shape and dtype of the output that they are compared with.

    Args:
        head: the head in whose domain the targets must be.
        y: a label or labels, or numbers in the shape of the output.
        output: shape (k,) or (n, k).

    Raises:
        ValueError: y has another shape or dtype, or is outside the head's domain.

    >>> from fnnet import softmax_cross_entropy
    >>> as_targets(softmax_cross_entropy, 1, np.zeros(3))
    array([0., 1., 0.])
    """
    y = np.asarray(y)
    if y.dtype.kind in "iu":
        return _from_labels(head, y, output)
    if y.shape != output.shape or y.dtype != output.dtype:
        expected = f"integer labels {output.shape[:-1]} or {output.dtype} {output.shape}"
        raise invalid("y", expected, f"{y.dtype} {y.shape}")
    rows = cast(Array[S, F], y)
    if not head.domain.contains(rows):
        raise invalid("y", f"{head.domain.description}, as {head.name} needs", f"{rows.min():g} to {rows.max():g}")
    return rows


def _from_labels(head: Head, labels: AnyRank, output: Array[S, F]) -> Array[S, F]:
    if labels.shape != output.shape[:-1]:
        raise invalid("y", f"labels of shape {output.shape[:-1]}", labels.shape)
    k = output.shape[-1]
    rows = np.zeros_like(output)
    if k == 1 and head.domain != distribution:
        _check_range(labels, 2)
        rows[..., 0] = labels
        return rows
    _check_range(labels, k)
    if labels.ndim == 0:
        rows[int(labels)] = 1
    else:
        # rows of k numbers one after the other: the 1 of sample i is at i k + label
        rows.reshape(-1)[np.arange(0, rows.size, k) + labels.astype(np.int64)] = 1
    return rows


def _integers(labels: object) -> Labels:
    array = np.asarray(labels)
    if array.dtype.kind not in "iu":
        raise invalid("labels", "integers", array.dtype)
    return cast(Labels, array)


def _check_range(labels: AnyRank, classes: int) -> None:
    if labels.size and not 0 <= labels.min() <= labels.max() < classes:
        raise invalid("labels", f"from 0 to {classes - 1}", f"{labels.min()} to {labels.max()}")
