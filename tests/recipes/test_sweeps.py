"""Sweeps: every combination of a grid, through any map."""

import copy
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import attrs
import numpy as np
import pytest

from fnnet import Dataset, accuracy, loss, recipes, split
from fnnet.data.augment import Warp
from fnnet.data.loaders import Pair
from fnnet.recipes.recipe import FAST
from fnnet.recipes.run import initial_params
from fnnet.recipes.sweeps import Result, sweep
from fnnet.train.state import Diverged
from tests.helpers import pickled
from tests.strategies import digits


def test_a_result_is_that_of_its_recipe() -> None:
    (result,) = sweep(FAST, {"widths": [(16,)], "epochs": [2]}, digits)
    recipe = attrs.evolve(FAST, widths=(16,), epochs=2)
    train, test = digits()
    *_, last = recipes.train(recipe, initial_params(recipe, 784, 10, 0), train)
    assert result.accuracy == accuracy(last.eval_params, test)


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


SMALL = attrs.evolve(FAST, widths=(4,), epochs=2, batch_size=8)


def table(y: Callable[[np.ndarray[tuple[int, int], np.dtype[np.float32]]], np.ndarray[tuple[int, ...]]]) -> Pair:
    x = np.random.default_rng(0).random((40, 9), np.float32)
    return split(Dataset(x, y(x)), 30)  # type: ignore[arg-type]  # of either type of targets


def regression() -> Pair:
    return table(lambda x: x[:, :2] - x[:, 2:4])


def rows() -> Pair:
    return table(lambda x: x[:, :3] / x[:, :3].sum(axis=1, keepdims=True))


def labels() -> Pair:
    return table(lambda x: x.argmax(axis=1))


def test_every_combination_is_tried() -> None:
    """They are tried in order, through any map."""
    grid: dict[str, Sequence[object]] = {"lr": [1e-3, 3e-3], "epochs": [1, 2]}
    plain = list(sweep(SMALL, grid, labels, seeds=(0, 1)))
    cells = [(result.changes["lr"], result.changes["epochs"], result.seed) for result in plain]
    assert cells == [(lr, epochs, seed) for lr in (1e-3, 3e-3) for epochs in (1, 2) for seed in (0, 1)]
    with ThreadPoolExecutor(2) as pool:
        assert list(sweep(SMALL, grid, labels, seeds=(0, 1), map=pool.map)) == plain


def test_combinations_take_what_suits_them() -> None:
    """As options of `fnnet train` do; of the rate of the recipe none takes what does not suit all."""
    grid: dict[str, Sequence[object]] = {"optimizer": ["adam", "sgd"], "hidden": ["relu", "sigmoid"]}
    train, test = labels()
    for result in sweep(SMALL, grid, labels):
        recipe = attrs.evolve(SMALL, lr=None, init=None, **result.changes)  # type: ignore[arg-type]  # names
        *_, last = recipes.train(recipe, initial_params(recipe, 9, 9, 0), train)
        assert result.accuracy == accuracy(last.eval_params, test)
    (same,) = sweep(SMALL, {"epochs": [1]}, labels)  # with its own rate
    (kept,) = sweep(SMALL, {"optimizer": ["sgd"], "lr": [0.0]}, labels)
    *_, last = recipes.train(attrs.evolve(SMALL, epochs=1), initial_params(SMALL, 9, 9, 0), train)
    assert same.loss == loss(last.eval_params, test.x, test.y)
    assert kept.loss == loss(initial_params(SMALL, 9, 9, 0), test.x, test.y)


@pytest.mark.parametrize(
    "bad, message",
    [
        (lambda: None, "a function that gives two Datasets, got one that gives a NoneType"),
        (lambda: labels()[0], "a function that gives two Datasets, got one that gives a Dataset"),
        (lambda: (*labels(), 1), "a function that gives two Datasets, got one that gives a tuple of 3"),
        (lambda: (1, 2), "Dataset, got int"),
        (labels(), "a function that gives two Datasets, got tuple"),
    ],
)
def test_data_gives_two_data_sets(bad: Any, message: str) -> None:
    with pytest.raises(TypeError, match=f"^data: expected {message}$"):
        sweep(SMALL, {"epochs": [1]}, bad)


@pytest.mark.parametrize("part", [0, 1])
def test_both_data_sets_have_samples(part: int) -> None:
    def data() -> Pair:
        parts = list(labels())
        parts[part] = parts[part][:0]
        return parts[0], parts[1]

    with pytest.raises(ValueError, match="^data: expected at least one sample, got none$"):
        sweep(SMALL, {"epochs": [1]}, data)


def test_regression_has_a_loss_only() -> None:
    (result,) = sweep(attrs.evolve(SMALL, head="identity-squared-error"), {"lr": [0.01]}, regression)
    recipe = attrs.evolve(SMALL, head="identity-squared-error", lr=0.01)
    train, test = regression()
    *_, last = recipes.train(recipe, initial_params(recipe, 9, 2, 0), train)
    assert result == Result({"lr": 0.01}, 0, None, loss(last.eval_params, test.x, test.y))


def test_rows_have_loss_and_accuracy() -> None:
    (result,) = sweep(SMALL, {"smoothing": [0.1]}, rows)
    recipe = attrs.evolve(SMALL, smoothing=0.1)
    train, test = rows()
    *_, last = recipes.train(recipe, initial_params(recipe, 9, 3, 0), train)
    assert result.accuracy == accuracy(last.eval_params, test)
    assert result.loss == loss(last.eval_params, test.x, test.y)


def test_a_diverging_run_keeps_its_error() -> None:
    recipe = attrs.evolve(SMALL, head="identity-squared-error", optimizer="sgd", schedule="exponential", epochs=9)
    good, bad, last = sweep(recipe, {"lr": [0.01, 1e9, 0.02]}, regression)
    assert good.error is None and last.error is None and good.loss and last.loss
    assert isinstance(bad.error, Diverged) and (bad.loss, bad.accuracy) == (None, None)
    assert "training diverged in epoch 1" in str(bad.error)
    assert str(pickled(bad).error) == str(bad.error)


def test_outputs_that_overflow_end_no_sweep() -> None:
    """The parameters after the only step are finite, and the outputs for the test samples are not."""
    recipe = attrs.evolve(SMALL, optimizer="sgd", schedule="exponential", epochs=1, batch_size=30, hidden="identity")
    results = list(sweep(attrs.evolve(recipe, l2=1e-9), {"lr": [1e30, 0.1]}, labels))
    assert len(results) == 2 and results[1].accuracy is not None


@pytest.mark.parametrize(
    "grid, data, message",
    [
        ({"lr": [0.1, -1.0]}, labels, "^lr: expected a finite number of at least 0, got -1.0$"),
        ({"epochs": [1, "2"]}, labels, "^epochs: expected an integer of at least 1, got '2'$"),
        ({"head": ["softmax-cross-entropy", "none"]}, labels, "^head: expected one of "),
        ({"head": ["identity-squared-error", "softmax-cross-entropy"]}, regression, "^y: expected "),
        ({"head": ["identity-squared-error"], "smoothing": [0, 0.1]}, regression, "^smoothing: expected "),
        ({"warp": [Warp(), Warp(scale=0.5)], "final_warp": [2.0]}, labels, "^final_warp: expected a factor "),
        ({"warp": [Warp(shift=1)]}, lambda: split(Dataset(np.ones((4, 5), np.float32), np.arange(4)), 2), "^images: "),
        ({}, lambda: split(Dataset(np.ones((4, 9)), np.arange(4)), 2), "^data: expected float32 in both parts"),
        ({}, lambda: (labels()[0], digits()[1]), "^data: expected 9 features in both parts, got 784$"),
    ],
)
def test_grid_is_checked_before_training(
    grid: dict[str, Sequence[object]], data: Callable[[], Pair], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fnnet.recipes.sweeps.initial_params", None)
    with pytest.raises(ValueError, match=message):
        sweep(SMALL, grid, data)
    with pytest.raises(ValueError, match="^seeds: expected an integer of at least 0, got -1$"):
        sweep(SMALL, {}, labels, seeds=(0, -1))


def test_changes_are_not_shared() -> None:
    """Each result has its own, read-only; what the caller does to the grid later does not show."""
    widths = [3]
    grid: dict[str, Sequence[object]] = {"widths": [widths], "lr": [np.float64(0.01)]}
    first, second = sweep(attrs.evolve(SMALL, epochs=1), grid, labels, seeds=(0, 1))
    widths[0] = 7
    assert first.changes == second.changes == {"widths": (3,), "lr": 0.01} and type(first.changes["lr"]) is float
    assert first.changes is not second.changes
    with pytest.raises(TypeError):
        first.changes["lr"] = 1  # type: ignore[index]  # read-only
    mine = {"lr": 0.1}
    result = Result(mine, 0, None, None)
    mine["lr"] = 0.2
    for same in (result, pickled(result), copy.copy(result), copy.deepcopy(result), attrs.evolve(result)):
        assert same == result and dict(same.changes) == {"lr": 0.1}


def test_maps_that_drop_results_are_noticed() -> None:
    recipe = attrs.evolve(SMALL, epochs=1)
    with pytest.raises(ValueError, match="^map: expected 2 results, got 1$"):
        list(sweep(recipe, {}, labels, seeds=(0, 1), map=lambda f, items: [f(next(iter(items)))]))


@pytest.mark.slow
def test_processes_give_the_same_results() -> None:
    grid = {"lr": [0.01, 0.02]}
    with ProcessPoolExecutor(2) as pool:
        assert list(sweep(SMALL, grid, labels, map=pool.map)) == list(sweep(SMALL, grid, labels))
