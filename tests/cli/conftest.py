"""Fixtures of the tests of fnnet/cli."""

from pathlib import Path

import numpy as np
import pytest

from fnnet import init_params, save


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Images of 2 × 2 pixels whose label is the lit pixel, in a file in the current folder, an empty one."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)

    def images(n: int) -> tuple[np.ndarray[tuple[int, ...]], np.ndarray[tuple[int, ...]]]:
        y = rng.integers(0, 4, n, np.uint8)
        return (np.eye(4)[y] * 200 + rng.integers(0, 50, (n, 4))).astype(np.uint8).reshape(n, 2, 2), y

    (x_train, y_train), (x_test, y_test) = images(300), images(50)
    np.savez("data.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return "data.npz"


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A model of MNIST's sizes in the current folder, an otherwise empty one."""
    monkeypatch.chdir(tmp_path)
    save(init_params((784, 10), 0), "m")
    return "m"
