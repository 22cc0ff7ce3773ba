"""Functions applied to each array of parameters or a gradient: `map_layers`, `zip_layers`."""

from typing import Any, Protocol, TypeVar, overload

import attrs

from fnnet.core.arrays import F, Numbers
from fnnet.core.functions import check_callable
from fnnet.core.messages import invalid, wrong_type
from fnnet.nn.activation import Elementwise
from fnnet.nn.params import Dense, Grads, Params

Layered = TypeVar("Layered", bound=Params[Any] | Grads[Any])


class Binary(Protocol):
    """A function of two arrays of one shape to a third of that shape."""

    def __call__(self, a: Numbers, b: Numbers, /) -> Numbers: ...


def require_layered(name: str, record: object) -> None:
    """Raise TypeError unless the record is a `Params` or a `Grads`."""
    if not isinstance(record, (Params, Grads)):
        cures = {"TrainState": "state.params", "ndarray": "unravel(params, vector)"}
        raise wrong_type(name, "Params or Grads", record, cures)


def map_layers(f: Elementwise, record: Layered) -> Layered:
    """Apply f to every weight matrix and every bias of parameters or a gradient.

    Args:
        f: from an array to one of the same shape and dtype.
        record: `Params` or `Grads`.

    Returns:
        A record of the same type. Law: `map_layers(lambda a: a, r) == r`.

    Raises:
        TypeError: the record is of another type.
        ValueError: f changes a shape so that the layers no longer fit.

    >>> import numpy as np
    >>> from fnnet import init_params
    >>> map_layers(np.sign, init_params((2, 1), seed=0)).layers[0].bias
    array([0.], dtype=float32)
    """
    check_callable("f", f)
    require_layered("record", record)
    layers = tuple(Dense(f(layer.weights), f(layer.bias)) for layer in record.layers)
    return attrs.evolve(record, layers=layers)


@overload
def zip_layers(f: Binary, a: Params[F], b: Params[F] | Grads[F]) -> Params[F]: ...
@overload
def zip_layers(f: Binary, a: Grads[F], b: Grads[F]) -> Grads[F]: ...
def zip_layers(f: Binary, a: Params[Any] | Grads[Any], b: Params[Any] | Grads[Any]) -> Params[Any] | Grads[Any]:
    """Apply f to every pair of arrays of two records of the same shapes.

    Args:
        f: from two arrays of one shape to a third of that shape.
        a: `Params` or `Grads`.
        b: of the same type, or a `Grads`; of the same shapes and dtype.

    Returns:
        A record of the type of a, with its activation and head.

    Raises:
        TypeError: a is a `Grads`, and b a `Params`; or one is of another type.
        ValueError: the shapes, the dtypes, or the activations and heads differ.

    >>> import numpy as np
    >>> from fnnet import init_params
    >>> params = init_params((2, 1), seed=0)
    >>> zip_layers(np.subtract, params, params).layers[0].bias
    array([0.], dtype=float32)
    """
    check_callable("f", f)
    require_layered("a", a)
    if isinstance(a, Grads) and not isinstance(b, Grads):
        raise TypeError(f"b: expected Grads, as a, got {type(b).__name__}")
    return zipped(f, a, b)


def zipped(f: Binary, a: Layered, b: Params[Any] | Grads[Any]) -> Layered:
    """`zip_layers`, to the type of a, whatever that of b."""
    check_same_shapes(a, b)
    layers = tuple(
        Dense(f(left.weights, right.weights), f(left.bias, right.bias)) for left, right in zip(a.layers, b.layers)
    )
    return attrs.evolve(a, layers=layers)


def check_same_shapes(a: Params[Any] | Grads[Any], b: Params[Any] | Grads[Any]) -> None:
    """Raise ValueError unless b has the shapes and the dtype of a, and its activation and head if both have them.

    Raises:
        TypeError: one is neither a `Params` nor a `Grads`.
    """
    for name, record in (("a", a), ("b", b)):
        require_layered(name, record)
    shapes, others = ([layer.weights.shape for layer in record.layers] for record in (a, b))
    if shapes != others:
        raise invalid("b", f"weights {shapes}, as a", others)
    if a.dtype != b.dtype:
        raise invalid("b", f"{a.dtype}, as a", b.dtype)
    if isinstance(a, Params) and isinstance(b, Params) and (a.hidden, a.head) != (b.hidden, b.head):
        raise invalid("b", f"{a.hidden.name} and {a.head.name}, as a", f"{b.hidden.name} and {b.head.name}")
