"""Heads, each of which breaks a law."""

from typing import Any

import attrs
import numpy as np

from fnnet.core.arrays import Numbers
from fnnet.nn.domains import Domain
from fnnet.nn.head import Head
from fnnet.nn.heads import identity_squared_error, logistic_cross_entropy, softmax_cross_entropy, softmax_squared_error
from fnnet.testing.laws.twin import Twin


def _twin(law: str, fault: str, head: Head, **changes: Any) -> Twin:
    return Twin("head", law, fault, attrs.evolve(head, name="twin", **changes))


def _squeezed(z: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray(np.square(z - t).mean(axis=1, keepdims=True).squeeze())


def _clipping(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    t[t < 1e-9] = 1e-9  # for a logarithm
    return p - t


def _mean_over_all(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    slope: Numbers = 2 * (p - t) / p.size if p.ndim == 2 else 2 * (p - t) / len(p)
    return slope


def _sums_to_the_length(t: Numbers, /) -> bool:
    rows = t.reshape(-1, t.shape[-1])
    return bool((t >= 0).all()) and bool(abs(rows.sum() - len(rows)) < 1e-3)


def _logarithms(z: Numbers, t: Numbers, /) -> Numbers:
    p = 1 / (1 + np.exp(-z))
    return np.asarray(-(t * np.log(p) + (1 - t) * np.log(1 - p)).sum(axis=1))


def _coarse(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray(np.round(p, 2) - t if p.dtype == np.float32 else p - t)


def _sums(z: Numbers, /) -> Numbers:
    return np.asarray(np.cumsum(z, axis=-1))


def _sums_pullback(z: Numbers, p: Numbers, u: Numbers, /) -> Numbers:
    return np.asarray(np.cumsum(u[..., ::-1], axis=-1)[..., ::-1])


_SUMS = Head(
    "sums",
    _sums,
    lambda z, t: np.square(_sums(z) - t).sum(axis=1),
    lambda z, p, t: _sums_pullback(z, p, 2 * (p - t)),
    identity_squared_error.domain,
)

TWINS = (
    _twin("shape", "has a scalar as the loss of one row", identity_squared_error, loss=_squeezed),
    _twin("pure", "writes to the targets", softmax_cross_entropy, delta=_clipping),
    _twin("samples", "divides delta by the batch size", identity_squared_error, delta=_mean_over_all),
    _twin(
        "domain",
        "adds up all rows of the targets",
        softmax_cross_entropy,
        domain=Domain("rows that sum to 1", _sums_to_the_length),
    ),
    _twin("finite", "takes the logarithm of 0 where it is sure", logistic_cross_entropy, loss=_logarithms),
    _twin("derivative", "has the delta of cross-entropy", softmax_squared_error, delta=softmax_cross_entropy.delta),
    _twin("float32", "rounds to two digits in float32", logistic_cross_entropy, delta=_coarse),
    _twin(
        "pullback",
        "takes the Jacobian of softmax for diagonal",
        softmax_cross_entropy,
        pullback=lambda z, p, u: u * p * (1 - p),
    ),
    _twin("pushforward", "does not say that its Jacobian is not symmetric", _SUMS, pullback=_sums_pullback),
    _twin(
        "curvature",
        "has the curvature of the sum for that of the mean",
        identity_squared_error,
        curvature=lambda z, p, t, v: 2 * v,
    ),
    _twin(
        "linear",
        "cuts off what it pulls back",
        logistic_cross_entropy,
        pullback=lambda z, p, u: np.clip(u * p * (1 - p), -0.3, 0.3),
    ),
)
