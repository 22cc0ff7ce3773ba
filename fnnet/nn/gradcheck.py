"""A check of gradients: they must be the slope of the loss."""

from typing import overload

import numpy as np

from fnnet.core.arrays import Array, F, Label, Labels, Matrix, Numbers, S, Vector, unmasked
from fnnet.core.random import generator
from fnnet.nn.inference import loss
from fnnet.nn.network import backward, check_input, forward
from fnnet.nn.params import Grads, Params, check_alike
from fnnet.nn.tree import astype, ravel, unravel

_STEP = 1e-5
_DIRECTIONS = 8


@overload
def gradient_error(
    params: Params[F], x: Vector[F], y: Label | Vector[F], *, grads: Grads[F] | None = None, seed: int = 0
) -> float: ...
@overload
def gradient_error(
    params: Params[F], x: Matrix[F], y: Labels | Matrix[F], *, grads: Grads[F] | None = None, seed: int = 0
) -> float: ...
def gradient_error(
    params: Params[F], x: Array[S, F], y: object, *, grads: Grads[F] | None = None, seed: int = 0
) -> float:
    """How far the gradient g is from the slope of the loss, relative to what g·d is for a random direction d.

    Along eight random directions d of length 1, the slope (L(θ + h d) - L(θ - h d)) / 2h is compared with g·d, where
    h = 1e-5 and everything is computed in float64. A correct gradient gives about 1e-8, one scaled by 1.001 about
    1e-3. Choose a point away from the kinks of ReLU: across a kink the slope is not the derivative.

    Args:
        params: the network, with any activation and head of your own.
        x: shape (features,) or (n, features).
        y: a label or row for one sample, labels or rows for a batch.
        grads: the gradient to check; when not given, `backward(params, forward(params, x), y)`, in float64.
        seed: random seed of the directions.

    Returns:
        max |slope - g·d| √size / max(|g|, 0.01): |g·d| is about |g| / √size, and a gradient shorter than 0.01 is
        mostly rounding.

    Raises:
        ValueError: an argument does not match the network.

    >>> from fnnet import init_params
    >>> from fnnet.nn.tree import scale
    >>> params, x = init_params((4, 3, 2), seed=0), np.ones(4, np.float32)
    >>> twice = scale(backward(params, forward(params, x), 1), 2)
    >>> round(gradient_error(params, x, 1), 5), round(gradient_error(params, x, 1, grads=twice), 1)
    (0.0, 1.3)
    """
    check_input(params, x)
    start = astype(params, np.float64)
    x64: Numbers = np.asarray(x, np.float64)
    targets = unmasked("y", y)
    y64 = targets.astype(np.float64) if targets.dtype.kind == "f" else targets
    theta = ravel(start)
    if grads is None:
        g = ravel(backward(start, forward(start, x64), y64))
    else:
        check_alike(params, grads)
        g = ravel(grads).astype(np.float64)

    def slope(d: Vector[np.float64]) -> float:
        ahead, behind = (loss(unravel(start, theta + h * d), x64, y64) for h in (_STEP, -_STEP))
        return (ahead - behind) / (2 * _STEP)

    unit = np.sqrt(g.size) / max(float(np.linalg.norm(g)), 0.01)
    directions = generator(seed, "directions").normal(size=(_DIRECTIONS, g.size))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return float(unit * max(abs(slope(d) - g @ d) for d in directions))
