"""Tables from the library's activations and heads to what they are in another package."""

from collections.abc import Mapping
from typing import TypeVar

from fnnet.core.messages import invalid
from fnnet.nn.activation import Activation
from fnnet.nn.head import Head

V = TypeVar("V", Activation, Head)
T = TypeVar("T")


def known(table: Mapping[V, T], value: V) -> T:
    """The entry of an activation or a head in a table.

    The whole value is looked up, not its name: a user's own activation may have the name of one of the library's.

    Args:
        table: what the library's activations, or its heads, are in another package.
        value: the activation or the head.

    Raises:
        ValueError: the table does not have it; the error names those that it has.

    >>> from fnnet import relu, tanh
    >>> known({relu: "Relu"}, relu)
    'Relu'
    >>> known({relu: "Relu"}, tanh)
    Traceback (most recent call last):
        ...
    ValueError: params: expected one of relu, got Activation(tanh)
    """
    if value not in table:
        raise invalid("params", f"one of {', '.join(key.name for key in table)}", value)
    return table[value]
