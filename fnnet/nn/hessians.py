"""The curvature of the loss, as products with a displacement v of the parameters; neither forms a matrix.

    hvp             H v = d/dε ∂L/∂θ(θ + ε v) at ε = 0: the backward pass differentiated along v, forward over reverse
    Gauss–Newton    G v = Jᵀ (∂²L/∂z²) J v with J = ∂z_L/∂θ: `jvp` of the logits, the loss's curvature, `vjp`

With a dot for the derivative along v, and ȧ and ż from the forward pass of `jvp`, the product rule gives

    δ̇_L = (∂²L/∂z²) ż_L,   δ̇_l = (δ̇_{l+1} W_{l+1}ᵀ + δ_{l+1} Ẇ_{l+1}ᵀ) f'(z_l) + (δ_{l+1} W_{l+1}ᵀ) f''(z_l) ż_l
    (∂L/∂W_l)˙ = a_{l-1}ᵀ δ̇_l + ȧ_{l-1}ᵀ δ_l

Pearlmutter, "Fast exact multiplication by the Hessian", 1994; Schraudolph, "Fast curvature matrix-vector products for
second-order gradient descent", 2002.
"""

from collections import deque
from collections.abc import Iterator
from typing import overload

import numpy as np

from fnnet.core.arrays import Array, F, Label, Labels, Matrix, Numbers, S, Vector
from fnnet.nn.activation import Activation
from fnnet.nn.cache import Cache
from fnnet.nn.jacobians import tangent_stream
from fnnet.nn.network import (
    backward_stream,
    check_input,
    layer_gradient,
    mean_delta,
    pull_back,
    pulled_back,
    run_forward,
)
from fnnet.nn.own_functions import required
from fnnet.nn.params import Dense, Grads, Params, check_alike
from fnnet.nn.targets import as_targets
from fnnet.nn.weights import Weights, weighted


@overload
def hvp(
    params: Params[F], x: Matrix[F], y: Labels | Matrix[F], v: Grads[F], weights: Weights | None = None
) -> Grads[F]: ...
@overload
def hvp(
    params: Params[F], x: Vector[F], y: Label | Vector[F], v: Grads[F], weights: float | None = None
) -> Grads[F]: ...
def hvp(params: Params[F], x: Array[S, F], y: object, v: Grads[F], weights: object = None) -> Grads[F]:
    """The Hessian of the mean loss times v: how fast its gradient changes as the parameters move along v.

    It is exact, and takes the time of about two gradients. The second derivative of ReLU is 0, at its kink by
    convention.

    Args:
        params: the network.
        x: shape (features,) or (n, features).
        y: a label or row (outputs,) for one sample, labels (n,) or rows (n, outputs) for a batch.
        v: the displacement, with the shapes and the dtype of the parameters.
        weights: how much each sample counts, shape (n,), or a number for one sample; all 1 when not given.

    Returns:
        H v. Laws: it is linear in v; H is symmetric, <w, H v> = <v, H w>; it is the limit of (g(θ + h v) - g(θ)) / h
        for the gradient g of `backward`.

    Raises:
        ValueError: an argument does not match the network; or an activation is one's own and has no `second`, or a
            head no `curvature`.
        TypeError: v is not a `Grads`.

    >>> from fnnet import identity, identity_squared_error
    >>> params = Params((Dense(np.array([[2.0]]), np.array([1.0])),), identity, identity_squared_error)
    >>> product = hvp(params, np.array([3.0]), np.array([0.0]), Grads((Dense(np.array([[1.0]]), np.zeros(1)),)))
    >>> product.layers[0].weights, product.layers[0].bias  # L = (3 w + b)²: ∂²L/∂w² = 18, ∂²L/∂w∂b = 6
    (array([[18.]]), array([6.]))
    """
    check_alike(params, v, "v")
    cache = run_forward(params, check_input(params, x).view())
    tangents = list(tangent_stream(params, cache, v, None))
    moved = weighted(_curved(params, cache, y, tangents[-1][1]), weights)
    stream = _moved_backward_stream(params, cache, v, tangents, mean_delta(params, cache, y, weights), moved)
    layers = []
    for (a, delta, moved), (da, _) in zip(stream, reversed(tangents)):
        product, bias = layer_gradient(a, moved)
        if da is not None:
            product += layer_gradient(da, delta)[0]
        layers.append(Dense.from_owned(product, bias))
    return Grads(layers[::-1])


@overload
def gauss_newton_product(
    params: Params[F], x: Matrix[F], y: Labels | Matrix[F], v: Grads[F], weights: Weights | None = None
) -> Grads[F]: ...
@overload
def gauss_newton_product(
    params: Params[F], x: Vector[F], y: Label | Vector[F], v: Grads[F], weights: float | None = None
) -> Grads[F]: ...
def gauss_newton_product(params: Params[F], x: Array[S, F], y: object, v: Grads[F], weights: object = None) -> Grads[F]:
    """The Gauss–Newton matrix times v: the Hessian as if the logits were linear in the parameters.

    Args:
        params: the network.
        x: shape (features,) or (n, features).
        y: a label or row (outputs,) for one sample, labels (n,) or rows (n, outputs) for a batch.
        v: the displacement, with the shapes and the dtype of the parameters.
        weights: how much each sample counts, shape (n,), or a number for one sample; all 1 when not given.

    Returns:
        G v = Jᵀ (∂²L/∂z²) J v, of the mean loss. Laws: it is linear in v; G is symmetric; <v, G v> >= 0 where the loss
        is convex in the logits, as all of the library's but `softmax_squared_error` are; for one layer, G is the
        Hessian.

    Raises:
        ValueError: an argument does not match the network, or the head is one's own and has no `curvature`.
        TypeError: v is not a `Grads`.

    >>> from fnnet import identity, identity_squared_error
    >>> params = Params((Dense(np.array([[2.0]]), np.array([1.0])),), identity, identity_squared_error)
    >>> step = Grads((Dense(np.array([[1.0]]), np.zeros(1)),))
    >>> gauss_newton_product(params, np.array([3.0]), np.array([0.0]), step).layers[0].weights
    array([[18.]])
    """
    check_alike(params, v, "v")
    cache = run_forward(params, check_input(params, x).view())
    ((_, dz),) = deque(tangent_stream(params, cache, v, None), maxlen=1)
    return pull_back(params, cache, weighted(_curved(params, cache, y, dz), weights))[0]


def _curved(params: Params[F], cache: Cache[S, F], y: object, dz: Array[S, F]) -> Array[S, F]:
    """(∂²L/∂z²) ż of each sample."""
    head, z, p = params.head, cache.pre_activations[-1], cache.output
    curvature = required(head.curvature, "curvature", "(z, p, t, v) ↦ (∂²L/∂z²) v", head)
    return curvature(z, p, as_targets(head, y, p), dz)


def _moved_backward_stream(
    params: Params[F],
    cache: Cache[S, F],
    v: Grads[F],
    tangents: list[tuple[Array[S, F] | None, Array[S, F]]],
    last: Array[S, F],
    moved: Array[S, F],
) -> Iterator[tuple[Array[S, F], Array[S, F], Array[S, F]]]:
    """Yield (a, δ, δ̇) of each layer, from the last to the first, given δ and δ̇ of the last."""
    f = params.hidden
    for l, (read, delta) in zip(reversed(range(len(params.layers))), backward_stream(params, cache, last)):
        yield read, delta, moved
        if l > 0:
            z, a, (_, dz) = cache.pre_activations[l - 1], cache.activations[l - 1], tangents[l - 1]
            with np.errstate(over="ignore"):  # harmless where f' or f'' is 0, as in `backward_stream`
                g: Numbers = delta @ params.layers[l].weights.T
                dg: Numbers = moved @ params.layers[l].weights.T
                dg += delta @ v.layers[l].weights.T
            total: Numbers = pulled_back(f, z, a, dg) + _bent(f, z, a, g, dz)
            moved = total


def _bent(f: Activation, z: Array[S, F], a: Array[S, F], g: Array[S, F], dz: Array[S, F]) -> Array[S, F]:
    """g f''(z) ż, and 0 where f''(z) is 0, whatever overflows there."""
    second = required(f.second, "second", "(z, a) ↦ f''(z)", f)(z, a)
    bends = second != 0
    product: Numbers = np.zeros_like(g)
    np.multiply(g, second, out=product, where=bends)  # first, since g ż may overflow where the whole does not
    np.multiply(product, dz, out=product, where=bends)
    return product
