"""Heads whose outputs are probabilities: of one class of k, or of independent yes-or-no answers."""

from typing import Final

import numpy as np

from fnnet.core.arrays import Floats
from fnnet.nn.domains import distribution, unit
from fnnet.nn.head import Head
from fnnet.nn.number_heads import squared_error, squared_error_curvature, squared_error_delta
from fnnet.nn.sigmoids import sigmoid


def _softmax(z: Floats, /) -> Floats:
    p: Floats = np.exp(_shifted(z))
    # add.reduce is what sum calls, and takes a third of its time on one sample
    p /= np.add.reduce(p, axis=-1, keepdims=True)
    return p


def _softmax_pullback(z: Floats, p: Floats, u: Floats, /) -> Floats:
    # The Jacobian of softmax is diag(p) - p pᵀ: from u to p (u - p·u), multiplied out so that nothing overflows
    product = p * u
    pulled: Floats = product - p * np.add.reduce(product, axis=-1, keepdims=True)
    return pulled


@np.errstate(over="ignore")  # the distance of two huge logits: its exponential is 0 all the same
def _shifted(z: Floats) -> Floats:
    """z - max z: it has the same softmax, and its exponentials cannot overflow."""
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


def _softmax_curvature(z: Floats, p: Floats, t: Floats, v: Floats, /) -> Floats:
    # δ = p - t, whose derivative is that of p
    return _softmax_pullback(z, p, v)


def _softmax_squared_error(z: Floats, t: Floats, /) -> Floats:
    return squared_error(_softmax(z), t)


def _softmax_squared_error_delta(z: Floats, p: Floats, t: Floats, /) -> Floats:
    return _softmax_pullback(z, p, squared_error_delta(z, p, t))


def _softmax_squared_error_curvature(z: Floats, p: Floats, t: Floats, v: Floats, /) -> Floats:
    # δ = p (g - p·g), with g = 2 (p - t) / k: along v, p moves by q = J v and g by 2 q / k
    g, q = squared_error_delta(z, p, t), _softmax_pullback(z, p, v)
    curved: Floats = _softmax_pullback(z, p, squared_error_curvature(z, p, t, q))
    curved += q * (g - (p * g).sum(axis=-1, keepdims=True)) - p * (q * g).sum(axis=-1, keepdims=True)
    return curved


def _binary_cross_entropy(z: Floats, t: Floats, /) -> Floats:
    # L = -Σ [t log p + (1 - t) log(1 - p)] = Σ [log(1 + exp z) - t z]
    loss: Floats = (np.logaddexp(z, 0) - t * z).sum(axis=1)
    return loss


def _logistic_curvature(z: Floats, p: Floats, t: Floats, v: Floats, /) -> Floats:
    # δ = p - t, likewise
    return sigmoid.pullback(z, p, v)


softmax_cross_entropy: Final = Head(
    "softmax-cross-entropy",
    _softmax,
    _cross_entropy,
    _canonical_delta,
    distribution,
    pullback=_softmax_pullback,
    curvature=_softmax_curvature,
)
"""One class of k: p = softmax(z), L = -Σ t log p, delta = p - t (Bridle, "Training stochastic model
recognition algorithms as networks can lead to maximum mutual information estimation of parameters", 1990)."""

softmax_squared_error: Final = Head(
    "softmax-squared-error",
    _softmax,
    _softmax_squared_error,
    _softmax_squared_error_delta,
    distribution,
    pullback=_softmax_pullback,
    curvature=_softmax_squared_error_curvature,
)
"""The article's: p = softmax(z), L = Σ (p - t)² / k, with the whole Jacobian of softmax."""

logistic_cross_entropy: Final = Head(
    "logistic-cross-entropy",
    sigmoid.apply,
    _binary_cross_entropy,
    _canonical_delta,
    unit,
    pullback=sigmoid.pullback,
    curvature=_logistic_curvature,
)
"""k independent yes-or-no answers: p = sigmoid(z), L = -Σ [t log p + (1 - t) log(1 - p)], delta = p - t."""


def sure_delta(head: Head, z: Floats, t: Floats) -> Floats:
    """The derivative of each sample's loss with respect to z, also where the head is sure, and it is tiny.

    There p - 1 cancels: beyond 1 - 10⁻¹⁶, p is 1. With softmax it is minus the sum of the other probabilities, and with
    sigmoid -sigmoid(-z). (Where no target is 1, δ is as precise as p - t.)

    >>> z, t = np.array([50.0, 0.0]), np.array([1.0, 0.0])
    >>> softmax_cross_entropy.delta(z, softmax_cross_entropy.apply(z), t)
    array([0.00000000e+00, 1.92874985e-22])
    >>> sure_delta(softmax_cross_entropy, z, t)
    array([-1.92874985e-22,  1.92874985e-22])
    """
    p, own = head.apply(z), t == 1
    if head == logistic_cross_entropy:
        return np.where(own, -sigmoid.apply(-z), p - t)
    if head not in (softmax_cross_entropy, softmax_squared_error):
        return head.delta(z, p, t)
    residual: Floats = np.where(own, -np.where(own, 0, p).sum(axis=-1, keepdims=True), p - t)
    if head == softmax_cross_entropy:
        return residual
    # The pullback is the same for u plus a number in each row. With u = 0 for the largest p, nothing in it cancels.
    u = 2 / z.shape[-1] * (residual - np.take_along_axis(residual, p.argmax(axis=-1, keepdims=True), axis=-1))
    return _softmax_pullback(z, p, u)
