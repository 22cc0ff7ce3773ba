"""The interface of everything parallel: a map like the builtin."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from fnnet.core.checks import check_iterable
from fnnet.core.functions import check_callable
from fnnet.core.messages import invalid, wrong_type
from fnnet.core.threads import one_blas_thread

A = TypeVar("A")
B = TypeVar("B")


Map: TypeAlias = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""A map like the builtin, with results in order: `map` itself, or that of a pool of threads or processes. Any: a
protocol that is generic in arguments and results would reject functions without annotations."""


def checked_map(map: Map, f: Callable[[A], B], items: Sequence[A]) -> Iterator[B]:
    """The results of a map as a lazy stream, each checked to be that of its item.

    Each is computed with one BLAS thread: workers share the processors, and every map gives the same bits.

    Raises:
        TypeError: (from the stream) the map is not a function, or does not give the results.
        ValueError: (from the stream) the map drops, repeats or reorders results.

    >>> list(checked_map(map, abs, [-1, 2]))
    [1, 2]
    >>> list(checked_map(lambda f, items: map(f, list(items)[::-1]), abs, [-1, 2]))
    Traceback (most recent call last):
        ...
    ValueError: map: expected result 0 of 2, got result 1
    >>> list(checked_map(filter, abs, [-1, 2]))
    Traceback (most recent call last):
        ...
    TypeError: map: expected the result of the function for each item, got tuple
    """
    results: Iterable[object] = check_callable("map", map)(partial(_numbered, f), list(enumerate(items)))
    expected = 0
    for each in check_iterable("map", "an iterable of results", results):
        if not isinstance(each, _Result):
            raise wrong_type("map", "the result of the function for each item", each)
        if each.number != expected:
            raise invalid("map", f"result {expected} of {len(items)}", f"result {each.number}")
        yield each.value
        expected += 1
    if expected != len(items):
        raise invalid("map", f"{len(items)} results", expected)


class _Result(NamedTuple, Generic[B]):
    """A type of its own, so that what is not a result shows: a future, or an item that `filter` gives back."""

    number: int
    value: B


def _numbered(f: Callable[[A], B], item: tuple[int, A]) -> _Result[B]:
    try:
        with one_blas_thread():
            return _Result(item[0], f(item[1]))
    except StopIteration as error:  # which would end the map, as if there were no more items
        raise RuntimeError(f"the function of a map raised {error!r}") from error
