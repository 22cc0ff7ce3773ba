"""Recipes: whole training runs as values. Copy one, change what you like: `attrs.evolve(BEST, epochs=10)`."""

from collections.abc import Iterator
from functools import partial
from typing import Literal

import attrs
import numpy as np

from fnnet.activations import ACTIVATIONS
from fnnet.augment import Warp, augmented
from fnnet.dataset import Dataset
from fnnet.dropout import dropout_gradient
from fnnet.heads import HEADS
from fnnet.initialisers import SCHEMES, init_params
from fnnet.network import mean_gradient
from fnnet.optimizer import Optimizer
from fnnet.optimizers import OPTIMIZERS
from fnnet.records import Params
from fnnet.regularisation import averaged, ema, l2, smooth_labels
from fnnet.schedules import Schedule, cosine, exponential, per_epoch
from fnnet.training import Epoch, Progress, fit


@attrs.frozen
class Recipe:
    """All that decides a training run but the data and the seed.

    Args:
        widths: of the hidden layers.
        hidden, head, init: names in `ACTIVATIONS`, `HEADS` and `SCHEMES`.
        epochs: passes over the training samples.
        batch_size: samples a step.
        optimizer: a name in `OPTIMIZERS`.
        lr: the (largest) learning rate.
        schedule: "exponential", by `decay` from epoch to epoch, or "cosine", over all steps after one epoch of warm-up.
        decay: the factor of the exponential schedule.
        warp: how strongly the images are changed, anew in each epoch.
        smoothing: the share of each label that is spread over all classes.
        l2: the weight of the L2 penalty.
        dropout: the probability of leaving out a hidden unit.
        average: the decay of the moving average of the parameters; 0 is none.
    """

    widths: tuple[int, ...] = (128, 64)
    hidden: str = "sigmoid"
    head: str = "softmax-cross-entropy"
    init: str = "lecun-normal"
    epochs: int = 10
    batch_size: int = 1
    optimizer: str = "sgd"
    lr: float = 0.1
    schedule: Literal["exponential", "cosine"] = "exponential"
    decay: float = 0.8
    warp: Warp = Warp()
    smoothing: float = 0.0
    l2: float = 0.0
    dropout: float = 0.0
    average: float = 0.0


CLASSIC = Recipe()
"""The article's job done right."""

ARTICLE = Recipe(head="softmax-squared-error", init="article-normal", lr=0.001, decay=1.0)
"""The article's own settings."""

FAST = Recipe(hidden="relu", init="he-normal", epochs=15, batch_size=128, optimizer="adam", lr=3e-3, schedule="cosine")
"""The same network in a few seconds."""

BEST = attrs.evolve(
    FAST,
    epochs=120,
    batch_size=64,
    lr=2e-3,
    warp=Warp(shift=1, rotation=8, scale=0.08, shear=6, elastic=25),
    average=0.999,
)
"""The same network as good as it gets: new images in every epoch."""

WIDE = attrs.evolve(
    BEST,
    widths=(800, 800),
    epochs=120,
    batch_size=256,
    lr=2e-3,
    warp=Warp(shift=1, rotation=10, scale=0.1, shear=8, elastic=34),
)
"""Simard's width, twice."""

RECIPES = {"classic": CLASSIC, "article": ARTICLE, "fast": FAST, "best": BEST, "wide": WIDE}
"""The recipes of the library by name."""


def first_params(recipe: Recipe, features: int, outputs: int, seed: int) -> Params[np.float32]:
    """The network that a recipe starts from."""
    return init_params(
        (features, *recipe.widths, outputs),
        seed,
        ACTIVATIONS[recipe.hidden],
        HEADS[recipe.head],
        SCHEMES[recipe.init],
    )


def follow(
    recipe: Recipe,
    params: Params[np.float32],
    data: Dataset[np.float32],
    seed: int = 0,
    progress: Progress = iter,
) -> Iterator[Epoch[np.float32]]:
    """Train as the recipe says: the stream of `fit`.

    Args:
        recipe: how.
        params: where to start, such as `first_params(recipe, 784, 10, seed)`.
        data: the training samples, as they are.
        seed: of orders, images and dropout.
        progress: as in `fit`.

    >>> from fnnet import accuracy, load_mnist, split
    >>> some, _ = split(load_mnist()[0], 500)
    >>> *_, last = follow(FAST, first_params(FAST, 784, 10, 0), some)
    >>> accuracy(outcome(FAST, last), some) > 0.8
    True
    """
    if recipe.smoothing:
        rows = smooth_labels(data.y.reshape(-1).astype(np.int64), params.sizes[-1], recipe.smoothing, np.float32)
        data = Dataset.adopt(data.x, rows)
    train = partial(
        fit,
        params,
        data if recipe.warp == Warp() else lambda epoch: augmented(data, seed, recipe.warp, epoch),
        epochs=recipe.epochs,
        batch_size=recipe.batch_size,
        seed=seed,
        gradient=partial(dropout_gradient, recipe.dropout, seed) if recipe.dropout else mean_gradient,
        progress=progress,
    )
    if _is_plain(recipe):
        return train(lr=exponential(recipe.lr, recipe.decay))
    return train(optimizer=_optimizer(recipe, -(-len(data) // recipe.batch_size)))


def outcome(recipe: Recipe, epoch: Epoch[np.float32]) -> Params[np.float32]:
    """The network to use after an epoch: the moving average, if the recipe keeps one."""
    return averaged(epoch.params, epoch.state) if recipe.average and epoch.state else epoch.params


def _is_plain(recipe: Recipe) -> bool:
    """Whether it is plain gradient descent, for which there is the fast fold."""
    return (recipe.optimizer, recipe.schedule, recipe.l2, recipe.average) == ("sgd", "exponential", 0, 0)


def _optimizer(recipe: Recipe, steps: int) -> Optimizer:
    """The optimiser with all that wraps it, for epochs of so many steps."""
    schedule: Schedule = per_epoch(exponential(recipe.lr, recipe.decay), steps)
    if recipe.schedule == "cosine":
        warmup = steps if recipe.epochs > 1 else 0
        schedule = cosine(recipe.lr, recipe.epochs * steps, warmup=warmup)
    optimizer = OPTIMIZERS[recipe.optimizer](schedule)
    optimizer = l2(optimizer, recipe.l2) if recipe.l2 else optimizer
    return ema(optimizer, recipe.average) if recipe.average else optimizer
