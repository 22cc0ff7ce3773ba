"""Adversarial training: each sample is moved a little, against the network, before the network learns from it."""

from collections.abc import Callable
from typing import Any, overload

import numpy as np

from fnnet.core.arrays import Array, F, Label, Labels, Matrix, Numbers, S, Vector
from fnnet.core.checks import check_number
from fnnet.core.functions import check_callable
from fnnet.nn.calculus import mean_gradient, precise_delta
from fnnet.nn.network import check_input, input_cotangent, run_forward
from fnnet.nn.params import Grads, Params
from fnnet.nn.weights import Weights


@overload
def adversarial_inputs(params: Params[F], x: Matrix[F], y: Labels | Matrix[F], distance: float) -> Matrix[F]: ...
@overload
def adversarial_inputs(params: Params[F], x: Vector[F], y: Label | Vector[F], distance: float) -> Vector[F]: ...
def adversarial_inputs(params: Params[F], x: Array[S, F], y: object, distance: float) -> Array[S, F]:
    """Samples moved in the direction in which their loss rises fastest: x + ε g / |g|, where g = ∂L/∂x.

    To first order, no other change of that length raises the loss as much. L is the loss without dropout, and g is
    precise where the network is sure, as that of `input_gradient`.

    Args:
        params: the network.
        x: shape (features,) or (n, features).
        y: a label or row (outputs,) for one sample, labels (n,) or rows (n, outputs) for a batch.
        distance: ε, the Euclidean length of each sample's change, in the units of x. An image of MNIST, with pixels
            from 0 to 1, has a norm of about 9.

    Returns:
        A new array of the shape of x. Nothing keeps it in the range of x: a pixel may become negative. Laws: each
        sample moves by `distance`, to rounding, or not at all where g is 0 or overflows; where it goes does not depend
        on the other samples, to rounding, unless g itself is no more than that.

    Raises:
        ValueError: the distance is negative, or too large for the dtype, or x or y does not match the network.
        TypeError: `params` is not a network.

    Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples", 2015, move by the sign of g;
    Miyato, Dai and Goodfellow, "Adversarial training methods for semi-supervised text classification", 2017, by
    g / |g|.

    >>> from fnnet import Dense, identity, softmax_cross_entropy
    >>> params = Params((Dense(np.eye(2), np.zeros(2)),), identity, softmax_cross_entropy)
    >>> adversarial_inputs(params, np.zeros(2), 0, distance=5).round(2)
    array([-3.54,  3.54])
    """
    x = check_input(params, x)
    distance = check_number("distance", distance, below=float(np.finfo(x.dtype).max))
    with np.errstate(over="ignore", invalid="ignore"):  # a derivative that is not finite has no direction
        cache = run_forward(params, x.view())
        delta: Numbers = _unit(precise_delta(params, cache, y)).astype(x.dtype)
        direction: Array[S, F] = _unit(input_cotangent(params, cache, delta))
    direction *= distance
    direction += x
    return direction


def _unit(g: Array[S, F]) -> Array[S, F]:
    """Each sample's g divided by its length, or zeros where that is 0 or not finite."""
    largest = np.abs(g).max(axis=-1, keepdims=True, initial=0)
    # scaled first: the squares of tiny numbers are 0, those of huge ones infinite
    scaled: Numbers = np.divide(g, largest, out=np.zeros_like(g), where=(largest > 0) & np.isfinite(largest))
    lengths: Numbers = np.linalg.norm(scaled, axis=-1, keepdims=True)  # from 1 to √n, or 0
    scaled /= np.where(lengths > 0, lengths, 1)
    return scaled


def adversarial_gradient(
    distance: float,
    params: Params[F],
    x: Matrix[F],
    y: Labels | Matrix[F],
    weights: Weights | None,
    step: int,
    gradient: Callable[[Params[F], Matrix[F], Any, Any, int], Grads[F]] | None = None,
) -> Grads[F]:
    """The gradient of a batch moved against the network; `partial(adversarial_gradient, 0.5)` goes into `fit`.

    (The distance goes first, and without its name, since `fit` gives the others by position.)

    A network that learns from such samples cannot rely on details that a small change undoes; a large one that would
    learn its samples by heart then makes fewer mistakes on new ones. Each step costs an extra forward and an extra
    backward pass.

    Args:
        distance: how far each sample is moved, as in `adversarial_inputs`.
        params: the network.
        x: shape (n, features).
        y: labels (n,) or rows (n, outputs).
        weights: how much each sample counts, shape (n,), or None for 1 each. It does not change where it
            is moved.
        step: which step it is, counted from 0 over all epochs.
        gradient: the gradient that is taken of the moved batch, a function (params, x, y, weights, step) such as
            `partial(dropout_gradient, 0.2, seed)`; that of the mean loss when not given.

    Returns:
        The gradient at the samples that were moved. Law: it is
        `gradient(params, adversarial_inputs(params, x, y, distance), y, weights, step)`, to the bit.

    Raises:
        ValueError: the distance is negative, or too large for the dtype, or an argument does not match the network.
        TypeError: `gradient` is not a function.

    >>> from fnnet import init_params
    >>> params, x, y = init_params((4, 3, 2), seed=0), np.ones((2, 4), np.float32), np.array([0, 1])
    >>> adversarial_gradient(0.0, params, x, y, None, 0) == mean_gradient(params, x, y)
    True
    """
    moved = adversarial_inputs(params, x, y, distance)
    if gradient is None:
        return mean_gradient(params, moved, y, weights)
    return check_callable("gradient", gradient)(params, moved, y, weights, step)
