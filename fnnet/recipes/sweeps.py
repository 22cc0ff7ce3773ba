"""Sweeps: a recipe trained with every combination of some changes, through any `map`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from math import isnan
from types import MappingProxyType
from typing import Any

import attrs
import numpy as np

from fnnet.core.checks import check_integer, check_iterable
from fnnet.core.maps import Map, checked_map
from fnnet.core.messages import invalid, quoted, wrong_type
from fnnet.core.records import Immutable
from fnnet.data.augment import Warp, augment
from fnnet.data.dataset import require_dataset, require_samples
from fnnet.data.loaders import Pair
from fnnet.metrics.accuracy import accuracy
from fnnet.nn.heads import HEADS
from fnnet.nn.inference import loss
from fnnet.nn.targets import check_targets, has_classes
from fnnet.recipes import run
from fnnet.recipes.recipe import Recipe, require_recipe
from fnnet.recipes.run import initial_params
from fnnet.recipes.suitable import adapted
from fnnet.train.state import Diverged

_PAIR = "a function that gives two Datasets"
_FIELDS = tuple(field.name for field in attrs.fields(Recipe))


def _read_only(changes: Mapping[str, object]) -> Mapping[str, object]:
    return MappingProxyType(dict(changes))


@attrs.frozen
class Result(Immutable):
    """The outcome of one run of a sweep.

    Args:
        changes: the fields of the recipe that were changed, with their values; read-only.
        seed: random seed of the run.
        accuracy: on the test samples after the last epoch, from 0 to 1; None for regression, or if training diverged.
        loss: the mean loss of the test samples after the last epoch; None if training diverged.
        error: where training diverged, if it did.
    """

    changes: Mapping[str, object] = attrs.field(converter=_read_only)
    seed: int
    accuracy: float | None
    loss: float | None = None
    error: Diverged | None = None

    def __reduce__(self) -> tuple[type["Result"], tuple[object, ...]]:
        return Result, (dict(self.changes), self.seed, self.accuracy, self.loss, self.error)


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
        grid: for each field of the recipe to change, the values to try. If another rate or other initial weights suit
            some combinations, and the grid does not have them, each combination takes what suits it.
        data: a function that gives the training samples and the test samples, with labels or with rows of targets;
            it is called once to check the grid, and once for each run.
        seeds: random seeds; each combination is trained with each of them.
        map: the builtin, or that of a pool; with processes, `data` must be importable.

    Returns:
        A stream of results in the order of the grid; the seed changes fastest, then the last field. A run that
        diverges has its error in its result. Law: the stream is the same with any map.

    Raises:
        ValueError: the grid has a name that is not a field of the recipe, or a value that is out of its range or does
            not suit the targets; no run has started then. Or (from the stream) the map drops, repeats or reorders
            results.
        TypeError: the recipe is not a `Recipe`, the grid has no values for a field, or a value of another type; or the
            data is not a function that gives two `Dataset`.

    >>> from fnnet import load_mnist, split
    >>> from fnnet.recipes import FAST
    >>> def data():
    ...     return split(split(load_mnist()[0], 600)[0], 500)
    >>> [dict(result.changes) for result in sweep(FAST, {"epochs": [1, 2]}, data)]
    [{'epochs': 1}, {'epochs': 2}]
    """
    require_recipe(recipe)
    _check_grid(grid)
    if not callable(data):
        raise wrong_type("data", _PAIR, data)
    seeds = [check_integer("seeds", seed, 0) for seed in check_iterable("seeds", "integers", seeds)]
    # Any: a field of the recipe may be of any type, which the recipe checks
    changes: list[dict[str, Any]] = [dict(zip(grid, values)) for values in product(*grid.values())]
    recipes = _alike([adapted(recipe, **changed) for changed in changes], grid)
    _check_data(recipes, data())
    cells = [(recipe, tuple(grid), seed) for recipe, seed in product(recipes, seeds)]
    return checked_map(map, partial(_result, data), cells)


def _alike(recipes: list[Recipe], grid: Mapping[str, object]) -> list[Recipe]:
    """The recipes, of which none has a rate or initial weights of its own where others take what suits them."""
    unsettled = [name for name in ("lr", "init") if any(getattr(recipe, name) is None for recipe in recipes)]
    opened = {name: None for name in unsettled if name not in grid}
    return [attrs.evolve(recipe, **opened) for recipe in recipes]  # type: ignore[arg-type]  # lr and init may be None


def _check_grid(grid: object) -> None:
    """Raise an error unless it has values to try for fields of a recipe."""
    if not isinstance(grid, Mapping):
        raise wrong_type("grid", "a mapping from fields to the values to try", grid)
    for name, values in grid.items():
        if name not in _FIELDS:
            raise invalid("grid", f"fields among {', '.join(_FIELDS)}", quoted(name))
        if isinstance(values, (str, bytes)) or not np.iterable(values):
            raise TypeError(f"grid: expected values to try for {name}, got {quoted(values)}; use [{quoted(values)}]")


def _check_data(recipes: Sequence[Recipe], data: object) -> None:
    """Raise an error unless every recipe can be trained on the first data set and tested on the second."""
    if not isinstance(data, (tuple, list)) or len(data) != 2:
        length = f" of {len(data)}" if isinstance(data, (tuple, list)) else ""
        raise TypeError(f"data: expected {_PAIR}, got one that gives a {type(data).__name__}{length}")
    for part in data:
        require_dataset(part)
        require_samples(part)
    train, test = data
    outputs = _outputs((train, test))
    if train.x.shape[1] != test.x.shape[1]:
        raise invalid("data", f"{train.x.shape[1]} features in both parts", test.x.shape[1])
    if train.x.dtype != np.float32 or test.x.dtype != np.float32:
        raise invalid("data", "float32 in both parts", f"{train.x.dtype} and {test.x.dtype}", "data.astype(np.float32)")
    for recipe in recipes:
        if recipe.warp != Warp():
            augment(train.x[:1], 0, recipe.warp)
        for part in data:
            check_targets(HEADS[recipe.head], part.y, (len(part), outputs), part.x.dtype)
        if recipe.smoothing and not HEADS[recipe.head].gives_probabilities:
            raise invalid("smoothing", "0 for real targets", recipe.smoothing)


def _outputs(data: Pair) -> int:
    return max(part.outputs for part in data)


def _result(data: Callable[[], Pair], cell: tuple[Recipe, tuple[str, ...], int]) -> Result:
    recipe, names, seed = cell
    changes = {name: getattr(recipe, name) for name in names}
    train, test = data()
    start = initial_params(recipe, train.x.shape[1], _outputs((train, test)), seed)
    try:
        *_, last = run.train(recipe, start, train, seed)
    except Diverged as error:
        return Result(changes, seed, None, None, error)
    params = last.eval_params
    has_accuracy = has_classes(params.head, test.y, params.sizes[-1])
    with np.errstate(over="ignore", invalid="ignore"):  # finite parameters, too, may give outputs that are not
        test_loss = loss(params, test.x, test.y, test.weights)
        test_accuracy = accuracy(params, test) if has_accuracy and not isnan(test_loss) else None
    return Result(changes, seed, test_accuracy, test_loss)
