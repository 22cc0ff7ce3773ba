"""Randomness from integers: a seed and a key name a stream of numbers, so that no call changes another."""

from typing import Literal

import numpy as np  # types of `np.random` are quoted: it takes a sixth of the time to import the library

from fnnet.core.checks import check_integer

Purpose = Literal["weights", "order", "directions", "dropout", "augment"]
_PURPOSES: dict[Purpose, int] = {"weights": 0, "order": 1, "directions": 2, "dropout": 3, "augment": 4}


def generator(seed: int, purpose: Purpose, epoch: int = 0, block: int | None = None) -> "np.random.Generator":
    """The generator for one purpose, one epoch (or step) and one block of it: the same arguments, the same numbers.

    Raises:
        ValueError: seed or epoch is negative or not an integer.
    """
    check_integer("seed", seed, 0)
    check_integer("epoch", epoch, 0)
    key = (_PURPOSES[purpose], int(epoch)) + (() if block is None else (block,))
    return np.random.default_rng(np.random.SeedSequence(int(seed), spawn_key=key))
