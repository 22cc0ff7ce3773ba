"""Sweeps: a recipe trained with every combination of some changes, through any `map`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any

import attrs

from fnnet.core.checks import invalid, quoted
from fnnet.core.maps import Map
from fnnet.data.loaders import Pair
from fnnet.metrics.accuracy import accuracy
from fnnet.recipes import run
from fnnet.recipes.recipe import Recipe
from fnnet.recipes.run import final_params, initial_params

_FIELDS = tuple(field.name for field in attrs.fields(Recipe))


@attrs.frozen
class Result:
    """The outcome of one run of a sweep.

    Args:
        changes: the fields of the recipe that were changed, with their values.
        seed: random seed of the run.
        accuracy: on the test samples after the last epoch, from 0 to 1.
    """

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
    """Train the recipe with every combination of changes, with every seed.

    Args:
        recipe: the settings that are not changed.
        grid: for each field of the recipe to change, the values to try.
        data: a function that gives the training samples and the test samples.
        seeds: random seeds; each combination is trained with each of them.
        map: the builtin, or that of a pool; with processes, `data` must be importable.

    Returns:
        A stream of results in the order of the grid; the seed changes fastest, then the last field. Law: it is the
        same with any map whose results come in order.

    Raises:
        ValueError: the grid has a name that is not a field of the recipe.
        TypeError: the grid has no values for a field, or the data is not a function.

    >>> from fnnet import load_mnist, split
    >>> from fnnet.recipes import FAST
    >>> def data():
    ...     return split(split(load_mnist()[0], 600)[0], 500)
    >>> [result.changes for result in sweep(FAST, {"epochs": [1, 2]}, data)]
    [{'epochs': 1}, {'epochs': 2}]
    """
    for name, values in grid.items():
        if name not in _FIELDS:
            raise invalid("grid", f"fields among {', '.join(_FIELDS)}", quoted(name))
        if isinstance(values, str) or not isinstance(values, Iterable):
            raise TypeError(f"grid: expected values to try for {name}, got {quoted(values)}; use [{quoted(values)}]")
    if not callable(data):
        raise TypeError(f"data: expected a function that gives two Datasets, got {type(data).__name__}")
    changes = [dict(zip(grid, values)) for values in product(*grid.values())]
    return iter(map(partial(_result, recipe, data), list(product(changes, seeds))))


def _result(recipe: Recipe, data: Callable[[], Pair], cell: tuple[dict[str, Any], int]) -> Result:
    changes, seed = cell  # Any: a field of the recipe may be of any type
    changed = attrs.evolve(recipe, **changes)
    train, test = data()
    classes = 1 + max(int(part.y.max()) for part in (train, test))
    start = initial_params(changed, train.x.shape[1], classes, seed)
    *_, last = run.train(changed, start, train, seed)
    return Result(changes, seed, accuracy(final_params(changed, last), test))
