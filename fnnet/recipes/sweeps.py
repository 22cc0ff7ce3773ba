"""Experiments as values: a recipe changed in every combination of ways, through any `map`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any

import attrs

from fnnet.core.checks import invalid
from fnnet.core.maps import Map
from fnnet.data.loaders import Pair
from fnnet.metrics.accuracy import accuracy
from fnnet.recipes import run
from fnnet.recipes.recipe import Recipe
from fnnet.recipes.run import final_params, initial_params

_FIELDS = tuple(field.name for field in attrs.fields(Recipe))


@attrs.frozen
class Result:
    """One cell of a sweep: what was changed, the seed, and the accuracy after the last epoch."""

    changes: Mapping[str, object]
    seed: int
    accuracy: float


def sweep(
    recipe: Recipe,
    grid: Mapping[str, Sequence[object]],
    data: Callable[[], Pair],
    seeds: Sequence[int] = (0,),
    map: Map = map,
) -> Iterator[Result]:
    """Follow the recipe with every combination of changes, for every seed.

    Args:
        recipe: where to start.
        grid: for a field of the recipe, the values to try.
        data: a function that gives the samples to train on and those to be judged by.
        seeds: to run each cell with.
        map: the builtin, or that of a pool; with processes, `data` must be importable.

    Returns:
        A stream of results, in the order of the grid, the last field and then the seed changing fastest.

    Raises:
        ValueError: the recipe has no field of a name in the grid.
        TypeError: the grid has no values for a field, or the data is no function.

    >>> from fnnet import load_mnist, split
    >>> from fnnet.recipes.recipe import FAST
    >>> def data():
    ...     return split(split(load_mnist()[0], 600)[0], 500)
    >>> [result.changes for result in sweep(FAST, {"epochs": [1, 2]}, data)]
    [{'epochs': 1}, {'epochs': 2}]
    """
    for name, values in grid.items():
        if name not in _FIELDS:
            raise invalid("grid", f"fields among {', '.join(_FIELDS)}", repr(name))
        if isinstance(values, str) or not isinstance(values, Iterable):
            raise TypeError(f"grid: expected values to try for {name}, got {values!r}")
    if not callable(data):
        raise TypeError(f"data: expected a function that gives two Datasets, got {type(data).__name__}")
    changes = [dict(zip(grid, values)) for values in product(*grid.values())]
    return iter(map(partial(_cell, recipe, data), list(product(changes, seeds))))


def _cell(recipe: Recipe, data: Callable[[], Pair], cell: tuple[dict[str, Any], int]) -> Result:
    changes, seed = cell  # Any: attrs.evolve takes the type of each field
    changed = attrs.evolve(recipe, **changes)
    train, judges = data()
    outputs = 1 + max(int(part.y.max()) for part in (train, judges))
    start = initial_params(changed, train.x.shape[1], outputs, seed)
    *_, last = run.train(changed, start, train, seed)
    return Result(changes, seed, accuracy(final_params(changed, last), judges))
