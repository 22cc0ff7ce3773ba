"""How much memory the work of a case takes at most, beyond the data and the initial weights."""

import tracemalloc
from collections.abc import Sequence
from types import ModuleType

from tests.bench.cases import Case, problem

MEBIBYTE = 2**20


def peak(case: Case, peer: ModuleType) -> tuple[float, float, float]:
    """Of the data, of the weights, and of what the work allocates at most at one time, in MiB.

    Python's `tracemalloc` counts the arrays of NumPy to the byte, but not what a BLAS keeps for itself.
    """
    posed = problem(case)
    work = getattr(peer, case.kind)(posed)
    tracemalloc.start()
    try:
        work()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    data, weights = posed.x.nbytes + posed.y.nbytes, sum(array.nbytes for array in posed.arrays)
    return data / MEBIBYTE, weights / MEBIBYTE, most / MEBIBYTE


def cells(cases: Sequence[Case], peer: ModuleType) -> list[list[str]]:
    """A row for each case."""
    return [[case.title, *(f"{number:.1f}" for number in peak(case, peer))] for case in cases]
