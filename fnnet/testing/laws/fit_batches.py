"""The law of a training loop about its batches: which samples share one is seen from what they have learned.

With x = I, W = 0 and one class, row i of W moves by sample i alone, and all that samples of one batch learn is the
same, by any rule that treats numbers alike. So rows that are equal after an epoch belong to samples of one batch, and
rows that are still equal after many epochs to samples that were together in each.
"""

from typing import Any, TypeAlias

import numpy as np
from hypothesis import strategies as st

from fnnet.data.dataset import Dataset
from fnnet.nn.initializers import init_params
from fnnet.nn.tree import scale
from fnnet.testing.laws.law import Example, Law
from fnnet.testing.laws.loop import Loop
from fnnet.testing.laws.mismatch import require
from fnnet.testing.laws.states import network_of

Groups: TypeAlias = list[tuple[int, ...]]

_EPOCHS = 12
_NEAR = 1e-9
_FADED = 1e-6  # of the largest row: what a batch learns after another that has learned nearly all


def _sizes(f: Loop) -> st.SearchStrategy[Example]:
    return st.sampled_from([24, 300]).map(lambda n: {"n": n})


def _batches(f: Loop, n: int) -> None:
    """The second size is for batches that hold all of the first."""
    start = scale(init_params((n, 2), seed=0, dtype=np.float64), 0.0)
    data = Dataset(np.eye(n), np.zeros(n, np.int64))
    rows = [network_of(state).layers[0].weights[:, 0] for state in f(start, data, _EPOCHS)]
    first, last = _together(rows[0]), _together(rows[-1])
    if not 1 < len(first) < n or abs(rows[0]).min() <= _FADED * abs(rows[0]).max():
        return  # one batch; or a batch for each sample, of which another law tells
    sizes = sorted((len(group) for group in first), reverse=True)
    are_even = sizes[0] - sizes[-1] <= 1 or len(set(sizes[:-1])) == 1
    require(are_even, "batches of one size, or a smaller last one, without a sample twice", f"sizes {sizes}")
    in_order = all(group[-1] - group[0] == len(group) - 1 for group in first)
    require(in_order or last != first, "other batches in other epochs", f"{_EPOCHS} times {list(first[0])}, …")


def _together(numbers: Any) -> Groups:
    """The samples whose numbers are equal, by their first samples."""
    order = np.argsort(numbers)
    ends = np.flatnonzero(np.diff(numbers[order]) > _NEAR * abs(numbers).max()) + 1
    return sorted(tuple(sorted(map(int, group))) for group in np.split(order, ends))


LAWS = (
    Law(
        "batches",
        "an epoch has batches of one size, and if they are shuffled, not all epochs have the same",
        f"{_NEAR:g} of the largest, for rounding",
        _sizes,
        _batches,
        lambda f: f.network is None,
        most=2,
    ),
)
