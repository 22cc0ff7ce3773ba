"""A small data set, as a file, that trains in a moment."""

from pathlib import Path

import numpy as np
import pytest

from fnnet.cli import main


def write_small_data(path: str | Path) -> None:
    """Write 300 and 100 images of 8 x 8 pixels; the label is the brightest of the first four, 9 times out of 10."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (400, 8, 8), np.uint8)
    y = np.where(rng.random(400) < 0.9, x.reshape(400, 64)[:, :4].argmax(axis=1), 0).astype(np.uint8)
    np.savez(path, x_train=x[:300], y_train=y[:300], x_test=x[300:], y_test=y[300:])


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The small data, in a new current folder."""
    monkeypatch.chdir(tmp_path)
    write_small_data("data.npz")
    return "data.npz"


def train(data: str, *options: str) -> None:
    """Train on it with the recipe `fast`, which must succeed."""
    assert main(["train", "--data", data, "--recipe", "fast", "--batch-size", "16", *options]) == 0
