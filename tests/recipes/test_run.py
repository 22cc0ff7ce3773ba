"""Recipes: each ingredient takes part in training, and training repeats to the bit."""

from functools import partial
from typing import Any

import attrs
import numpy as np
import pytest

from fnnet import TrainState, accuracy, adam, fit, recipes
from fnnet.data.augment import Warp, augmented
from fnnet.data.distill import distilled
from fnnet.optim.schedules import cosine, exponential, per_epoch
from fnnet.optim.wrappers import averaged_params, ema
from fnnet.recipes.recipe import BEST, CLASSIC, FAST, RECIPES, Recipe
from fnnet.recipes.run import initial_params
from fnnet.recipes.suitable import rate_of
from tests.strategies import digits


def test_classic_is_the_fast_fold() -> None:
    train, _ = digits()
    recipe = attrs.evolve(CLASSIC, epochs=2)
    start = initial_params(recipe, 784, 10, 3)
    states = list(recipes.train(recipe, start, train, seed=3))
    assert states == list(fit(start, train, epochs=2, lr=per_epoch(exponential(0.1, 0.8), 600), seed=3))
    assert states[-1].opt_state.count == 1200
    assert list(recipes.train(recipe, states[0], train, seed=3)) == states[1:]


def test_exponential_schedule_is_by_epoch() -> None:
    train, _ = digits()
    recipe = attrs.evolve(
        FAST, l2=0.0, epochs=2, widths=(8,), schedule="exponential", lr=0.01, decay=0.5, batch_size=50
    )
    start = initial_params(recipe, 784, 10, 0)
    optimizer = adam(lambda step: 0.01 if step < -(-len(train) // 50) else 0.005)
    assert list(recipes.train(recipe, start, train)) == list(
        fit(start, train, epochs=2, optimizer=optimizer, batch_size=50)
    )


def test_average_is_the_optimizers() -> None:
    train, _ = digits()
    recipe = attrs.evolve(FAST, l2=0.0, epochs=2, widths=(8,), average=0.9)
    start = initial_params(recipe, 784, 10, 0)
    optimizer = ema(adam(cosine(rate_of(recipe), 2 * 5, warmup=5)), 0.9)
    expected = list(fit(start, train, epochs=2, optimizer=optimizer, batch_size=128))
    assert list(recipes.train(recipe, start, train)) == expected
    last = expected[-1]
    assert last.opt_state and last.eval_params == averaged_params(last.params, last.opt_state)


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_learns(name: str) -> None:
    train, test = digits()
    recipe = attrs.evolve(RECIPES[name], epochs=6, widths=(32,), average=0.0, batch_size=8)
    start = initial_params(recipe, 784, 10, 0)
    *_, last = recipes.train(recipe, start, train)
    before, after = (accuracy(params, test) for params in (start, last.eval_params))
    assert after > before + (0.3 if name != "article" else -0.05)


def test_every_ingredient_takes_part() -> None:
    train, _ = digits()
    base = attrs.evolve(FAST, epochs=2, widths=(16,))
    start = initial_params(base, 784, 10, 0)

    def end(recipe: Recipe) -> TrainState[np.float32]:
        *_, last = recipes.train(recipe, start, train)
        return last

    plain = end(base)
    changes: list[dict[str, object]] = [
        {"optimizer": "momentum"},
        {"lr": 1e-3},
        {"schedule": "exponential"},
        {"smoothing": 0.1},
        {"l2": 0.1},
        {"dropout": 0.5},
        {"adversary": 0.1},
        {"adversary": 0.1, "dropout": 0.5},
        {"warp": Warp(shift=1)},
        {"warp": Warp(shift=1), "final_warp": 0.0},
        {"batch_size": 32},
    ]
    ends = [end(Recipe(**{**attrs.asdict(base, recurse=False), **change})).params for change in changes]
    assert all(params != plain.params for params in ends)
    averaging = attrs.evolve(base, average=0.9)
    last = end(averaging)
    assert last.params == plain.params and last.eval_params != plain.params


def test_warp_weakens_to_its_final_share() -> None:
    """Its strengths fall linearly from epoch to epoch."""
    train, _ = digits()
    recipe = attrs.evolve(FAST, l2=0.0, epochs=3, widths=(8,), warp=Warp(shift=4, elastic=20), final_warp=0.25)
    start = initial_params(recipe, 784, 10, 0)
    warps = [Warp(shift=4 * share, elastic=20 * share) for share in (1, 0.625, 0.25)]
    optimizer = adam(cosine(rate_of(recipe), 3 * 5, warmup=5))
    by_hand = fit(
        start, lambda k: augmented(train, 7, warps[k], k), epochs=3, optimizer=optimizer, batch_size=128, seed=7
    )
    assert list(recipes.train(recipe, start, train, seed=7)) == list(by_hand)
    twice = attrs.evolve(recipe, epochs=2)
    ends = [Warp(shift=4, elastic=20), Warp(shift=1, elastic=5)]
    optimizer = adam(cosine(rate_of(recipe), 2 * 5, warmup=5))
    by_hand = fit(
        start, lambda k: augmented(train, 7, ends[k], k), epochs=2, optimizer=optimizer, batch_size=128, seed=7
    )
    assert list(recipes.train(twice, start, train, seed=7)) == list(by_hand)
    once = attrs.evolve(recipe, epochs=1)
    assert list(recipes.train(once, start, train)) == list(
        recipes.train(attrs.evolve(once, final_warp=1.0), start, train)
    )


@pytest.mark.parametrize("warp", [Warp(), Warp(shift=2)])
def test_lessons_follow_the_changes(warp: Warp) -> None:
    train, _ = digits()
    recipe = attrs.evolve(FAST, l2=0.0, epochs=2, widths=(8,), warp=warp)
    start, teacher = (initial_params(recipe, 784, 10, seed) for seed in (0, 1))
    lesson = partial(distilled, teacher, temperature=2.0, share=0.5)
    optimizer = adam(cosine(rate_of(recipe), 2 * 5, warmup=5))
    by_hand = fit(
        start, lambda k: lesson(augmented(train, 7, warp, k)), epochs=2, optimizer=optimizer, batch_size=128, seed=7
    )
    assert list(recipes.train(recipe, start, train, seed=7, lesson=lesson)) == list(by_hand)


def test_training_repeats_to_the_bit() -> None:
    train, _ = digits()
    recipe = attrs.evolve(BEST, epochs=2, dropout=0.1, smoothing=0.1)
    start = initial_params(recipe, 784, 10, 0)
    assert list(recipes.train(recipe, start, train)) == list(recipes.train(recipe, start, train))


@pytest.mark.parametrize("warp", [Warp(scale=0.3), Warp(shear=30), Warp(shift=3e5)])
def test_final_warp_is_checked_at_once(warp: Warp) -> None:
    message = "^final_warp: expected a factor that keeps the warp valid, got 4: (scale|shear|shift): expected a number"
    with pytest.raises(ValueError, match=message):
        attrs.evolve(FAST, warp=warp, final_warp=4)
    assert attrs.evolve(FAST, warp=warp, final_warp=2).final_warp == 2


@pytest.mark.parametrize("width", [64, np.int64(64)])
def test_one_width_is_told_its_tuple(width: Any) -> None:
    expected = r"^widths: expected an integer for each hidden layer, got int(64)?; use \(64,\)$"
    with pytest.raises(TypeError, match=expected):
        attrs.evolve(FAST, widths=width)


@pytest.mark.parametrize("warp", [Warp(), Warp(shift=1)])
def test_lessons_keep_the_number_of_samples(warp: Warp) -> None:
    train, _ = digits()
    recipe = attrs.evolve(FAST, epochs=1, widths=(8,), warp=warp)
    start = initial_params(recipe, 784, 10, 0)
    n = len(train)
    with pytest.raises(ValueError, match=rf"^lesson: expected as many samples as it is given, {n}, got {n // 2}$"):
        list(recipes.train(recipe, start, train, lesson=lambda data: data[: n // 2]))
    with pytest.raises(TypeError, match=r"^lesson: expected a function that gives a Dataset, got NoneType$"):
        list(recipes.train(recipe, start, train, lesson=lambda data: None))  # type: ignore[arg-type,return-value]  # wrong
    with pytest.raises(TypeError, match=r"^lesson: expected a function, got 'abc'$"):
        list(recipes.train(recipe, start, train, lesson="abc"))  # type: ignore[arg-type]  # wrong
