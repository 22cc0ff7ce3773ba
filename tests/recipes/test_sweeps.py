"""Sweeps: every combination of a grid, through any map."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from fnnet import accuracy, recipes
from fnnet.recipes.recipe import FAST
from fnnet.recipes.run import final_params, initial_params
from fnnet.recipes.sweeps import sweep
from tests.strategies import digits


@pytest.mark.slow
def test_every_combination_is_tried() -> None:
    """They are tried in order, through any map."""
    grid: dict[str, Sequence[object]] = {"lr": [1e-3, 3e-3], "epochs": [1, 2]}
    recipe = attrs.evolve(FAST, widths=(16,))
    plain = list(sweep(recipe, grid, digits, seeds=(0, 1)))
    cells = [(result.changes["lr"], result.changes["epochs"], result.seed) for result in plain]
    assert cells == [(lr, epochs, seed) for lr in (1e-3, 3e-3) for epochs in (1, 2) for seed in (0, 1)]
    with ThreadPoolExecutor(2) as pool:
        assert list(sweep(recipe, grid, digits, seeds=(0, 1), map=pool.map)) == plain


def test_a_result_is_that_of_its_recipe() -> None:
    (result,) = sweep(FAST, {"widths": [(16,)], "epochs": [2]}, digits)
    recipe = attrs.evolve(FAST, widths=(16,), epochs=2)
    train, test = digits()
    *_, last = recipes.train(recipe, initial_params(recipe, 784, 10, 0), train)
    assert result.accuracy == accuracy(final_params(recipe, last), test)


def test_results_name_their_settings() -> None:
    results = list(sweep(FAST, {"epochs": [1], "widths": [(8,)]}, digits, seeds=(3, 4)))
    assert [(result.changes, result.seed) for result in results] == [
        ({"epochs": 1, "widths": (8,)}, seed) for seed in (3, 4)
    ]
    train, test = digits()
    recipe = attrs.evolve(FAST, epochs=1, widths=(8,))
    for result in results:
        *_, last = recipes.train(recipe, initial_params(recipe, 784, 10, result.seed), train, result.seed)
        assert result.accuracy == accuracy(last.params, test)
