"""Records: arrays that nobody can write, equality by contents, a short repr."""

import copy
import pickle
from collections.abc import Callable

import attrs
import numpy as np
import pytest
from hypothesis import given

from fnnet import (
    Cache,
    Dataset,
    Dense,
    Grads,
    Params,
    accuracy,
    apply,
    backward,
    forward,
    init_params,
    loss,
    ravel,
    relu,
    sgd_fold,
    sgd_step,
    shuffled,
    sigmoid,
    softmax_cross_entropy,
    softmax_squared_error,
)
from fnnet.nn.targets import has_classes
from tests.helpers import arrays, pickled
from tests.strategies import Problem, problems

Record = (
    Dense[np.float32]
    | Params[np.float32]
    | Grads[np.float32]
    | Cache[tuple[int, int], np.float32]
    | Dataset[np.float32]
)


def records(problem: Problem[np.float32]) -> list[Record]:
    params, data = problem.params, problem.data
    cache = forward(params, problem.x)
    grads = backward(params, cache, problem.y)
    return [
        params.layers[0],
        params,
        sgd_step(params, grads, 0.1),
        grads,
        cache,
        data,
        shuffled(data, seed=0),
    ]


def evolved(record: Record) -> object:
    return attrs.evolve(record)


def replaced(record: Record) -> object:
    """By `copy.replace`, where Python has it."""
    return getattr(copy, "replace", attrs.evolve)(record)


@pytest.mark.parametrize("way", [lambda r: r, copy.copy, copy.deepcopy, pickled, evolved, replaced])
@given(problem=problems())
def test_copies_are_equal_and_read_only(way: Callable[[Record], Record], problem: Problem[np.float32]) -> None:
    """However a record is copied, the copy equals it, and its arrays stay read-only."""
    for record in records(problem):
        other = way(record)
        assert other == record and type(other) is type(record)
        for array in arrays(other):
            assert not array.flags.writeable
            with pytest.raises(ValueError):
                array.flags.writeable = True
            with pytest.raises(ValueError):
                array[...] = 0


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_pickle_protocol_works(protocol: int) -> None:
    params = init_params((3, 2), seed=0)
    assert pickle.loads(pickle.dumps(params, protocol)) == params


def test_arrays_are_stored_in_c_order() -> None:
    weights = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    for array in (Dense(weights, np.ones(3)).weights, Dense(weights[:, ::-1], np.ones(3)).weights):
        assert array.flags.c_contiguous
    assert Dataset(weights, np.array([0, 1])).x.flags.c_contiguous


def test_records_copy_their_arrays() -> None:
    weights, bias, x, y = np.ones((2, 2)), np.ones(2), np.ones((2, 2)), np.array([0, 1])
    dense, data = Dense(weights, bias), Dataset(x, y)
    cache = Cache(x, (x,), (x,))
    for array in (weights, bias, x, y):
        array[...] = 7
    assert dense == Dense(np.ones((2, 2)), np.ones(2))
    assert data == Dataset(np.ones((2, 2)), np.array([0, 1]))
    assert cache.x.max() == cache.output.max() == 1


def test_fields_cannot_be_set() -> None:
    params = init_params((3, 2), seed=0)
    for record, field in ((params, "layers"), (params.layers[0], "bias"), (params.hidden, "name")):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(record, field, None)


def test_equality_is_by_contents() -> None:
    params = init_params((3, 2, 2), seed=0)
    assert params == init_params((3, 2, 2), seed=0)
    assert params != init_params((3, 2, 2), seed=1)
    assert params != init_params((3, 1, 2), seed=0)
    assert params != init_params((3, 2, 2), seed=0, hidden=relu)
    assert params != init_params((3, 2, 2), seed=0, head=softmax_squared_error)
    zeros32 = Dense(np.zeros((2, 2), np.float32), np.zeros(2, np.float32))
    assert zeros32 != Dense(np.zeros((2, 2)), np.zeros(2))
    assert params.__eq__(Grads(params.layers)) is not True


def test_repr_shows_shapes() -> None:
    """It shows no numbers."""
    params = init_params((784, 128, 10), seed=0)
    cache = forward(params, np.zeros((7, 784), np.float32))
    assert repr(params) == "Params(784-128-10, float32, sigmoid, softmax-cross-entropy, 101770 parameters)"
    assert repr(params.layers) == "(Dense(784 -> 128, float32), Dense(128 -> 10, float32))"
    assert repr(Grads(params.layers)) == "Grads(784-128-10, float32)"
    assert repr(cache) == "Cache(x (7, 784), output (7, 10), float32)"
    assert repr((sigmoid, softmax_cross_entropy)) == "(Activation(sigmoid), Head(softmax-cross-entropy))"
    data = Dataset(np.zeros((5, 3)), np.zeros((5, 2)))
    assert repr(data) == "Dataset(5 samples of 3 features, 2 targets each, float64)"


def test_lists_are_accepted() -> None:
    assert Dense([[1.0, 2.0]], [0.0, 0.0]).weights.shape == (1, 2)  # type: ignore[arg-type]  # the types ask for arrays


@pytest.mark.parametrize("way", [copy.deepcopy, pickled])
@given(problem=problems())
def test_copies_behave_the_same(way: Callable[[object], Params[np.float32]], problem: Problem[np.float32]) -> None:
    """A copied activation or head is recognized by what it is, not by which object it is."""
    params, x, y = problem.params, problem.x, problem.y
    other = way(params)
    assert np.array_equal(apply(other, x), apply(params, x))
    assert loss(other, x, y) == loss(params, x, y)
    # to the bit, also where it diverges
    assert ravel(sgd_fold(other, x, y, 1e-3)).tobytes() == ravel(sgd_fold(params, x, y, 1e-3)).tobytes()
    if has_classes(params.head, y, params.sizes[-1]):
        assert accuracy(other, problem.data) == accuracy(params, problem.data)
    else:
        with pytest.raises(ValueError):
            accuracy(other, problem.data)


def test_repr_of_the_smallest_records() -> None:
    assert repr(init_params((2, 1), seed=0)) == "Params(2-1, float32, sigmoid, softmax-cross-entropy, 3 parameters)"
    assert repr(Dataset(np.zeros((5, 3)), np.arange(5))) == "Dataset(5 samples of 3 features, labels, float64)"
    assert repr(Dataset(np.zeros((5, 3)), np.zeros((5, 7)))).endswith(
        "(5 samples of 3 features, 7 targets each, float64)"
    )
