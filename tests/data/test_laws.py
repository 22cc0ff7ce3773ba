"""The public laws hold of the library's orders, augmentations and readers."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from fnnet.data import Warp, augment
from fnnet.data.idx_sets import load_idx
from fnnet.data.loaders import load_npz
from fnnet.data.subsets import order
from fnnet.testing import check_augmentation, check_order, check_reader
from tests.helpers import IMAGES, LABELS, write_set

WARPS = (
    Warp(),
    Warp(shift=2),
    Warp(rotation=15),
    Warp(scale=0.1),
    Warp(shear=15),
    Warp(elastic=34),
    Warp(shift=2, rotation=15, scale=0.1, shear=15, elastic=34, smoothness=6),
)


def test_orders_obey_their_laws() -> None:
    check_order(order)


@pytest.mark.parametrize("warp", WARPS, ids=str)
def test_warps_obey_their_laws(warp: Warp) -> None:
    check_augmentation(partial(augment, warp=warp))


def test_readers_obey_their_laws(tmp_path: Path) -> None:
    """Whatever the labels of the random files are, whose parts are the same."""
    write_set(tmp_path, "{}-{}-idx{}-ubyte")
    check_reader(partial(load_idx, tmp_path), without=["labels", "apart"])
    path = tmp_path / "own.npz"
    np.savez(path, x_train=IMAGES, y_train=LABELS, x_test=IMAGES, y_test=LABELS)
    check_reader(partial(load_npz, path), without=["labels", "apart"])
