"""Sharpness-aware minimization: the gradient at a neighbor, where the loss is higher, in place of that at hand."""

from collections.abc import Callable
from math import inf
from typing import Any

import numpy as np

from fnnet.core.arrays import F, Labels, Matrix, Vector
from fnnet.core.checks import check_callable, check_number
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.params import Grads, Params
from fnnet.nn.space import add, norm, scale


def sharpness_aware_gradient(
    radius: float,
    params: Params[F],
    x: Matrix[F],
    y: Labels | Matrix[F],
    weights: Vector[F] | None,
    step: int,
    gradient: Callable[[Params[F], Matrix[F], Any, Vector[F] | None, int], Grads[F]] | None = None,
) -> Grads[F]:
    """The gradient of a batch a little uphill; `partial(sharpness_aware_gradient, 0.1)` goes into `fit`.

    With g(θ) = ∂L/∂θ it is g(θ + ρ g(θ) / |g(θ)|): where the loss is, to first order, the highest within ρ of θ.
    Descent then ends where the loss is low all around, and such networks err less on new samples. A step takes two
    gradients.

    Args:
        radius: ρ, in the units of the parameters.
        params: the network.
        x: shape (n, features).
        y: labels (n,) or rows (n, outputs).
        weights: how much each sample counts, shape (n,), or None for 1 each.
        step: which step it is, counted from 0 over all epochs.
        gradient: g, a function (params, x, y, weights, step), such as `partial(dropout_gradient, 0.2, seed)`; the
            gradient of the mean loss when not given.

    Returns:
        A gradient. Laws: at radius 0, where g is 0, and where ρ / |g| is beyond the dtype, it is g; twice the weights
        of all samples give twice of it.

    Raises:
        ValueError: the radius is negative or not finite, or an argument does not match the network.
        TypeError: the gradient is not a function.

    Foret, Kleiner, Mobahi and Neyshabur, "Sharpness-aware minimization for efficiently improving generalization", 2021.

    >>> import numpy as np
    >>> from fnnet import Dense, identity, identity_squared_error
    >>> params = Params((Dense(np.ones((1, 1)), np.zeros(1)),), identity, identity_squared_error)
    >>> x, y = np.ones((1, 1)), np.zeros((1, 1))
    >>> [sharpness_aware_gradient(radius, params, x, y, None, 0).layers[0].bias.round(2) for radius in (0.0, 0.5)]
    [array([2.]), array([3.41])]
    """
    radius = check_number("radius", radius)
    given = _mean if gradient is None else check_callable("gradient", gradient)
    grads = given(params, x, y, weights, step)
    length = norm(grads)
    factor = radius / length if 0 < length < inf else 0.0
    if not 0 < factor <= float(np.finfo(params.dtype).max):
        return grads
    with np.errstate(over="ignore"):  # a neighbor that is not finite shows in its gradient
        return given(add(params, scale(grads, factor)), x, y, weights, step)


def _mean(params: Params[F], x: Matrix[F], y: Labels | Matrix[F], weights: Vector[F] | None, step: int) -> Grads[F]:
    return mean_gradient(params, x, y, weights)
