"""Records are values: equal contents have equal hashes, and each can be shown."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from fnnet import Cache, Dataset, Dense, Grads, Params, backward, forward, init_params
from fnnet.core.contents import Contents
from fnnet.core.records import Immutable
from fnnet.metrics import calibration, predictions
from tests.helpers import pickled
from tests.strategies import Problem, problems

Floats = npst.arrays(
    st.sampled_from([np.float32, np.float64]),
    npst.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3),
    elements=st.sampled_from([0.0, -0.0, np.nan, 1.0, np.inf]),
)
anything = st.one_of(Floats, st.lists(Floats, max_size=2).map(tuple), st.sampled_from([None, 1, np.array([0, 1])]))


@given(anything, anything)
def test_equal_contents_hash_alike(a: Any, b: Any) -> None:
    if Contents(a) == Contents(b):
        assert hash(Contents(a)) == hash(Contents(b))


@given(Floats)
def test_signs_of_zero_and_nan_do_not_count(array: Any) -> None:
    """NaN has many bit patterns, and zero has two."""
    other = np.where(array == 0, -array, np.where(np.isnan(array), -array, array)).astype(array.dtype)
    assert Contents(array) == Contents(other) and hash(Contents(array)) == hash(Contents(other))
    assert Contents(array) == Contents(array.copy())


def test_signaling_nan_is_hashed_too() -> None:
    signaling = np.array([0x7F800001], np.uint32).view(np.float32)
    assert Contents(signaling) == Contents(np.array([np.nan], np.float32))
    assert hash(Contents(signaling)) == hash(Contents(np.array([np.nan], np.float32)))


@pytest.mark.parametrize(
    "other", [np.array([1.0, 2.0], np.float32), np.array([[1.0, 2.0]]), np.array([1.0, 3.0]), None, (1.0, 2.0), "ab"]
)
def test_other_contents_are_not_equal(other: Any) -> None:
    assert Contents(np.array([1.0, 2.0])) != Contents(other) and Contents(other) != Contents(np.array([1.0, 2.0]))
    assert Contents(np.array([1.0, 2.0])) != np.array([1.0, 2.0]).tolist()


def values(problem: Problem[np.float32]) -> list[Any]:
    cache = forward(problem.params, problem.x)
    grads = backward(problem.params, cache, problem.y)
    weights = np.ones(len(problem.x), problem.params.dtype)
    return [
        problem.params.layers[0],
        problem.params,
        grads,
        cache,
        problem.data,
        attrs.evolve(problem.data, weights=weights),
    ]


@given(problems())
def test_records_hash_by_contents(problem: Problem[np.float32]) -> None:
    """A copy has the hash of the original, and is found in a set; another record is not."""
    for record in values(problem):
        assert hash(record) == hash(pickled(record)) and pickled(record) in {record}
    assert len(set(values(problem))) == 6


def test_metrics_are_values() -> None:
    params, data = init_params((3, 2), seed=0, dtype=np.float64), Dataset(np.eye(3), np.array([0, 1, 1]))
    found, again = predictions(params, data), predictions(params, data)
    assert found == again and hash(found) == hash(again) and found != predictions(params, data[:2])
    assert repr(found) == "Predictions(true=int64 (3,), predicted=int64 (3,), confidence=float64 (3,))"
    assert calibration(found.confidence, found.correct) == calibration(again.confidence, again.correct)


class Unshowable:
    def __repr__(self) -> str:
        raise RuntimeError


def filled(kind: type[Immutable], **fields: object) -> Any:
    """A record with any fields, as JAX makes them when it maps a function over a tree."""
    return kind._of(**fields)


SHAPE = SimpleNamespace(shape=(3, 2), dtype=np.dtype(np.float32))
EMPTY = filled(Dense, weights=None, bias=None)
PARAMS = init_params((3, 2), seed=0)
STACKED = filled(Dense, weights=np.zeros((7, 3, 2)), bias=np.zeros((7, 2)))


@pytest.mark.parametrize(
    "record, expected",
    [
        (EMPTY, "Dense(weights=None, bias=None)"),
        (filled(Dense, weights=SHAPE, bias=None), "Dense(3 -> 2, float32)"),
        (filled(Dense, weights="a\nb", bias=1.5), "Dense(weights='a\\nb', bias=1.5)"),
        (STACKED, "Dense(weights=float64 (7, 3, 2), bias=float64 (7, 2))"),
        (filled(Grads, layers=None), "Grads(layers=None)"),
        (filled(Grads, layers=()), "Grads(layers=())"),
        (filled(Grads, layers=(EMPTY,)), "Grads(layers=(Dense(weights=None, bias=None),))"),
        (filled(Grads, layers=(STACKED,)), "Grads(layers=(Dense(weights=float64 (7, 3, 2), bias=float64 (7, 2)),))"),
        (
            filled(Params, layers=(EMPTY,), hidden=PARAMS.hidden, head=PARAMS.head),
            "Params(layers=(Dense(weights=None, bias=None),), "
            "hidden=Activation(sigmoid), head=Head(softmax-cross-entropy))",
        ),
        (
            filled(Cache, x=None, pre_activations=(), activations=(), masks=()),
            "Cache(x=None, pre_activations=(), activations=(), masks=())",
        ),
        (filled(Dataset, x=SHAPE, y=None, weights=None), "Dataset(x=float32 (3, 2), y=None, weights=None)"),
    ],
)
def test_any_record_can_be_shown(record: Any, expected: str) -> None:
    assert repr(record) == expected


def test_unshowable_contents_are_named() -> None:
    assert repr(filled(Dense, weights=Unshowable(), bias=None)).startswith("Dense(weights=<Unshowable instance at ")


@pytest.mark.parametrize("make", [Params, lambda layers, *others: Grads(layers)])
def test_layers_can_be_a_list(make: Callable[..., Any]) -> None:
    record = make(list(PARAMS.layers), PARAMS.hidden, PARAMS.head)
    assert record.layers == PARAMS.layers and isinstance(record.layers, tuple)
