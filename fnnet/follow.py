"""Following a recipe: training as it says."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from fnnet.activations import ACTIVATIONS
from fnnet.augment import Warp, augmented
from fnnet.dataset import Dataset
from fnnet.dropout import dropout_gradient
from fnnet.epoch import Epoch
from fnnet.heads import HEADS
from fnnet.initialisers import SCHEMES, init_params
from fnnet.maps import Map
from fnnet.network import mean_gradient
from fnnet.optimizer import Optimizer, State
from fnnet.optimizers import OPTIMIZERS
from fnnet.recipe import Recipe
from fnnet.records import Params
from fnnet.regularisation import averaged, ema, l2, smooth_labels
from fnnet.schedules import Schedule, cosine, exponential, linear, per_epoch
from fnnet.training import Progress, fit


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
    start: int = 0,
    state: State[np.float32] | None = None,
    map: Map = map,
) -> Iterator[Epoch[np.float32]]:
    """Train as the recipe says: the stream of `fit`.

    Args:
        recipe: how.
        params: where to start, such as `first_params(recipe, 784, 10, seed)`.
        data: the training samples, as they are.
        seed: of orders, images and dropout.
        progress, start, state: as in `fit`.
        map: as in `augment`, through which the images of an epoch are made.

    Law: followed on from any of its epochs, the rest is the same.

    >>> from fnnet import accuracy, load_mnist, split
    >>> from fnnet.recipes import FAST
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
        data if recipe.warp == Warp() else partial(_changed, recipe, data, seed, map),
        epochs=recipe.epochs,
        batch_size=recipe.batch_size,
        seed=seed,
        gradient=partial(dropout_gradient, recipe.dropout, seed) if recipe.dropout else mean_gradient,
        progress=progress,
        start=start,
        state=state,
    )
    if _is_plain(recipe):
        return train(lr=exponential(recipe.lr, recipe.decay))
    return train(optimizer=_optimizer(recipe, -(-len(data) // recipe.batch_size)))


def _changed(recipe: Recipe, data: Dataset[np.float32], seed: int, map: Map, epoch: int) -> Dataset[np.float32]:
    """The data of an epoch, its images changed as strongly as the recipe says for then."""
    strength = linear(1.0, recipe.final_warp, max(1, recipe.epochs - 1))
    return augmented(data, seed, recipe.warp.scaled(strength(epoch)), epoch, map)


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
