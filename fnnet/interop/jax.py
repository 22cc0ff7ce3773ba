"""JAX: the records as pytrees, and the network once more in `jax.numpy`, for `jit`, `vmap` and `grad`.

Importing this module registers `Dense`, `Params`, `Grads` and `State` as pytrees. Their arrays are leaves; activation
and head are static, so that a jitted function is compiled once for each. `jax.tree.map(jnp.asarray, params)` moves a
network to JAX's device, and `jax.tree.map(np.asarray, params)` brings it back to NumPy, read-only as every record.

JAX traces `jax.numpy`, but not NumPy. So the forward pass and the losses, which it is to differentiate or compile, are
written here a second time; tests check that they equal NumPy's. The backward pass is `jax.grad`.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias, TypeVar

import numpy as np

from fnnet.core.arrays import F, frozen
from fnnet.core.messages import invalid
from fnnet.interop.known import known
from fnnet.nn.activation import Activation
from fnnet.nn.activations import identity, leaky_relu, relu, sigmoid, silu, softplus, tanh
from fnnet.nn.domains import distribution
from fnnet.nn.head import Head
from fnnet.nn.heads import identity_squared_error, logistic_cross_entropy, softmax_cross_entropy, softmax_squared_error
from fnnet.nn.params import Dense, Grads, Params
from fnnet.optim.optimizer import State

try:
    from jax import Array, nn
    from jax import numpy as jnp
    from jax.tree_util import GetAttrKey, register_pytree_with_keys
    from jax.typing import ArrayLike
except ImportError:
    raise ImportError("fnnet.interop.jax needs JAX: pip install 'fnnet[jax]'") from None

R = TypeVar("R")


def _register(cls: type[R], leaves: tuple[str, ...], static: tuple[str, ...] = ()) -> None:
    """Register a record as a pytree.

    Args:
        cls: the class of the record.
        leaves: the fields that are its children.
        static: the fields that are part of the tree's structure.
    """

    def flatten(record: R) -> tuple[list[tuple[object, object]], tuple[object, ...]]:
        children = [(GetAttrKey(name), getattr(record, name)) for name in leaves]
        return children, tuple(getattr(record, name) for name in static)

    def unflatten(structure: tuple[object, ...], children: Iterable[object]) -> R:
        # without the constructor, which checks: JAX also fills trees with tracers, None and plain objects
        record = object.__new__(cls)
        for name, value in zip((*static, *leaves), (*structure, *children)):
            object.__setattr__(record, name, frozen(value) if isinstance(value, np.ndarray) else value)
        return record

    register_pytree_with_keys(cls, flatten, unflatten)


_register(Dense, ("weights", "bias"))
_register(Params, ("layers",), static=("hidden", "head"))
_register(Grads, ("layers",))
_register(State, ("count", "slots"), static=("average", "optimizer"))

Elementwise: TypeAlias = Callable[[Array], Array]
Loss: TypeAlias = Callable[[Array, Array], Array]

_ACTIVATIONS: dict[Activation, Elementwise] = {
    sigmoid: nn.sigmoid,
    tanh: jnp.tanh,
    relu: nn.relu,
    # jax.nn.leaky_relu has the other derivative at 0
    leaky_relu: lambda z: jnp.where(z > 0, z, 0.01 * z),
    silu: nn.silu,
    softplus: nn.softplus,
    identity: lambda z: z,
}

_HEADS: dict[Head, tuple[Elementwise, Loss]] = {
    softmax_cross_entropy: (nn.softmax, lambda z, t: -(t * nn.log_softmax(z)).sum(-1)),
    softmax_squared_error: (nn.softmax, lambda z, t: jnp.square(nn.softmax(z) - t).mean(-1)),
    identity_squared_error: (lambda z: z, lambda z, t: jnp.square(z - t).mean(-1)),
    logistic_cross_entropy: (nn.sigmoid, lambda z, t: (nn.softplus(z) - t * z).sum(-1)),
}


def apply(params: Params[F], x: ArrayLike) -> Array:
    """The network's output, as a function that JAX can compile, map and differentiate.

    Args:
        params: a network whose activation and head are the library's own.
        x: one sample of shape (features,) or a batch of shape (n, features).

    Returns:
        Shape (outputs,) or (n, outputs). Law: it equals `forward(params, x).output`, up to rounding.

    Raises:
        ValueError: the activation or the head is not the library's own, or x has the wrong shape.

    >>> import jax
    >>> from fnnet import init_params
    >>> params = init_params((4, 3, 2), seed=0)
    >>> jax.jit(apply)(params, np.zeros((5, 4), np.float32)).shape
    (5, 2)
    """
    output, _ = known(_HEADS, params.head)
    return output(_logits(params, x))


def loss(params: Params[F], x: ArrayLike, y: ArrayLike) -> Array:
    """The mean loss of the samples; `jax.grad(loss)` gives its gradient, as a `Params`.

    Args:
        params: a network whose activation and head are the library's own.
        x: one sample of shape (features,) or a batch of shape (n, features).
        y: for one sample, a label or a row of shape (outputs,); for a batch, labels of shape (n,) or rows of shape
            (n, outputs). Under `jit` the values cannot be checked: a label out of range counts as a row of zeros.

    Returns:
        A scalar. Laws: it equals `fnnet.loss(params, x, y)`, and its gradient that of `backward`, up to rounding.

    Raises:
        ValueError: the activation or the head is not the library's own, or x or y has the wrong shape.

    >>> import jax
    >>> from fnnet import init_params
    >>> params, x = init_params((4, 2), seed=0), np.ones(4, np.float32)
    >>> grads = jax.grad(loss)(params, x, 1)
    >>> jax.tree.map(lambda p, g: p - 0.1 * g, params, grads)
    Params(4-2, float32, sigmoid, softmax-cross-entropy, 10 parameters)
    """
    _, losses = known(_HEADS, params.head)
    z = _logits(params, x)
    return losses(z, _targets(params.head, jnp.asarray(y), z)).mean()


def _logits(params: Params[F], x: ArrayLike) -> Array:
    a, f, features = jnp.asarray(x), known(_ACTIVATIONS, params.hidden), params.sizes[0]
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
    return y[..., None] if z.shape[-1] == 1 and head.domain != distribution else nn.one_hot(y, z.shape[-1])
