"""Targets: labels as rows of numbers."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import (
    Head,
    exp_poisson,
    identity_huber,
    identity_squared_error,
    logistic_cross_entropy,
    softmax_cross_entropy,
)
from fnnet.nn.domains import distribution
from fnnet.nn.targets import as_targets, check_targets, one_hot, smooth_labels, smooth_rows
from tests.strategies import Problem, problems


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


@given(problems(np.float64), st.sampled_from([0.0, 0.1, 0.5, 1.0]))
def test_smooth_rows_stay_in_the_domain(problem: Problem[np.float64], weight: float) -> None:
    """(1 - s) t + s / k where the outputs are a distribution, (1 - s) t + s / 2 for each yes or no."""
    head, outputs = problem.params.head, np.empty((len(problem.x), problem.params.sizes[-1]))
    rows = as_targets(head, problem.y, outputs)
    if not head.gives_probabilities:
        with pytest.raises(
            ValueError, match=f"^smoothing: expected a head whose outputs are probabilities, got {head.name}$"
        ):
            smooth_rows(head, rows, weight)
        return
    smoothed = smooth_rows(head, rows, weight)
    even = 1 / rows.shape[1] if head.domain == distribution else 0.5
    np.testing.assert_allclose(smoothed, (1 - weight) * rows + weight * even)
    assert head.domain.contains(smoothed) and smoothed.dtype == rows.dtype


def test_a_smoothed_no_stays_a_no() -> None:
    """Of one logistic output: 0 becomes s / 2, not more than one half."""
    rows = as_targets(logistic_cross_entropy, np.array([0, 1]), np.empty((2, 1)))
    assert smooth_rows(logistic_cross_entropy, rows, 0.2).ravel().tolist() == pytest.approx([0.1, 0.9])


@pytest.mark.parametrize("y, cure", [(np.array([1.0, 0.0]), r"y.astype\(np.int64\)"), (np.float64(1), r"int\(y\)")])
def test_float_labels_are_told_the_cure(y: Any, cure: str) -> None:
    outputs = np.empty((*np.shape(y), 2))
    with pytest.raises(ValueError, match=f"^y: expected (an integer label|integer labels) .*; use {cure}$"):
        as_targets(softmax_cross_entropy, y, outputs)


@given(
    st.sampled_from([identity_squared_error, identity_huber, exp_poisson, logistic_cross_entropy]),
    st.sampled_from([np.int64, np.float32, np.float64]),
    st.sampled_from([(), (3,), (3, 1)]),
    st.floats(2, 9),
)
def test_cures_keep_the_numbers(head: Head, dtype: Any, shape: tuple[int, ...], number: float) -> None:
    """Of one output: the targets that an error advises are taken, and are the same numbers, never truncated ones."""
    y: Any = np.full(shape, number / 10 if head.gives_probabilities else number).astype(dtype)[()]
    outputs: Any = np.empty((*shape[:1], 1))
    try:
        rows = as_targets(head, y, outputs)
    except ValueError as error:
        cure = str(error).partition("; use ")[2].rpartition(" for labels, ")[2].removesuffix(" for numbers")
        rows = as_targets(head, eval(cure, {"np": np, "y": y}), outputs)
    assert rows.shape == outputs.shape and np.array_equal(rows, np.full_like(rows, y.ravel()[0]))


def test_a_label_or_a_number_of_one_output() -> None:
    for y, cure in [
        (np.array([0.0, 1.0]), "y.astype(np.int64) for labels, y.reshape(-1, 1) for numbers"),
        (np.array([False, True]), "y.astype(np.int64)"),
        (np.array(["no", "yes"]), ""),
    ]:
        with pytest.raises(ValueError) as caught:
            as_targets(logistic_cross_entropy, y, np.empty((2, 1)))
        assert str(caught.value).partition("; use ")[2] == cure


def test_checked_targets_take_no_memory(peak: Any) -> None:
    """60,000 labels of 100,000 classes, which would be rows of 24 GB."""
    labels = np.arange(60_000)
    shape, dtype = (60_000, 100_000), np.dtype(np.float32)
    assert peak(lambda: check_targets(softmax_cross_entropy, labels, shape, dtype)) < 1 << 20


def test_a_head_cannot_write_to_targets() -> None:
    y = np.array([[0.25, 0.75]])
    rows = as_targets(softmax_cross_entropy, y, np.empty((1, 2)))
    with pytest.raises(ValueError, match="read-only"):
        rows[0, 0] = 7
    y[0, 0] = 0.25  # the caller's own stay writeable


def test_integers_are_counts_of_one_output() -> None:
    """Of any size; with several outputs they are labels, as of every head."""
    assert as_targets(exp_poisson, np.array([0, 7, 1000]), np.zeros((3, 1))).tolist() == [[0], [7], [1000]]
    assert as_targets(exp_poisson, 1, np.zeros(2)).tolist() == [0, 1]
    with pytest.raises(ValueError, match="^y: expected counts of at least 0, got -1$"):
        as_targets(exp_poisson, np.array([3, -1]), np.zeros((2, 1)))
    with pytest.raises(ValueError, match="^y: expected labels from 0 to 1, got 2$"):
        as_targets(exp_poisson, 2, np.zeros(2))
    for wrong in (-1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="^y: expected finite numbers of at least 0, as exp-poisson needs, got"):
            as_targets(exp_poisson, np.array([[wrong]]), np.zeros((1, 1)))


@pytest.mark.parametrize("k", [2, 3])
def test_labels_of_several_answers(k: int) -> None:
    """With two independent answers, or more, a label is the one that is yes."""
    labels = np.arange(k)
    for head in (logistic_cross_entropy, identity_squared_error):
        assert as_targets(head, labels, np.zeros((k, k))).tolist() == np.eye(k).tolist()
        with pytest.raises(ValueError, match=f"^y: expected labels from 0 to {k - 1}, got {k}$"):
            as_targets(head, labels + 1, np.zeros((k, k)))
