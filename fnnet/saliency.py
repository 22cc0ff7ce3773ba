"""What a network looks at: the derivative of its loss with respect to its input."""

from typing import overload

from fnnet.arrays import Array, F, Label, Labels, Matrix, S, Vector
from fnnet.network import delta_before, forward
from fnnet.records import Params
from fnnet.targets import as_targets


@overload
def input_gradient(params: Params[F], x: Matrix[F], y: Labels | Matrix[F]) -> Matrix[F]: ...
@overload
def input_gradient(params: Params[F], x: Vector[F], y: Label | Vector[F]) -> Vector[F]: ...
def input_gradient(params: Params[F], x: Array[S, F], y: object) -> Array[S, F]:
    """The derivative of each sample's loss with respect to the sample: ∂L/∂x = δ_1 W_1ᵀ.

    It is the backward pass taken one layer further. With a cross-entropy head L is -log p of the class y, so that
    `-input_gradient(params, x, y)` tells which changes of x would make the network surer of y; for the class that it
    says this is its saliency map (Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks", 2013).

    Args:
        params: the network.
        x: shape (features,) or (n, features).
        y: a label or row (outputs,) for one sample, labels (n,) or rows (n, outputs) for a batch.

    Returns:
        A new array of the shape of x: each row is the derivative of its own sample's loss, not of the mean.

    Raises:
        ValueError: x or y does not fit the network.

    Laws: it is the derivative, by central differences; a batch's rows are those of its samples alone.

    >>> import numpy as np
    >>> from fnnet import Dense, identity, softmax_cross_entropy
    >>> params = Params((Dense(np.eye(2), np.zeros(2)),), identity, softmax_cross_entropy)
    >>> input_gradient(params, np.zeros(2), 0)
    array([-0.5,  0.5])
    """
    cache = forward(params, x)
    t = as_targets(params.head, y, cache.output)
    delta = params.head.delta(cache.pre_activations[-1], cache.output, t)
    for l in reversed(range(1, len(params.layers))):
        delta = delta_before(params, cache, l, delta)
    gradient: Array[S, F] = delta @ params.layers[0].weights.T
    return gradient
