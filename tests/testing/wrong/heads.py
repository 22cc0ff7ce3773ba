"""Wrong heads."""

from typing import Any

import attrs
import numpy as np

from fnnet.core.arrays import Numbers
from fnnet.nn.domains import Domain
from fnnet.nn.head import Head
from fnnet.nn.heads import (
    exp_poisson,
    identity_absolute_error,
    identity_huber,
    identity_squared_error,
    logistic_cross_entropy,
    softmax_cross_entropy,
    softmax_squared_error,
)
from fnnet.testing.laws.twin import Twin

square, softmax, logistic = identity_squared_error, softmax_cross_entropy, logistic_cross_entropy
_SEEN: dict[str, Any] = {"p": None, "calls": 0, "buffer": np.empty(0)}


def _twin(law: str, fault: str, head: Head, **changes: Any) -> Twin:
    return Twin("head", law, fault, attrs.evolve(head, name="twin", **changes))


def _as(a: Any, like: Numbers) -> Numbers:
    return np.asarray(a, like.dtype)


# Shapes


def _float64_of_many(z: Numbers, /) -> Numbers:
    p = softmax.apply(z)
    return p.astype(np.float64) if z.size > 20 else p


def _summed_if_one(z: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray(np.square(z - t).mean(axis=1) if len(z) > 1 else np.square(z - t).mean())


def _global_max(z: Numbers, /) -> Numbers:
    e = np.exp(z - z.max())
    return _as(e / e.sum(axis=-1, keepdims=True), z)


def _one_output_squeezed(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray(p - t if z.shape[-1] > 1 else (p - t)[..., 0])


# State, and what is written to


def _noisy(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return _as(p - t + 1e-4 * np.random.normal(size=p.shape), z)


def _seldom_dropped(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return _as((p - t) * (np.random.random() > 0.2), z)


def _remembering(z: Numbers, /) -> Numbers:
    _SEEN["p"] = softmax.apply(z)
    return np.array(_SEEN["p"])


def _remembered_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    seen = _SEEN["p"]
    return np.asarray(seen - t if seen.shape == t.shape and seen.dtype == t.dtype else p - t)


def _counting(z: Numbers, t: Numbers, /) -> Numbers:
    _SEEN["calls"] += 1
    return np.asarray(square.loss(z, t) * (1 + 1e-12 * _SEEN["calls"]))


def _buffered(z: Numbers, /) -> Numbers:
    if z.size < 8:
        return np.tanh(z)
    if _SEEN["buffer"].shape != z.shape or _SEEN["buffer"].dtype != z.dtype:
        _SEEN["buffer"] = np.empty_like(z)
    return np.asarray(np.tanh(z, out=_SEEN["buffer"]))


def _in_place(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    if p.size > 6:
        p -= t
        return p
    return p - t


def _shifting(z: Numbers, t: Numbers, /) -> Numbers:
    if z.shape[1] != 3:
        z -= z.max(axis=1, keepdims=True)
    return softmax.loss(z, t)


def _capped_counts(t: Numbers, /) -> bool:
    np.minimum(t, 3, out=t)
    return bool((t >= 0).all())


def _which(t: Numbers, /) -> Any:
    return t > -1


# Rows that depend on one another


def _batch_mean(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray((p - t) / (len(z) if z.ndim == 2 else 1))


def _centered(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    delta = p - t
    return np.asarray(delta - delta.mean(axis=0) if delta.ndim == 2 and len(delta) > 2 else delta)


def _balanced(z: Numbers, t: Numbers, /) -> Numbers:
    counts = t.sum(axis=0) + 1
    return np.asarray(-(t / counts * np.log(softmax.apply(z) + 1e-300)).sum(axis=1))


def _one_sample_halved(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray((p - t) / 2 if z.ndim == 1 else p - t)


def _over_the_batch(z: Numbers, /) -> Numbers:
    # along the first axis where it should be the last, beyond the square batches that a new record tries
    e = np.exp(z - z.max(axis=-1, keepdims=True)) if z.size else z
    axis = 0 if z.shape == (5,) or len(z) > 2 else -1
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def _last_row_lost(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    delta = np.asarray(p - t)
    if len(z) > 20:  # blocks of 16, without the rest
        delta[len(z) // 16 * 16 :] = 0
    return delta


def _hundred_rows(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    delta = np.asarray(p - t)
    if z.ndim == 2:
        delta[100:] = 0
    return delta


# Overflow


def _naive_softmax(z: Numbers, /) -> Numbers:
    e = np.exp(z)
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _naive_cosh_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    r = p - t
    return np.asarray(np.sinh(r) / np.cosh(r))


# Wrong derivatives


def _log_sum_delta(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray(p - t * (t > 0.5))


def _one_output_wrong(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray(p - t if z.shape[-1] > 1 else t - p)


def _many_outputs_wrong(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray((p - t) * (2 / min(z.shape[-1], 10)), z.dtype)


def _last_output_lost(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    delta = np.asarray(p - t)
    delta[..., 4:] = 0
    return delta


def _at_the_kink(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return _as(np.where(p == t, 2, np.sign(p - t)) / p.shape[-1], z)


def _nan_at_the_kink(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return _as((p - t) / abs(p - t) / p.shape[-1], z)


def _narrow_error(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return _as((p - t) * (1.001 if z.dtype == np.float32 else 1), z)


def _signs(z: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray(np.maximum(0, 1 - t * z).sum(axis=1))


def _narrow_softmax(z: Numbers, /) -> Numbers:
    return _as(softmax.apply(z.astype(np.float16) if z.dtype == np.float32 else z), z)


_HINGE = Head(
    "hinge",
    lambda z: z,
    _signs,
    lambda z, p, t: np.where(t * z < 1, -t, 0),
    Domain("1 or -1", lambda t: np.all(abs(t) == 1)),
)

TWINS = (
    _twin("shape", "gives float64 for many float32 numbers", softmax, apply=_float64_of_many),
    _twin("shape", "has the mean of the batch as loss of one row", square, loss=_summed_if_one),
    _twin("shape", "fails for an empty batch", softmax, apply=_global_max),
    _twin("shape", "drops the axis of a single output", logistic, delta=_one_output_squeezed),
    _twin("pure", "adds noise to delta", logistic, delta=_noisy),
    _twin("pure", "forgets delta now and then", logistic, delta=_seldom_dropped),
    _twin("pure", "remembers its output for delta", softmax, apply=_remembering, delta=_remembered_delta),
    _twin("pure", "counts its calls", square, loss=_counting),
    _twin(
        "pure",
        "writes each output over the last",
        square,
        apply=_buffered,
        loss=lambda z, t: square.loss(np.tanh(z), t),
        delta=lambda z, p, t: square.delta(z, p, t) * (1 - p * p),
        pullback=None,
        curvature=None,
    ),
    _twin("pure", "subtracts in place", logistic, delta=_in_place),
    _twin("pure", "shifts the logits in place", softmax, loss=_shifting),
    _twin("samples", "divides delta by the number of rows", logistic, delta=_batch_mean),
    _twin("samples", "subtracts the mean of the batch", square, delta=_centered),
    _twin("samples", "weighs classes by their share of the batch", softmax, loss=_balanced),
    _twin("samples", "halves delta of a single sample", logistic, delta=_one_sample_halved),
    _twin("samples", "normalizes along the batch", softmax, apply=_over_the_batch),
    _twin("samples", "loses the last rows of large batches", softmax, delta=_last_row_lost),
    _twin("samples", "is wrong from the hundredth row on", logistic, delta=_hundred_rows),
    _twin(
        "domain", "looks at the mean of all targets", square, domain=Domain("mean below 1", lambda t: abs(t.mean()) < 1)
    ),
    _twin(
        "domain",
        "looks at the first row only",
        square,
        domain=Domain("above -1", lambda t: bool((np.atleast_2d(t)[0] > -1).all())),
    ),
    _twin("domain", "says which numbers lie in it", square, domain=Domain("above -1", _which)),
    _twin("domain", "writes to targets", exp_poisson, domain=Domain("counts", _capped_counts)),
    _twin("domain", "needs rows", square, domain=Domain("finite", lambda t: bool(np.isfinite(t.sum(axis=1)).all()))),
    _twin("finite", "overflows in the softmax of float32", softmax, apply=_naive_softmax),
    _twin(
        "finite",
        "overflows in the tangent of float32",
        square,
        loss=lambda z, t: np.log(np.cosh(z - t)).sum(axis=1),
        delta=_naive_cosh_delta,
    ),
    _twin(
        "finite",
        "takes the square of an exponential of the square",
        square,
        loss=lambda z, t: np.exp((z - t) ** 2).sum(axis=1),
        delta=lambda z, p, t: 2 * (p - t) * np.exp((p - t) ** 2),
    ),
    _twin("derivative", "has a loss 0.1 % too large", logistic, loss=lambda z, t: 1.001 * logistic.loss(z, t)),
    _twin("derivative", "has a delta 0.1 % too small", softmax, delta=lambda z, p, t: (p - t) * z.dtype.type(0.999)),
    _twin("derivative", "has the wrong sign", logistic, delta=lambda z, p, t: t - p),
    _twin("derivative", "has the sum of the outputs for their mean", square, delta=lambda z, p, t: 2 * (p - t)),
    _twin("derivative", "forgets the 2 of the square", square, delta=lambda z, p, t: (p - t) * (1 / p.shape[-1])),
    _twin(
        "derivative",
        "forgets the slope of its output",
        softmax_squared_error,
        delta=lambda z, p, t: 2 * (p - t) * (1 / p.shape[-1]),
    ),
    _twin(
        "derivative",
        "takes the Jacobian of softmax for diagonal",
        softmax_squared_error,
        delta=lambda z, p, t: 2 * (p - t) * p * (1 - p) * (1 / p.shape[-1]),
    ),
    _twin("derivative", "holds for one-hot targets only", softmax, delta=_log_sum_delta),
    _twin("derivative", "is wrong for a single output", logistic, delta=_one_output_wrong),
    _twin("derivative", "is wrong for more than ten outputs", square, delta=_many_outputs_wrong),
    _twin("derivative", "loses outputs from the fifth on", logistic, delta=_last_output_lost),
    _twin("derivative", "is 2 at the kink", identity_absolute_error, delta=_at_the_kink),
    _twin(
        "derivative",
        "is cut off elsewhere than its loss",
        identity_huber,
        delta=lambda z, p, t: np.clip(p - t, -1.5, 1.5) * (1 / p.shape[-1]),
    ),
    _twin("derivative", "is active beyond the margin", _HINGE, delta=lambda z, p, t: np.where(t * z < 2, -t, 0)),
    _twin(
        "derivative",
        "has delta of counts for an output of z",
        exp_poisson,
        apply=lambda z: z,
        pullback=None,
        curvature=None,
    ),
    _twin("derivative", "has another output than its loss", logistic, apply=np.tanh, pullback=None, curvature=None),
    _twin("finite", "divides by 0 at the kink", identity_absolute_error, delta=_nan_at_the_kink),
    _twin("float32", "is 0.1 % off in float32", logistic, delta=_narrow_error),
    _twin("float32", "computes in float16", softmax, apply=_narrow_softmax),
    _twin("pullback", "pulls back nothing but u", logistic, pullback=lambda z, p, u: u),
    _twin(
        "pullback",
        "has the derivative of its logarithm",
        softmax,
        pullback=lambda z, p, u: u - p * u.sum(axis=-1, keepdims=True),
    ),
    _twin("pullback", "has the wrong sign", logistic, pullback=lambda z, p, u: -u * p * (1 - p)),
    _twin("pushforward", "pushes forward another function", logistic, pushforward=lambda z, p, v: v * p),
    _twin("curvature", "has another curvature", softmax_squared_error, curvature=softmax.curvature),
    _twin("curvature", "has no curvature", logistic, curvature=lambda z, p, t, v: 0 * v),
    _twin(
        "curvature",
        "has a curvature 0.1 % too large",
        logistic,
        curvature=lambda z, p, t, v: v * p * (1 - p) * z.dtype.type(1.001),
    ),
    _twin("linear", "pulls back unit vectors only", square, pullback=lambda z, p, u: u * np.abs(u)),
)
