"""A check of the functions that an activation or a head is made of: the library's own, or a user's.

Wrong results would be found late, far from the function, or not at all: an activation that returns float64 makes the
network's gradient float64. So each function is called once, on a few numbers, when its record is made.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import attrs
import numpy as np

from fnnet.core.messages import invalid, wrong_type

T = TypeVar("T")

optional_function: Final = attrs.validators.optional(attrs.validators.is_callable())
"""The validator of a function that only some derivatives need."""


def sample(dtype: type[np.floating]) -> np.ndarray[tuple[int, int], np.dtype[Any]]:
    """Two samples of three numbers, of both signs. Any: a float32 or float64 array, as asked for."""
    return np.array([[-1.5, -0.25, 0.5], [0.75, 1.25, 2.0]], dtype)


def check_result(name: str, function: Callable[..., object], arguments: tuple[Any, ...], like: Any) -> Any:
    """Call a function on copies of arrays, and return its result.

    Args:
        name: of the function, for the errors.
        function: what to call.
        arguments: arrays. Any: as the functions of a user take them.
        like: an array whose dtype and shape the result must have.

    Raises:
        TypeError: the result is not an array.
        ValueError: it has another dtype or shape, or the function has changed an argument.
    """
    given = tuple(argument.copy() for argument in arguments)
    with np.errstate(all="ignore"):
        result = function(*given)
    if not all(np.array_equal(before, after, equal_nan=True) for before, after in zip(arguments, given)):
        raise invalid(name, "to leave its arguments unchanged", "an argument that it wrote to")
    if type(result) is not np.ndarray and not isinstance(result, np.generic):
        raise wrong_type(name, "an array", result)
    if result.dtype != like.dtype or result.shape != like.shape:
        cure = "astype(z.dtype)" if result.shape == like.shape else ""
        raise invalid(name, f"{like.dtype} {like.shape}", f"{result.dtype} {result.shape}", cure)
    return result


def required(function: T | None, name: str, signature: str, owner: object) -> T:
    """Return an optional function of an activation or a head; raise ValueError that says what to give if it is None."""
    if function is None:
        kind = type(owner).__name__.lower()
        raise invalid(kind, f"one with {name}, {signature}", owner, f"attrs.evolve({kind}, {name}=...)")
    return function
