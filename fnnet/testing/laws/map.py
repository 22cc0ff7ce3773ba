"""The laws of a map: (f, items) ↦ results, like the builtin; that of a pool is one."""

import time
from collections.abc import Callable, Iterable
from itertools import zip_longest
from typing import Any, TypeAlias

from hypothesis import strategies as st

from fnnet.testing.laws.law import EXACT, Example, Law
from fnnet.testing.laws.mismatch import require, require_same
from fnnet.testing.laws.states import contents

Map: TypeAlias = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]

_MOST = 30  # examples: a pool of processes takes a millisecond for each
_PAUSE = 0.02  # seconds

_ITEMS = (
    st.none()
    | st.integers(-3, 3)
    | st.sampled_from(["", "a", [3]])
    | st.sampled_from([(), (1, 2)])
    | st.sampled_from([False, True, 1.0])
)
_LENGTHS = st.sampled_from([0, 1, 2, 3, 5, 9, 64, 65, 100, 257])


# Functions of this module, so that processes find them by name.
def same(item: Any) -> Any:
    """The item."""
    return item


def nothing(item: Any) -> None:
    """Nothing, for every item."""


def written(item: Any) -> str:
    """What Python prints of it."""
    return repr(item)


def paired(item: Any) -> tuple[Any, Any]:
    """A pair of the item with itself."""
    return item, item


class Refused(Exception):
    """What `refusing` raises."""


def refusing(item: Any) -> Any:
    """The item, unless it is "refused"."""
    if item == "refused":
        raise Refused("this item")
    return item


def slow(item: int) -> int:
    """The item, later if it is smaller."""
    time.sleep(_PAUSE / (1 + item))
    return item


_FUNCTIONS = st.sampled_from([same, written, nothing, paired])


@st.composite
def _examples(draw: st.DrawFn, m: Map) -> Example:
    """A function, and items: few, or many that repeat those few."""
    few, n = draw(st.lists(_ITEMS, min_size=1, max_size=5)), draw(_LENGTHS)
    return {"f": draw(_FUNCTIONS), "items": (few * n)[:n]}


def _results(m: Map, f: Callable[[Any], Any], items: list[Any]) -> None:
    given = contents(items)
    require_same(list(m(f, items)), [f(item) for item in items], "list(m(f, items))")
    require_same(contents(items), given, "the items, afterwards")


def _iterators(m: Map, f: Callable[[Any], Any], items: list[Any]) -> None:
    expected = [f(item) for item in items]
    for stream in (iter(items), tuple(items), (item for item in items)):
        require_same(list(m(f, stream)), expected, f"results of a {type(stream).__name__}")


def _pure(m: Map, f: Callable[[Any], Any], items: list[Any]) -> None:
    expected = [(f(item), written(item)) for item in items]
    pairs = zip_longest(m(f, items), m(written, items), fillvalue="missing")
    require_same(list(pairs), expected, "results of two maps, side by side")


def _order(m: Map, n: int) -> None:
    require_same(list(m(slow, list(range(n)))), list(range(n)), "results of which the first take longest")


def _many(m: Map, n: int) -> None:
    require_same(list(m(same, range(n))), list(range(n)), "results")


def _errors(m: Map, items: list[Any], i: int) -> None:
    try:
        results = list(m(refusing, [*items[:i], "refused", *items[i:]]))
    except Refused:
        return
    require(False, "Refused, as raised by f", results)


@st.composite
def _refused(draw: st.DrawFn, m: Map) -> Example:
    items = draw(st.lists(_ITEMS, max_size=5))
    return {"items": items, "i": draw(st.integers(0, len(items)))}


LAWS = (
    Law(
        "results",
        "list(m(f, items)) = [f(item) for item in items], and the items stay",
        EXACT,
        _examples,
        _results,
        most=_MOST,
    ),
    Law("iterators", "items may come from any iterable", EXACT, _examples, _iterators, most=_MOST),
    Law("pure", "two maps side by side give the results of each alone", EXACT, _examples, _pure, most=_MOST),
    Law(
        "order",
        "results come in the order of their items, also where the first take longest",
        EXACT,
        lambda m: st.fixed_dictionaries({"n": st.integers(2, 6)}),
        _order,
        most=3,
    ),
    Law(
        "many",
        "thousands of items have a result each",
        EXACT,
        lambda m: st.fixed_dictionaries({"n": st.integers(1000, 2500)}),
        _many,
        most=2,
    ),
    Law("errors", "an error of f reaches the caller", EXACT, _refused, _errors, most=_MOST),
)
