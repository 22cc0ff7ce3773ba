"""What another package calls an activation or a head of ours."""

from collections.abc import Mapping
from typing import TypeVar

from fnnet.core.checks import invalid
from fnnet.nn.activations import Activation
from fnnet.nn.heads import Head

V = TypeVar("V", Activation, Head)
T = TypeVar("T")


def known(table: Mapping[V, T], value: V) -> T:
    """The entry of this activation or head; its name alone does not count, for it may be a user's own.

    Raises:
        ValueError: the table has none; the names of those that it has are told.

    >>> from fnnet import relu, tanh
    >>> known({relu: "Relu"}, relu)
    'Relu'
    >>> known({relu: "Relu"}, tanh)
    Traceback (most recent call last):
        ...
    ValueError: params: expected one of relu, got Activation(tanh)
    """
    if value not in table:
        raise invalid("params", f"one of {', '.join(one.name for one in table)}", value)
    return table[value]
