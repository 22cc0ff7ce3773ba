"""Derivatives of the loss in one call: with respect to the parameters, with the loss, and with respect to the input."""

from typing import overload

import numpy as np

from fnnet.core.arrays import Array, F, Label, Labels, Matrix, Numbers, S, Vector
from fnnet.nn.cache import Cache
from fnnet.nn.class_heads import sure_delta
from fnnet.nn.inference import loss_sum
from fnnet.nn.network import (
    backward,
    check_input,
    forward,
    input_cotangent,
    mean_delta,
    pull_back,
    run_forward,
)
from fnnet.nn.params import Grads, Params
from fnnet.nn.targets import as_targets
from fnnet.nn.weights import Weights, factors, sample_count


def mean_gradient(params: Params[F], x: Matrix[F], y: Labels | Matrix[F], weights: Weights | None = None) -> Grads[F]:
    """The gradient of the mean loss of a batch, without a copy of x.

    Args:
        params: the network.
        x: shape (n, features).
        y: labels (n,) or rows (n, outputs).
        weights: how much each sample counts, shape (n,); all 1 when not given.

    Returns:
        Law: it is `backward(params, forward(params, x), y, weights)`, to the bit.

    Raises:
        ValueError: x, y or the weights do not match the network.

    >>> import numpy as np
    >>> from fnnet import init_params
    >>> mean_gradient(init_params((4, 2), seed=0), np.ones((3, 4), np.float32), np.array([0, 1, 1]))
    Grads(4-2, float32)
    """
    return backward(params, run_forward(params, check_input(params, x).view()), y, weights)


@overload
def value_and_gradient(
    params: Params[F], x: Matrix[F], y: Labels | Matrix[F], weights: Weights | None = None
) -> tuple[float, Grads[F]]: ...
@overload
def value_and_gradient(
    params: Params[F], x: Vector[F], y: Label | Vector[F], weights: float | None = None
) -> tuple[float, Grads[F]]: ...
def value_and_gradient(params: Params[F], x: Array[S, F], y: object, weights: object = None) -> tuple[float, Grads[F]]:
    """The mean loss and its gradient, of one forward pass: what an optimizer of SciPy asks for at each step.

    Args:
        params: the network.
        x: shape (features,) or (n, features); it is not copied.
        y: a label or row (outputs,) for one sample, labels (n,) or rows (n, outputs) for a batch.
        weights: how much each sample counts, shape (n,), or a number for one sample; all 1 when not given.

    Returns:
        The loss, computed in float64 from the logits, and the gradient. Laws: the gradient is
        `backward(params, forward(params, x), y, weights)` to the bit; the loss is `loss(params, x, y, weights)` to
        rounding, since `loss` takes large data in blocks, and one sample as a batch.

    Raises:
        ValueError: x, y or the weights do not match the network.

    >>> import numpy as np
    >>> from fnnet import init_params
    >>> value, grads = value_and_gradient(init_params((4, 2), seed=0), np.zeros(4, np.float32), 1)
    >>> round(value, 4), grads.layers[0].bias  # log 2: both classes are equally likely
    (0.6931, array([ 0.5, -0.5], dtype=float32))
    """
    cache = run_forward(params, check_input(params, x).view())
    grads, _ = pull_back(params, cache, mean_delta(params, cache, y, weights))
    logits = cache.pre_activations[-1]
    samples = logits.shape[:-1]
    return loss_sum(params.head, logits, y, factors(weights, samples, logits.dtype)) / sample_count(samples), grads


@overload
def input_gradient(params: Params[F], x: Matrix[F], y: Labels | Matrix[F]) -> Matrix[F]: ...
@overload
def input_gradient(params: Params[F], x: Vector[F], y: Label | Vector[F]) -> Vector[F]: ...
def input_gradient(params: Params[F], x: Array[S, F], y: object) -> Array[S, F]:
    """The derivative of each sample's loss with respect to the sample: ∂L/∂x = δ_1 W_1ᵀ.

    It is the backward pass taken one layer further. With a cross-entropy head the loss is -log p of the class y, so
    that `-input_gradient(params, x, y)` tells which changes of x would raise the probability of y. For the predicted
    class it is the saliency map of x (Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks", 2013).

    Args:
        params: the network.
        x: shape (features,) or (n, features).
        y: a label or row (outputs,) for one sample, labels (n,) or rows (n, outputs) for a batch.

    Returns:
        A new array of the shape of x: each row is the derivative of its own sample's loss, not of the mean.

    Raises:
        ValueError: x or y does not match the network.

    Laws: it is the derivative, by central differences; a batch's rows are those of its samples alone.

    >>> import numpy as np
    >>> from fnnet import Dense, identity, softmax_cross_entropy
    >>> params = Params((Dense(np.eye(2), np.zeros(2)),), identity, softmax_cross_entropy)
    >>> input_gradient(params, np.zeros(2), 0)
    array([-0.5,  0.5])
    """
    cache = forward(params, x)
    return input_cotangent(params, cache, precise_delta(params, cache, y).astype(params.dtype))


def precise_delta(params: Params[F], cache: Cache[S, F], y: object) -> Array[S, np.float64]:
    """`output_delta` in float64, by `sure_delta`: where a target is 1, no number of it is only a rounding error."""
    z, t = cache.pre_activations[-1], as_targets(params.head, y, cache.output)
    delta: Numbers = sure_delta(params.head, z.astype(np.float64), t.astype(np.float64))
    return delta
