"""The data set that `--data` names."""

from argparse import Namespace
from glob import escape
from pathlib import Path

import numpy as np

from fnnet.core.messages import shown
from fnnet.data.dataset import Dataset
from fnnet.data.idx_sets import load_idx
from fnnet.data.loaders import Pair, load_mnist, load_npz
from fnnet.io.npz import LIMIT
from fnnet.nn.params import Params


def load_data(path: str | None, limit: int = LIMIT) -> Pair:
    """The training and the test samples.

    Args:
        path: an npz file, a folder of IDX files, or the prefix of their names; None for the bundled MNIST.
        limit: the most bytes that a file may hold, decompressed.
    """
    if path is None:
        return load_mnist()
    start = Path(path)
    if start.is_dir():
        return load_idx(start, limit=limit)
    if not start.exists() and any(start.parent.glob(f"{escape(start.name)}*-idx3-ubyte*")):
        return load_idx(start.parent, start.name, limit)
    return load_npz(start, limit)


def load_test(arguments: Namespace, params: Params[np.float32]) -> Dataset[np.float32]:
    """The test samples for a model.

    Raises:
        ValueError: they do not match the network.
    """
    _, test = load_data(arguments.data, arguments.max_bytes)
    expected, features = params.sizes[0], test.x.shape[1]
    if features != expected:
        raise ValueError(f"--data: expected {expected} features, as {shown(arguments.model)} reads, got {features}")
    return test
