"""Which learning rate and which initial weights suit the other settings of a run: a table, and what recipes do with it.

For gradient descent the rate is η₁ · min(B, 32), where B is the batch size. While the noise of the samples limits the
rate, a batch of B samples bears B times the rate of one (Goyal et al., "Accurate, large minibatch SGD", 2017); from
some size on the curvature limits it, whatever the batch (McCandlish et al., "An empirical model of large-batch
training", 2018). Momentum of 0.9 repeats each gradient ten times over, so its rate is a tenth. Optimizers that divide
by the size of the gradients see gradients of one size, whatever the batch; their rate grows with √B, as far (Malladi et
al., "On the SDEs and scaling rules for adaptive gradient algorithms", 2022).

The rates were chosen on 10,000 images held out of MNIST's training set (the table is in the README beside this file).
"""

from math import sqrt
from typing import Any

import attrs

from fnnet.core.checks import check_integer
from fnnet.core.messages import invalid, quoted
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS
from fnnet.nn.initializers import default_initializer
from fnnet.optim.optimizers import OPTIMIZERS
from fnnet.recipes.recipe import Recipe, require_recipe

_DESCENT_RATES = {"sigmoid": 0.1, "softplus": 0.02}
_DESCENT_RATE_OF_OTHERS = 0.01
"""η₁ by the activation. The slope of sigmoid is at most 1/4, that of softplus 1/2 at 0, that of the others 1 or near
it: two layers of sigmoids shorten the gradient some ten times."""

_MOST_SAMPLES = 32
"""The batch size above which the rate no longer grows."""

_REPETITIONS = {"sgd": 1, "momentum": 10, "nesterov": 10}
"""How many times each gradient moves the parameters in all: 1 / (1 - μ)."""

_ADAPTIVE_RATES = {"adagrad": 0.02, "rmsprop": 0.0004, "adam": 0.0005, "adamw": 0.0005}
"""η of optimizers that divide by the size of the gradients, for one sample."""

_HEAD_FACTORS = {"softmax-squared-error": 10.0}
"""The factor of the rate of gradient descent: this loss is a mean over the outputs, not their sum."""


def suitable(hidden: str, optimizer: str, batch_size: int, head: str = "softmax-cross-entropy") -> tuple[float, str]:
    """The learning rate and the initializer that suit these settings.

    Args:
        hidden: the activation of the hidden layers, a name in `ACTIVATIONS`.
        optimizer: a name in `OPTIMIZERS`.
        batch_size: samples a step, at least 1.
        head: a name in `HEADS`.

    Returns:
        The rate, with a schedule the largest; and the name of the initializer, that of `default_initializer`. Laws: the
        rate is positive, and does not fall when the batch grows.

    Raises:
        ValueError: a name is unknown, or the batch size is below 1.

    >>> suitable("sigmoid", "sgd", 1), suitable("relu", "sgd", 1)
    ((0.1, 'lecun-normal'), (0.01, 'glorot-normal'))
    >>> [round(suitable("relu", "adam", size)[0], 5) for size in (1, 64, 256)]
    [0.0005, 0.00283, 0.00283]
    """
    for name, value, known in (("hidden", hidden, ACTIVATIONS), ("head", head, HEADS)):
        if value not in known:
            raise invalid(name, f"one of {', '.join(known)}", quoted(value))
    if optimizer not in OPTIMIZERS:
        raise invalid("optimizer", f"one of {', '.join(OPTIMIZERS)}", quoted(optimizer))
    samples = min(check_integer("batch_size", batch_size, 1), _MOST_SAMPLES)
    init = default_initializer(ACTIVATIONS[hidden]).name
    if optimizer in _ADAPTIVE_RATES:
        return _ADAPTIVE_RATES[optimizer] * sqrt(samples), init
    rate = _DESCENT_RATES.get(hidden, _DESCENT_RATE_OF_OTHERS) * samples
    return rate / _REPETITIONS[optimizer] * _HEAD_FACTORS.get(head, 1.0), init


def what_suits(recipe: Recipe) -> tuple[float, str]:
    """The learning rate and the initializer that suit a recipe, whether or not it has its own.

    Args:
        recipe: any.

    Returns:
        What `suitable` gives for its settings; without hidden layers, for identity, since no activation is in use.

    >>> what_suits(Recipe(lr=30)), what_suits(Recipe(widths=()))
    ((0.1, 'lecun-normal'), (0.01, 'glorot-normal'))
    """
    require_recipe(recipe)
    hidden = recipe.hidden if recipe.widths else "identity"
    return suitable(hidden, recipe.optimizer, recipe.batch_size, recipe.head)


def rate_of(recipe: Recipe) -> float:
    """The learning rate of a recipe: its own, or what suits it.

    >>> rate_of(Recipe(optimizer="momentum", lr=0.5)), rate_of(Recipe(optimizer="momentum"))
    (0.5, 0.01)
    """
    require_recipe(recipe)
    return what_suits(recipe)[0] if recipe.lr is None else recipe.lr


def init_of(recipe: Recipe) -> str:
    """The name of the initializer of a recipe: its own, or what suits it.

    >>> init_of(Recipe(hidden="relu"))
    'glorot-normal'
    """
    require_recipe(recipe)
    return what_suits(recipe)[1] if recipe.init is None else recipe.init


def settled(recipe: Recipe) -> Recipe:
    """The recipe with what suits it where its `lr` or its `init` is None.

    Args:
        recipe: any.

    Returns:
        A recipe of which both are given. Laws: settled twice is settled; what was given stays.

    >>> from fnnet.recipes import CLASSIC
    >>> settled(CLASSIC).lr, settled(attrs.evolve(CLASSIC, hidden="tanh")).lr
    (0.1, 0.01)
    """
    return attrs.evolve(recipe, lr=rate_of(recipe), init=init_of(recipe))


def adapted(recipe: Recipe, **changes: Any) -> Recipe:  # Any: a field of the recipe may be of any type
    """The recipe with other settings, and with the rate and the initial weights that suit them.

    Args:
        recipe: any.
        changes: fields of the recipe, by name.

    Returns:
        The recipe with these changes. If another rate suits it than before, and none is among the changes, its `lr` is
        None, and its `init` likewise. Law: where the same suits, it is `attrs.evolve(recipe, **changes)`.

    Raises:
        TypeError: a name is not that of a field.
        ValueError: a value is out of its range.

    >>> from fnnet.recipes import FAST
    >>> adapted(FAST, epochs=3).lr, adapted(FAST, optimizer="sgd").lr, settled(adapted(FAST, optimizer="sgd")).lr
    (0.003, None, 0.32)
    """
    require_recipe(recipe)
    after = attrs.evolve(recipe, **changes)
    (rate, init), (new_rate, new_init) = what_suits(recipe), what_suits(after)
    if new_rate != rate and "lr" not in changes:
        after = attrs.evolve(after, lr=None)
    if new_init != init and "init" not in changes:
        after = attrs.evolve(after, init=None)
    return after
