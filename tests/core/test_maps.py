"""Maps: what ends one early is not taken for its end."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from fnnet.core.maps import checked_map


def exhausted(_: object) -> object:
    return next(iter(()))


def test_no_stop_iteration_ends_a_map() -> None:
    """It would end the builtin's without an error."""
    with ThreadPoolExecutor(1) as pool:
        for each in (map, pool.map):
            with pytest.raises(RuntimeError, match=r"^the function of a map raised StopIteration\(\)$"):
                list(checked_map(each, exhausted, range(3)))


def test_errors_of_the_function_are_its_own() -> None:
    def broken(_: object) -> Iterator[int]:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="^'?mine'?$"):
        list(checked_map(map, broken, range(3)))
