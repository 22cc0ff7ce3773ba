"""Samples held out of a data set, a share of each class."""

import numpy as np

from fnnet.core.arrays import F
from fnnet.core.checks import check_number
from fnnet.core.messages import invalid
from fnnet.data.dataset import Dataset, require_dataset
from fnnet.data.subsets import order


def hold_out(data: Dataset[F], share: float, seed: int = 0) -> tuple[Dataset[F], Dataset[F]]:
    """The data in random order, and apart from it a share of each class to judge a network by.

    Args:
        data: n samples, at least 2, sorted in any way.
        share: how much is held out, above 0 and below 1.
        seed: random seed, an integer of at least 0.

    Returns:
        The rest and what is held out. Laws: every sample is in one of them; of n samples `round(share * n)` are held
        out, but at least one and not all; of each class its share of these, give or take one; the parts depend on
        (data.y, share, seed) alone.

    Raises:
        TypeError: `data` is not a `Dataset`.
        ValueError: there are fewer than 2 samples, or the share is not between 0 and 1.

    >>> train, test = hold_out(Dataset(np.eye(10), np.arange(10) // 5), share=0.4)
    >>> np.bincount(train.y), np.bincount(test.y)
    (array([3, 3]), array([2, 2]))
    """
    require_dataset(data)
    n, share = len(data), check_number("share", share, below=1)
    if n < 2 or share == 0:
        got, expected = (n, "at least 2 samples to hold out of") if n < 2 else (share, "a share above 0")
        raise invalid("data" if n < 2 else "share", expected, got)
    shuffled = data[order(n, seed)]
    # class by class, so that steps of equal length take equal shares
    places = np.argsort(shuffled.y, kind="stable") if data.y.ndim == 1 else np.arange(n)
    count = min(max(round(share * n), 1), n - 1)
    is_held = np.zeros(n, np.bool_)
    is_held[places[(np.arange(count) * n + n // 2) // count]] = True
    return shuffled[~is_held], shuffled[is_held]
