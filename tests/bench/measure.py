"""The clock, the rounds in which everybody has a turn, and the check that all do the same thing."""

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any, TypeAlias

import attrs
import numpy as np

from tests.bench.cases import Work

Turn: TypeAlias = Callable[[], tuple[float, Sequence[Any]]]
"""Does the work once; returns the seconds it took and the arrays that came out."""

TOLERANCE = 1e-4
"""Of the distance that the result moved; a wrong rate, order or loss is far beyond it."""


@attrs.frozen
class Row:
    """The seconds of every round of one case, for each contender in turn; ratios are to the first.

    >>> row = Row("train-1", 1000, {"fnnet": [0.02, 0.03, 0.01], "JAX": [0.03, 0.09, 0.01]}, 0.0)
    >>> row.microseconds, row.ratio("JAX")
    (20.0, 1.5)
    """

    title: str
    samples: int
    seconds: Mapping[str, Sequence[float]]
    difference: float

    @property
    def microseconds(self) -> float:
        """The first contender's median, for one sample."""
        return median(next(iter(self.seconds.values()))) / self.samples * 1e6

    def ratio(self, name: str) -> float:
        """The median over the rounds of the contender's time by the first one's: the machine is slower in some."""
        first = next(iter(self.seconds.values()))
        return median(a / b for a, b in zip(self.seconds[name], first, strict=True))


def clock(work: Work) -> Turn:
    """The work with the time it takes."""

    def turn() -> tuple[float, Sequence[Any]]:
        gc.collect()  # the garbage of the one before is not this one's cost
        begin = time.perf_counter()
        result = work()
        return time.perf_counter() - begin, result

    return turn


def measure(title: str, samples: int, turns: Mapping[str, Turn], start: Sequence[Any] | None, repeats: int) -> Row:
    """Compare what all of them compute, then time them once a round.

    Args:
        title: of the row.
        samples: that the work of one turn is for.
        turns: by contender.
        start: what the results moved away from, such as the initial weights; None if the work is not the same.
        repeats: the number of rounds.

    Raises:
        ValueError: a contender computes something else.
    """
    # the first turn of each, which may compile, is not timed
    results = {name: turn()[1] for name, turn in turns.items()}
    worst = 0.0 if start is None else difference(results, start)
    seconds: dict[str, list[float]] = {name: [] for name in turns}
    for _ in range(repeats):
        for name, turn in turns.items():
            seconds[name].append(turn()[0])
    return Row(title, samples, seconds, worst)


def difference(results: Mapping[str, Sequence[Any]], start: Sequence[Any]) -> float:
    """The greatest distance of a result from the first contender's, by the distance that this one moved from `start`.

    Distances are Euclidean. A single number may well differ by more: Adam divides a gradient that rounding has left
    little of by its own size.

    Raises:
        ValueError: it is beyond the tolerance.
    """
    flat = {name: _flat(result) for name, result in results.items()}
    goal, *_ = flat.values()
    moved = np.linalg.norm(goal - _flat(start))
    found = {name: float(np.linalg.norm(array - goal) / moved) for name, array in flat.items()}
    if wrong := {name: value for name, value in found.items() if not value <= TOLERANCE}:  # NaN is wrong, too
        raise ValueError(f"expected the same results to {TOLERANCE:g} of the distance moved, got {wrong}")
    return max(found.values())


def _flat(arrays: Sequence[Any]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.concatenate([np.ravel(array).astype(np.float64) for array in arrays])
