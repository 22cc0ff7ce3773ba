"""The data that `--data` names."""

from glob import escape
from pathlib import Path

from fnnet.loaders import Pair, load_idx, load_mnist, load_npz
from fnnet.npz import LIMIT


def load_data(path: str | None, limit: int = LIMIT) -> Pair:
    """The bundled MNIST, or what is at this path: an npz file, a folder of IDX files, or those that begin so."""
    if path is None:
        return load_mnist()
    start = Path(path)
    if start.is_dir():
        return load_idx(start, limit=limit)
    if not start.exists() and any(start.parent.glob(f"{escape(start.name)}*-idx3-ubyte*")):
        return load_idx(start.parent, start.name, limit)
    return load_npz(start, limit)
