"""The derivative of the network's output, as two linear maps and as a matrix.

The output p is a function of the parameters θ and the input x, and J its Jacobian at (θ, x). `jvp` pushes a
displacement v of (θ, x) forward, to J v; `vjp` pulls a cotangent u of the output back, to Jᵀ u. Neither forms J. They
are transposes of each other: <J v, u> = <v, Jᵀ u>.

    jvp     ż_l = ȧ_{l-1} W_l + a_{l-1} Ẇ_l + ḃ_l,   ȧ_l = f'(z_l) ż_l,   ṗ = ∂p/∂z ż_L
    vjp     δ_L = (∂p/∂z)ᵀ u, then the backward pass, and δ_1 W_1ᵀ

Griewank and Walther, "Evaluating derivatives", 2008, chapter 3.
"""

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias, overload

import numpy as np

from fnnet.core.arrays import AnyRank, Array, F, Matrix, Numbers, S, Vector, unmasked
from fnnet.core.messages import invalid
from fnnet.nn.cache import Cache
from fnnet.nn.head import output_pullback, output_pushforward
from fnnet.nn.network import check_input, forward, input_cotangent, pull_back, pulled_back, run_forward
from fnnet.nn.params import Grads, Params, check_alike

Pull: TypeAlias = Callable[[Array[S, F]], tuple[Grads[F], Array[S, F]]]
"""From a cotangent of the output to those of the parameters and the input."""


def vjp(params: Params[F], x: Array[S, F]) -> tuple[Array[S, F], Pull[S, F]]:
    """The output, and the function that pulls a cotangent of the output back: u ↦ Jᵀ u.

    With it, a network can be a part of a larger function: for L(p(x)), u is ∂L/∂p.

    Args:
        params: the network.
        x: shape (features,) or (n, features).

    Returns:
        The output, shape (outputs,) or (n, outputs), read-only, and a function from u, of the shape of the output, to
        (the derivative of <u, output> with respect to the parameters, summed over the samples; the derivative with
        respect to x, of its shape). Laws: it is linear; <J v, u> = <v, Jᵀ u> with the J v of `jvp`; u = ∂L/∂p of a
        head's own loss gives the gradient of the sum of the losses.

    Raises:
        ValueError: x or u has the wrong shape or dtype, or the head is one's own and has no `pullback`.

    >>> from fnnet import Dense, identity, identity_squared_error
    >>> params = Params((Dense(np.array([[2.0], [3.0]]), np.zeros(1)),), identity, identity_squared_error)
    >>> output, pull = vjp(params, np.array([1.0, 1.0]))
    >>> grads, dx = pull(np.array([10.0]))
    >>> output, grads.layers[0].weights.T, dx
    (array([5.]), array([[10., 10.]]), array([20., 30.]))
    """
    cache = forward(params, x)
    return cache.output, partial(_pull, params, cache)


def _pull(params: Params[F], cache: Cache[S, F], u: Array[S, F]) -> tuple[Grads[F], Array[S, F]]:
    u = _checked("u", u, cache.output, "the output")
    grads, first = pull_back(params, cache, _last_delta(params, cache, u))
    dx: Numbers = first @ params.layers[0].weights.T
    return grads, dx


def _last_delta(params: Params[F], cache: Cache[S, F], u: Array[S, F]) -> Array[S, F]:
    return output_pullback(params.head, cache.pre_activations[-1], cache.output, u)


def jvp(
    params: Params[F], x: Array[S, F], dparams: Grads[F] | None = None, dx: Array[S, F] | None = None
) -> tuple[Array[S, F], Array[S, F]]:
    """The output, and how fast it changes as parameters and input move: J v, the derivative along v.

    Args:
        params: the network.
        x: shape (features,) or (n, features).
        dparams: the displacement of the parameters; none when not given.
        dx: the displacement of the input, of the shape of x; none when not given.

    Returns:
        The output and its derivative, both of shape (outputs,) or (n, outputs). Laws: it is linear in (dparams, dx); it
        is the limit of (p(θ + h dθ, x + h dx) - p(θ, x)) / h; <J v, u> = <v, Jᵀ u> with the Jᵀ u of `vjp`.

    Raises:
        ValueError: a shape or dtype is wrong, or the head is one's own and has no `pullback`.
        TypeError: `dparams` is not a `Grads`.

    >>> from fnnet import Dense, identity, identity_squared_error
    >>> params = Params((Dense(np.array([[2.0], [3.0]]), np.zeros(1)),), identity, identity_squared_error)
    >>> jvp(params, np.array([1.0, 1.0]), dx=np.array([0.5, 0.0]))
    (array([5.]), array([1.]))
    """
    cache = run_forward(params, check_input(params, x).view())
    if dparams is not None:
        check_alike(params, dparams, "dparams")
    if dx is not None:
        dx = _checked("dx", dx, cache.x, "x")
    ((_, dz),) = deque(tangent_stream(params, cache, dparams, dx), maxlen=1)
    return cache.output, output_pushforward(params.head, cache.pre_activations[-1], cache.output, dz)


def tangent_stream(
    params: Params[F], cache: Cache[S, F], dparams: Grads[F] | None, dx: Array[S, F] | None
) -> Iterator[tuple[Array[S, F] | None, Array[S, F]]]:
    """Yield (ȧ, ż) of each layer, from the first to the last: how fast its input and its z change; None is 0."""
    da, last = dx, len(params.layers) - 1
    for l, (layer, a, z) in enumerate(zip(params.layers, cache.inputs, cache.pre_activations)):
        dz: Numbers = np.zeros_like(z)
        with np.errstate(over="ignore"):  # harmless where f' is 0, as `pulled_back` knows
            if da is not None:
                dz += da @ layer.weights
            if dparams is not None:
                dz += a @ dparams.layers[l].weights
                dz += dparams.layers[l].bias
        yield da, dz
        if l < last:
            # the Jacobian of an elementwise function is diagonal: its own transpose
            da = pulled_back(params.hidden, z, cache.activations[l], dz)


@overload
def jacobian(params: Params[F], x: Vector[F]) -> Matrix[F]: ...
@overload
def jacobian(params: Params[F], x: Matrix[F]) -> np.ndarray[tuple[int, int, int], np.dtype[F]]: ...
def jacobian(params: Params[F], x: Array[S, F]) -> np.ndarray[tuple[int, ...], np.dtype[F]]:
    """The derivatives of the outputs with respect to the inputs, ∂p_j/∂x_i, by one backward pass an output.

    Args:
        params: the network.
        x: shape (features,) or (n, features).

    Returns:
        A new array, shape (outputs, features) or (n, outputs, features): of each sample, its own. Law: row j is what
        `vjp` pulls the cotangent e_j back to, to the bit; its product with dx is `jvp(params, x, dx=dx)`.

    Raises:
        ValueError: x has the wrong shape or dtype, or the head is one's own and has no `pullback`.

    >>> from fnnet import Dense, identity, identity_squared_error
    >>> params = Params((Dense(np.array([[1.0, 2.0], [3.0, 4.0]]), np.zeros(2)),), identity, identity_squared_error)
    >>> jacobian(params, np.zeros(2))
    array([[1., 3.],
           [2., 4.]])
    """
    cache = forward(params, x)
    rows = []
    for j in range(cache.output.shape[-1]):
        u = np.zeros_like(cache.output)
        u[..., j] = 1
        rows.append(input_cotangent(params, cache, _last_delta(params, cache, u)))
    return np.stack(rows, axis=-2)


def _checked(name: str, value: Array[S, F], like: AnyRank, what: str) -> Array[S, F]:
    array: Numbers = unmasked(name, value)
    if array.shape != like.shape or array.dtype != like.dtype:
        cure = f"{name}.astype(np.{like.dtype})" if array.shape == like.shape else ""
        raise invalid(name, f"{like.dtype} {like.shape}, as {what}", f"{array.dtype} {array.shape}", cure)
    return array
