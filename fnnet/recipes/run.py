"""Training by a recipe: from its initial parameters, through its epochs, to its final ones."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

import numpy as np

from fnnet.core.arrays import Matrix
from fnnet.core.functions import check_callable, check_takes
from fnnet.core.maps import Map
from fnnet.core.messages import invalid, wrong_type
from fnnet.data.augment import Warp, augmented
from fnnet.data.dataset import Dataset, require_dataset, require_samples
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.adversary import adversarial_gradient
from fnnet.nn.dropout import dropout_gradient
from fnnet.nn.heads import HEADS
from fnnet.nn.initializers import INITIALIZERS, init_params
from fnnet.nn.params import Params
from fnnet.nn.targets import as_targets, smooth_rows
from fnnet.optim.optimizer import Optimizer
from fnnet.optim.optimizers import OPTIMIZERS
from fnnet.optim.schedules import Schedule, cosine, exponential, linear, per_epoch
from fnnet.optim.wrappers import ema, l2
from fnnet.recipes.recipe import Recipe, require_recipe
from fnnet.recipes.suitable import init_of, rate_of
from fnnet.train.descent import Gradient
from fnnet.train.fit import Progress, fit
from fnnet.train.state import TrainState

Lesson: TypeAlias = Callable[[Dataset[np.float32]], Dataset[np.float32]]
"""What becomes of the samples of each epoch, such as `partial(distilled, teacher)`: a pure function."""


def initial_params(recipe: Recipe, features: int, outputs: int, seed: int) -> Params[np.float32]:
    """The network that a recipe starts from.

    Args:
        recipe: gives the hidden widths, the activation, the head and the initializer.
        features: the width of the input, at least 1.
        outputs: the width of the output, at least 1.
        seed: random seed of the weights, an integer of at least 0.

    Returns:
        The parameters. Law: they depend on the arguments alone.

    Raises:
        ValueError: a width or the seed is out of range.

    >>> from fnnet.recipes import FAST
    >>> initial_params(FAST, 784, 10, seed=0)
    Params(784-128-64-10, float32, relu, softmax-cross-entropy, 109386 parameters)
    """
    require_recipe(recipe)
    return init_params(
        (features, *recipe.widths, outputs),
        seed,
        ACTIVATIONS[recipe.hidden],
        HEADS[recipe.head],
        INITIALIZERS[init_of(recipe)],
    )


def initial_state(recipe: Recipe, features: int, outputs: int, seed: int) -> TrainState[np.float32]:
    """Where the training of a recipe starts: `initial_params` beside the state of its optimizer before the first step.

    Args, Raises:
        As for `initial_params`.

    >>> from fnnet.recipes import FAST
    >>> initial_state(FAST, 784, 10, seed=0).opt_state.optimizer
    'adam'
    """
    params = initial_params(recipe, features, outputs, seed)
    return TrainState(0, params, optimizer_of(recipe, 1).init(params))


def train(
    recipe: Recipe,
    start: Params[np.float32] | TrainState[np.float32],
    data: Dataset[np.float32],
    seed: int = 0,
    *,
    progress: Progress[np.float32] = iter,
    map: Map = map,
    lesson: Lesson | None = None,
) -> Iterator[TrainState[np.float32]]:
    """Train by a recipe: a lazy stream of the state after each epoch, as `fit` gives it.

    Args:
        recipe: the settings of the run.
        start: a network, such as `initial_params(recipe, 784, 10, seed)`; or a state, from which training resumes. Its
            widths and functions are its own, whatever the recipe says of them.
        data: the training samples, without the recipe's changes.
        seed: random seed of the orders, the images and dropout, an integer of at least 0.
        progress: wraps the parts of each epoch, as in `fit`.
        map: through which the images of an epoch are changed, as in `augment`.
        lesson: what becomes of the samples after the recipe's changes, such as `partial(distilled, teacher)`: as many
            as before. It is called in each epoch, or, if the recipe has no changes, once and at once.

    Returns:
        The states after the epochs that are left, up to `recipe.epochs`, each computed when it is asked for. Law:
        resumed from any of them, the rest is the same.

    Raises:
        ValueError: the data does not match the network, a number is out of range, or the lesson gives more or fewer
            samples.
        TypeError: the recipe, the start or the data is something else; or the lesson is not a function of a `Dataset`
            to a `Dataset`.
        Diverged: (from the stream) a step left the finite numbers.

    >>> from fnnet import load_mnist, split
    >>> from fnnet.recipes import FAST
    >>> data, _ = split(load_mnist()[0], 500)
    >>> *_, last = train(FAST, initial_params(FAST, 784, 10, seed=0), data)
    >>> last.epoch, last.eval_params
    (16, Params(784-128-64-10, float32, relu, softmax-cross-entropy, 109386 parameters))
    """
    require_recipe(recipe)
    require_dataset(data)
    require_samples(data)
    check_callable("map", map)
    if lesson is not None:
        check_takes("lesson", check_callable("lesson", lesson), ("data",), "one such as partial(distilled, teacher)")
    if recipe.smoothing:
        params = start.params if isinstance(start, TrainState) else start
        data = _smoothed(params, data, recipe.smoothing)
    changes = recipe.warp != Warp()
    return fit(
        start,
        partial(_of_epoch, recipe, data, seed, map, lesson) if changes else _taught(lesson, data),
        epochs=recipe.epochs,
        optimizer=optimizer_of(recipe, -(-len(data) // recipe.batch_size)),
        batch_size=recipe.batch_size,
        seed=seed,
        gradient=_gradient_of(recipe, seed),
        progress=progress,
    )


def _smoothed(params: Params[np.float32], data: Dataset[np.float32], weight: float) -> Dataset[np.float32]:
    """The data with its targets as rows, smoothed."""
    outputs: Matrix[np.float32] = np.empty((len(data), params.sizes[-1]), np.float32)
    rows = as_targets(params.head, data.y, outputs)
    return Dataset.from_owned(data.x, smooth_rows(params.head, rows, weight), data.weights)


def _of_epoch(
    recipe: Recipe, data: Dataset[np.float32], seed: int, map: Map, lesson: Lesson | None, epoch: int
) -> Dataset[np.float32]:
    """The data of an epoch, its images changed as strongly as the recipe says for that epoch."""
    strength = linear(1.0, recipe.final_warp, max(1, recipe.epochs - 1))
    return _taught(lesson, augmented(data, seed, recipe.warp.scaled(strength(epoch)), epoch, map))


def _taught(lesson: Lesson | None, data: Dataset[np.float32]) -> Dataset[np.float32]:
    """What the lesson makes of the samples; raise an error unless it is as many, since the schedule counts them."""
    if lesson is None:
        return data
    after = lesson(data)
    if not isinstance(after, Dataset):
        raise wrong_type("lesson", "a function that gives a Dataset", after)
    if len(after) != len(data):
        raise invalid("lesson", f"as many samples as it is given, {len(data)}", len(after))
    return after


def _gradient_of(recipe: Recipe, seed: int) -> Gradient[np.float32] | None:
    """The recipe's gradient of a batch; None for that of the mean loss."""
    dropped = partial(dropout_gradient, recipe.dropout, seed) if recipe.dropout else None
    return partial(adversarial_gradient, recipe.adversary, gradient=dropped) if recipe.adversary else dropped


def optimizer_of(recipe: Recipe, steps_per_epoch: int) -> Optimizer:
    """The recipe's optimizer, with the penalty and the moving average that wrap it."""
    lr = rate_of(recipe)
    schedule: Schedule = per_epoch(exponential(lr, recipe.decay), steps_per_epoch)
    if recipe.schedule == "cosine":
        warmup = steps_per_epoch if recipe.epochs > 1 else 0
        schedule = cosine(lr, recipe.epochs * steps_per_epoch, warmup=warmup)
    optimizer = OPTIMIZERS[recipe.optimizer](schedule)
    optimizer = l2(optimizer, recipe.l2) if recipe.l2 else optimizer
    return ema(optimizer, recipe.average) if recipe.average else optimizer
