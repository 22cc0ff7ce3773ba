"""The laws of a reader: () ↦ samples, or training and test samples."""

from collections.abc import Callable
from itertools import permutations
from typing import Any, TypeAlias

import numpy as np
from hypothesis import strategies as st

from fnnet.data.dataset import Dataset
from fnnet.testing.laws.law import EXACT, Example, Law
from fnnet.testing.laws.mismatch import require, require_same
from fnnet.testing.laws.states import global_randomness

Reader: TypeAlias = Callable[[], Any]
"""() ↦ a `Dataset`, or several in a tuple."""

_FACTOR = 10  # between the sizes of features, of which bytes and fractions of 255 are further apart


def _no_example(read: Reader) -> st.SearchStrategy[Example]:
    return st.builds(dict)


def _parts(read: Reader) -> list[Dataset[Any]]:
    samples = read()
    return list(samples) if isinstance(samples, (tuple, list)) else [samples]


def _arrays(part: Dataset[Any]) -> dict[str, Any]:
    """Every array of samples, by its name."""
    return {name: array for name in ("x", "y", "weights") if (array := getattr(part, name)) is not None}


def _datasets(read: Reader) -> None:
    parts = _parts(read)
    require(parts, "a Dataset, or several", "none")
    for part in parts:
        require(isinstance(part, Dataset), "a Dataset", type(part).__name__)
        require(len(part), "at least one sample", "none")
    kinds = [(part.x.shape[1], part.x.dtype, part.y.shape[1:]) for part in parts]
    for kind in kinds[1:]:
        require(kind == kinds[0], f"features, dtype and targets as of the first, {kinds[0]}", f"{kind}")


def _numbers(read: Reader) -> None:
    for k, part in enumerate(_parts(read)):
        for name, array in _arrays(part).items():
            if name == "y" and array.ndim == 1:
                require(array.dtype == np.int64, f"labels of part {k}: int64", f"{array.dtype}")
            else:
                require(array.dtype in (np.float32, np.float64), f"{name} of part {k}: floats", f"{array.dtype}")
                require(np.isfinite(array).all(), f"{name} of part {k}: finite numbers", array)
            require(len(array) == len(part.x), f"{name} of part {k}: {len(part.x)} samples", f"{len(array)}")
        require((part.x != part.x[:1, :1]).any() or part.x.size == 1, f"x of part {k}: numbers that differ", part.x)
        require(part.weights is None or (part.weights >= 0).all(), "weights of at least 0", part.weights)


def _pure(read: Reader) -> None:
    randomness = global_randomness()
    first = read()
    require(global_randomness() == randomness, "the global random state, as it was", "another")
    for _ in range(2):
        require_same(read(), first, "read(), again")


def _own_memory(read: Reader) -> None:
    for k, part in enumerate(_parts(read)):
        for name, owner in _arrays(part).items():
            while isinstance(owner, np.ndarray):
                require(not owner.flags.writeable, f"{name} of part {k}: memory that nobody writes to", "writeable")
                owner = owner.base


def _labels(read: Reader) -> None:
    labels = [part.labels for part in _parts(read) if part.y.ndim == 1]
    if labels:
        found = np.unique(np.concatenate(labels))
        classes = np.arange(len(found))
        require(np.array_equal(found, classes), f"labels from 0 to {len(found) - 1}, each at least once", found)
        first = np.unique(labels[0])
        require(len(first) == len(found), f"a sample of each of {len(found)} classes in the first part", first)


def _apart(read: Reader) -> None:
    rows = [{x.tobytes() for x in part.x} for part in _parts(read)]
    for i, j in permutations(range(len(rows)), 2):
        require(not rows[i] <= rows[j], f"samples of part {i} that are not in part {j}", "none")


def _scale(read: Reader) -> None:
    sizes = [float(np.sqrt(np.mean(np.square(part.x, dtype=np.float64)))) for part in _parts(read)]
    for k, size in enumerate(sizes):
        near = sizes[0] / _FACTOR <= size <= sizes[0] * _FACTOR
        require(near, f"features of part {k} of about the size of part 0, {sizes[0]:.3g}", f"{size:.3g}")


LAWS = (
    Law("datasets", "read() is a Dataset, or several of one kind; none is empty", EXACT, _no_example, _datasets),
    Law(
        "numbers",
        "floats are finite and features not all the same, labels are integers, each sample has a target",
        EXACT,
        _no_example,
        _numbers,
    ),
    Law(
        "pure", "read() gives the same bits each time; the global random state is left alone", EXACT, _no_example, _pure
    ),
    Law("own memory", "what is read shares no memory with anyone who can write to it", EXACT, _no_example, _own_memory),
    Law(
        "labels",
        "labels are 0, 1, … up to the number of classes - 1, and the first part has them all",
        EXACT,
        _no_example,
        _labels,
    ),
    Law("apart", "no part is contained in another", EXACT, _no_example, _apart),
    Law(
        "scale",
        "the features of all parts have the same size, √(mean x²)",
        f"a factor of {_FACTOR}: parts are drawn at random",
        _no_example,
        _scale,
    ),
)
