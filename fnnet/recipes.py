"""The recipes of the library. Copy one, change what you like: `attrs.evolve(BEST, epochs=10)`."""

import attrs

from fnnet.augment import Warp
from fnnet.recipe import Recipe

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
