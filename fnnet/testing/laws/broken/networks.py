"""Networks, each of which breaks a law; and functions of the library that break those that no network can."""

from typing import Any

import attrs
import numpy as np
from hypothesis import strategies as st

from fnnet.core.arrays import Numbers
from fnnet.data.absorb import absorb
from fnnet.data.scaler import Scaler
from fnnet.io.model import save
from fnnet.nn.activation import Activation
from fnnet.nn.activations import sigmoid, tanh
from fnnet.nn.head import Head
from fnnet.nn.heads import identity_squared_error, logistic_cross_entropy, softmax_cross_entropy
from fnnet.nn.network import backward, sgd_step
from fnnet.nn.params import Dense, Params
from fnnet.nn.tree import average, map_layers, scale
from fnnet.testing.laws.broken import activations, heads
from fnnet.testing.laws.twin import Twin
from fnnet.testing.networks import params

_OF_HEADS = {twin.fault: twin.subject for twin in heads.TWINS}
_OF_ACTIVATIONS = {twin.law: twin.subject for twin in activations.TWINS}


def _of_head(law: str, fault: str, head: Head) -> Twin:
    return Twin("network", law, fault, params(hidden=st.just(tanh), head=st.just(head)))


def _of_hidden(law: str, fault: str, hidden: Activation, head: Head = identity_squared_error) -> Twin:
    return Twin("network", law, fault, params(hidden=st.just(hidden), head=st.just(head)))


def _of_library(law: str, fault: str, name: str, function: Any) -> Twin:
    network = params(hidden=st.just(sigmoid), head=st.just(identity_squared_error))
    return Twin("network", law, fault, network, (f"fnnet.testing.laws.{name}", function))


def _noisy(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray(p - t + 1e-3 * np.random.normal(size=p.shape), z.dtype)


def _halved(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray((p - t) / 2 if z.ndim == 1 else p - t)


def _over_rows(z: Numbers, p: Numbers, t: Numbers, /) -> Numbers:
    return np.asarray((p - t) / (len(z) if z.ndim == 2 else 1))


def _even(z: Numbers) -> Numbers:
    return np.asarray(np.arange(z.shape[-1]) % 2 == 0)


def _of_two_kinds(z: Numbers, /) -> Numbers:
    return np.asarray(np.where(_even(z), np.tanh(z), z))


def _of_two_kinds_pullback(z: Numbers, a: Numbers, g: Numbers, /) -> Numbers:
    return np.asarray(np.where(_even(z), g * (1 - a * a), g))


def _nearly(params: Any, cache: Any, y: Any, weights: Any = None) -> Any:
    return backward(params, cache, y) if weights is None else scale(backward(params, cache, y, weights), 1 + 1e-15)


def _saved_short(params: Any, path: Any) -> None:
    save(map_layers(lambda a: np.asarray(np.round(a, 1)), params), path)


TWINS = (
    _of_head("pure", "adds noise to delta", attrs.evolve(logistic_cross_entropy, name="twin", delta=_noisy)),
    _of_hidden("shape", "gives float64 for many float32 numbers", _OF_ACTIVATIONS["shape"]),
    _of_head(
        "one sample",
        "halves delta of a single sample",
        attrs.evolve(logistic_cross_entropy, name="twin", delta=_halved),
    ),
    _of_head(
        "batch", "divides delta by the batch size", attrs.evolve(logistic_cross_entropy, name="twin", delta=_over_rows)
    ),
    Twin(
        "network",
        "finite",
        "takes the logarithm of 0 where it is sure",
        Params((Dense(np.array([[20.0]]), np.zeros(1)),), tanh, _OF_HEADS["takes the logarithm of 0 where it is sure"]),
    ),
    _of_hidden("derivative", "has a pullback 0.1 % too steep", _OF_ACTIVATIONS["derivative"]),
    _of_head(
        "adjoint",
        "does not say that its Jacobian is not symmetric",
        _OF_HEADS["does not say that its Jacobian is not symmetric"],
    ),
    _of_head(
        "tangent",
        "takes the Jacobian of softmax for diagonal",
        attrs.evolve(softmax_cross_entropy, name="twin", pullback=lambda z, p, u: u * p * (1 - p)),
    ),
    _of_hidden("Hessian", "has the sign of the second derivative wrong", _OF_ACTIVATIONS["second"]),
    _of_library("weights", "rounds otherwise where there are weights", "network_algebra.backward", _nearly),
    _of_library(
        "shards",
        "forgets the sizes of shards",
        "network_algebra.average",
        lambda records, weights: average(records),
    ),
    _of_hidden(
        "symmetry",
        "has units of two kinds in a layer",
        Activation("twin", _of_two_kinds, _of_two_kinds_pullback),
    ),
    _of_library(
        "identity",
        "moves at rate 0",
        "network_algebra.sgd_step",
        lambda params, grads, lr: sgd_step(params, grads, lr + 1e-3),
    ),
    _of_library("round trip", "saves one digit", "network_algebra.save", _saved_short),
    _of_library(
        "absorption",
        "absorbs another mean",
        "network_algebra.absorb",
        lambda scaler, params: absorb(Scaler(scaler.mean * 1.001, scaler.scale), params),
    ),
    _of_hidden("float32", "is coarse in float32", _OF_ACTIVATIONS["float32"]),
)
