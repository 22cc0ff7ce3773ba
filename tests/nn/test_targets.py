"""Targets: labels as rows of numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet.nn.targets import one_hot, smooth_labels


@given(st.lists(st.integers(0, 8), min_size=1))
def test_argmax_undoes_one_hot(labels: list[int]) -> None:
    rows = one_hot(np.array(labels), 9, np.float32)
    assert rows.dtype == np.float32 and rows.shape == (len(labels), 9)
    assert rows.argmax(axis=1).tolist() == labels
    assert rows.sum(axis=1).tolist() == [1] * len(labels)


@given(st.lists(st.integers(0, 4), min_size=1), st.floats(0, 1))
def test_smooth_labels_are_distributions(labels: list[int], weight: float) -> None:
    rows = smooth_labels(np.array(labels), 5, weight, np.float64)
    np.testing.assert_allclose(rows.sum(axis=1), 1)
    assert (rows >= 0).all() and rows.dtype == np.float64
    if weight < 1:
        assert rows.argmax(axis=1).tolist() == labels


def test_smoothing_weight_is_from_0_to_1() -> None:
    assert smooth_labels(np.array([1]), 2, 1, np.float64).tolist() == [[0.5, 0.5]]
    for weight in (2, -0.1, np.nan):
        with pytest.raises(ValueError, match=f"^weight: expected from 0 to 1, got {weight}$"):
            smooth_labels(np.array([0]), 2, weight, np.float64)
