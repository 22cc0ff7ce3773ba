"""Assertions pass when they should, and name the place, the numbers and the kind of what differs."""

import math
from typing import cast

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import (
    Dataset,
    Dense,
    Grads,
    Params,
    TrainState,
    adam,
    forward,
    identity_squared_error,
    init_params,
    momentum,
    relu,
    sgd,
    tanh,
)
from fnnet.core.arrays import Matrix, Numbers
from fnnet.data import standardized
from fnnet.nn import sample_gradients
from fnnet.optim import ema
from fnnet.optim.optimizer import State
from fnnet.optim.schedules import exponential
from fnnet.testing import assert_close, assert_same_bits
from fnnet.testing.differences import explain
from fnnet.testing.relations import Equal
from tests.helpers import arrays, pickled
from tests.strategies import Problem, gradient, problems

NAN = np.array([0x7FF8000000000001], np.uint64).view(np.float64).item()  # another NaN than np.nan
SPECIAL = st.sampled_from([0.0, -0.0, 1.0, 1.5, -1.0, 1e-300, 1e300, math.inf, -math.inf, math.nan, NAN])
FLOATS = SPECIAL | st.floats()
TOLERANCES = st.sampled_from([0.0, 1e-9, 0.1, 1.0]) | st.floats(0, 1e6)
PAIRS = st.lists(st.tuples(FLOATS, FLOATS) | FLOATS.map(lambda x: (x, x)), min_size=1, max_size=6)
PARAMS = init_params((3, 4, 2), seed=0)


def records(problem: Problem[np.float64]) -> list[object]:
    """One of every record of arrays, and some of them in tuples and lists."""
    params, grads = problem.params, gradient(problem)
    optimizer = ema(momentum(0.1), 0.5)
    after, state = optimizer.step(params, grads, optimizer.init(params))
    each = sample_gradients(params, problem.x, problem.y)
    _, scaler = standardized(problem.data)
    weighted = Dataset(problem.x, problem.y, np.ones(len(problem.x)))
    trained = TrainState(1, after, state)
    cache = forward(params, problem.x)
    return [params, grads, cache, problem.data, weighted, scaler, state, trained, each, (params, [grads]), problem.x]


def writable(array: Numbers) -> Numbers:
    """An array of a record, made writable by way of the memory that it is a view of, which nobody should do."""
    if array.base is not None:
        array.base.setflags(write=True)
    array.setflags(write=True)
    return array


def places(message: object) -> list[str]:
    """The place that each line of a message names, in the form of an expression."""
    return [line.partition(": ")[0] for line in str(message).splitlines()[1:]]


def found(place: str, value: object) -> object:
    """What is at a place: the place is Python."""
    dot = "" if place.startswith("[") else "."
    return eval(f"value{dot}{place}", {"value": value})


def row(numbers: list[float], dtype: type[np.float64] | type[np.float32] = np.float64) -> Matrix[np.float64]:
    with np.errstate(over="ignore"):
        return cast(Matrix[np.float64], np.array([numbers]).astype(dtype))


def failure(a: object, b: object) -> str:
    """The lines of a failed `assert_close`, after the first."""
    with pytest.raises(AssertionError, match="^not close:\n") as error:
        assert_close(a, b)
    return str(error.value).partition("\n")[2]


def bits_failure(a: object, b: object) -> str:
    """The lines of a failed `assert_same_bits`, after the first."""
    with pytest.raises(AssertionError, match="^not the same bits:\n") as error:
        assert_same_bits(a, b)
    return str(error.value).partition("\n")[2]


@given(problems(np.float64))
def test_each_record_is_close_to_its_copy(problem: Problem[np.float64]) -> None:
    for record in records(problem):
        assert_close(record, pickled(record), rtol=0, atol=0)
        assert_same_bits(record, pickled(record))


@given(problems(np.float64), st.data())
def test_messages_name_the_changed_number(problem: Problem[np.float64], data: st.DataObject) -> None:
    record = data.draw(st.sampled_from(records(problem)))
    changed = pickled(record)
    array = data.draw(st.sampled_from([array for array in arrays(tuple_of(changed)) if array.size]))
    index = data.draw(st.integers(0, array.size - 1))
    before = array.flat[index].item()
    writable(array).flat[index] = before + 1 if abs(before) < 1e9 else 0
    after = array.flat[index].item()
    for check in (assert_close, assert_same_bits):
        with pytest.raises(AssertionError) as error:
            check(record, changed)
        (place,) = places(error.value)
        assert (found(place, record), found(place, changed)) == (before, after)
        count = f"; 1 of {array.size} differ" if array.size > 1 else ""
        assert f"{place}: {before}, not {after}, off by" in str(error.value)
        assert str(error.value).endswith(count)


def tuple_of(value: object) -> object:
    """The same with tuples for lists, in which `arrays` looks."""
    return tuple(map(tuple_of, value)) if isinstance(value, (tuple, list)) else value


@given(PAIRS, TOLERANCES, TOLERANCES, st.sampled_from([np.float32, np.float64]))
def test_close_is_within_the_tolerance(
    pairs: list[tuple[float, float]], rtol: float, atol: float, dtype: type[np.float64] | type[np.float32]
) -> None:
    a, b = (row(list(numbers), dtype) for numbers in zip(*pairs))

    def close(x: float, y: float) -> bool:
        if not (math.isfinite(x) and math.isfinite(y)):
            return x == y or (math.isnan(x) and math.isnan(y))
        return abs(x - y) <= atol + rtol * abs(y)

    expected = all(map(close, a.ravel().tolist(), b.ravel().tolist()))
    try:
        assert_close(Dense(a, a[0]), Dense(b, b[0]), rtol, atol)
    except AssertionError as error:
        assert not expected, error
    else:
        assert expected


@given(PAIRS, st.sampled_from([np.float32, np.float64]))
def test_same_bits_are_the_same_bytes(
    pairs: list[tuple[float, float]], dtype: type[np.float64] | type[np.float32]
) -> None:
    a, b = (row(list(numbers), dtype) for numbers in zip(*pairs))
    try:
        assert_same_bits((a, a.T), (b, b.T))
    except AssertionError:
        assert a.tobytes() != b.tobytes()
    else:
        assert a.tobytes() == b.tobytes()


@given(PAIRS)
def test_explanations_go_by_equality(pairs: list[tuple[float, float]]) -> None:
    a, b = (Dense(matrix, matrix[0]) for matrix in (row(list(numbers)) for numbers in zip(*pairs)))
    assert (explain(a, b, Equal()) == []) == (a == b)


@given(problems(np.float64), st.data())
def test_the_greatest_difference_is_first(problem: Problem[np.float64], data: st.DataObject) -> None:
    params = problem.params
    steps = {
        id(array): data.draw(st.lists(st.integers(0, 9), min_size=array.size, max_size=array.size))
        for array in arrays(params)
    }
    layers = [
        Dense(
            layer.weights + np.reshape(steps[id(layer.weights)], layer.weights.shape),
            layer.bias + steps[id(layer.bias)],
        )
        for layer in params.layers
    ]
    lines = explain(params, attrs.evolve(params, layers=layers), Equal())
    greatest = sorted((max(step) for step in steps.values() if any(step)), reverse=True)
    sizes = [float(line.partition("off by ")[2].split(",")[0].split(";")[0]) for line in lines[:5]]
    assert sizes == pytest.approx(greatest[:5], rel=1e-2)  # three digits
    assert lines[5:] == ([f"… and {len(greatest) - 5} more"] if len(greatest) > 5 else [])
    counts = sorted(sum(map(bool, step)) for step in steps.values() if any(step) and len(step) > 1)
    if len(greatest) <= 5:
        assert sorted(int(line.split("; ")[1].split()[0]) for line in lines if "; " in line) == counts


def test_tolerances_follow_the_dtype() -> None:
    for dtype, inside, outside in ((np.float32, 4e-5, 6e-5), (np.float64, 6e-11, 8e-11)):
        one = np.ones(3, dtype)
        assert_close(one, np.full(3, 1 + inside, dtype))
        assert "is allowed" in failure(one, np.full(3, 1 + outside, dtype))
    a, b = np.array([3.575, 1.375], np.float32)  # 2.20000005 apart, where 2.2 is allowed; not in float32
    with pytest.raises(AssertionError):
        assert_close(a, b, rtol=1.6, atol=0)
    assert_close(np.ones(2), np.full(2, 1.5), rtol=0, atol=0.5)
    assert_close(np.ones(2), np.full(2, 2.0), rtol=0.5, atol=0)  # relative to b
    with pytest.raises(
        AssertionError, match=r"\[0\]: 2.0, not 1.0, off by 1, 1 times \|b\|, where 0.5 is allowed; 2 of 2"
    ):
        assert_close(np.full(2, 2.0), np.ones(2), rtol=0.5, atol=0)


@pytest.mark.parametrize(
    ("rtol", "atol", "message"),
    [
        (-1.0, None, "rtol: expected a finite number of at least 0, got -1.0"),
        (None, math.nan, "atol: expected a finite number of at least 0, got nan"),
    ],
)
def test_tolerances_are_checked(rtol: float | None, atol: float | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        assert_close(1.0, 1.0, rtol, atol)


LAYER = Dense(np.ones((3, 2)), np.zeros(2))
TWIN = attrs.evolve(relu, pullback=lambda z, a, g: g * (z >= 0))
DIFFERENT: list[tuple[object, object, str]] = [
    (LAYER, LAYER.astype(np.float32), "weights: dtype float64, not float32\nbias: dtype float64, not float32"),
    (LAYER.weights, LAYER.weights.T, "shape (3, 2), not (2, 3)"),
    (np.ones((2, 1)), np.ones(2, np.float32), "dtype float64, not float32, shape (2, 1), not (2,)"),
    (PARAMS, Grads(PARAMS.layers), "Params, not Grads"),
    (PARAMS, attrs.evolve(PARAMS, layers=PARAMS.layers[:1]), "layers: 2 items, not 1"),
    (PARAMS, attrs.evolve(PARAMS, hidden=tanh), "hidden: Activation(sigmoid), not Activation(tanh)"),
    (
        PARAMS,
        attrs.evolve(PARAMS, head=identity_squared_error),
        "head: Head(softmax-cross-entropy), not Head(identity-squared-error)",
    ),
    (relu, TWIN, "Activation(relu), not another in pullback"),
    (adam(0.1), adam(0.2), "adam(0.1), not adam(0.2)"),
    (sgd(exponential(0.1, 0.5)), sgd(0.1), "sgd(exponential(0.1, 0.5)), not sgd(0.1)"),
    (sgd(0.1), momentum(0.1), "sgd, not momentum"),
    (State(3, ()), State(4, ()), "count: 3, not 4, off by 1, 0.25 times |b|"),
    (State(3, (), optimizer="adam"), State(3, (), optimizer="sgd"), "optimizer: 'adam', not 'sgd'"),
    (State(0, (1.5,)), State(0, (0.0,)), "slots[0]: 1.5, not 0.0, off by 1.5, where 3.67e-11 is allowed"),
    (State(0, (), average=1), State(0, ()), "average: int, not NoneType"),
    (
        Dataset(np.eye(2), np.array([0, 1]), np.ones(2)),
        Dataset(np.eye(2), np.array([0, 1])),
        "weights: ndarray, not NoneType",
    ),
    (
        Dataset(np.eye(2), np.array([0, 1])),
        Dataset(np.eye(2), np.array([0, 5])),
        "y[1]: 1, not 5, off by 4, 0.8 times |b|; 1 of 2 differ",
    ),
    (np.array([1.0, math.nan]), np.array([5.0, 2.0]), "[1]: nan, not 2.0; 2 of 2 differ"),
    (1.0, math.inf, "1.0, not inf"),
    (1, 1.5, "1.0, not 1.5, off by 0.5, 0.333 times |b|, where 9.17e-11 is allowed"),
    (1, np.float32(1.5), "1.0, not 1.5, off by 0.5, 0.333 times |b|, where 6.06e-05 is allowed"),
    (np.float32(0.1), np.float32(0.2), "0.1, not 0.2, off by 0.1, 0.5 times |b|, where 2.91e-05 is allowed"),
    (1, np.uint8(2), "dtype int64, not uint8"),
    (np.float32(1), np.float64(1), "dtype float32, not float64"),
    (2**60 + 1, 2**60, "1152921504606846977, not 1152921504606846976, off by 1, 8.67e-19 times |b|"),
    (2**70, 2**70 + 1, "1180591620717411303424, not 1180591620717411303425"),
    (True, False, "True, not False, off by 1"),
    (3j, 4j, "3j, not 4j, off by 1, 0.25 times |b|, where 1.83e-10 is allowed"),
    ([1, (2, 3)], [1, (2, 4)], "[1][1]: 3, not 4, off by 1, 0.25 times |b|"),
    ("one", "two", "'one', not 'two'"),
    (np.array(["one"]), np.array(["two"]), "['one'], not ['two']"),
    (complex(1e308, 1e308), complex(1e308, -1e308), "(1e+308+1e+308j), not (1e+308-1e+308j)"),
    (complex(1, math.nan), 1j, "(1+nanj), not 1j"),
]


@pytest.mark.parametrize(("a", "b", "message"), DIFFERENT)
def test_each_kind_of_difference_is_named(a: object, b: object, message: str) -> None:
    assert failure(a, b) == message
    bits = "\n".join(line.partition(", where")[0] for line in message.splitlines())
    assert bits_failure(a, b).startswith(bits.partition(";")[0])
    assert_close(a, a)
    assert_same_bits(b, b)


def test_zeros_and_nans_differ_in_bits_only() -> None:
    zeros, nans = np.array([[0.0, -0.0]]), np.array([[math.nan, NAN]])
    assert_close((zeros, nans), (-zeros, nans[:, ::-1]), rtol=0, atol=0)
    assert bits_failure(zeros, -zeros) == "[0, 0]: 0.0, not -0.0: equal numbers of other bits; 2 of 2 differ"
    left, right = "nan (0x7ff8000000000000)", "nan (0x7ff8000000000001)"
    assert bits_failure(nans, np.full_like(nans, math.nan)) == (
        f"[0, 1]: {right}, not {left}: equal numbers of other bits; 1 of 2 differ"
    )
    unequal = bits_failure(np.array([0.0, NAN, 1.0]), np.array([-0.0, math.nan, 2.0]))
    assert unequal == "[2]: 1.0, not 2.0, off by 1, 0.5 times |b|; 3 of 3 differ"
    assert failure((1.0, math.nan, 5.0), (2.0, 3.0, 0.0)).startswith("[1]: nan, not 3.0\n[2]: 5.0, not 0.0")


def test_masked_numbers_are_refused() -> None:
    masked = np.ma.masked_greater(np.array([1.0, 1e20]), 1e10)
    for a, b, name in ((masked, masked.data, "a"), (masked.data, masked, "b")):
        with pytest.raises(
            ValueError, match=f"^{name}: expected numbers without a mask, got MaskedArray; use {name}.fill"
        ):
            assert_close(a, b)


def test_nothing_is_close_to_nothing() -> None:
    nothing: list[object] = [np.ones((0, 3)), (), [], Dataset(np.ones((0, 3)), np.zeros(0, int))]
    for empty in nothing:
        assert_close(empty, empty)
        assert_same_bits(empty, empty)


def test_messages_name_five_places() -> None:
    params: Params[np.float32] = init_params((2, 3, 3, 3, 2), seed=0)
    lines = failure(params, attrs.evolve(params, layers=[Dense(1 + x.weights, 1 + x.bias) for x in params.layers]))
    assert len(lines.splitlines()) == 6
    assert lines.endswith("\n… and 3 more")
