"""The data that `--data` names."""

from pathlib import Path

from fnnet.loaders import Pair, load_idx, load_mnist, load_npz


def load_data(path: str | None) -> Pair:
    """The bundled MNIST, or the IDX folder or npz file at this path."""
    if path is None:
        return load_mnist()
    return load_idx(path) if Path(path).is_dir() else load_npz(path)
