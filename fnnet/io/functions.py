"""Activations and heads by name: the library's own, and a caller's, which a file can name but not hold."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from numpy import iterable

from fnnet.core.messages import invalid, printable, quoted, wrong_type
from fnnet.nn.activation import Activation
from fnnet.nn.head import Head

V = TypeVar("V", Activation, Head)


def by_name(argument: str, library: Mapping[str, V], own: Iterable[V]) -> dict[str, V]:
    """The library's functions and a caller's own by name.

    Args:
        argument: what the caller's are called in errors.
        library: `ACTIVATIONS` or `HEADS`.
        own: activations or heads of the caller's.

    Returns:
        A new table. Law: each name has one function.

    Raises:
        TypeError: `own` is not iterable, or holds something else.
        ValueError: two functions share a name.

    >>> from fnnet import relu, tanh
    >>> by_name("activations", {"relu": relu}, [tanh])
    {'relu': Activation(relu), 'tanh': Activation(tanh)}
    """
    kind = type(next(iter(library.values())))
    if not iterable(own) or isinstance(own, str):
        raise wrong_type(argument, f"a list of {kind.__name__}", own, {kind.__name__: "[f]"})
    table = dict(library)
    for function in own:
        if not isinstance(function, kind):
            raise wrong_type(argument, kind.__name__, function)
        if table.setdefault(function.name, function) != function:
            got = f"two functions named {quoted(function.name)}"
            raise invalid(argument, "a name of its own for each function", got, "attrs.evolve(yours, name='another')")
    return table


def find_function(field: str, name: str, table: Mapping[str, V]) -> V:
    """The function that a file names.

    Args:
        field: of the file.
        name: what the file holds there.
        table: as `by_name` gives it.

    Raises:
        ValueError: the table has no such name.

    >>> from fnnet import relu
    >>> find_function("hidden", "sine", {"relu": relu})
    Traceback (most recent call last):
        ...
    ValueError: hidden: expected one of relu, got 'sine'; use load(path, activations=[f]), if f is yours of that name
    """
    if name not in table:
        argument = {"hidden": "activations", "head": "heads"}[field]
        cure = f"load(path, {argument}=[f]), if f is yours of that name"
        raise invalid(field, f"one of {printable(', '.join(table))}", quoted(name), cure)
    return table[name]
