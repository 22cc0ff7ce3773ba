"""JAX: the network once more in `jax.numpy`, for `jit`, `vmap` and `grad`; the records as trees; a gradient for `fit`.

Importing this module makes trees of the records (`fnnet/interop/trees.py`). `jax.device_put(params)` moves a network to
JAX's device, and `to_numpy(params)` brings it back.

JAX traces `jax.numpy`, but not NumPy. So the forward pass and the losses, which it is to differentiate or compile, are
written here a second time; tests check that they equal NumPy's. The backward pass is `jax.grad`. Of an activation or a
head of the caller's own, every function here takes the counterpart: `apply(params, x, activations={mine: its})`.
"""

from collections.abc import Callable, Mapping
from functools import partial
from math import exp
from typing import TypeAlias

from fnnet.core.arrays import F, Labels, Matrix, Vector
from fnnet.core.messages import invalid
from fnnet.interop.known import NO_OWN, known, own_items
from fnnet.nn.activation import Activation
from fnnet.nn.activations import elu, gelu, identity, leaky_relu, relu, sigmoid, silu, softplus, tanh
from fnnet.nn.domains import distribution
from fnnet.nn.head import Head
from fnnet.nn.heads import (
    exp_poisson,
    identity_absolute_error,
    identity_huber,
    identity_squared_error,
    logistic_cross_entropy,
    softmax_cross_entropy,
    softmax_squared_error,
)
from fnnet.nn.params import Grads, Params

try:
    import jax
    from jax import Array, nn
    from jax import numpy as jnp
    from jax.typing import ArrayLike

    from fnnet.interop.trees import to_numpy
except ImportError:
    raise ImportError("fnnet.interop.jax needs JAX: pip install 'fnnet[jax]'") from None

__all__ = ["apply", "gradient", "loss", "to_numpy"]

Elementwise: TypeAlias = Callable[[Array], Array]
"""An activation, z ↦ a, or the output of a head, z ↦ p along the last axis."""

Loss: TypeAlias = Callable[[Array, Array], Array]
"""(z, t) ↦ the loss along the last axis."""

Activations: TypeAlias = Mapping[Activation, Elementwise]
Heads: TypeAlias = Mapping[Head, tuple[Elementwise, Loss]]

_ACTIVATIONS: Activations = {
    sigmoid: nn.sigmoid,
    tanh: jnp.tanh,
    relu: nn.relu,
    # jax.nn.leaky_relu has the other derivative at 0
    leaky_relu: lambda z: jnp.where(z > 0, z, 0.01 * z),
    elu: nn.elu,
    silu: nn.silu,
    gelu: partial(nn.gelu, approximate=True),
    softplus: nn.softplus,
    identity: lambda z: z,
}


def _huber(r: Array) -> Array:
    least = jnp.minimum(jnp.abs(r), 1)
    return least * (jnp.abs(r) - least / 2)


def _rate(z: Array) -> Array:
    return jnp.exp(jnp.minimum(z, 40))


def _poisson(z: Array, t: Array) -> Array:
    # beyond 40, where the rate is constant, on a straight line
    return (_rate(z) - t * z + exp(40) * jnp.maximum(z - 40, 0)).sum(-1)


_HEADS: Heads = {
    softmax_cross_entropy: (nn.softmax, lambda z, t: -(t * nn.log_softmax(z)).sum(-1)),
    softmax_squared_error: (nn.softmax, lambda z, t: jnp.square(nn.softmax(z) - t).mean(-1)),
    identity_squared_error: (lambda z: z, lambda z, t: jnp.square(z - t).mean(-1)),
    identity_huber: (lambda z: z, lambda z, t: _huber(z - t).mean(-1)),
    identity_absolute_error: (lambda z: z, lambda z, t: jnp.abs(z - t).mean(-1)),
    logistic_cross_entropy: (nn.sigmoid, lambda z, t: (nn.softplus(z) - t * z).sum(-1)),
    exp_poisson: (_rate, _poisson),
}


def apply(params: Params[F], x: ArrayLike, *, activations: Activations = NO_OWN, heads: Heads = NO_OWN) -> Array:
    """The network's output, as a function that JAX can compile, map and differentiate.

    Args:
        params: the network.
        x: one sample of shape (features,) or a batch of shape (n, features).
        activations: for an activation of your own, the function in `jax.numpy`.
        heads: for a head of your own, its output and its loss, z ↦ p and (z, t) ↦ L along the last axis.

    Returns:
        Shape (outputs,) or (n, outputs). Law: it equals `fnnet.apply(params, x)`, up to rounding.

    Raises:
        ValueError: an activation or a head is neither the library's nor given, x has the wrong shape, or `params` is of
            float64, which JAX would narrow.

    >>> import numpy as np
    >>> from fnnet import init_params
    >>> params = init_params((4, 3, 2), seed=0)
    >>> jax.jit(apply)(params, np.zeros((5, 4), np.float32)).shape
    (5, 2)
    """
    output, _ = known("heads", _HEADS, heads, params.head)
    return output(_logits(params, x, activations))


def loss(
    params: Params[F],
    x: ArrayLike,
    y: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    activations: Activations = NO_OWN,
    heads: Heads = NO_OWN,
) -> Array:
    """The mean loss of the samples, with weights (1/n) Σ wᵢ Lᵢ; `jax.grad(loss)` gives its gradient, as a `Params`.

    Args:
        params: the network.
        x: one sample of shape (features,) or a batch of shape (n, features).
        y: for one sample, a label or a row of shape (outputs,); for a batch, labels of shape (n,) or rows of shape
            (n, outputs). Under `jit` the values cannot be checked: a label out of range counts as a row of zeros.
        weights: how much each sample counts, shape (n,), or a number for one sample; all 1 when not given.
        activations, heads: the counterparts of your own, as for `apply`.

    Returns:
        A scalar. Laws: it equals `fnnet.loss(params, x, y, weights)`, and its gradient that of `backward`, up to
        rounding.

    Raises:
        ValueError: as for `apply`; or y or the weights have the wrong shape.

    >>> import numpy as np
    >>> from fnnet import init_params
    >>> params, x = init_params((4, 2), seed=0), np.ones(4, np.float32)
    >>> grads = jax.grad(loss)(params, x, 1)
    >>> jax.tree.map(lambda p, g: p - 0.1 * g, params, grads)
    Params(4-2, float32, sigmoid, softmax-cross-entropy, 10 parameters)
    """
    _, losses = known("heads", _HEADS, heads, params.head)
    z = _logits(params, x, activations)
    each = losses(z, _targets(params.head, jnp.asarray(y), z))
    if weights is None:
        return each.mean()
    counts = jnp.asarray(weights, z.dtype)
    if counts.shape != z.shape[:-1]:
        raise invalid("weights", f"shape {z.shape[:-1]}, one for each sample", counts.shape)
    return (counts * each).mean()


def gradient(
    params: Params[F],
    x: Matrix[F],
    y: Labels | Matrix[F],
    weights: Vector[F] | None = None,
    step: int = 0,
    *,
    activations: Activations = NO_OWN,
    heads: Heads = NO_OWN,
) -> Grads[F]:
    """The gradient of the mean loss of a batch, compiled by JAX: for `fit(…, gradient=gradient)`.

    It is compiled once for each size, dtype, activation and head, the size of a last, smaller batch included. With
    functions of your own, it is `partial(gradient, activations={mine: its})`.

    Args:
        params: the network, of NumPy.
        x: shape (n, features).
        y: labels (n,) or rows (n, outputs).
        weights: how much each sample counts, shape (n,); all 1 when not given.
        step: not used; `fit` gives it.
        activations, heads: the counterparts of your own, as for `apply`.

    Returns:
        A gradient of NumPy, in the dtype of the network. Law: it equals `mean_gradient(params, x, y, weights)`, up to
        rounding.

    Raises:
        ValueError: as for `loss`.

    >>> import numpy as np
    >>> from fnnet import init_params
    >>> gradient(init_params((4, 2), seed=0), np.ones((3, 4), np.float32), np.array([0, 1, 1]))
    Grads(4-2, float32)
    """
    _check_dtype(params)
    static = own_items("activations", activations), own_items("heads", heads)
    return Grads(to_numpy(_compiled_gradient(params, x, y, weights, *static).layers))


def _gradient(
    params: Params[F],
    x: ArrayLike,
    y: ArrayLike,
    weights: ArrayLike | None,
    activations: tuple[tuple[Activation, Elementwise], ...],
    heads: tuple[tuple[Head, tuple[Elementwise, Loss]], ...],
) -> Params[F]:
    grads: Params[F] = jax.grad(loss)(params, x, y, weights, activations=dict(activations), heads=dict(heads))
    return grads


_compiled_gradient = jax.jit(_gradient, static_argnames=("activations", "heads"))


def _check_dtype(params: Params[F]) -> None:
    """Raise ValueError if JAX would narrow the network."""
    if jax.dtypes.canonicalize_dtype(params.dtype) != params.dtype:
        cure = 'jax.config.update("jax_enable_x64", True)'
        raise invalid(
            "params", "float32, since JAX narrows 64 bits to 32 unless it is told otherwise", params.dtype, cure
        )


def _logits(params: Params[F], x: ArrayLike, activations: Activations) -> Array:
    _check_dtype(params)
    a, features = jnp.asarray(x), params.sizes[0]
    f = known("activations", _ACTIVATIONS, activations, params.hidden)
    if a.ndim not in (1, 2) or a.shape[-1] != features:
        raise invalid("x", f"shape ({features},) or (n, {features})", a.shape)
    *hidden, last = params.layers
    for layer in hidden:
        a = f(a @ layer.weights + layer.bias)
    return a @ last.weights + last.bias


def _targets(head: Head, y: Array, z: Array) -> Array:
    """The targets as rows: labels become rows by the rule of `Head`, rows stay as they are."""
    are_labels = jnp.issubdtype(y.dtype, jnp.integer)
    if y.shape != (z.shape[:-1] if are_labels else z.shape):
        raise invalid("y", f"integer labels {z.shape[:-1]} or rows {z.shape}", f"{y.dtype} {y.shape}")
    if not are_labels:
        return y
    if z.shape[-1] == 1 and head.domain != distribution:
        return y[..., None].astype(z.dtype)
    return nn.one_hot(y, z.shape[-1], dtype=z.dtype)
