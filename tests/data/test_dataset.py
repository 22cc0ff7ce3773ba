"""Orders, batches and splits keep every sample, with its own target."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dataset, batches, shuffled, split
from fnnet.data.dataset import order, take
from tests.strategies import seeds


def numbered(n: int) -> Dataset[np.float64]:
    """Samples that carry their own label, so that a mix-up shows."""
    return Dataset(np.stack([np.arange(n), -np.arange(n)], axis=1).astype(float), np.arange(n))


@given(st.integers(1, 40), seeds, st.integers(0, 100))
def test_shuffling_keeps_every_sample(n: int, seed: int, epoch: int) -> None:
    """Each sample keeps its own target."""
    data = shuffled(numbered(n), seed, epoch)
    assert sorted(data.y.tolist()) == list(range(n))
    assert np.array_equal(data.x[:, 0], data.y) and np.array_equal(data.x[:, 1], -data.y)


@given(st.integers(1, 40), seeds, st.integers(0, 100))
def test_order_depends_on_seed_and_epoch(n: int, seed: int, epoch: int) -> None:
    """The order depends on nothing else."""
    assert np.array_equal(order(n, seed, epoch), order(n, seed, epoch))
    assert shuffled(numbered(n), seed, epoch) == take(numbered(n), order(n, seed, epoch))
    assert shuffled(numbered(n), seed) == shuffled(numbered(n), seed, 0)


def test_every_seed_and_epoch_differs() -> None:
    orders = {tuple(order(30, seed, epoch)) for seed in range(20) for epoch in range(20)}
    assert len(orders) == 400


def test_every_place_is_equally_likely() -> None:
    """Over 6,000 epochs each of 6 samples is in each place 1,000 times, within five standard deviations (of 29)."""
    first = np.array([order(6, 0, epoch) for epoch in range(6000)])
    counts = np.array([np.bincount(first[:, place], minlength=6) for place in range(6)])
    assert np.abs(counts - 1000).max() < 5 * np.sqrt(6000 * (1 / 6) * (5 / 6))


@given(st.integers(1, 40), st.integers(1, 50))
def test_batches_join_to_the_data(n: int, size: int) -> None:
    data = numbered(n)
    parts = list(batches(data, size))
    assert np.array_equal(np.concatenate([x for x, _ in parts]), data.x)
    assert np.array_equal(np.concatenate([y for _, y in parts]), data.y)
    assert all(len(x) == size for x, _ in parts[:-1]) and 1 <= len(parts[-1][0]) <= size


@given(st.integers(2, 40), st.data())
def test_split_joins_to_the_data(n: int, choice: st.DataObject) -> None:
    size = choice.draw(st.integers(1, n - 1))
    one, other = split(numbered(n), size)
    assert len(one) == size
    assert np.array_equal(np.concatenate([one.x, other.x]), numbered(n).x)
    assert np.array_equal(np.concatenate([one.y, other.y]), numbered(n).y)


def test_iteration_gives_samples_in_order() -> None:
    samples = [(x.tolist(), int(y)) for x, y in numbered(3)]
    assert samples == [([0, 0], 0), ([1, -1], 1), ([2, -2], 2)]
    with_rows = Dataset(np.eye(2), np.array([[0.5, 0.5], [1.0, 0.0]]))
    assert [np.asarray(y).tolist() for _, y in with_rows] == [[0.5, 0.5], [1, 0]]


@pytest.mark.parametrize("dtype", ["uint8", "int32", "uint64"])
def test_labels_of_any_integer_dtype(dtype: str) -> None:
    data = Dataset(np.eye(3), np.array([0, 1, 2]).astype(dtype))
    assert data.y.dtype == np.int64


def test_the_first_epoch_is_number_0() -> None:
    assert np.array_equal(order(9, 3), order(9, 3, 0)) and not np.array_equal(order(9, 3), order(9, 3, 1))


@pytest.mark.parametrize(
    "indices, message",
    [
        (np.zeros(4, bool), r"indices: expected integers \(k,\), got bool \(4,\); use np.flatnonzero\(mask\)"),
        (np.ones(4, bool), r"indices: expected integers \(k,\), got bool \(4,\); use np.flatnonzero\(mask\)"),
        (np.array([[0, 1]]), r"indices: expected integers \(k,\), got int64 \(1, 2\)"),
        (np.array([0.0]), r"indices: expected integers \(k,\), got float64 \(1,\)"),
        (np.array(0), r"indices: expected integers \(k,\), got int64 \(\)"),
        ([], r"indices: expected integers \(k,\), got float64 \(0,\)"),
        (np.array([], int), "indices: expected at least one, got none"),
    ],
)
def test_what_are_not_indices(indices: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        take(Dataset(np.eye(4), np.arange(4)), indices)
