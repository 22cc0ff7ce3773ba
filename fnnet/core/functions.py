"""Checks of the functions that are given as arguments."""

import inspect
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from fnnet.core.messages import cut, quoted

C = TypeVar("C")


def check_callable(name: str, value: C) -> C:
    """The value, if it can be called.

    Raises:
        TypeError: it cannot.

    >>> check_callable("equation", 3)
    Traceback (most recent call last):
        ...
    TypeError: equation: expected a function, got 3
    """
    if not callable(value):
        raise TypeError(f"{name}: expected a function, got {quoted(value)}")
    return value


def check_takes(name: str, function: Callable[..., object], parameters: Iterable[str], cure: str = "") -> None:
    """Raise TypeError unless a function can be called with these arguments.

    Args:
        name: what it is, for the error.
        function: to be called with them. If Python does not know its signature, as of some builtins, it is accepted.
        parameters: of each argument a name, with `=` at its end where it is given by that name.
        cure: what to do about it.

    >>> check_takes("step", lambda state: state, ("state", "batch"))
    Traceback (most recent call last):
        ...
    TypeError: step: expected a function of (state, batch), got <lambda>(state)
    """
    try:
        signature = inspect.signature(function, follow_wrapped=False)  # of what is called, whatever it wraps
    except Exception:  # whatever a signature of the caller's raises; in 3.14 also types that are not there at run time
        return
    names = [parameter for parameter in parameters if not parameter.endswith("=")]
    keywords = {parameter[:-1]: None for parameter in parameters if parameter.endswith("=")}
    try:
        signature.bind(*names, **keywords)
    except TypeError:
        named = function.func if isinstance(function, partial) else function
        kind = cut(str(getattr(named, "__name__", type(function).__name__)), 60)
        expected = f"a function of ({', '.join([*names, *keywords])})"
        raise TypeError(
            f"{name}: expected {expected}, got {kind}{cut(_shown(signature), 60)}" + (f"; use {cure}" if cure else "")
        ) from None


def _shown(signature: inspect.Signature) -> str:
    """A signature without its types, and with `...` for each default, which may be as long as an array."""
    parameters = [
        each.replace(annotation=each.empty, default=each.empty if each.default is each.empty else ...)
        for each in signature.parameters.values()
    ]
    bare = signature.replace(parameters=parameters, return_annotation=signature.empty)
    return str(bare).replace("=Ellipsis", "=...")
