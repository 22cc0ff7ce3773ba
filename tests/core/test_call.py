"""Values that are printed as the call that makes them."""

import math
from functools import partial

import pytest
from attrs import field, frozen
from hypothesis import given
from hypothesis import strategies as st

from fnnet.core.call import Call
from fnnet.optim import adam, adamw, clip, decay, ema, l2, max_norm, momentum, sgd
from fnnet.optim.schedules import constant, cosine, exponential, join, linear, per_epoch, piecewise

numbers = st.floats(0, 0.9)
lengths = st.integers(2, 9)
simple = st.one_of(
    st.builds(constant, numbers),
    st.builds(exponential, numbers, numbers),
    st.builds(linear, numbers, numbers, lengths),
    st.builds(cosine, numbers, lengths, warmup=st.sampled_from([0, 1]), final=st.sampled_from([0.0, 0.1])),
    st.builds(lambda a, b, k: piecewise([a, b], [k]), numbers, numbers, lengths),
)
schedules = st.one_of(simple, st.builds(join, simple, lengths, simple), st.builds(per_epoch, simple, lengths))
rates = st.one_of(numbers, schedules)
plain = st.one_of(
    st.builds(sgd, rates),
    st.builds(momentum, rates, st.sampled_from([0.5, 0.9])),
    st.builds(adam, rates, beta2=st.sampled_from([0.99, 0.999])),
    st.builds(adamw, rates, st.sampled_from([0.01, 0.1]), biases=st.booleans()),
)
wrapped = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.builds(clip, inner, st.floats(0.1, 9)),
        st.builds(l2, inner, numbers, biases=st.booleans()),
        st.builds(decay, inner, rates, biases=st.booleans()),
        st.builds(max_norm, inner, st.floats(0.1, 9)),
        st.builds(ema, inner, numbers),
    ),
    max_leaves=4,
)


@given(st.one_of(schedules, wrapped))
def test_a_value_prints_its_call(value: Call) -> None:
    """What is printed makes the same value, with the same hash."""
    again = eval(repr(value))
    assert again == value and hash(again) == hash(value) and repr(again) == repr(value)


@pytest.mark.parametrize(
    "value, text",
    [
        (clip(adam(0.001), 1.0), "clip(adam(0.001), 1.0)"),
        (cosine(0.5, 10), "cosine(0.5, 10)"),
        (cosine(0.5, 10, final=0.1), "cosine(0.5, 10, final=0.1)"),
        (piecewise([1.0, 0.1], [3]), "piecewise((1.0, 0.1), (3,))"),
        (adamw(1, decay=0.5), "adamw(1.0, decay=0.5)"),
        (sgd(lambda step: 0.1), "sgd(<lambda>)"),
        (sgd(math.sqrt), "sgd(sqrt)"),
    ],
)
def test_defaults_are_not_printed(value: Call, text: str) -> None:
    assert repr(value) == text


def test_any_value_can_be_printed() -> None:
    @frozen(repr=False)
    class odd(Call):
        first: object = None
        second: object = field(default=3)

    assert repr(odd()) == "odd(None)"
    assert repr(odd(partial(max, 1), second="a")) == "odd(partial(max, 1), second='a')"


@given(rates, rates)
def test_equal_numbers_make_equal_values(one: object, other: object) -> None:
    for make in (sgd, adam):
        assert (make(one) == make(other)) == (one == other)  # type: ignore[arg-type]  # numbers or schedules
    kinds: list[Call] = [sgd(0.1), momentum(0.1)]
    assert kinds[0] != kinds[1] and clip(sgd(0.1), 1.0) != clip(sgd(0.1), 2.0)
