"""Tables from activations and heads to their counterparts in another package: the library's, and a caller's own."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from fnnet.core.messages import invalid, wrong_type
from fnnet.nn.activation import Activation
from fnnet.nn.head import Head

V = TypeVar("V", Activation, Head)
T = TypeVar("T")

NO_OWN: Mapping[Any, Any] = MappingProxyType({})
"""The counterparts of a caller who has no functions of their own. Any: of activations, or of heads."""


def known(argument: str, table: Mapping[V, T], own: Mapping[V, T], value: V) -> T:
    """The counterpart of an activation or a head.

    The whole value is looked up, not its name: a function of the caller's may have the name of one of the library's.

    Args:
        argument: by which a caller gives counterparts: "activations" or "heads".
        table: what the library's activations, or its heads, are in another package.
        own: what the caller's are.
        value: the activation or the head.

    Raises:
        TypeError: `own` is not a mapping.
        ValueError: neither has it; the error says how to give it.

    >>> from fnnet import relu, tanh
    >>> known("activations", {relu: "Relu"}, {}, relu)
    'Relu'
    >>> known("activations", {relu: "Relu"}, {}, tanh)
    Traceback (most recent call last):
        ...
    ValueError: params: expected one of relu, got Activation(tanh); use activations={tanh: its counterpart}
    """
    table = {**table, **dict(own_items(argument, own))}
    if value not in table:
        names = ", ".join(key.name for key in table)
        raise invalid("params", f"one of {names}", value, f"{argument}={{{value.name}: its counterpart}}")
    return table[value]


def own_items(argument: str, own: Mapping[V, T]) -> tuple[tuple[V, T], ...]:
    """A caller's functions with their counterparts, as a value that can be hashed.

    Raises:
        TypeError: they are not in a mapping.

    >>> from fnnet import relu
    >>> own_items("activations", {relu: "Relu"})
    ((Activation(relu), 'Relu'),)
    """
    if not isinstance(own, Mapping):
        raise wrong_type(argument, "a dictionary from functions of yours to their counterparts", own)
    return tuple(own.items())
