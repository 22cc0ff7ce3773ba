"""Targets: labels as rows of numbers, which is what a loss compares the output with."""

from typing import cast

import numpy as np

from fnnet.core.arrays import AnyRank, Array, F, Labels, Matrix, Numbers, S, require_float, unmasked
from fnnet.core.checks import as_number, check_integer
from fnnet.core.messages import invalid
from fnnet.nn.domains import distribution, nonnegative, unit
from fnnet.nn.head import Head


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
    classes = check_integer("classes", classes, 1)
    require_float("dtype", dtype)
    labels = _integers(labels)
    if labels.ndim != 1:
        raise invalid("labels", "shape (n,)", labels.shape)
    _check_range("labels", labels, classes)
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
    weight = _checked_weight(weight)
    rows: Numbers = one_hot(labels, classes, dtype) * (1 - weight) + weight / classes
    return rows


def smooth_rows(head: Head, rows: Matrix[F], weight: float) -> Matrix[F]:
    """Targets of which a share is spread over what the head can answer: (1 - weight) t + weight u.

    Args:
        head: whose outputs are probabilities. u is 1 / k for each of k classes, and 1/2 for a yes or no.
        rows: shape (n, k), in the head's domain.
        weight: the share that is spread, from 0 to 1.

    Returns:
        New rows of the same shape and dtype. Laws: they lie in the head's domain; at weight 0 they are `rows`.

    Raises:
        ValueError: the weight is out of range, or the targets are real numbers, of which there is no even spread.

    >>> from fnnet import logistic_cross_entropy
    >>> smooth_rows(logistic_cross_entropy, np.array([[0.0], [1.0]]), 0.2)
    array([[0.1],
           [0.9]])
    """
    if head.domain not in (distribution, unit):
        raise invalid("smoothing", "a head whose outputs are probabilities", head.name)
    weight = _checked_weight(weight)
    even = 1 / rows.shape[1] if head.domain == distribution else 0.5
    smoothed: Numbers = rows * (1 - weight) + weight * even
    return smoothed


def _checked_weight(weight: float) -> float:
    if not 0 <= as_number("weight", weight) <= 1:
        raise invalid("weight", "from 0 to 1", weight)
    return float(weight)


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
    array = unmasked("y", y)
    check_targets(head, array, output.shape, output.dtype)
    if array.dtype.kind in "iu":
        return _rows(array, output, one_hot=_is_one_hot(head, output.shape[-1]))
    # check_targets has found it to be of this shape and dtype. Quoted: evaluating the type takes longer than all else
    rows = cast("Array[S, F]", array.view())
    rows.setflags(write=False)  # a head of the caller's gets it
    return rows


def check_targets(head: Head, y: AnyRank, shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> None:
    """Raise ValueError unless y are labels or rows for outputs of this shape and dtype; takes no memory for rows."""
    if y.dtype.kind in "iu" and y.shape == shape[:-1]:
        if not takes_counts(head, shape[-1]):
            is_one_hot = _is_one_hot(head, shape[-1])
            cure = "" if is_one_hot or head.gives_probabilities else _as_numbers(y, dtype)
            _check_range("y", y, shape[-1] if is_one_hot else 2, cure)
        elif y.size and y.min() < 0:
            raise invalid("y", "counts of at least 0", y.min())
    elif y.shape != shape or y.dtype != dtype:
        raise invalid("y", _expected(shape, dtype), f"{y.dtype} {y.shape}", _conversion(head, y, shape, dtype))
    elif not head.domain.contains(cast("Matrix[np.float64]", y)):  # of the shape and dtype that it takes
        got = f"{y.min():g} to {y.max():g}"
        raise invalid("y", f"{head.domain.description}, as {head.name} needs", got)


def _expected(shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> str:
    """What targets for outputs of this shape are, in words."""
    return f"{'an integer label' if len(shape) == 1 else f'integer labels {shape[:-1]}'} or {dtype} {shape}"


def _conversion(head: Head, y: AnyRank, shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> str:
    """How to convert targets of another shape or dtype, without a change of the numbers of a regression."""
    kind, outputs = y.dtype.kind, shape[-1]
    if y.shape == shape and (kind == "f" or (kind in "iu" and (y.ndim == 2 or not head.gives_probabilities))):
        return f"y.astype(np.{dtype})"
    if y.shape != shape[:-1] or kind not in "bf":
        return ""
    labels = "y.astype(np.int64)" if y.ndim else "int(y)"
    if kind == "b" or _is_one_hot(head, outputs):
        return labels
    numbers = _as_numbers(y, dtype)  # the targets of real outputs are numbers, which integers would cut short
    return f"{labels} for labels, {numbers} for numbers" if head.gives_probabilities else numbers


def _as_numbers(y: AnyRank, dtype: np.dtype[np.generic]) -> str:
    """How to make numbers, one for each sample, the targets of the only output."""
    if y.ndim == 0:
        return f"np.array([y], np.{dtype})"
    return "y.reshape(-1, 1)" if y.dtype == dtype else f"y.reshape(-1, 1).astype(np.{dtype})"


def takes_counts(head: Head, outputs: int) -> bool:
    """Whether an integer is a count, the target of the only output, and not a label."""
    return outputs == 1 and head.domain == nonnegative


def has_classes(head: Head, y: AnyRank, outputs: int) -> bool:
    """Whether targets are classes, or their probabilities, so that there is an accuracy."""
    return not takes_counts(head, outputs) if y.ndim == 1 else head.gives_probabilities


def _is_one_hot(head: Head, outputs: int) -> bool:
    """Whether a label stands for its one-hot row, or is itself the target of the only output."""
    return outputs > 1 or head.domain == distribution


def _rows(labels: AnyRank, output: Array[S, F], one_hot: bool) -> Array[S, F]:
    rows = np.zeros(output.shape, output.dtype)
    if not one_hot:
        rows[..., 0] = labels
    elif labels.ndim == 0:
        rows[int(labels)] = 1
    else:
        # rows of k numbers one after the other: the 1 of sample i is at i k + label
        rows.reshape(-1)[np.arange(0, rows.size, output.shape[-1]) + labels.astype(np.int64, copy=False)] = 1
    return rows


def _integers(labels: object) -> Labels:
    array = unmasked("labels", labels)
    if array.dtype.kind not in "iu":
        raise invalid("labels", "integers", array.dtype)
    return cast(Labels, array)  # of any integers, as labels are


def _check_range(name: str, labels: AnyRank, classes: int, cure: str = "") -> None:
    if not labels.size:
        return
    least, most = (int(labels),) * 2 if labels.ndim == 0 else (labels.min(), labels.max())
    if least < 0 or most >= classes:
        raise invalid(name, f"labels from 0 to {classes - 1}", most if most >= classes else least, cure)
