"""The network: forward pass, backward pass, and one step down the gradient.

With a_0 = x, layers l = 1 … L of weights W_l and bias b_l, activation f and head p:

    forward     z_l = a_{l-1} W_l + b_l,   a_l = f(z_l) for l < L,   a_L = p(z_L)
    backward    δ_L = ∂L/∂z_L,   δ_l = (δ_{l+1} W_{l+1}ᵀ) f'(z_l)
                ∂L/∂W_l = a_{l-1}ᵀ δ_l,   ∂L/∂b_l = δ_l
    update      W_l - η ∂L/∂W_l,   b_l - η ∂L/∂b_l

Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", 1986.
"""

from typing import TypeAlias, overload

import numpy as np

from fnnet.arrays import Array, F, Label, Labels, Matrix, S, Vector, frozen
from fnnet.checks import invalid
from fnnet.memory import Memory
from fnnet.records import Cache, Dense, Grads, Params
from fnnet.targets import as_targets

Masks: TypeAlias = tuple[Array[S, F], ...]
"""For each hidden layer, an array of its activations' shape."""


def check_input(params: Params[F], x: Array[S, F]) -> Array[S, F]:
    """Return x as an array; raise ValueError unless it is one sample or a batch for these parameters."""
    array: Array[S, F] = np.asarray(x)
    weights, shape = params.layers[0].weights, array.shape
    features = len(weights)
    if not 1 <= len(shape) <= 2 or shape[-1] != features:
        raise invalid("x", f"shape ({features},) or (n, {features})", shape)
    if shape[0] == 0:
        raise invalid("x", "at least one sample", shape)
    if array.dtype != weights.dtype:
        raise invalid("x", f"{weights.dtype}, as the parameters", array.dtype)
    return array


def forward(params: Params[F], x: Array[S, F], masks: Masks[S, F] = ()) -> Cache[S, F]:
    """Run the network on one sample or a batch, keeping what the backward pass needs.

    Args:
        params: the network.
        x: shape (features,) or (n, features), in the format of the parameters.
        masks: for dropout, a factor for each a of each hidden layer, applied as the next layer reads it.

    Returns:
        The input, each layer's z and a; `cache.output` is the network's answer.

    Raises:
        ValueError: x has the wrong shape or format, or there is not one mask a hidden layer.

    Law: no input changes, and the same input gives the same bits.

    >>> from fnnet import init_params
    >>> forward(init_params((4, 3, 2), seed=0), np.zeros((5, 4), np.float32))
    Cache(x (5, 4), output (5, 2), float32)
    """
    if masks and len(masks) != len(params.layers) - 1:
        raise invalid("masks", f"one for each of {len(params.layers) - 1} hidden layers", len(masks))
    return _forward(params, frozen(check_input(params, x)), masks)


def _forward(params: Params[F], x: Array[S, F], masks: Masks[S, F]) -> Cache[S, F]:
    *hidden, last = params.layers
    zs: list[Array[S, F]] = []
    activations: list[Array[S, F]] = []
    a = x
    for l, layer in enumerate(hidden):
        z: Array[S, F] = a @ layer.weights
        z += layer.bias
        a = params.hidden.apply(z)
        zs.append(z)
        activations.append(a)
        a = a * masks[l] if masks else a
    logits: Array[S, F] = a @ last.weights
    logits += last.bias
    zs.append(logits)
    activations.append(params.head.apply(logits))
    return Cache.adopt(x, zs, activations)


@overload
def backward(
    params: Params[F],
    cache: Cache[tuple[int, int], F],
    y: Labels | Matrix[F],
    masks: Masks[tuple[int, int], F] = (),
) -> Grads[F]: ...
@overload
def backward(
    params: Params[F],
    cache: Cache[tuple[int], F],
    y: Label | Vector[F],
    masks: Masks[tuple[int], F] = (),
) -> Grads[F]: ...
def backward(params: Params[F], cache: Cache[S, F], y: object, masks: Masks[S, F] = ()) -> Grads[F]:
    """The gradient of the loss, of one sample or the mean over a batch.

    Args:
        params: the network.
        cache: what `forward(params, x)` returned.
        y: for one sample a label or a row (outputs,), for a batch labels (n,) or rows (n, outputs).
        masks: those that `forward` was given.

    Returns:
        The derivatives of `loss(params, x, y)` with respect to each number in `params.layers`.

    Raises:
        ValueError: the cache is of another network's shape, or y does not fit the output.

    Laws: it is the derivative, by central differences; a batch's gradient is the mean of its samples'.

    >>> from fnnet import init_params
    >>> params = init_params((4, 3, 2), seed=0)
    >>> backward(params, forward(params, np.zeros(4, np.float32)), 1)
    Grads(4-3-2, float32)
    """
    if tuple(z.shape[-1] for z in (cache.x,) + cache.pre_activations) != params.sizes:
        raise invalid("cache", f"that of a {params.sizes} network", cache)
    if cache.x.dtype != params.dtype:
        raise invalid("cache", f"{params.dtype}, as the parameters", cache.x.dtype)
    t = as_targets(params.head, y, cache.output)
    grads: Memory[F] = Memory.like(params)
    _backward(params, cache, t, masks, grads)
    return Grads(grads.frozen())


def _backward(params: Params[F], cache: Cache[S, F], t: Array[S, F], masks: Masks[S, F], grads: Memory[F]) -> None:
    """Write the gradient to the memory given."""
    samples = t.size // t.shape[-1]
    delta: Array[S, F] = params.head.delta(cache.pre_activations[-1], cache.output, t) * (1 / samples)
    inputs = (cache.x,) + _masked(cache.activations[:-1], masks)
    for l in reversed(range(len(inputs))):
        _layer_gradient(inputs[l], delta, grads.weights[l], grads.biases[l])
        if l > 0:
            delta = delta_before(params, cache, l, delta, masks)


def delta_before(
    params: Params[F], cache: Cache[S, F], l: int, delta: Array[S, F], masks: Masks[S, F] = ()
) -> Array[S, F]:
    """From δ of layer l, counted from 0, to that of the one before: (δ_l W_lᵀ) f'(z_{l-1})."""
    g: Array[S, F] = delta @ params.layers[l].weights.T
    g = g * masks[l - 1] if masks else g
    return params.hidden.pullback(cache.pre_activations[l - 1], cache.activations[l - 1], g)


def _masked(activations: Masks[S, F], masks: Masks[S, F]) -> Masks[S, F]:
    return tuple(a * mask for a, mask in zip(activations, masks)) if masks else activations


def _layer_gradient(a: Array[S, F], delta: Array[S, F], weights: Matrix[F], bias: Vector[F]) -> None:
    """aᵀ δ and the sum of δ over the samples, one sample being a batch of one."""
    rows: Matrix[F] = a.reshape(-1, a.shape[-1])
    deltas: Matrix[F] = delta.reshape(-1, delta.shape[-1])
    # dot hands the outer product of one sample to BLAS, which @ does not: seven times faster
    rows.T.dot(deltas, weights)
    bias[...] = deltas.sum(axis=0)  # NumPy 2.3.0 never frees what a sum is given as `out`


def mean_gradient(
    params: Params[F], x: Matrix[F], y: Labels | Matrix[F], step: int = 0, /, masks: Masks[tuple[int, int], F] = ()
) -> Grads[F]:
    """The gradient of the mean loss of a batch: `backward(params, forward(params, x), y)`, without a copy of x.

    Args:
        params: the network.
        x: shape (n, features).
        y: labels (n,) or rows (n, outputs).
        step: is not looked at; `fit` gives it to every gradient.
        masks: for dropout.

    Raises:
        ValueError: x or y does not fit the network.
    """
    grads: Memory[F] = Memory.like(params)
    write_mean_gradient(params, x, y, grads, masks)
    return Grads(grads.frozen())


def write_mean_gradient(
    params: Params[F],
    x: Matrix[F],
    y: Labels | Matrix[F],
    grads: Memory[F],
    masks: Masks[tuple[int, int], F] = (),
) -> None:
    """`mean_gradient`, written to memory of the caller's."""
    cache = _forward(params, check_input(params, x).view(), masks)
    _backward(params, cache, as_targets(params.head, y, cache.output), masks, grads)


def sgd_step(params: Params[F], grads: Grads[F], lr: float) -> Params[F]:
    """One step of gradient descent: θ - η ∂L/∂θ.

    Args:
        params: θ.
        grads: ∂L/∂θ, of the same shapes and format.
        lr: η, the learning rate.

    Returns:
        New parameters; the old ones stand.

    Raises:
        ValueError: the shapes or formats of parameters and gradient differ.
        TypeError: the gradient is no `Grads`.

    Law: with `lr=0` or a zero gradient it is the identity.

    >>> from fnnet import init_params
    >>> params = init_params((4, 3, 2), seed=0)
    >>> cache = forward(params, np.ones(4, np.float32))
    >>> sgd_step(params, backward(params, cache, 1), lr=0.1)
    Params(4-3-2, float32, sigmoid, softmax-cross-entropy, 23 parameters)
    """
    check_alike(params, grads)
    lr = float(lr)
    layers = tuple(
        Dense.adopt(layer.weights - lr * grad.weights, layer.bias - lr * grad.bias)
        for layer, grad in zip(params.layers, grads.layers)
    )
    return Params(layers, params.hidden, params.head)


def check_alike(params: Params[F], grads: Grads[F]) -> None:
    """Raise TypeError unless it is a gradient, ValueError unless it has the parameters' shapes and format."""
    if not isinstance(grads, Grads):
        raise TypeError(f"grads: expected Grads, got {type(grads).__name__}")
    shapes = [layer.weights.shape for layer in grads.layers]
    if shapes != [layer.weights.shape for layer in params.layers]:
        raise invalid("grads", f"weights {[layer.weights.shape for layer in params.layers]}", shapes)
    if grads.layers[0].weights.dtype != params.dtype:
        raise invalid("grads", f"{params.dtype}, as the parameters", grads.layers[0].weights.dtype)
