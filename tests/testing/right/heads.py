"""Heads that the library does not have, or has in another form."""

import numpy as np

from fnnet.core.arrays import Numbers
from fnnet.nn.domains import Domain, distribution, nonnegative, real, unit
from fnnet.nn.head import Delta, Head, Loss

_SIGNS = Domain("1 or -1", lambda t: np.all(np.isin(t, [-1, 1])))
_ONE_HOT = Domain("one-hot rows", lambda t: np.all((t == 0) | (t == 1)) and np.all(t.sum(axis=-1) == 1))
_POSITIVE = Domain("numbers above 0", lambda t: bool((t > 0).all()))
_BITS = Domain("0 or 1", lambda t: bool(((t == 0) | (t == 1)).all()))


def _linear(name: str, loss: Loss, delta: Delta, domain: Domain = real) -> Head:
    """p = z itself."""
    return Head(name, lambda z: z, loss, delta, domain, pullback=lambda z, p, u: u)


def _sigmoid(z: Numbers, /) -> Numbers:
    p: Numbers = 1 / (1 + np.exp(-z))
    return p


def _log_sigmoid(z: Numbers) -> Numbers:
    return np.asarray(-np.logaddexp(0, -z))


def _softmax(z: Numbers, /) -> Numbers:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _softmax_pullback(z: Numbers, p: Numbers, u: Numbers, /) -> Numbers:
    return np.asarray(p * (u - (p * u).sum(axis=-1, keepdims=True)))


def _log_softmax(z: Numbers, /) -> Numbers:
    return np.asarray(z - np.log(np.exp(z).sum(axis=-1, keepdims=True)))


# Margins


def _margin_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    delta: Numbers = np.where(t * z < 1, -t, 0)
    return delta


def _squared_hinge_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray(-2 * t * np.maximum(0, 1 - t * z) / z.shape[-1])


def _others(z: Numbers, t: Numbers) -> Numbers:
    return np.asarray(np.where(t == 1, -np.inf, z))


def _crammer_singer(z: Numbers, t: Numbers, /) -> Numbers:
    worst = _others(z, t).max(axis=-1)
    return np.asarray(np.maximum(0, 1 + worst - (t * z).sum(axis=-1)))


def _crammer_singer_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    others = _others(z, t)
    worst = others.max(axis=-1, keepdims=True)
    active = 1 + worst - (t * z).sum(axis=-1, keepdims=True) > 0
    first = np.arange(z.shape[-1]) == others.argmax(axis=-1)[..., np.newaxis]
    return np.asarray(active * (first - t), z.dtype)


def _weston_watkins(z: Numbers, t: Numbers, /) -> Numbers:
    right = (t * z).sum(axis=-1, keepdims=True)
    return np.asarray((np.maximum(0, 1 + z - right) * (1 - t)).sum(axis=-1))


def _weston_watkins_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    right = (t * z).sum(axis=-1, keepdims=True)
    active = (1 + z - right > 0) * (1 - t)
    return np.asarray(active - t * active.sum(axis=-1, keepdims=True), z.dtype)


def _smooth_hinge(z: Numbers, t: Numbers, /) -> Numbers:
    m = t * z
    return np.asarray(np.where(m >= 1, 0, np.where(m <= 0, 0.5 - m, (1 - m) ** 2 / 2)).sum(axis=-1))


def _smooth_hinge_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray(-t * np.clip(1 - t * z, 0, 1))


# Regressions


def _huber(threshold: float) -> Head:
    def loss(z: Numbers, t: Numbers, /) -> Numbers:
        r = np.abs(z - t)
        return np.asarray(np.where(r <= threshold, r**2 / 2, threshold * (r - threshold / 2)).mean(axis=1))

    def delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
        return np.asarray(np.clip(p - t, -threshold, threshold) / p.shape[-1], z.dtype)

    def curvature(z: Numbers, p: Numbers, t: Numbers, v: Numbers, /) -> Numbers:
        return np.asarray(np.where(np.abs(p - t) < threshold, v, 0) / p.shape[-1], z.dtype)

    return Head(f"huber-{threshold}", lambda z: z, loss, delta, real, lambda z, p, u: u, curvature=curvature)


def _pinball(share: float) -> Head:
    def loss(z: Numbers, t: Numbers, /) -> Numbers:
        r = t - z
        return np.asarray(np.maximum(share * r, (share - 1) * r).sum(axis=-1))

    def delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
        return np.asarray(np.where(t > z, -share, 1 - share), z.dtype)

    return _linear(f"pinball-{share}", loss, delta)


def _insensitive_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    delta: Numbers = np.sign(z - t) * (np.abs(z - t) > 0.5)
    return delta


def _cauchy(z: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray(np.log(1 + (z - t) ** 2).sum(axis=1))


def _cauchy_curvature(z: Numbers, p: Numbers, t: Numbers, v: Numbers, /) -> Numbers:
    r = (z - t) ** 2
    return np.asarray(v * 2 * (1 - r) / (1 + r) ** 2)


def _distance_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    # of the Euclidean distance, 0 where there is none
    d = np.sqrt(((p - t) ** 2).sum(axis=-1, keepdims=True))
    return np.asarray(np.where(d > 0, (p - t) / d, 0), z.dtype)


def _softplus_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray(2 * (p - t) * _sigmoid(z))


def _gamma_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray(1 - t * np.exp(-z))


def _gaussian(z: Numbers, t: Numbers, /) -> Numbers:
    # the negative logarithm of a normal density, with variances of 1/4, 2/4, 3/4, … of the outputs
    variances = (1 + np.arange(z.shape[1])) / 4
    return np.asarray(((z - t) ** 2 / (2 * variances) + np.log(2 * np.pi * variances) / 2).sum(axis=1))


def _gaussian_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray((p - t) / ((1 + np.arange(z.shape[-1])) / 4), z.dtype)


# Classes


def _logistic_focal(z: Numbers, t: Numbers, /) -> Numbers:
    p = _sigmoid(z)
    return np.asarray(-(t * (1 - p) ** 2 * _log_sigmoid(z) + (1 - t) * p**2 * _log_sigmoid(-z)).sum(axis=1))


def _logistic_focal_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    q = _sigmoid(-z)
    yes = q**2 * (2 * p * _log_sigmoid(z) - q)
    no = p**2 * (p - 2 * q * _log_sigmoid(-z))
    return np.asarray(t * yes + (1 - t) * no, z.dtype)


def _signed_focal(z: Numbers, t: Numbers, /) -> Numbers:
    # of 0 and 1, as it is most often written, with the probability of what is right
    right = np.where(t == 1, _log_sigmoid(z), _log_sigmoid(-z))
    return np.asarray((-((1 - np.exp(right)) ** 2) * right).sum(axis=-1))


def _signed_focal_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    sign = 2 * t - 1
    log = _log_sigmoid(sign * z)
    right = np.exp(log)
    return np.asarray(sign * (1 - right) ** 2 * (2 * right * log - (1 - right)), z.dtype)


def _focal(z: Numbers, t: Numbers, /) -> Numbers:
    log = z - z.max(axis=-1, keepdims=True)
    log = log - np.log(np.exp(log).sum(axis=-1, keepdims=True))
    return np.asarray(-(t * (1 - np.exp(log)) ** 2 * log).sum(axis=-1))


def _focal_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    log = z - z.max(axis=-1, keepdims=True)
    log = log - np.log(np.exp(log).sum(axis=-1, keepdims=True))
    slope = t * (1 - p) * (2 * p * log - (1 - p))  # along log p
    return np.asarray(slope - p * slope.sum(axis=-1, keepdims=True), z.dtype)


def _smoothed(t: Numbers) -> Numbers:
    return np.asarray(0.9 * t + 0.1 / t.shape[-1], t.dtype)


def _smoothed_loss(z: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray(-(_smoothed(t) * _log_softmax(z)).sum(axis=1))


def _weighted_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    # cross-entropy in which class j counts j + 1 times
    w = t * (1 + np.arange(z.shape[-1]))
    return np.asarray(p * w.sum(axis=-1, keepdims=True) - w, z.dtype)


def _two_sided(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray(2 * (p - t) * p * (1 - p))


def _brier_curvature(z: Numbers, p: Numbers, t: Numbers, v: Numbers, /) -> Numbers:
    return np.asarray(2 * v * p * (1 - p) * (p * (1 - p) + (p - t) * (1 - 2 * p)))


def _tanh_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray(2 * (p - t) * (1 - p**2))


# An output whose Jacobian is not symmetric: z_1, z_1 + z_2, …


def _sums(z: Numbers, /) -> Numbers:
    return np.cumsum(z, axis=-1)


def _sums_pullback(z: Numbers, p: Numbers, u: Numbers, /) -> Numbers:
    return np.asarray(np.cumsum(u[..., ::-1], axis=-1)[..., ::-1])


RIGHT = (
    _linear("hinge", lambda z, t: np.maximum(0, 1 - t * z).sum(axis=1), _margin_delta, _SIGNS),
    _linear("squared-hinge", lambda z, t: (np.maximum(0, 1 - t * z) ** 2).mean(axis=1), _squared_hinge_delta, _SIGNS),
    _linear("smooth-hinge", _smooth_hinge, _smooth_hinge_delta, _SIGNS),
    _linear("crammer-singer", _crammer_singer, _crammer_singer_delta, _ONE_HOT),
    _linear("weston-watkins", _weston_watkins, _weston_watkins_delta, _ONE_HOT),
    _linear(
        "perceptron",
        lambda z, t: np.maximum(0, -t * z).sum(axis=1),
        lambda z, p, t: np.where(t * z <= 0, -t, 0),
        _SIGNS,
    ),
    _linear("exponential", lambda z, t: np.exp(-t * z).sum(axis=1), lambda z, p, t: -t * np.exp(-t * z), _SIGNS),
    _linear(
        "signed-logistic",
        lambda z, t: np.logaddexp(0, -t * z).sum(axis=1),
        lambda z, p, t: -t / (1 + np.exp(t * z)),
        _SIGNS,
    ),
    _huber(0.25),
    _huber(1.345),
    _huber(3.0),
    _pinball(0.9),
    _pinball(0.1),
    _linear("insensitive", lambda z, t: np.maximum(0, np.abs(z - t) - 0.5).sum(axis=1), _insensitive_delta),
    _linear("log-cosh", lambda z, t: np.log(np.cosh(z - t)).sum(axis=1), lambda z, p, t: np.tanh(p - t)),
    _linear(
        "stable-log-cosh",
        lambda z, t: (np.logaddexp(z - t, t - z) - np.log(2)).sum(axis=1),
        lambda z, p, t: np.tanh(p - t),
    ),
    _linear("squared", lambda z, t: 0.5 * ((z - t) ** 2).sum(axis=1), lambda z, p, t: p - t),
    _linear("fourth-power", lambda z, t: ((z - t) ** 4).sum(axis=1), lambda z, p, t: 4 * (p - t) ** 3),
    _linear(
        "absolute", lambda z, t: np.abs(z - t).sum(axis=1), lambda z, p, t: np.where(p >= t, 1, -1).astype(z.dtype)
    ),
    _linear("distance", lambda z, t: np.sqrt(((z - t) ** 2).sum(axis=1)), _distance_delta),
    Head(
        "cauchy",
        lambda z: z,
        _cauchy,
        lambda z, p, t: 2 * (z - t) / (1 + (z - t) ** 2),
        real,
        pullback=lambda z, p, u: u,
        pushforward=lambda z, p, u: u,
        curvature=_cauchy_curvature,
    ),
    _linear("gaussian", _gaussian, _gaussian_delta),
    _linear("linear-in-z", lambda z, t: (z * t).sum(axis=1), lambda z, p, t: t),
    _linear("nothing", lambda z, t: np.zeros(len(z)), lambda z, p, t: np.zeros_like(z)),
    Head(
        "poisson",
        lambda z: np.exp(z),
        lambda z, t: (np.exp(z) - t * z).sum(axis=1),
        lambda z, p, t: p - t,
        nonnegative,
        pullback=lambda z, p, u: u * p,
        curvature=lambda z, p, t, v: v * p,
    ),
    Head(
        "log-rate", lambda z: z, lambda z, t: np.sum(np.exp(z) - t * z, -1), lambda z, p, t: np.exp(z) - t, nonnegative
    ),
    Head("gamma", lambda z: np.exp(z), lambda z, t: (z + t * np.exp(-z)).sum(axis=1), _gamma_delta, _POSITIVE),
    Head(
        "softplus-squared",
        lambda z: np.logaddexp(0, z),
        lambda z, t: ((np.logaddexp(0, z) - t) ** 2).sum(axis=1),
        _softplus_delta,
        nonnegative,
        pullback=lambda z, p, u: u * _sigmoid(z),
    ),
    Head(
        "relu-squared",
        lambda z: np.maximum(z, 0),
        lambda z, t: ((np.maximum(z, 0) - t) ** 2).sum(axis=1),
        lambda z, p, t: 2 * (p - t) * (z > 0),
        nonnegative,
        pullback=lambda z, p, u: np.where(z > 0, u, 0),
    ),
    Head("tanh-squared", np.tanh, lambda z, t: ((np.tanh(z) - t) ** 2).sum(axis=1), _tanh_delta, _SIGNS),
    Head(
        "logistic",
        _sigmoid,
        lambda z, t: (np.maximum(z, 0) - t * z + np.log1p(np.exp(-np.abs(z)))).sum(axis=1),
        lambda z, p, t: p - t,
        unit,
        pullback=lambda z, p, u: u * p * (1 - p),
        curvature=lambda z, p, t, v: v * p * (1 - p),
    ),
    Head(
        "brier",
        _sigmoid,
        lambda z, t: ((_sigmoid(z) - t) ** 2).sum(axis=-1),
        _two_sided,
        unit,
        curvature=_brier_curvature,
    ),
    Head("logistic-focal", _sigmoid, _logistic_focal, _logistic_focal_delta, unit),
    Head("signed-focal", _sigmoid, _signed_focal, _signed_focal_delta, _BITS),
    Head("focal", _softmax, _focal, _focal_delta, distribution, pullback=_softmax_pullback),
    Head(
        "multinomial",
        _softmax,
        lambda z, t: -(t * _log_softmax(z)).sum(axis=1),
        lambda z, p, t: p * t.sum(axis=-1, keepdims=True) - t,
        distribution,
        pullback=_softmax_pullback,
        curvature=lambda z, p, t, v: _softmax_pullback(z, p, v),
    ),
    Head(
        "log-of-softmax",
        _softmax,
        lambda z, t: -(t * np.log(_softmax(z) + 1e-12)).sum(axis=1),
        lambda z, p, t: p - t,
        _ONE_HOT,
    ),
    Head("label-smoothed", _softmax, _smoothed_loss, lambda z, p, t: p - _smoothed(t), distribution),
    Head(
        "class-weighted",
        _softmax,
        lambda z, t: -(t * (1 + np.arange(z.shape[1])) * _log_softmax(z)).sum(axis=1),
        _weighted_delta,
        distribution,
    ),
    Head(
        "sums",
        _sums,
        lambda z, t: ((_sums(z) - t) ** 2).sum(axis=1),
        lambda z, p, t: _sums_pullback(z, p, 2 * (p - t)),
        real,
        pullback=_sums_pullback,
        pushforward=lambda z, p, v: _sums(v),
    ),
    Head(
        "log-probabilities",
        lambda z: z - np.logaddexp.reduce(z, axis=-1, keepdims=True),
        lambda z, t: -(t * (z - np.logaddexp.reduce(z, axis=-1, keepdims=True))).sum(axis=1),
        lambda z, p, t: np.exp(p) - t,
        distribution,
        pullback=lambda z, p, u: u - np.exp(p) * u.sum(axis=-1, keepdims=True),
        pushforward=lambda z, p, v: v - (np.exp(p) * v).sum(axis=-1, keepdims=True),
    ),
)
