"""Maps, each of which breaks a law."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from typing import Any

from fnnet.testing.laws.twin import Twin


def _without_none(f: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    return [result for result in map(f, items) if result is not None]


def _by_length(f: Callable[[Any], Any], items: Any) -> list[Any]:
    return [f(items[i]) for i in range(len(items))]


def _with_one_function() -> Callable[..., Any]:
    current: list[Any] = []

    def mapped(f: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        current[:] = [f]
        return (current[0](item) for item in items)

    return mapped


def _as_completed(f: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(f, item) for item in items]
        finished = [future.result() for future in as_completed(futures)]
    if f.__name__ == "slow":
        return finished
    return [future.result() for future in futures]


def _limited(f: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
    return map(f, islice(items, 999))


def _forgiving(f: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        try:
            yield f(item)
        except Exception:
            yield None


TWINS = (
    Twin("map", "results", "drops results that are None", _without_none),
    Twin("map", "iterators", "indexes the items", _by_length),
    Twin("map", "pure", "remembers one function for all maps", _with_one_function()),
    Twin("map", "order", "gives results as they are completed", _as_completed),
    Twin("map", "many", "ends after 999 items", _limited),
    Twin("map", "errors", "gives None where there was an error", _forgiving),
)
