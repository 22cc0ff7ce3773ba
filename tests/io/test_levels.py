"""The levels of images in the file of a model."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import init_params, load, save
from fnnet.io import load_labels, load_levels

PARAMS = init_params((4, 2), 0)
finite = st.floats(-1e300, 1e300)


@given(st.lists(finite, min_size=2, max_size=2, unique=True).map(sorted))
def test_a_model_keeps_its_levels(tmp_path_factory: pytest.TempPathFactory, levels: list[float]) -> None:
    path = tmp_path_factory.mktemp("levels") / "m"
    save(PARAMS, path, labels=("a", "b"), levels=(levels[0], levels[1]))
    assert load_levels(path) == tuple(levels) and load(path) == PARAMS and load_labels(path) == ("a", "b")


def test_the_usual_levels_take_no_room(tmp_path: Path) -> None:
    save(PARAMS, tmp_path / "m")
    assert load_levels(tmp_path / "m") is None
    with np.load(tmp_path / "m") as arrays:
        assert "levels" not in arrays


@pytest.mark.parametrize(
    "levels, message",
    [
        ((1, 0), r"black below white, got \(1, 0\)"),
        ((0, 0), "black below white"),
        ((0, float("nan")), "a finite number, got nan"),
        ((0, 1, 2), "two numbers, for black and for white"),
        (7, "two numbers, for black and for white, got 7"),
        (("a", "b"), "a finite number, got 'a'"),
    ],
)
def test_wrong_levels_are_explained(tmp_path: Path, levels: tuple[float, float], message: str) -> None:
    with pytest.raises(ValueError, match=f"^levels: expected {message}"):
        save(PARAMS, tmp_path / "m", levels=levels)
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize("array", [np.array([2.0, 1.0]), np.array([0, 1]), np.array(["a"]), np.zeros(3), np.eye(2)])
def test_wrong_levels_in_files_are_refused(tmp_path: Path, array: np.ndarray[tuple[int, ...]]) -> None:
    save(PARAMS, tmp_path / "m.npz")
    with np.load(tmp_path / "m.npz") as arrays:
        np.savez(tmp_path / "m.npz", **arrays, levels=array)
    for read in (load, load_levels):
        with pytest.raises(ValueError, match=f"^{tmp_path / 'm.npz'}: levels: expected"):
            read(tmp_path / "m.npz")
    np.savez(tmp_path / "other.npz", x=array)
    with pytest.raises(ValueError, match="other.npz: expected an array named format"):
        load_levels(tmp_path / "other.npz")
