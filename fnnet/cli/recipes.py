"""Recipes: the settings of a training run as values."""

import attrs


@attrs.frozen
class Recipe:
    """All that decides a training run but the data and the seed."""

    hidden: str
    head: str
    init: str
    epochs: int
    lr: float
    decay: float
    batch_size: int
    widths: tuple[int, ...]
    """Of the hidden layers."""


CLASSIC = Recipe(
    hidden="sigmoid",
    head="softmax-cross-entropy",
    init="lecun-normal",
    epochs=10,
    lr=0.1,
    decay=0.8,
    batch_size=1,
    widths=(128, 64),
)
"""The article's job done right."""

ARTICLE = attrs.evolve(CLASSIC, head="softmax-squared-error", init="article-normal", lr=0.001, decay=1.0)
"""The article's own settings."""
