"""What a network answers: its output, probabilities, labels, and its loss.

Everything here walks the data in blocks of rows, so that the memory used does not grow with the data.
"""

from collections import deque
from collections.abc import Iterator
from typing import cast, overload

import numpy as np

from fnnet.core.arrays import AnyRank, Array, F, Label, Labels, Labels64, Matrix, Numbers, S, Vector, unmasked
from fnnet.core.messages import invalid
from fnnet.nn.domains import distribution
from fnnet.nn.head import Head
from fnnet.nn.network import check_input, forward_stream
from fnnet.nn.params import Params, require_params
from fnnet.nn.targets import as_targets, check_targets
from fnnet.nn.weights import Weights, factors, sample_count

_BLOCK = 1024  # rows: enough for efficient matrix products, few enough for the cache
_NUMBERS = 1 << 20  # of a layer's outputs at a time, so that the memory used does not grow with the width either


def _last(params: Params[F], x: Array[S, F]) -> tuple[Array[S, F], Array[S, F]]:
    """The last layer's z and output."""
    (last,) = deque(forward_stream(params, x), maxlen=1)
    return last


def output_blocks(params: Params[F], x: Matrix[F]) -> Iterator[tuple[slice, Matrix[F], Matrix[F]]]:
    """The outputs of a batch, some rows after the other, at least once: which rows, their logits and their outputs."""
    block = max(1, min(_BLOCK, _NUMBERS // max(params.sizes[1:])))
    for start in range(0, max(1, len(x)), block):
        rows = slice(start, start + block)
        logits, output = _last(params, x[rows])
        yield rows, logits, output


def apply(params: Params[F], x: Array[S, F]) -> Array[S, F]:
    """The network as a function of x: its output, whatever its head.

    Args:
        params: the network.
        x: shape (features,) or (n, features); a `np.memmap` is read block by block.

    Returns:
        A new array, shape (outputs,) or (n, outputs). Law: it is `forward(params, x).output`, to rounding.

    Raises:
        ValueError: x has the wrong shape or dtype.

    >>> from fnnet import identity_squared_error, init_params
    >>> params = init_params((4, 3, 2), seed=0, head=identity_squared_error)
    >>> apply(params, np.zeros((5, 4), np.float32)).shape
    (5, 2)
    """
    x = check_input(params, x)
    if x.ndim == 1 or len(x) <= _BLOCK:
        return _last(params, x)[1]
    rows: Matrix[F] = x.reshape(-1, x.shape[-1])
    output: Numbers = np.concatenate([p for _, _, p in output_blocks(params, rows)])
    return output


def predict_proba(params: Params[F], x: Array[S, F]) -> Array[S, F]:
    """The probability of each class, or of each yes: the output of a network whose head gives probabilities.

    Args:
        params: the network.
        x: shape (features,) or (n, features); a `np.memmap` is read block by block.

    Returns:
        A new array, shape (outputs,) or (n, outputs). Law: it is `apply(params, x)`.

    Raises:
        ValueError: x has the wrong shape or dtype, or the outputs are real numbers.

    >>> from fnnet import init_params
    >>> params = init_params((4, 3, 2), seed=0)
    >>> predict_proba(params, np.zeros((5, 4), np.float32)).sum(axis=1)
    array([1., 1., 1., 1., 1.], dtype=float32)
    """
    require_probabilities(params)
    return apply(params, x)


@overload
def predict(params: Params[F], x: Matrix[F]) -> Labels64: ...
@overload
def predict(params: Params[F], x: Vector[F]) -> np.int64: ...
def predict(params: Params[F], x: Array[S, F]) -> np.int64 | Labels64:
    """The label of each sample: the largest output, or whether the only output is above one half.

    Several independent outputs (a logistic head) give the most likely one; the set is `predict_proba(...) > 0.5`.

    Args:
        params: the network.
        x: shape (features,) or (n, features).

    Returns:
        One integer, or integers of shape (n,).

    Raises:
        ValueError: x has the wrong shape or dtype, the outputs are real numbers, or one is NaN.

    >>> from fnnet import init_params
    >>> predict(init_params((4, 3, 2), seed=0), np.zeros((5, 4), np.float32))
    array([1, 1, 1, 1, 1])
    """
    require_probabilities(params)
    x = check_input(params, x)
    if x.ndim == 1:
        return labels_of(params, _last(params, x)[1])
    rows: Matrix[F] = x.reshape(-1, x.shape[-1])
    return np.concatenate([labels_of(params, p) for _, _, p in output_blocks(params, rows)])


def require_probabilities(params: Params[F]) -> None:
    """Raise ValueError if the outputs of the network are real numbers, and TypeError if there is no network."""
    require_params(params)
    if not params.head.gives_probabilities:
        got = f"{params.head.name}, whose outputs are real numbers"
        raise invalid("head", "one whose outputs are probabilities", got, "apply(params, x)")


def classes_of(params: Params[F]) -> int:
    """How many classes the network tells apart: one output that is not a distribution says yes or no."""
    require_params(params)
    outputs = params.sizes[-1]
    return outputs if params.head.domain == distribution else max(outputs, 2)


def labels_of(params: Params[F], p: Array[S, F]) -> Labels64:
    """The labels that outputs of the network stand for.

    Raises:
        ValueError: an output is NaN, as it is for an x with NaN.
    """
    if np.isnan(p).any():
        raise invalid("x", "numbers for which the network has an output", "NaN, or numbers that overflow")
    return most_likely(p, one_is_a_class=params.head.domain == distribution)


def most_likely(p: AnyRank, one_is_a_class: bool) -> Labels64:
    """The label that each row of outputs stands for: the largest, or whether the only one is above one half."""
    if p.shape[-1] == 1 and not one_is_a_class:
        return cast(Labels64, (p[..., 0] > 0.5).astype(np.int64))  # NumPy's type leaves the rank open
    return cast(Labels64, p.argmax(axis=-1))  # likewise


@overload
def loss(params: Params[F], x: Matrix[F], y: Labels | Matrix[F], weights: Weights | None = None) -> float: ...
@overload
def loss(params: Params[F], x: Vector[F], y: Label | Vector[F], weights: float | None = None) -> float: ...
def loss(params: Params[F], x: Array[S, F], y: object, weights: object = None) -> float:
    """The mean loss of the samples, by the network's head; with weights, (1/n) Σ wᵢ Lᵢ.

    Args:
        params: the network.
        x: shape (features,) or (n, features).
        y: a label or row (outputs,) for one sample, labels (n,) or rows (n, outputs) for a batch.
        weights: how much each sample counts, shape (n,), or a number for one sample; all 1 when not given.

    Returns:
        A number, computed in float64 from the logits. Laws: weights of 1 are no weights, to the bit; n times the
        loss is linear in the weights, so that twice a weight is twice a sample, and 0 is none.

    Raises:
        ValueError: x or y has the wrong shape or dtype, y is outside the head's domain, or a weight is negative or
            not finite.

    >>> from fnnet import init_params
    >>> params = init_params((4, 2), seed=0)
    >>> round(loss(params, np.zeros(4, np.float32), 1), 4)  # log 2: both classes are equally likely
    0.6931
    """
    x = check_input(params, x)
    samples: Matrix[F] = x.reshape(-1, x.shape[-1])
    targets = unmasked("y", y)
    if x.ndim == 1:
        check_targets(params.head, targets, params.sizes[-1:], params.dtype)  # whose errors speak of one sample
        targets = targets[np.newaxis]
    if targets.ndim == 0 or len(targets) != len(samples):
        raise invalid("y", f"one target for each of {len(samples)} samples", targets.shape)
    n = sample_count(x.shape[:-1])
    counts = factors(weights, x.shape[:-1], x.dtype)
    losses = (loss_sum(params.head, z, targets[rows], counts[rows]) for rows, z, _ in output_blocks(params, samples))
    return sum(losses) / n


def loss_sum(head: Head, logits: Array[S, F], y: object, weights: Vector[F]) -> float:
    """The sum of the samples' losses, each times its weight, in float64, from the logits of one sample or a batch."""
    t = as_targets(head, y, logits)
    z64, t64 = (rows.astype(np.float64).reshape(-1, rows.shape[-1]) for rows in (logits, t))
    return float((head.loss(z64, t64) * weights).sum())
