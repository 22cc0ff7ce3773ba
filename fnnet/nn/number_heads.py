"""Heads whose outputs are numbers: of a regression, or the mean of a count."""

from math import exp
from typing import Final

import numpy as np

from fnnet.core.arrays import Floats
from fnnet.nn.domains import nonnegative, real
from fnnet.nn.head import Head
from fnnet.nn.linear_units import identity


def squared_error(p: Floats, t: Floats, /) -> Floats:
    # L = Σ (p - t)² / k
    squares: Floats = np.square(p - t)
    loss: Floats = squares.sum(axis=1) * (1 / p.shape[1])
    return loss


def squared_error_delta(z: Floats, p: Floats, t: Floats, /) -> Floats:
    slope: Floats = (p - t) * (2 / p.shape[-1])
    return slope


def squared_error_curvature(z: Floats, p: Floats, t: Floats, v: Floats, /) -> Floats:
    curved: Floats = v * (2 / p.shape[-1])
    return curved


def _huber(p: Floats, t: Floats, /) -> Floats:
    # L = Σ h(p - t) / k, with h(r) = r²/2 up to |r| = 1, and |r| - 1/2 beyond: with m = min(|r|, 1), m (|r| - m/2)
    size = np.abs(p - t)
    least = np.minimum(size, 1)
    loss: Floats = (least * (size - least / 2) * (1 / p.shape[1])).sum(axis=1)
    return loss


def _huber_delta(z: Floats, p: Floats, t: Floats, /) -> Floats:
    delta: Floats = np.clip(p - t, -1, 1) * (1 / p.shape[-1])
    return delta


def _huber_curvature(z: Floats, p: Floats, t: Floats, v: Floats, /) -> Floats:
    curved: Floats = v * (np.abs(p - t) <= 1) * (1 / p.shape[-1])
    return curved


def _absolute_error(p: Floats, t: Floats, /) -> Floats:
    # L = Σ |p - t| / k
    loss: Floats = (np.abs(p - t) * (1 / p.shape[1])).sum(axis=1)
    return loss


def _absolute_error_delta(z: Floats, p: Floats, t: Floats, /) -> Floats:
    delta: Floats = np.sign(p - t) * (1 / p.shape[-1])
    return delta


def _absolute_error_curvature(z: Floats, p: Floats, t: Floats, v: Floats, /) -> Floats:
    return np.zeros_like(v)


# No count is as large as exp(40): from there on the rate is constant and the loss goes on as a straight line, so that
# delta is still its derivative, and nothing overflows.
_MOST = 40


def _rate(z: Floats, /) -> Floats:
    p: Floats = np.exp(np.minimum(z, _MOST))
    return p


def _rate_pullback(z: Floats, p: Floats, u: Floats, /) -> Floats:
    return u * (p * (z < _MOST))


def _poisson(z: Floats, t: Floats, /) -> Floats:
    # L = Σ [p - t log p], which is -log of the probability of t, but for log t!, which does not depend on p
    log_rate, beyond = np.minimum(z, _MOST), np.maximum(z - _MOST, 0)
    with np.errstate(over="ignore"):  # infinite where it is beyond float64
        losses = np.exp(log_rate) - t * log_rate + (exp(_MOST) - t) * beyond
        loss: Floats = losses.sum(axis=1)
    return loss


def _poisson_delta(z: Floats, p: Floats, t: Floats, /) -> Floats:
    return p - t


def _poisson_curvature(z: Floats, p: Floats, t: Floats, v: Floats, /) -> Floats:
    return _rate_pullback(z, p, v)


identity_squared_error: Final = Head(
    "identity-squared-error",
    identity.apply,
    squared_error,
    squared_error_delta,
    real,
    pullback=identity.pullback,
    curvature=squared_error_curvature,
)
"""Regression: p = z, L = Σ (p - t)² / k."""

identity_huber: Final = Head(
    "identity-huber",
    identity.apply,
    _huber,
    _huber_delta,
    real,
    pullback=identity.pullback,
    curvature=_huber_curvature,
)
"""Regression that a few wild targets do not rule: p = z, L = Σ h(p - t) / k with h(r) = r²/2 for |r| <= 1, |r| - 1/2
beyond. Scale the targets so that 1 is an ordinary error (Huber, "Robust estimation of a location parameter", 1964)."""

identity_absolute_error: Final = Head(
    "identity-absolute-error",
    identity.apply,
    _absolute_error,
    _absolute_error_delta,
    real,
    pullback=identity.pullback,
    curvature=_absolute_error_curvature,
)
"""Regression to the median: p = z, L = Σ |p - t| / k, whose derivative at 0 is taken as 0."""

exp_poisson: Final = Head(
    "exp-poisson",
    _rate,
    _poisson,
    _poisson_delta,
    nonnegative,
    pullback=_rate_pullback,
    curvature=_poisson_curvature,
)
"""Counts, of which p is the mean: p = exp(z), at most exp(40), and L = Σ [p - t z], delta = p - t: Poisson regression
(Nelder and Wedderburn, "Generalized linear models", 1972)."""
