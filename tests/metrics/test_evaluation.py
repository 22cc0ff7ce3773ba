"""One pass that gives what several give: `evaluate`."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fnnet import (
    Dataset,
    Dense,
    Params,
    accuracy,
    apply,
    exp_poisson,
    identity,
    identity_squared_error,
    init_params,
    loss,
    softmax_cross_entropy,
)
from fnnet.metrics import Evaluation, evaluate
from fnnet.nn.targets import has_classes
from tests.strategies import Problem, passing, problems, seeds


@given(problems(), st.booleans(), seeds)
def test_one_pass_gives_what_two_give(problem: Problem[Any], has_weights: bool, seed: int) -> None:
    """The loss and the accuracy, to the bit, also of blocks of samples."""
    x, y, params = problem.x, problem.y, problem.params
    rows = np.arange(len(x)).repeat(2000 // len(x))  # two blocks
    weights = np.random.default_rng(seed).random(len(rows)) if has_weights else None
    data = Dataset(x[rows], y[rows], weights)
    found = evaluate(params, data)
    assert found.loss == loss(params, data.x, data.y, data.weights)
    if has_classes(params.head, data.y, params.sizes[-1]):
        assert found == Evaluation(found.loss, accuracy(params, data))
    else:
        assert found.accuracy is None


@given(st.integers(1, 2100), st.integers(1, 3), st.booleans(), st.sampled_from([1e-3, 1.0, 1e3]), seeds)
def test_r_squared_is_its_formula(n: int, k: int, has_weights: bool, mean: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    data = Dataset(rng.normal(size=(n, 2)), mean + rng.normal(size=(n, k)), rng.random(n) if has_weights else None)
    params = init_params((2, k), seed, dtype=np.float64, head=identity_squared_error)
    w = np.ones((n, 1)) if data.weights is None else data.weights[:, np.newaxis]
    center = (w * data.y).sum(axis=0) / w.sum()
    whole = (w * (data.y - center) ** 2).sum()
    assume(n > 1)
    expected = 1 - (w * (data.y - apply(params, data.x)) ** 2).sum() / whole
    assert evaluate(params, data).r_squared == pytest.approx(expected, rel=1e-6)


def test_r_squared_of_perfect_and_of_means() -> None:
    x, y = np.array([[1.0], [2.0], [6.0]]), np.array([[1.0], [2.0], [6.0]])
    same = passing(1, identity_squared_error)
    always = Params((Dense(np.zeros((1, 1)), np.array([3.0])),), identity, identity_squared_error)
    assert evaluate(same, Dataset(x, y)) == Evaluation(0, None, 1)
    assert evaluate(always, Dataset(x, y)).r_squared == 0
    weighted = Dataset(x, y, np.array([0, 3, 1]))  # of mean 3
    assert evaluate(always, weighted).r_squared == 0


def test_counts_have_an_r_squared() -> None:
    data = Dataset(np.zeros((2, 1)), np.array([0, 2]))  # the rate exp(0), which is their mean
    assert evaluate(passing(1, exp_poisson), data) == Evaluation(1, None, 0)


@pytest.mark.parametrize("n, weights", [(1, None), (3, None), (3, [0, 0, 0]), (3, [1, 0, 2])])
def test_constant_targets_have_none(n: int, weights: list[int] | None) -> None:
    """There is no variance to explain; and no weight, no mean."""
    y = np.full((n, 1), 0.1) if weights is None else np.array([[0.1], [0.3], [0.1]])
    data = Dataset(np.ones((n, 1)), y, None if weights is None else np.array(weights))
    assert evaluate(passing(1, identity_squared_error), data).r_squared is None


def test_squares_that_overflow_have_none() -> None:
    data = Dataset(np.ones((2, 1)), np.array([[1e200], [-1e200]]))
    with np.errstate(over="ignore"):  # of the loss
        assert evaluate(passing(1, identity_squared_error), data) == Evaluation(np.inf)


def test_what_cannot_be_evaluated() -> None:
    params = passing(2, softmax_cross_entropy)
    data = Dataset(np.eye(2), np.array([0, 1]))
    with pytest.raises(ValueError, match="^weights: expected a sum other than 0, got only zeros$"):
        evaluate(params, Dataset(data.x, data.y, np.zeros(2)))
    with pytest.raises(ValueError, match="^data: expected at least one sample, got none$"):
        evaluate(params, data[:0])
    with pytest.raises(ValueError, match="^x: expected numbers for which the network has an output, got NaN"):
        with np.errstate(invalid="ignore"):
            evaluate(Params((Dense(np.full((2, 2), np.inf), np.zeros(2)),), identity, params.head), data)
