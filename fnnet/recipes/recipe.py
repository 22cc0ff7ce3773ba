"""A whole training run as a value, and the recipes of the library: `attrs.evolve(BEST, epochs=10)` changes one."""

from collections.abc import Iterable

import attrs
from attrs import Attribute, field, frozen

from fnnet.core.checks import check_integer, instance_of, integer, number, one_of
from fnnet.data.augment import Warp
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS
from fnnet.nn.initializers import INITIALIZERS
from fnnet.optim.optimizers import OPTIMIZERS

SCHEDULES = ("exponential", "cosine")


def _tuple(widths: Iterable[int]) -> tuple[int, ...]:
    return tuple(widths)


def _each_at_least_1(recipe: object, attribute: "Attribute[tuple[int, ...]]", widths: tuple[int, ...]) -> None:
    for width in widths:
        check_integer("widths", width, 1)


@frozen
class Recipe:
    """All that decides a training run but the data and the seed.

    Args:
        widths: of the hidden layers.
        hidden, head, init: names in `ACTIVATIONS`, `HEADS` and `INITIALIZERS`.
        epochs: passes over the training samples.
        batch_size: samples a step.
        optimizer: a name in `OPTIMIZERS`.
        lr: the (largest) learning rate.
        schedule: "exponential", by `decay` from epoch to epoch, or "cosine", over all steps after one epoch of warm-up.
        decay: the factor of the exponential schedule.
        warp: how strongly the images are changed, anew in each epoch.
        final_warp: the share of the warp's strength that is left in the last epoch; it falls in a straight line.
        smoothing: the share of each label that is spread over all classes.
        l2: the weight of the L2 penalty.
        dropout: the probability of leaving out a hidden unit.
        average: the decay of the moving average of the parameters; 0 is none.

    Raises:
        ValueError: a name that is not known, or a number out of its range.

    >>> Recipe(lr=-1)
    Traceback (most recent call last):
        ...
    ValueError: lr: expected a finite number of at least 0, got -1
    """

    widths: tuple[int, ...] = field(default=(128, 64), converter=_tuple, validator=_each_at_least_1)
    hidden: str = field(default="sigmoid", validator=one_of(ACTIVATIONS))
    head: str = field(default="softmax-cross-entropy", validator=one_of(HEADS))
    init: str = field(default="lecun-normal", validator=one_of(INITIALIZERS))
    epochs: int = field(default=10, validator=integer(1))
    batch_size: int = field(default=1, validator=integer(1))
    optimizer: str = field(default="sgd", validator=one_of(OPTIMIZERS))
    lr: float = field(default=0.1, validator=number())
    schedule: str = field(default="exponential", validator=one_of(SCHEDULES))
    decay: float = field(default=0.8, validator=number())
    warp: Warp = field(default=Warp(), validator=instance_of(Warp))
    final_warp: float = field(default=1.0, validator=number())
    smoothing: float = field(default=0.0, validator=number(below=1))
    l2: float = field(default=0.0, validator=number())
    dropout: float = field(default=0.0, validator=number(below=1))
    average: float = field(default=0.0, validator=number(below=1))


CLASSIC = Recipe()
"""The article's job done right."""

ARTICLE = Recipe(head="softmax-squared-error", init="article-normal", lr=0.001, decay=1.0)
"""The article's own settings."""

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
"""The same network in a few seconds."""

BEST = attrs.evolve(
    FAST,
    epochs=120,
    batch_size=64,
    lr=2e-3,
    l2=0.0,
    warp=Warp(shift=1, rotation=8, scale=0.08, shear=6, elastic=25),
    average=0.999,
)
"""The same network as good as it gets: new images in every epoch."""

WIDE = attrs.evolve(
    BEST,
    widths=(800, 800),
    epochs=60,
    batch_size=256,
    lr=2e-3,
    warp=Warp(shift=1, rotation=10, scale=0.1, shear=8, elastic=34),
    final_warp=0.5,
)
"""Simard's width, twice."""

RECIPES = {"classic": CLASSIC, "article": ARTICLE, "fast": FAST, "best": BEST, "wide": WIDE}
"""The recipes of the library by name."""
