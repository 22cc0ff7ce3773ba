"""Whether every option of `fnnet train` works alone: the accuracy after three epochs, with the rate that suits it.

Networks that are linear, with identity or without hidden layers, stay at some 92 %, whatever the rate.
"""

import sys
import time
from collections.abc import Iterator
from typing import Any

from fnnet import accuracy, load_mnist, recipes
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS
from fnnet.optim.optimizers import OPTIMIZERS
from fnnet.recipes.recipe import CLASSIC
from fnnet.train.state import Diverged

EPOCHS, LEAST = 3, 0.94
PAIRS: tuple[dict[str, Any], ...] = (
    {"hidden": "relu", "optimizer": "adam"},
    {"hidden": "relu", "optimizer": "adam", "batch_size": 64},
    {"hidden": "relu", "optimizer": "rmsprop", "batch_size": 256},
    {"optimizer": "momentum", "batch_size": 32},
    {"hidden": "tanh", "optimizer": "momentum", "batch_size": 32},
    {"hidden": "relu", "optimizer": "nesterov", "batch_size": 256},
    {"hidden": "silu", "batch_size": 128},
    {"hidden": "softplus", "batch_size": 256},
    {"head": "softmax-squared-error", "batch_size": 32},
    {"head": "softmax-squared-error", "hidden": "relu", "batch_size": 256},
    {"head": "softmax-squared-error", "hidden": "relu", "optimizer": "adam", "batch_size": 64},
    {"head": "logistic-cross-entropy", "hidden": "gelu", "optimizer": "adamw", "batch_size": 128},
    {"hidden": "relu", "schedule": "cosine", "batch_size": 32},
    {"widths": ()},
    {"widths": (300,)},
    {"widths": (32, 16)},
    {"widths": (64, 64, 64)},
    {"hidden": "relu", "widths": (32, 16)},
    {"hidden": "relu", "widths": (64,) * 6},
    {"hidden": "relu", "widths": (64,) * 6, "batch_size": 64},
    {"hidden": "relu", "widths": (64,) * 6, "optimizer": "adam", "batch_size": 64},
    {"hidden": "tanh", "widths": (500, 300, 100), "batch_size": 16},
)
"""Some that people try."""
_OPTIONS = {"batch_size": "--batch-size", "widths": "--sizes"}


def changes() -> Iterator[dict[str, Any]]:
    """What is changed: one setting at a time, then the pairs."""
    yield from ({"hidden": name} for name in ACTIVATIONS)
    yield from ({"optimizer": name} for name in OPTIMIZERS if name != CLASSIC.optimizer)
    yield from ({"head": name} for name, head in HEADS.items() if head.gives_probabilities and name != CLASSIC.head)
    yield from ({"batch_size": 2**k} for k in range(1, 9))
    yield from PAIRS


def campaign(seed: int) -> None:
    """Print a row for each change, as a table of Markdown; the rows below the least accuracy are marked."""
    train, test = load_mnist()
    print("| options | lr | init | accuracy, % | |", "|---|---:|---|---:|---|", sep="\n")
    for changed in changes():
        recipe = recipes.settled(recipes.adapted(CLASSIC, epochs=EPOCHS, **changed))
        start, began = recipes.initial_params(recipe, 784, 10, seed), time.perf_counter()
        try:
            *_, last = recipes.train(recipe, start, train, seed)
            reached = accuracy(last.eval_params, test)
        except Diverged:
            reached = 0.0
        options = " ".join(f"{_OPTIONS.get(name, f'--{name}')} {_value(value)}" for name, value in changed.items())
        mark = "" if reached >= LEAST else "low"
        print(f"| `{options}` | {recipe.lr:.3g} | {recipe.init} | {100 * reached:.2f} | {mark} |", flush=True)
        print(f"{options}: {time.perf_counter() - began:.0f} s", file=sys.stderr)


def _value(value: object) -> str:
    return "-".join(map(str, (784, *value, 10))) if isinstance(value, tuple) else str(value)
