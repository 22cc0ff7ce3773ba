"""Heads: an output activation and its loss as a pair, which is differentiated as one function.

For logits z, output p = f(z) and targets t of k numbers a sample, a head has the loss L(z, t) of each sample
and delta = ∂L/∂z. Some pairs are canonical: the derivative of the loss cancels that of the
activation, and delta = p - t (Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.6).
"""

from typing import Protocol

import attrs
import numpy as np

from fnnet.core.arrays import Floats, Numbers
from fnnet.core.checks import instance_of
from fnnet.nn.activations import Elementwise, identity, sigmoid
from fnnet.nn.own_functions import check_result, sample


class Loss(Protocol):
    """A function (z, t) ↦ L, from shapes (n, k) and (n, k) to one number a sample, shape (n,)."""

    def __call__(self, z: Numbers, t: Numbers, /) -> Numbers: ...


class Delta(Protocol):
    """A function (z, p, t) ↦ ∂L/∂z, of one sample or a batch."""

    def __call__(self, z: Numbers, p: Numbers, t: Numbers, /) -> Numbers: ...


class Contains(Protocol):
    """Whether every row of t lies in a domain."""

    def __call__(self, t: Numbers, /) -> bool: ...


@attrs.frozen
class Domain:
    """The targets that a head accepts: a description for error messages, and the test.

    Args:
        description: what the targets are, as in "finite numbers".
        contains: whether every row of an array lies in the domain.
    """

    description: str
    contains: Contains


@attrs.frozen(repr=False)
class Head:
    """An output activation with its loss, as a value; check your own with `gradient_error`.

    Args:
        name: how it is printed and saved.
        apply: z ↦ p, along the last axis.
        loss: (z, t) ↦ L of each sample of a batch, from the logits, so that no logarithm sees a zero.
        delta: (z, p, t) ↦ ∂L/∂z.
        domain: the targets that it accepts. An integer label becomes a one-hot row; with a single logistic or linear
            output the label, 0 or 1, is itself the target.

    >>> import numpy as np
    >>> softmax_cross_entropy.apply(np.array([0.0, 0.0]))
    array([0.5, 0.5])
    """

    name: str = attrs.field(validator=instance_of(str))
    apply: Elementwise = attrs.field(validator=attrs.validators.is_callable())
    loss: Loss = attrs.field(validator=attrs.validators.is_callable())
    delta: Delta = attrs.field(validator=attrs.validators.is_callable())
    domain: Domain = attrs.field(validator=instance_of(Domain))

    def __attrs_post_init__(self) -> None:
        for dtype in (np.float32, np.float64):
            z = sample(dtype)
            p = check_result(f"apply of {self.name}", self.apply, (z,), z)
            check_result(f"delta of {self.name}", self.delta, (z, p, p), z)
            check_result(f"apply of {self.name}", self.apply, (z[0],), z[0])
            check_result(f"delta of {self.name}", self.delta, (z[0], p[0], p[0]), z[0])
        check_result(f"loss of {self.name}", self.loss, (z, p), z[:, 0])  # which is always computed in float64

    def __repr__(self) -> str:
        return f"Head({self.name})"


def _is_distribution(t: Floats, /) -> bool:
    return bool(np.all(t >= 0) and np.all(np.abs(t.sum(axis=-1) - 1) < 1e-3))


def _is_unit(t: Floats, /) -> bool:
    return bool(np.all((t >= 0) & (t <= 1)))


def _is_finite(t: Floats, /) -> bool:
    return bool(np.all(np.isfinite(t)))


distribution = Domain("rows of probabilities that sum to 1", _is_distribution)
unit = Domain("numbers from 0 to 1", _is_unit)
real = Domain("finite numbers", _is_finite)


def _softmax(z: Floats, /) -> Floats:
    p: Floats = np.exp(_shifted(z))
    # add.reduce is what sum calls, and takes a third of its time on one sample
    p /= np.add.reduce(p, axis=-1, keepdims=True)
    return p


def _shifted(z: Floats) -> Floats:
    """z - max z: it has the same softmax, and its exponentials cannot overflow."""
    with np.errstate(over="ignore"):  # the distance of two huge logits: its exponential is 0 all the same
        shifted: Floats = z - np.maximum.reduce(z, axis=-1, keepdims=True)
    return shifted


def _cross_entropy(z: Floats, t: Floats, /) -> Floats:
    # L = -Σ t log p, and log p = z - log Σ exp z
    shifted = _shifted(z)
    log_p: Floats = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    # 0 log 0 = 0
    loss: Floats = -np.multiply(t, log_p, out=np.zeros_like(z), where=t != 0).sum(axis=1)
    return loss


def _canonical_delta(z: Floats, p: Floats, t: Floats, /) -> Floats:
    return p - t


def _squared_error(p: Floats, t: Floats, /) -> Floats:
    # L = Σ (p - t)² / k
    squares: Floats = np.square(p - t)
    loss: Floats = squares.sum(axis=1) * (1 / p.shape[1])
    return loss


def _squared_error_delta(z: Floats, p: Floats, t: Floats, /) -> Floats:
    slope: Floats = (p - t) * (2 / p.shape[-1])
    return slope


def _softmax_squared_error(z: Floats, t: Floats, /) -> Floats:
    return _squared_error(_softmax(z), t)


def _softmax_squared_error_delta(z: Floats, p: Floats, t: Floats, /) -> Floats:
    # The Jacobian of softmax is diag(p) - p pᵀ: from g = ∂L/∂p to ∂L/∂z = p (g - p·g)
    g = _squared_error_delta(z, p, t)
    delta: Floats = p * (g - (p * g).sum(axis=-1, keepdims=True))
    return delta


def _binary_cross_entropy(z: Floats, t: Floats, /) -> Floats:
    # L = -Σ [t log p + (1 - t) log(1 - p)] = Σ [log(1 + exp z) - t z]
    loss: Floats = (np.logaddexp(z, 0) - t * z).sum(axis=1)
    return loss


softmax_cross_entropy = Head("softmax-cross-entropy", _softmax, _cross_entropy, _canonical_delta, distribution)
"""One class of k: p = softmax(z), L = -Σ t log p, delta = p - t (Bridle, "Training stochastic model
recognition algorithms as networks can lead to maximum mutual information estimation of parameters", 1990)."""

softmax_squared_error = Head(
    "softmax-squared-error", _softmax, _softmax_squared_error, _softmax_squared_error_delta, distribution
)
"""The article's: p = softmax(z), L = Σ (p - t)² / k, with the whole Jacobian of softmax."""

identity_squared_error = Head("identity-squared-error", identity.apply, _squared_error, _squared_error_delta, real)
"""Regression: p = z, L = Σ (p - t)² / k."""

logistic_cross_entropy = Head("logistic-cross-entropy", sigmoid.apply, _binary_cross_entropy, _canonical_delta, unit)
"""k independent yes-or-no answers: p = sigmoid(z), L = -Σ [t log p + (1 - t) log(1 - p)], delta = p - t."""

HEADS = {
    head.name: head
    for head in (
        softmax_cross_entropy,
        softmax_squared_error,
        identity_squared_error,
        logistic_cross_entropy,
    )
}
"""The heads of the library by name."""
