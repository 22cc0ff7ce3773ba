"""The interface of everything parallel: a map like the builtin."""

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

A = TypeVar("A")
B = TypeVar("B")


class Map(Protocol):
    """A map like the builtin, with results in order: `map` itself, or that of a pool of threads or processes."""

    def __call__(self, f: Callable[[A], B], items: Iterable[A], /) -> Iterable[B]: ...
