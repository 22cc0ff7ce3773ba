"""Schedules are pure functions of the step, which can be composed."""

import math
import pickle
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet.optim.schedules import Schedule, constant, cosine, exponential, join, linear, per_epoch, piecewise
from fnnet.testing import check_schedule
from fnnet.testing.ledger.objects import OBJECTS

values = st.floats(1e-6, 10)
steps = st.integers(0, 50)


@given(values, st.floats(0.1, 1), steps)
def test_constant_and_exponential(value: float, factor: float, step: int) -> None:
    assert constant(value)(step) == value
    assert exponential(value, factor)(step) == pytest.approx(value * math.prod([factor] * step))


@given(values, values, st.integers(1, 40))
def test_linear_is_a_straight_line(first: float, last: float, length: int) -> None:
    """It runs from the first value to the last, which it keeps."""
    schedule = linear(first, last, length)
    assert schedule(0) == first and schedule(length) == schedule(length + 7) == last
    path = [schedule(step) for step in range(length + 1)]
    assert [after - before for before, after in pairwise(path)] == pytest.approx([(last - first) / length] * length)


@given(values, st.integers(1, 40), st.data())
def test_cosine_warms_up_and_decays(peak: float, length: int, data: st.DataObject) -> None:
    """It climbs linearly, then falls along half a wave."""
    warmup, final = data.draw(st.integers(0, length - 1)), data.draw(st.floats(0, 1)) * peak
    schedule = cosine(peak, length, warmup=warmup, final=final)
    for step in range(warmup):
        assert schedule(step) == pytest.approx(peak * (step + 1) / warmup)
    assert schedule(warmup) == pytest.approx(peak)
    assert schedule(length) == pytest.approx(final) and schedule(length + 7) == pytest.approx(final)
    middle = (warmup + length) / 2
    if middle == int(middle):
        assert schedule(int(middle)) == pytest.approx((peak + final) / 2)
    down = [schedule(step) for step in range(warmup, length + 1)]
    assert down == sorted(down, reverse=True)
    # the fall is symmetric about its middle
    assert [peak + final - value for value in reversed(down)] == pytest.approx(down)


@pytest.mark.parametrize("schedule", OBJECTS["schedule"], ids=repr)
def test_the_laws_of_schedules_hold(schedule: Schedule) -> None:
    check_schedule(schedule)


def test_cosine_defaults() -> None:
    """By default there is no warmup, and the last value is 0."""
    assert [cosine(1.0, 4)(step) for step in (0, 2, 4)] == pytest.approx([1, 0.5, 0])
    assert [cosine(1.0, 4)(step) for step in (1, 9)] == pytest.approx([(1 + math.sqrt(0.5)) / 2, 0])


@given(st.lists(values, min_size=1, max_size=5), st.data())
def test_piecewise_changes_at_boundaries(levels: list[float], data: st.DataObject) -> None:
    k = len(levels) - 1
    boundaries = sorted(data.draw(st.lists(st.integers(1, 40), min_size=k, max_size=k, unique=True)))
    schedule = piecewise(levels, boundaries)
    expected = [levels[0]]
    for step in range(1, 45):
        expected.append(levels[boundaries.index(step) + 1] if step in boundaries else expected[-1])
    assert [schedule(step) for step in range(45)] == expected


@given(st.integers(0, 10), steps, st.integers(1, 7))
def test_join_shifts_per_epoch_stretches(first: int, step: int, length: int) -> None:
    a, b = exponential(1.0, 0.9), exponential(5.0, 0.5)
    assert join(a, first, b)(step) == (a(step) if step < first else b(step - first))
    assert per_epoch(a, length)(step) == a(step // length)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: cosine(1.0, 5, warmup=5), "warmup: expected from 0 to 4, got 5"),
        (lambda: cosine(1.0, 5, warmup=-1), "warmup: expected an integer of at least 0, got -1"),
        (
            lambda: piecewise([1.0, 2.0], [3, 4]),
            r"boundaries: expected 1 increasing, one fewer than values, got \(3, 4\)",
        ),
        (
            lambda: piecewise([1.0, 2.0, 3.0], [4, 3]),
            r"boundaries: expected 2 increasing, one fewer than values, got \(4, 3\)",
        ),
        (
            lambda: piecewise([1.0, 2.0, 3.0], [3, 3]),
            r"boundaries: expected 2 increasing, one fewer than values, got \(3, 3\)",
        ),
        (lambda: per_epoch(constant(1.0), 0), "steps: expected an integer of at least 1, got 0"),
    ],
)
def test_bad_arguments_are_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        make()


def test_schedules_pickle() -> None:
    schedule = join(cosine(1.0, 9, warmup=2), 9, per_epoch(piecewise([3.0, constant(2.0)(0)], [2]), 3))
    again = pickle.loads(pickle.dumps(schedule))
    assert [again(step) for step in range(30)] == [schedule(step) for step in range(30)]


NAN: Any = float("nan")
BAD: dict[str, Callable[[Any], object]] = {
    "value": constant,
    "value ": lambda bad: exponential(bad, 0.5),
    "factor": lambda bad: exponential(1.0, bad),
    "first": lambda bad: linear(bad, 1.0, 3),
    "last": lambda bad: linear(1.0, bad, 3),
    "steps": lambda bad: linear(1.0, 0.5, bad),
    "peak": lambda bad: cosine(bad, 3),
    "steps ": lambda bad: cosine(1.0, bad),
    "final": lambda bad: cosine(1.0, 3, final=bad),
    "warmup": lambda bad: cosine(1.0, 3, warmup=bad),
    "values": lambda bad: piecewise([1.0, bad], [3]),
    "steps  ": lambda bad: join(constant(1.0), bad, constant(2.0)),
    "steps   ": lambda bad: per_epoch(constant(1.0), bad),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("bad", [NAN, math.inf, "0.1", None, True])
def test_arguments_are_named(name: str, bad: Any) -> None:
    with pytest.raises(
        ValueError, match=f"^{name.strip()}: expected (a finite number|an integer of at least [01]), got"
    ):
        BAD[name](bad)


def test_boundaries_are_steps() -> None:
    assert piecewise([1.0, 2.0], [0])(0) == 2.0
    with pytest.raises(ValueError, match="^boundaries: expected an integer of at least 0, got 0.5$"):
        piecewise([1.0, 2.0], [0.5])  # type: ignore[list-item]  # half a step
