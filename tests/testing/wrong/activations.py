"""Wrong activations."""

import numpy as np

from fnnet.core.arrays import Numbers
from fnnet.nn.activation import Activation, Elementwise, Pullback
from fnnet.testing.laws.twin import Twin

_CALLS = [0]
_BUFFERS: dict[object, Numbers] = {}


def _twin(law: str, fault: str, apply: Elementwise, pullback: Pullback) -> Twin:
    return Twin("activation", law, fault, Activation("twin", apply, pullback))


def _tanh_pullback(z: Numbers, a: Numbers, g: Numbers, /) -> Numbers:
    slope: Numbers = g * (1 - a * a)
    return slope


def _flat(z: Numbers, /) -> Numbers:
    # for many numbers, one row
    return np.tanh(z).ravel() if z.size > 6 else np.tanh(z)


def _scaling(z: Numbers, a: Numbers, g: Numbers, /) -> Numbers:
    # in place, where it is not seen on the few numbers of a new record
    if z.size > 6:
        g *= 1 - a * a
        return g
    return _tanh_pullback(z, a, g)


def _counting(z: Numbers, /) -> Numbers:
    _CALLS[0] += 1
    return np.tanh(z) * (1 + 1e-3 * (_CALLS[0] % 2))


def _noisy(z: Numbers, /) -> Numbers:
    noise = np.random.normal(size=z.shape)
    return np.asarray(np.tanh(z) + 1e-3 * noise, z.dtype)


def _standardized(z: Numbers, /) -> Numbers:
    return np.asarray((z - z.mean()) / (z.std() + 1) if z.size else z.copy(), z.dtype)


def _of_the_row(z: Numbers, /) -> Numbers:
    return np.asarray(z * (z == z.max(axis=-1, keepdims=True, initial=-1e9)), z.dtype)


def _kinked(z: Numbers, a: Numbers, g: Numbers, /) -> Numbers:
    with np.errstate(all="ignore"):
        slope = np.where(z > 0, 1, np.where(z < 0, 0, -1)).astype(z.dtype)
    return np.asarray(g * slope)


def _undefined_at_zero(z: Numbers, a: Numbers, g: Numbers, /) -> Numbers:
    slope: Numbers = g * (z / abs(z))
    return slope


def _narrow_slope(z: Numbers, a: Numbers, g: Numbers, /) -> Numbers:
    factor = z.dtype.type(1.001 if z.dtype == np.float32 else 1)
    slope: Numbers = factor * _tanh_pullback(z, a, g)
    return slope


def _clipping(z: Numbers, a: Numbers, g: Numbers, /) -> Numbers:
    return np.asarray(np.clip(_tanh_pullback(z, a, g), -1, 1))


def _hard_six_pullback(z: Numbers, a: Numbers, g: Numbers, /) -> Numbers:
    # of min(max(z, 0), 6), without the upper end
    slope: Numbers = g * (z > 0)
    return slope


def _in_memory_order(z: Numbers, /) -> Numbers:
    a: Numbers = np.tanh(np.frombuffer(z.tobytes("A"), z.dtype)).reshape(z.shape)
    return a


def _into_one_buffer(z: Numbers, /) -> Numbers:
    out: Numbers = np.tanh(z, out=_BUFFERS.setdefault((z.shape, z.dtype), np.empty_like(z)))
    return out


TWINS = (
    _twin("shape", "flattens many numbers", _flat, _tanh_pullback),
    _twin("pure", "writes its result into the gradient", np.tanh, _scaling),
    _twin("pure", "differs from call to call", _counting, _tanh_pullback),
    _twin("pure", "has noise of the global generator", _noisy, _tanh_pullback),
    _twin("own memory", "returns a view of z", lambda z: z[...], lambda z, a, g: +g),
    _twin("own memory", "writes all results into one buffer", _into_one_buffer, _tanh_pullback),
    _twin("local", "takes numbers as they lie in memory", _in_memory_order, _tanh_pullback),
    _twin("local", "subtracts the mean of a batch", _standardized, lambda z, a, g: +g),
    _twin("local", "keeps the largest of each row", _of_the_row, lambda z, a, g: g * (a != 0)),
    _twin(
        "finite",
        "has a derivative that overflows",
        np.tanh,
        lambda z, a, g: g * 4 / (np.exp(z) + np.exp(-z)) ** 2 * np.exp(z) * np.exp(-z),
    ),
    _twin("derivative", "has the sign of the pullback wrong", np.tanh, lambda z, a, g: -_tanh_pullback(z, a, g)),
    _twin("derivative", "has a slope of -1 at the kink", lambda z: np.maximum(z, 0), _kinked),
    _twin("finite", "divides by 0 at the kink", np.abs, _undefined_at_zero),
    _twin("derivative", "forgets the upper kink", lambda z: np.clip(z, 0, 6), _hard_six_pullback),
    _twin("derivative", "forgets the factor of the slope", lambda z: np.tanh(2 * z), _tanh_pullback),
    _twin("derivative", "takes a for z", np.sin, lambda z, a, g: g * np.cos(a)),
    _twin("linear", "clips the gradient", np.tanh, _clipping),
    _twin("float32", "has a pullback 0.1 % too steep in float32", np.tanh, _narrow_slope),
    Twin(
        "activation",
        "second",
        "has the first derivative for the second",
        Activation("twin", np.tanh, _tanh_pullback, lambda z, a: 1 - a * a),
    ),
)
