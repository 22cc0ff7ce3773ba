"""The network: forward pass, backward pass, and one step down the gradient.

With a_0 = x, layers l = 1 … L of weights W_l and bias b_l, activation f and head p:

    forward     z_l = a_{l-1} W_l + b_l,   a_l = f(z_l) for l < L,   a_L = p(z_L)
    backward    δ_L = ∂L/∂z_L,   δ_l = (δ_{l+1} W_{l+1}ᵀ) f'(z_l)
                ∂L/∂W_l = a_{l-1}ᵀ δ_l,   ∂L/∂b_l = δ_l
    update      W_l - η ∂L/∂W_l,   b_l - η ∂L/∂b_l

Each pass is a stream, `forward_stream` and `backward_stream`; whatever runs the network runs one of them.

Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", 1986.
"""

from collections import deque
from collections.abc import Iterator
from math import isfinite, prod
from typing import overload

import numpy as np

from fnnet.core.arrays import Array, F, Label, Labels, Matrix, Numbers, S, Vector, frozen, unmasked
from fnnet.core.checks import as_number, check_iterable
from fnnet.core.messages import invalid, wrong_type
from fnnet.nn.activation import Activation
from fnnet.nn.cache import Cache, Masks
from fnnet.nn.params import Dense, Grads, Params, check_alike, require_params
from fnnet.nn.targets import as_targets
from fnnet.nn.weights import Weights, weighted


def forward_stream(
    params: Params[F], x: Array[S, F], masks: Masks[S, F] = ()
) -> Iterator[tuple[Array[S, F], Array[S, F]]]:
    """Yield (z, a) of each layer, from the first to the last: z = a W + b of the a before, and a = f(z)."""
    functions = [params.hidden.apply] * (len(params.layers) - 1) + [params.head.apply]
    a = x
    for l, (layer, f) in enumerate(zip(params.layers, functions)):
        z: Numbers = a.dot(layer.weights)  # as @, in half the time where the layer is small
        z += layer.bias
        a = f(z)
        yield z, a
        if l < len(masks):  # one for each hidden layer, or none at all
            a = a * masks[l]


def backward_stream(
    params: Params[F], cache: Cache[S, F], delta: Array[S, F]
) -> Iterator[tuple[Array[S, F], Array[S, F]]]:
    """Yield (a, δ) of each layer, from the last to the first: its input and its δ; aᵀ δ is its weights' gradient.

    Args:
        params: the network.
        cache: of a forward pass.
        delta: δ_L, the δ of the last layer.
    """
    inputs = cache.inputs
    for l in reversed(range(len(inputs))):
        yield inputs[l], delta
        if l > 0:
            g: Numbers = _to_inputs(delta, params.layers[l].weights)
            if cache.masks:
                g = g * cache.masks[l - 1]
            delta = pulled_back(params.hidden, cache.pre_activations[l - 1], cache.activations[l - 1], g)


@np.errstate(over="ignore")  # harmless where f' is 0, as `pulled_back` knows
def _to_inputs(delta: Array[S, F], weights: Matrix[F]) -> Array[S, F]:
    """δ Wᵀ, the gradient with respect to what the layer read."""
    g: Numbers = delta.dot(weights.T)
    return g


def pulled_back(f: Activation, z: Array[S, F], a: Array[S, F], g: Array[S, F]) -> Array[S, F]:
    """g f'(z), and 0 where f'(z) is 0: there g may have overflowed, and 0 · ∞ is not a number."""
    if isfinite(np.vdot(g, g)):  # the quickest test; where the squares alone overflow, what follows is as right
        return f.pullback(z, a, g)
    slope = f.pullback(z, a, np.ones_like(g))
    delta: Numbers = np.multiply(g, slope, out=np.zeros_like(g), where=slope != 0)
    return delta


def forward(params: Params[F], x: Array[S, F], masks: Masks[S, F] = ()) -> Cache[S, F]:
    """Run the network on one sample or a batch, keeping what the backward pass needs.

    Args:
        params: the network.
        x: shape (features,) or (n, features), with the dtype of the parameters.
        masks: for dropout, a factor for each a of each hidden layer, applied as the next layer reads it.

    Returns:
        The input, each layer's z and a, and the masks; `cache.output` is the network's output.

    Raises:
        ValueError: x or a mask has the wrong shape or dtype, or there is not one mask for each hidden layer.

    Law: no input changes, and the same input gives the same bits.

    >>> from fnnet import init_params
    >>> forward(init_params((4, 3, 2), seed=0), np.zeros((5, 4), np.float32))
    Cache(x (5, 4), output (5, 2), float32)
    """
    x = frozen(check_input(params, x))
    masks = tuple(
        frozen(unmasked("masks", mask)) for mask in check_iterable("masks", "an array for each hidden layer", masks)
    )
    _check_masks(params, x, masks)
    return run_forward(params, x, masks)


def run_forward(params: Params[F], x: Array[S, F], masks: Masks[S, F] = ()) -> Cache[S, F]:
    """`forward` without its checks and copies: x and the masks become read-only."""
    zs, activations = zip(*forward_stream(params, x, masks))
    return Cache.from_owned(x, zs, activations, masks)


@overload
def backward(
    params: Params[F], cache: Cache[tuple[int, int], F], y: Labels | Matrix[F], weights: Weights | None = None
) -> Grads[F]: ...
@overload
def backward(
    params: Params[F], cache: Cache[tuple[int], F], y: Label | Vector[F], weights: float | None = None
) -> Grads[F]: ...
def backward(params: Params[F], cache: Cache[S, F], y: object, weights: object = None) -> Grads[F]:
    """The gradient of the loss, of one sample or the mean over a batch.

    Args:
        params: the network.
        cache: what `forward(params, x)` returned.
        y: for one sample a label or a row (outputs,), for a batch labels (n,) or rows (n, outputs).
        weights: how much each sample counts, shape (n,), or a number for one sample; all 1 when not given.

    Returns:
        The derivatives of `loss(params, x, y, weights)` with respect to each number in `params.layers`.

    Raises:
        ValueError: the cache is that of a network of other sizes, y does not match the output, or a weight is
            negative or not finite.

    Laws: it is the derivative, by central differences; a batch's gradient is the weighted mean of its samples',
    (1/n) Σ wᵢ gᵢ, so that twice a weight is twice a sample, and weights of 1 are no weights, to the bit.

    >>> from fnnet import init_params
    >>> params = init_params((4, 3, 2), seed=0)
    >>> backward(params, forward(params, np.zeros(4, np.float32)), 1)
    Grads(4-3-2, float32)
    """
    _check_cache(params, cache)
    return pull_back(params, cache, mean_delta(params, cache, y, weights))[0]


def pull_back(params: Params[F], cache: Cache[S, F], last: Array[S, F]) -> tuple[Grads[F], Array[S, F]]:
    """The whole backward pass from the last δ to the first: the gradient of the parameters, and δ_1."""
    layers, delta = [], last
    for a, delta in backward_stream(params, cache, last):
        layers.append(Dense.from_owned(*layer_gradient(a, delta)))
    return Grads.from_owned(tuple(reversed(layers))), delta


def input_cotangent(params: Params[F], cache: Cache[S, F], last: Array[S, F]) -> Array[S, F]:
    """What the last δ is pulled back to at the input, δ_1 W_1ᵀ; the gradient of the parameters is left out."""
    ((_, first),) = deque(backward_stream(params, cache, last), maxlen=1)
    cotangent: Numbers = first @ params.layers[0].weights.T
    return cotangent


def output_delta(params: Params[F], cache: Cache[S, F], y: object) -> Array[S, F]:
    """δ_L: the derivative of each sample's loss with respect to the last layer's z."""
    t = as_targets(params.head, y, cache.output)
    return params.head.delta(cache.pre_activations[-1], cache.output, t)


def mean_delta(params: Params[F], cache: Cache[S, F], y: object, weights: object = None) -> Array[S, F]:
    """δ_L of the mean of the samples' losses, each times its weight."""
    return weighted(output_delta(params, cache, y), weights)


def layer_gradient(a: Array[S, F], delta: Array[S, F], out: Matrix[F] | None = None) -> tuple[Matrix[F], Vector[F]]:
    """aᵀ δ, written to `out` if it is given, and the sum of δ over the samples; one sample is a batch of one."""
    # dot hands the product of a column and a row to BLAS, which @ does not: seven times faster
    if a.ndim == 1:
        outer: Matrix[F] = a[:, np.newaxis].dot(delta[np.newaxis], out)
        own: Numbers = delta.copy()
        return outer, own
    product: Matrix[F] = a.T.dot(delta, out)
    total: Vector[F] = np.add.reduce(delta)
    return product, total


def sgd_step(params: Params[F], grads: Grads[F], lr: float) -> Params[F]:
    """One step of gradient descent: θ - η ∂L/∂θ.

    Args:
        params: θ.
        grads: ∂L/∂θ, with the shapes and the dtype of the parameters.
        lr: η, the learning rate.

    Returns:
        New parameters; the old ones are unchanged.

    Raises:
        ValueError: the shapes or dtypes of parameters and gradient differ, or the rate is not a number.
        TypeError: the gradient is not a `Grads`.

    Law: with `lr=0` or a zero gradient it is the identity.

    >>> from fnnet import init_params
    >>> params = init_params((4, 3, 2), seed=0)
    >>> cache = forward(params, np.ones(4, np.float32))
    >>> sgd_step(params, backward(params, cache, 1), lr=0.1)
    Params(4-3-2, float32, sigmoid, softmax-cross-entropy, 23 parameters)
    """
    check_alike(params, grads)
    rate = np.asarray(as_number("lr", lr), params.dtype)  # converted once, and not in every product
    layers = [
        Dense.from_owned(layer.weights - rate * grad.weights, layer.bias - rate * grad.bias)
        for layer, grad in zip(params.layers, grads.layers)
    ]
    return params.with_layers(tuple(layers))


def check_input(params: Params[F], x: Array[S, F]) -> Array[S, F]:
    """Return x as an array; raise an error unless it is one sample or a batch, and params a network that takes it."""
    require_params(params)
    array: Numbers = unmasked("x", x)
    shape, features = array.shape, len(params.layers[0].weights)
    if not 1 <= len(shape) <= 2 or shape[-1] != features:
        raise invalid("x", f"shape ({features},) or (n, {features})", shape, _reshaped(shape, features))
    check_dtype(params, array)
    return array


def check_dtype(params: Params[F], x: Array[S, F]) -> None:
    """Raise ValueError unless x has the dtype of the parameters."""
    if x.dtype != params.dtype:
        cure = f"x.astype(np.{params.dtype})"
        if x.dtype in (np.float32, np.float64):
            cure += f", or params.astype(np.{x.dtype})"
        if x.dtype.kind in "iu":
            cure = f"{cure} / 255 for pixels, {cure} for other numbers"
        raise invalid("x", f"{params.dtype}, as the parameters", x.dtype, cure)


def _reshaped(shape: tuple[int, ...], features: int) -> str:
    """How to make rows of images, if that is what they are."""
    if len(shape) > 1 and prod(shape) == features:
        return "x.reshape(-1)"
    return "x.reshape(len(x), -1)" if len(shape) > 2 and prod(shape[1:]) == features else ""


def _check_masks(params: Params[F], x: Array[S, F], masks: Masks[S, F]) -> None:
    if not masks:
        return
    expected, shapes = [(*x.shape[:-1], width) for width in params.sizes[1:-1]], [mask.shape for mask in masks]
    if shapes != expected:
        raise invalid("masks", f"shapes {expected}, one for each hidden layer", shapes)
    if any(mask.dtype != x.dtype for mask in masks):
        raise invalid("masks", f"{x.dtype}, as the parameters", ", ".join(str(mask.dtype) for mask in masks))


def _check_cache(params: Params[F], cache: Cache[S, F]) -> None:
    require_params(params)
    if not isinstance(cache, Cache):
        raise wrong_type("cache", "Cache", cache, {"ndarray": "forward(params, x)"})
    widths = [len(layer.bias) for layer in params.layers]
    if cache.x.shape[-1] != len(params.layers[0].weights) or [z.shape[-1] for z in cache.pre_activations] != widths:
        raise invalid("cache", f"that of a {'-'.join(map(str, params.sizes))} network", cache)
    if cache.x.dtype != params.dtype:
        raise invalid("cache", f"{params.dtype}, as the parameters", cache.x.dtype)
