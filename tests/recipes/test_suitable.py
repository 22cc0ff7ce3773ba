"""The rate and the initial weights that suit the other settings."""

from collections.abc import Mapping
from math import inf, isfinite
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import init_params
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS
from fnnet.nn.initializers import INITIALIZERS
from fnnet.optim.optimizers import OPTIMIZERS
from fnnet.recipes.recipe import CLASSIC, RECIPES, Recipe
from fnnet.recipes.run import initial_params, optimizer_of
from fnnet.recipes.suitable import adapted, settled, suitable, what_suits

names: dict[str, Mapping[str, object]] = {"hidden": ACTIVATIONS, "head": HEADS, "optimizer": OPTIMIZERS}
settings = {name: st.sampled_from(sorted(known)) for name, known in names.items()} | {
    "batch_size": st.integers(1, 2**40)
}
rates, inits = st.none() | st.floats(0, 10), st.none() | st.sampled_from(sorted(INITIALIZERS))
widths = st.sampled_from([(), (3,), (2, 2)])
recipes = st.builds(Recipe, widths=widths, lr=rates, init=inits, **settings)
changes = st.fixed_dictionaries(
    {}, optional={**settings, "lr": rates, "init": inits, "widths": widths, "epochs": st.integers(1, 9)}
)


@given(st.fixed_dictionaries(settings), st.integers(0, 2**40))
def test_suitable_rates_grow_with_batches(given: dict[str, Any], more: int) -> None:
    (rate, init), (larger, same) = suitable(**given), suitable(**given | {"batch_size": given["batch_size"] + more})
    assert isfinite(rate) and 0 < rate <= larger and init == same


@given(recipes)
def test_what_suits_is_what_is_suitable(recipe: Recipe) -> None:
    settings = recipe.optimizer, recipe.batch_size, recipe.head
    assert what_suits(attrs.evolve(recipe, widths=(3,))) == suitable(recipe.hidden, *settings)
    assert what_suits(attrs.evolve(recipe, widths=())) == suitable("identity", *settings)


@pytest.mark.parametrize("wrong", [{"hidden": "swish"}, {"optimizer": "x"}, {"head": ""}, {"batch_size": 0}])
def test_suitable_refuses_what_is_unknown(wrong: dict[str, Any]) -> None:
    fine: dict[str, Any] = {"hidden": "relu", "optimizer": "adam", "batch_size": 1}
    with pytest.raises(ValueError, match=f"^{next(iter(wrong))}: expected "):
        suitable(**fine | wrong)


@given(recipes)
def test_settled_fills_only_what_is_open(recipe: Recipe) -> None:
    done, (lr, init) = settled(recipe), what_suits(recipe)
    assert done == attrs.evolve(recipe, lr=done.lr, init=done.init) and settled(done) == done
    assert done.lr == (lr if recipe.lr is None else recipe.lr)
    assert done.init == (init if recipe.init is None else recipe.init)


@given(recipes)
def test_an_open_recipe_trains_as_settled(recipe: Recipe) -> None:
    assert initial_params(recipe, 4, 2, 0) == initial_params(settled(recipe), 4, 2, 0)
    assert optimizer_of(recipe, 5) == optimizer_of(settled(recipe), 5)


@given(recipes, changes)
def test_adapted_opens_what_depends(recipe: Recipe, changes: dict[str, Any]) -> None:
    """And nothing else, such as a tuned rate in a batch of another size which the same rate suits."""
    after, plain = adapted(recipe, **changes), attrs.evolve(recipe, **changes)
    for name, before, now in zip(("lr", "init"), what_suits(recipe), what_suits(plain)):
        is_open = before != now and name not in changes
        assert getattr(after, name) == (None if is_open else getattr(plain, name))
    assert attrs.evolve(after, lr=plain.lr, init=plain.init) == plain


def test_recipes_keep_what_they_were() -> None:
    """The numbers by which their accuracies were measured."""
    expected = {
        "classic": (0.1, "lecun-normal"),
        "article": (0.001, "article-normal"),
        "fast": (0.003, "he-normal"),
        "best": (0.002, "he-normal"),
        "wide": (0.002, "he-normal"),
    }
    assert {name: (settled(recipe).lr, settled(recipe).init) for name, recipe in RECIPES.items()} == expected


def test_weights_are_those_of_init_params() -> None:
    for name, hidden in ACTIVATIONS.items():
        recipe = attrs.evolve(CLASSIC, hidden=name, widths=(5,))
        assert initial_params(recipe, 4, 2, seed=3) == init_params((4, 5, 2), 3, hidden)


@pytest.mark.parametrize("lr", [-1, inf, "0.1", True])
def test_rates_of_recipes_are_checked(lr: Any) -> None:
    with pytest.raises(ValueError, match="^lr: expected a"):
        Recipe(lr=lr)
