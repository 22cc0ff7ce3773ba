"""Samples that are held out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dataset
from fnnet.data import concatenate, hold_out


@given(st.lists(st.integers(0, 3), min_size=2, max_size=60), st.floats(0.01, 0.99), st.integers(0, 9))
def test_each_class_gives_its_share(labels: list[int], share: float, seed: int) -> None:
    n = len(labels)
    data = Dataset(np.arange(n, dtype=float)[:, np.newaxis], np.array(labels))
    rest, held = hold_out(data, share, seed)
    assert sorted(concatenate([rest, held]).x.ravel()) == list(range(n))
    assert all(labels[int(x)] == y for part in (rest, held) for (x,), y in part)
    assert len(held) == min(max(round(share * n), 1), n - 1)
    counts = np.bincount(data.labels, minlength=4) * (len(held) / n)
    assert (abs(np.bincount(held.labels, minlength=4) - counts) <= 1 + 1e-9).all()
    assert hold_out(data, share, seed) == (rest, held)


def test_rows_are_held_out_too() -> None:
    data = Dataset(np.eye(10), np.eye(10), weights=np.arange(10))
    rest, held = hold_out(data, 0.3, seed=1)
    assert (len(rest), len(held)) == (7, 3) and np.array_equal(held.x, held.y)
    assert held.weights is not None and np.array_equal(held.weights, held.x.argmax(axis=1))
    assert not np.array_equal(rest.x, np.sort(rest.x))


@pytest.mark.parametrize(
    "n, share, message",
    [
        (1, 0.5, "data: expected at least 2 samples to hold out of, got 1"),
        (5, 0, "share: expected a share above 0, got 0.0"),
        (5, 1, "share: expected a number of at least 0 and less than 1, got 1"),
    ],
)
def test_a_share_must_be_possible(n: int, share: float, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        hold_out(Dataset(np.eye(n), np.arange(n)), share)
