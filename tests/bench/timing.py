"""The clock: work that can be timed, and rounds in which every contender has its turn.

Other work on the machine comes and goes. A round gives each contender one run, so that what disturbs one is
likely to disturb all of them; the median and the best of the rounds are what counts.
"""

import gc
import time
from collections.abc import Callable, Iterable, Mapping
from statistics import median
from typing import Generic, TypeVar

import attrs

T = TypeVar("T")
R = TypeVar("R", covariant=True)


@attrs.frozen
class Work(Generic[R]):
    """Something to do again and again from the same start.

    Args:
        result: does it once; returns what came out.
        seconds: does it once; returns how long it took.
    """

    result: Callable[[], R]
    seconds: Callable[[], float]


@attrs.frozen
class Times:
    """The seconds that each run of one contender took, in order.

    >>> Times((3.0, 1.0, 2.0)).median, Times((3.0, 1.0, 2.0)).best
    (2.0, 1.0)
    """

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median, or the mean of the middle two."""
        return median(self.seconds)

    @property
    def best(self) -> float:
        """The shortest."""
        return min(self.seconds)


def work(start: Callable[[], T], run: Callable[[T], T], read: Callable[[T], R]) -> Work[R]:
    """Work whose preparation and result are off the clock.

    Args:
        start: makes a new state.
        run: what is timed; it returns when all is computed.
        read: turns the final state into the result.
    """

    def result() -> R:
        return read(run(start()))

    def seconds() -> float:
        state = start()
        # the garbage of the one before is not this one's cost
        gc.collect()
        begin = time.perf_counter()
        # the final state is kept until the clock is read: to free it is no part of the work
        state = run(state)
        return time.perf_counter() - begin

    return Work(result, seconds)


def rounds(contenders: Iterable[str], once: Callable[[str], T], repeats: int) -> dict[str, list[T]]:
    """Call `once` for each contender in turn, `repeats` times over; what it returned, by contender.

    >>> rounds(["a", "b"], str.upper, 2)
    {'a': ['A', 'A'], 'b': ['B', 'B']}
    """
    names = list(contenders)
    returned: dict[str, list[T]] = {name: [] for name in names}
    for _ in range(repeats):
        for name in names:
            returned[name].append(once(name))
    return returned


def interleaved(works: Mapping[str, Work[object]], repeats: int) -> dict[str, Times]:
    """Time each contender once a round; each must have run before, so that no compilation is on the clock."""
    timed = rounds(works, lambda name: works[name].seconds(), repeats)
    return {name: Times(tuple(seconds)) for name, seconds in timed.items()}
