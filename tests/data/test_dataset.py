"""Orders, batches and splits keep every sample, with its own target."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dataset, batches, shuffled, split
from fnnet.data.subsets import concatenate, order, take
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
def test_shuffling_takes_the_order(n: int, seed: int, epoch: int) -> None:
    """That of epoch 0, if no epoch is given."""
    assert shuffled(numbered(n), seed, epoch) == take(numbered(n), order(n, seed, epoch))
    assert shuffled(numbered(n), seed) == shuffled(numbered(n), seed, 0)


@given(st.integers(1, 40), st.integers(1, 50))
def test_batches_join_to_the_data(n: int, size: int) -> None:
    data = numbered(n)
    parts = list(batches(data, size))
    assert np.array_equal(np.concatenate([x for x, _ in parts]), data.x)
    assert np.array_equal(np.concatenate([y for _, y in parts]), data.y)
    assert all(len(x) == size for x, _ in parts[:-1]) and 1 <= len(parts[-1][0]) <= size


@pytest.mark.parametrize("dtype", [np.int8, np.uint8])
def test_batches_of_any_integer_dtype(dtype: Any) -> None:
    """Small integers of NumPy, whose sums overflow, lose no sample."""
    data = Dataset(np.arange(300.0)[:, np.newaxis], np.arange(300))
    assert [len(x) for x, _ in batches(data, dtype(100))] == [100, 100, 100]


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
        (np.ones(3, bool), "bool (3,)"),
        (np.ones((4, 1), bool), "bool (4, 1)"),
        (np.array([[0, 1]]), "int64 (1, 2)"),
        (np.array([0.0]), "float64 (1,)"),
        (np.array([]), "float64 (0,)"),
        (np.array(0), "int64 ()"),
        ((slice(1), 0), "a tuple"),
        ((1, 2), "a tuple"),
        ((True, False, True, False), "a tuple"),
        ((), "a tuple"),
        (True, "bool ()"),
        (None, "object ()"),
    ],
)
def test_what_are_not_indices(indices: Any, message: str) -> None:
    for taken in (lambda: take(numbered(4), indices), lambda: numbered(4)[indices]):
        with pytest.raises(ValueError) as caught:
            taken()
        assert str(caught.value) == f"indices: expected integers (k,) or booleans (4,), got {message}"


def weighted(data: Dataset[np.float64]) -> Dataset[np.float64]:
    """The same samples, each of which weighs what its label is."""
    return Dataset(data.x, data.y, data.labels)


keys = st.one_of(
    st.slices(12), st.lists(st.integers(-12, 11), max_size=9), st.lists(st.booleans(), min_size=12, max_size=12)
)


@given(keys)
def test_indexing_is_that_of_arrays(key: Any) -> None:
    """Slices, indices and masks choose rows of x, of y and of the weights alike."""
    data, rows = weighted(numbered(12)), key if key != [] else slice(0)
    chosen = data[key]
    assert np.array_equal(chosen.x, data.x[rows]) and np.array_equal(chosen.y, data.y[rows])
    assert chosen.weights is not None and np.array_equal(chosen.weights, chosen.y)
    assert not any(array.flags.writeable for array in (chosen.x, chosen.y, chosen.weights))


@given(st.integers(-5, 4))
def test_an_integer_takes_a_sample(i: int) -> None:
    """It is the pair that iteration gives in that place; beyond the last there is none."""
    x, y = numbered(5)[i]
    expected_x, expected_y = list(numbered(5))[i]
    assert np.array_equal(x, expected_x) and y == expected_y == numbered(5)[np.int64(i)][1]
    with pytest.raises(IndexError, match="^index 5 is out of bounds for axis 0 with size 5$"):
        numbered(5)[5]


@given(st.integers(2, 20), seeds, st.data())
def test_weights_stay_with_their_samples(n: int, seed: int, choice: st.DataObject) -> None:
    data, size = weighted(numbered(n)), choice.draw(st.integers(1, n - 1))
    for part in (shuffled(data, seed), *split(data, size), take(data, order(n, seed)[:size])):
        assert part.weights is not None and np.array_equal(part.weights, part.y)


def test_weights_take_the_dtype_of_x() -> None:
    x, y = np.eye(3, dtype=np.float32), np.array([0, 1, 2])
    for weights in ([1, 2, 3], np.array([1, 2, 3], np.uint8), np.array([1.0, 2.0, 3.0])):
        data = Dataset(x, y, untyped(weights))
        assert data.weights is not None and data.weights.dtype == np.float32 and data.weights.tolist() == [1, 2, 3]
    assert Dataset(x, y) != data and data == Dataset(x, y, data.weights) != Dataset(x, y, np.array([1.0, 2.0, 4.0]))


def untyped(value: object) -> Any:  # Any: a list is not an array, and is taken
    return value


@pytest.mark.parametrize(
    "weights, message",
    [
        ([1, 2], "expected numbers (3,), one for each sample, got int64 (2,)"),
        (np.ones((3, 1)), "expected numbers (3,), one for each sample, got float64 (3, 1)"),
        (1.0, "expected numbers (3,), one for each sample, got float64 ()"),
        (np.ones(3, bool), "expected numbers (3,), one for each sample, got bool (3,); use weights.astype(np.float32)"),
        (["a", "b", "c"], "expected numbers (3,), one for each sample, got <U1 (3,)"),
        ([1, -2, 3], "expected finite numbers of at least 0, got -2"),
        ([1, np.nan, 3], "expected finite numbers of at least 0, got nan"),
        ([1, np.inf, 3], "expected finite numbers of at least 0, got inf"),
        ([1, 1e300, 3], "expected finite numbers of at least 0, got inf"),
    ],
)
def test_bad_weights_are_explained(weights: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        Dataset(np.eye(3, dtype=np.float32), np.array([0, 1, 2]), weights)
    assert str(caught.value) == f"weights: {message}"


@pytest.mark.parametrize(
    "use, message",
    [
        (
            iter,
            "to iterate over, since pairs (x, y) would lose them, got weights; use zip(data.x, data.y, data.weights)",
        ),
        (
            lambda data: batches(data, 2),
            "to cut into batches, since pairs (x, y) would lose them, got weights; "
            "use data[i : i + size], which keeps them",
        ),
        (
            lambda data: data[0],
            "for one sample, since pairs (x, y) would lose them, got weights; use data[[i]], which keeps them",
        ),
    ],
)
def test_pairs_do_not_lose_weights(use: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        use(weighted(numbered(3)))
    assert str(caught.value) == f"data: expected no weights {message}"


@given(st.lists(st.integers(0, 9), max_size=4).map(sorted), st.booleans())
def test_concatenated_parts_are_the_data(cuts: list[int], has_weights: bool) -> None:
    """Wherever it is cut, also into empty parts; the first and the last part can be joined before the others."""
    data = weighted(numbered(9)) if has_weights else numbered(9)
    parts = [data[i:j] for i, j in pairwise([0, *cuts, 9])]
    assert concatenate(parts) == data == concatenate([concatenate(parts[:2]), *parts[2:]])
    assert concatenate([data]) == data == concatenate([data[:0], data, data[9:]])
    for empty in (numbered(0), weighted(numbered(0))):
        assert concatenate([empty, data]) == data == concatenate([data, empty])
    assert concatenate([data[:0], data[:0]]) == data[:0]


def test_unweighted_samples_weigh_one() -> None:
    joined = concatenate([numbered(2), weighted(numbered(3)), numbered(0)])
    assert joined.weights is not None and joined.weights.tolist() == [1, 1, 0, 1, 2]
    assert not joined.x.flags.writeable and not joined.weights.flags.writeable


def test_only_data_sets_are_joined() -> None:
    wrong: list[Any] = [numbered(2), [numbered(2), (np.eye(2), np.arange(2))]]  # a data set is a stream of pairs
    for sets in wrong:
        with pytest.raises(TypeError, match=r"^data: expected Dataset, got tuple; use Dataset\(x, y\)$"):
            concatenate(sets)


def test_data_can_be_empty() -> None:
    """With labels, with rows and with weights; nothing can be done with it but to add it to other data."""
    none = Dataset(np.ones((0, 2)), np.array([], int), np.array([]))
    assert len(none) == none.outputs == 0 and none == weighted(numbered(0)) and list(numbered(0)) == []
    assert (
        repr(Dataset(np.ones((0, 2)), np.ones((0, 3)))) == "Dataset(0 samples of 2 features, 3 targets each, float64)"
    )
    assert list(batches(numbered(0), 3)) == [] and shuffled(none, seed=0) == none == take(none, np.array([], int))
    with pytest.raises(ValueError, match="^data: expected at least 2 samples to split, got 0$"):
        split(none, 1)


@given(st.integers(0, 5), st.booleans())
def test_astype_rounds_every_number(n: int, are_rows: bool) -> None:
    x = np.random.default_rng(n).normal(size=(n, 2))
    data = Dataset(x, x if are_rows else np.arange(n), np.abs(x[:, 0]))
    rounded = data.astype(np.float32)
    assert rounded == rounded.astype(np.float64).astype(np.float32) and data.astype(np.float64) == data
    assert rounded.weights is not None and rounded.weights.dtype == rounded.x.dtype == np.float32
    assert rounded.y.dtype == (np.float32 if are_rows else np.int64) and np.array_equal(rounded.x, x.astype(np.float32))
