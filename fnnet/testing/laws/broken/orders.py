"""Orders of samples, each of which breaks a law."""

from typing import Any

import numpy as np

from fnnet.testing.laws.twin import Twin


def _order(n: int, seed: int, epoch: int) -> Any:
    return np.random.default_rng((seed, epoch)).permutation(n)


def _twice(n: int, seed: int, epoch: int) -> Any:
    order = _order(n, seed, epoch)
    order[-1:] = order[:1]
    return order


def _global(n: int, seed: int, epoch: int) -> Any:
    np.random.seed((seed + 1000 * epoch) % 2**32)
    return np.random.permutation(n)


def _narrow(n: int, seed: int, epoch: int) -> Any:
    return _order(n, seed, epoch).astype(np.uint8)


def _sum(n: int, seed: int, epoch: int) -> Any:
    return np.random.default_rng(seed + epoch).permutation(n)


def _biased(n: int, seed: int, epoch: int) -> Any:
    order = _order(n, seed, epoch)
    return np.sort(order) if epoch % 10 == 9 else order


TWINS = (
    Twin("order", "permutation", "takes a sample twice", _twice),
    Twin("order", "pure", "seeds the global random state", _global),
    Twin("order", "many", "has integers of 8 bits", _narrow),
    Twin("order", "distinct", "adds the epoch to the seed", _sum),
    Twin("order", "uniform", "does not shuffle every tenth epoch", _biased),
)
