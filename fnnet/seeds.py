"""Randomness from integers: a seed and a key name a stream of numbers, so that no call changes another."""

from typing import Literal

import numpy as np

from fnnet.checks import invalid

Purpose = Literal["weights", "order", "directions", "dropout", "augment"]
_PURPOSES: dict[Purpose, int] = {"weights": 0, "order": 1, "directions": 2, "dropout": 3, "augment": 4}


def generator(seed: int, purpose: Purpose, index: int = 0) -> np.random.Generator:
    """The generator for one purpose and one index (an epoch, say): the same arguments, the same numbers.

    Raises:
        ValueError: seed or index is negative or no integer.
    """
    for name, number in (("seed", seed), ("epoch", index)):
        if not isinstance(number, (int, np.integer)) or number < 0:
            raise invalid(name, "an integer of 0 or more", number)
    key = (_PURPOSES[purpose], int(index))
    return np.random.default_rng(np.random.SeedSequence(int(seed), spawn_key=key))
