"""Whether a network has learned anything yet, and what to try if it has not, or has diverged."""

import numpy as np

from fnnet.data.dataset import Dataset
from fnnet.recipes.recipe import Recipe
from fnnet.recipes.suitable import rate_of, what_suits

_FEWEST = 20  # samples that tell chance from more
_STEPS = 100  # in an epoch, with fewer of which nothing else need be wrong
_GAIN = 1 / 20  # of what there is to gain: a network with less is at chance

_RESTRAINTS = {"adversary": 1.0, "dropout": 0.5, "smoothing": 0.5, "l2": 0.01}
"""What keeps a network from learning its samples by heart, and from learning anything where it is more than this."""


def is_at_chance(accuracy: float, data: Dataset[np.float32]) -> bool:
    """Whether an accuracy is about what a constant answer reaches: the share of the most frequent label.

    Args:
        accuracy: on these samples, from 0 to 1.
        data: samples with labels, at least one. Fewer than 20, or those of one class, do not show it.

    >>> balanced = Dataset(np.zeros((20, 1), np.float32), np.arange(20) % 10)
    >>> is_at_chance(0.1, balanced), is_at_chance(0.2, balanced)
    (True, False)
    """
    share = float(np.unique(data.y, return_counts=True)[1].max()) / len(data)
    return len(data) >= _FEWEST and share < 1 and accuracy <= share + _GAIN * (1 - share)


def what_to_try(recipe: Recipe, samples: int) -> str:
    """The options that may let a run learn which has not: those that differ from what suits the others.

    Args:
        recipe: the settings of the run.
        samples: how many it trains on.

    >>> what_to_try(Recipe(lr=30), 60_000), what_to_try(Recipe(widths=(9, 9, 9)), 60_000), what_to_try(Recipe(), 40)
    ('--lr 0.1', '--hidden relu', 'more --epochs')
    >>> what_to_try(Recipe(adversary=20), 60_000)
    'a smaller --adversary'
    """
    lr, init = what_suits(recipe)
    if recipe.lr is not None and not lr / 3 < recipe.lr < 3 * lr:
        return f"--lr {lr:.3g}"
    for name, most in _RESTRAINTS.items():
        if getattr(recipe, name) > most:
            return f"a smaller --{name}"
    if recipe.init not in (None, init):
        return f"--init {init}"
    if recipe.hidden == "sigmoid" and len(recipe.widths) > 2:  # their slopes, at most 1/4 each, multiply
        return "--hidden relu"
    if samples / recipe.batch_size < _STEPS:
        return "more --epochs" if recipe.batch_size == 1 else "more --epochs, or a smaller --batch-size"
    return f"--lr {lr / 3:.1g}, or wider layers"


def what_may_converge(recipe: Recipe) -> str:
    """The option that may let a run end which has diverged.

    >>> what_may_converge(Recipe(lr=30)), what_may_converge(Recipe())
    ('--lr 0.1', 'a smaller --lr')
    """
    if recipe.schedule == "exponential" and recipe.decay > 1:
        return "a smaller --decay"
    for name in ("adversary", "l2"):
        if getattr(recipe, name) > _RESTRAINTS[name]:
            return f"a smaller --{name}"
    lr, _ = what_suits(recipe)
    return f"--lr {lr:.3g}" if rate_of(recipe) > 3 * lr else "a smaller --lr"
