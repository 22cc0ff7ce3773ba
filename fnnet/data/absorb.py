"""Networks that standardize by themselves: a scaler folded into the first layer, or into the last."""

import attrs
import numpy as np

from fnnet.core.arrays import F, Matrix, Vector
from fnnet.core.messages import invalid, wrong_type
from fnnet.data.scaler import Scaler
from fnnet.nn.activations import identity
from fnnet.nn.params import Dense, Params
from fnnet.nn.tree import is_finite


def absorb(scaler: Scaler, params: Params[F]) -> Params[F]:
    """The network that takes raw inputs: x ↦ (x - μ) / σ becomes a part of its first layer.

    (x - μ) / σ W + b = x (W / σ) + (b - (μ / σ) W), so that a saved network needs nothing beside it.

    Args:
        scaler: of as many features as the network.
        params: a network for scaled inputs.

    Returns:
        A network of the same sizes. Law: `apply(absorb(scaler, params), x)` is `apply(params, scaler(x))`, to the
        rounding of numbers of the size of x / σ. Where these are large in float32, keep the scaler.

    Raises:
        ValueError: the features differ in number, or a weight would be infinite.
        TypeError: an argument is of another type.

    >>> from fnnet import apply, identity, identity_squared_error
    >>> params = Params((Dense(np.array([[3.0]]), np.array([1.0])),), identity, identity_squared_error)
    >>> scaler = Scaler(mean=np.array([10.0]), scale=np.array([2.0]))
    >>> apply(absorb(scaler, params), np.array([14.0])), apply(params, scaler(np.array([14.0])))
    (array([7.]), array([7.]))
    """
    _check_types(scaler, params)
    _check_width("features", len(scaler.mean), params.sizes[0])
    first, *others = params.layers
    with np.errstate(over="ignore", invalid="ignore"):  # `_with_layers` refuses what is infinite then, or NaN
        bias = first.bias - (scaler.mean / scaler.scale) @ first.weights.astype(np.float64)
        layer = _rounded(params, first.weights / scaler.scale[:, np.newaxis], bias)
    return _with_layers(params, (layer, *others))


def absorb_targets(scaler: Scaler, params: Params[F]) -> Params[F]:
    """The regression that answers in raw units: z ↦ z σ + μ becomes a part of its last layer.

    (a W + b) σ + μ = a (W σ) + (b σ + μ).

    Args:
        scaler: of as many columns as the network has outputs.
        params: a network whose output is its last z, such as one with `identity_squared_error`.

    Returns:
        A network of the same sizes. Law: `apply(absorb_targets(scaler, params), x)` is
        `scaler.inverse(apply(params, x))`, to rounding.

    Raises:
        ValueError: the outputs differ in number, are not the last z, or a weight would be infinite.
        TypeError: an argument is of another type.

    >>> from fnnet import apply, identity, identity_squared_error
    >>> params = Params((Dense(np.array([[3.0]]), np.array([1.0])),), identity, identity_squared_error)
    >>> scaler = Scaler(mean=np.array([200.0]), scale=np.array([100.0]))
    >>> apply(absorb_targets(scaler, params), np.array([0.5])), scaler.inverse(apply(params, np.array([0.5])))
    (array([450.]), array([450.]))
    """
    _check_types(scaler, params)
    _check_width("outputs", len(scaler.mean), params.sizes[-1])
    if params.head.apply is not identity.apply:
        raise invalid("head", "one whose output is z, as that of identity_squared_error", params.head.name)
    *others, last = params.layers
    with np.errstate(over="ignore", invalid="ignore"):
        layer = _rounded(params, last.weights * scaler.scale, last.bias * scaler.scale + scaler.mean)
    return _with_layers(params, (*others, layer))


def _check_types(scaler: object, params: object) -> None:
    if not isinstance(scaler, Scaler):
        raise wrong_type("scaler", "Scaler", scaler, {"Params": "absorb(scaler, params)"})
    if not isinstance(params, Params):
        raise wrong_type("params", "Params", params, {"Dataset": "scaler(data.x)", "TrainState": "state.eval_params"})


def _check_width(kind: str, got: int, expected: int) -> None:
    if got != expected:
        raise invalid("scaler", f"one for {expected} {kind}, as the network has", f"one for {got}")


def _rounded(params: Params[F], weights: Matrix[np.float64], bias: Vector[np.float64]) -> Dense[F]:
    return Dense.from_owned(weights.astype(params.dtype), bias.astype(params.dtype))


def _with_layers(params: Params[F], layers: tuple[Dense[F], ...]) -> Params[F]:
    absorbed = attrs.evolve(params, layers=layers)
    if is_finite(params) and not is_finite(absorbed):
        cure = "the scaler beside the network"
        raise invalid("scaler", f"numbers that {params.dtype} weights can absorb", "infinite ones", cure)
    return absorbed
