"""A whole training run as a value, and the library's recipes; `attrs.evolve(BEST, epochs=10)` changes one."""

from collections.abc import Iterable

import attrs
import numpy as np
from attrs import Attribute, field, frozen
from attrs.validators import optional

from fnnet.core.checks import check_integer, check_iterable
from fnnet.core.messages import quoted, wrong_type
from fnnet.core.records import Tabular
from fnnet.core.validators import instance_of, integer, number, one_of, plain_float, plain_int
from fnnet.data.augment import Warp
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS
from fnnet.nn.initializers import INITIALIZERS
from fnnet.optim.optimizers import OPTIMIZERS

SCHEDULES = ("exponential", "cosine")
"""The names of the schedules of a recipe."""


MOST_EPOCHS = 1 << 16
"""How many epochs a recipe may have, 65,536, so that the files of every run can be read within their limits."""

_LARGEST = float(np.finfo(np.float32).max)  # recipes train in float32


def _tuple(widths: Iterable[int]) -> tuple[int, ...]:
    if isinstance(widths, (int, np.integer)):
        raise wrong_type("widths", "an integer for each hidden layer", widths, {type(widths).__name__: f"({widths},)"})
    return tuple(map(plain_int, check_iterable("widths", "an integer for each hidden layer", widths)))


def _plain_or_none(value: float | None) -> float | None:
    return None if value is None else plain_float(value)


def _check_widths(recipe: object, attribute: "Attribute[tuple[int, ...]]", widths: tuple[int, ...]) -> None:
    for width in widths:
        check_integer("widths", width, 1)


@frozen
class Recipe(Tabular):
    """Everything that determines a training run, except the data and the seed.

    Args:
        widths: of the hidden layers.
        hidden, head: names in `ACTIVATIONS` and `HEADS`.
        init: a name in `INITIALIZERS`; None for the initial weights that suit the activation, as `suitable` has them.
        epochs: passes over the training samples, at most `MOST_EPOCHS`.
        batch_size: samples a step.
        optimizer: a name in `OPTIMIZERS`.
        lr: the learning rate, with a schedule its largest value; None for the rate that suits the activation, the head,
            the optimizer and the batch size, as `suitable` has it.
        schedule: "exponential": the rate is multiplied by `decay` after each epoch; "cosine": it rises for one epoch,
            then falls to 0 at the last step.
        decay: the factor of the exponential schedule.
        warp: how strongly the images are changed, anew in each epoch.
        final_warp: the fraction of the strength of `warp` that is left in the last epoch; in between it changes
            linearly.
        smoothing: the weight of each label that is spread over all classes.
        l2: the weight of the L2 penalty.
        dropout: the probability that a hidden unit is dropped.
        adversary: how far each sample is moved against the network, as `distance` in `adversarial_inputs`, in the units
            of the inputs that the network is trained on; 0 for none.
        average: the decay of the moving average of the parameters; 0 for no average.

    Raises:
        ValueError: a name is unknown, or a number is out of its range.

    >>> attrs.evolve(FAST, epochs=3).lr
    0.003
    >>> Recipe(lr=-1)
    Traceback (most recent call last):
        ...
    ValueError: lr: expected a finite number of at least 0, got -1
    """

    widths: tuple[int, ...] = field(default=(128, 64), converter=_tuple, validator=_check_widths)
    hidden: str = field(default="sigmoid", validator=one_of(ACTIVATIONS))
    head: str = field(default="softmax-cross-entropy", validator=one_of(HEADS))
    init: str | None = field(default=None, validator=optional(one_of(INITIALIZERS)))
    epochs: int = field(default=10, converter=plain_int, validator=integer(1, MOST_EPOCHS))
    batch_size: int = field(default=1, converter=plain_int, validator=integer(1))
    optimizer: str = field(default="sgd", validator=one_of(OPTIMIZERS))
    lr: float | None = field(default=None, converter=_plain_or_none, validator=optional(number()))
    schedule: str = field(default="exponential", validator=one_of(SCHEDULES))
    decay: float = field(default=0.8, converter=plain_float, validator=number())
    warp: Warp = field(default=Warp(), validator=instance_of(Warp))
    final_warp: float = field(default=1.0, converter=plain_float, validator=number())
    smoothing: float = field(default=0.0, converter=plain_float, validator=number(below=1))
    l2: float = field(default=0.0, converter=plain_float, validator=number())
    dropout: float = field(default=0.0, converter=plain_float, validator=number(below=1))
    adversary: float = field(default=0.0, converter=plain_float, validator=number(below=_LARGEST))
    average: float = field(default=0.0, converter=plain_float, validator=number(below=1))

    def __attrs_post_init__(self) -> None:
        try:
            self.warp.scaled(self.final_warp)
        except ValueError as error:
            raise ValueError(
                f"final_warp: expected a factor that keeps the warp valid, got {self.final_warp}: {error}"
            ) from None


CLASSIC = Recipe()
"""The job of the article done well, by gradient descent with one image a step: 98.1 % of MNIST's test images."""

ARTICLE = Recipe(head="softmax-squared-error", init="article-normal", lr=0.001, decay=1.0)
"""The settings of the article, "Neural Network From Scratch with NumPy and MNIST"."""

FAST = Recipe(
    hidden="relu",
    init="he-normal",
    epochs=16,
    batch_size=128,
    optimizer="adam",
    lr=3e-3,
    schedule="cosine",
    l2=2e-4,
)
"""The same widths in a few seconds, with ReLU, Adam and batches: 98.3 %."""

BEST = attrs.evolve(
    FAST,
    epochs=300,
    batch_size=64,
    lr=2e-3,
    l2=0.0,
    warp=Warp(shift=1, rotation=8, scale=0.08, shear=6, elastic=25),
    average=0.999,
)
"""The same widths as well as they get, with new images in every epoch and a moving average: 99.4 %."""

WIDE = attrs.evolve(
    BEST,
    widths=(800, 800),
    hidden="silu",
    epochs=60,
    batch_size=256,
    lr=2e-3,
    warp=Warp(shift=1, rotation=15, scale=0.2, shear=15, elastic=60, smoothness=6),
    final_warp=0.5,
    adversary=0.5,
)
"""Two hidden layers of 800 units, the width of Simard, Steinkraus and Platt (2003), and an adversary: 99.6 %."""

RECIPES = {"classic": CLASSIC, "article": ARTICLE, "fast": FAST, "best": BEST, "wide": WIDE}
"""The library's recipes by name."""


def require_recipe(recipe: object) -> None:
    """Raise TypeError unless it is a `Recipe`.

    >>> require_recipe("fast")
    Traceback (most recent call last):
        ...
    TypeError: recipe: expected Recipe, got str; use recipes.RECIPES['fast']
    """
    if not isinstance(recipe, Recipe):
        raise wrong_type("recipe", "Recipe", recipe, {"str": f"recipes.RECIPES[{quoted(recipe)}]"})
