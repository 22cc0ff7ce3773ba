"""Laws as values: what they try, when the same examples come again, and what they say when they are broken."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from fnnet import Activation, Dataset, Dense, Grads, Params, adam, identity_squared_error, init_params, relu, sigmoid
from fnnet.optim import schedules
from fnnet.testing import LawBroken, check_activation, laws_of
from fnnet.testing.laws import Claim, Law
from fnnet.testing.laws.mismatch import Mismatch, require, require_between, require_close, require_same
from fnnet.testing.laws.source import source

STEEP = Activation("steep", np.tanh, lambda z, a, g: 1.01 * g * (1 - a * a))


def claim(test: Any, subject: object = 2.5) -> Claim:
    """A law of a number, tried on whole numbers k."""
    law = Law("small", "k < x", "none", lambda x: st.fixed_dictionaries({"k": st.integers(0, 1000)}), test)
    return Claim(law, subject)


def test_the_message_is_complete() -> None:
    with pytest.raises(LawBroken) as caught:
        check_activation(STEEP)
    assert str(caught.value).splitlines() == [
        "Activation(steep) breaks the law 'derivative':",
        "  equation  pullback(z, f(z), 1) = f'(z); at a kink, between the slopes of both sides",
        "  tolerance 1e-05 of the slope + 1e-07 of the values: ten times the errors of differences",
        "  example   z = np.array([0.0])",
        "  expected  f'(z) = 1 ± 1e-05 at [0]",
        "  got       1.01",
    ]


def test_the_message_names_other_laws() -> None:
    square = Activation("square", lambda z: z * z.max(initial=1), lambda z, a, g: -abs(g) * z)
    with pytest.raises(LawBroken) as caught:
        check_activation(square)
    assert str(caught.value).splitlines()[0] == "Activation(square) breaks the law 'local':"
    assert str(caught.value).splitlines()[-1] == "  also broken: 'derivative', 'linear'"


def test_examples_shrink_and_paste() -> None:
    """The example is the smallest, and its lines are code that makes it again."""
    with pytest.raises(LawBroken) as caught:
        claim(lambda x, k: require(k < x, "k < x", k)).check()
    assert caught.value.example == {"k": 3}
    assert "  example   k = 3\n" in str(caught.value)


def test_shrinking_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fnnet.testing.laws.law._PATIENCE", -1.0)
    with pytest.raises(LawBroken) as caught:
        claim(lambda x, k: require(k < x, "k < x", k)).check(seed=0)
    assert caught.value.example["k"] >= 3


def test_a_seed_gives_the_same_examples() -> None:
    def tried(seed: int | None) -> list[int]:
        seen: list[int] = []
        assert claim(lambda x, k: seen.append(k)).check(examples=40, seed=seed) == 40
        return seen

    assert tried(3) == tried(3) != tried(4)


def test_an_error_breaks_a_law() -> None:
    def failing(x: float, k: int) -> None:
        raise ZeroDivisionError("one\ntwo")

    with pytest.raises(LawBroken) as caught:
        claim(failing).check()
    assert str(caught.value).splitlines()[-2:] == ["  expected  no error", r"  got       ZeroDivisionError: one\ntwo"]


def test_what_fails_by_chance_is_caught() -> None:
    """Also where it does not fail again."""
    calls: list[int] = []

    def flaky(x: float, k: int) -> None:
        calls.append(k)
        require(len(calls) != 7, "anything", "the seventh call")

    with pytest.raises(LawBroken, match="the seventh call"):
        claim(flaky).check()


def test_functions_are_named_in_titles() -> None:
    assert [claim(None, value).title for value in (np.tanh, relu, 3)] == ["tanh", "Activation(relu)", "3"]


def test_laws_may_be_left_out() -> None:
    check_activation(STEEP, without=["derivative"])
    with pytest.raises(ValueError) as caught:
        check_activation(STEEP, without=["derivatives"])
    laws = "shape, pure, own memory, local, finite, derivative, linear, float32"
    assert str(caught.value) == f"without: expected names of laws, {laws}, got 'derivatives'"


def test_another_way_of_writing_it() -> None:
    other = Activation("logistic", lambda z: (1 + np.tanh(z / 2)) / 2, lambda z, a, g: g * a * (1 - a))
    check_activation(other, like=sigmoid)
    with pytest.raises(LawBroken, match="breaks the law 'like'"):
        check_activation(Activation("softsign", np.tanh, lambda z, a, g: g * (1 - a * a)), like=sigmoid)


@pytest.mark.parametrize(
    "call, message",
    [
        (
            lambda: laws_of(abs),
            "kind: expected what this builtin_function_or_method is, got None; use one of activation",
        ),
        (lambda: laws_of(relu, "activations"), "kind: expected one of activation"),
        (lambda: laws_of(3, "activation"), "activation: expected Activation, got int"),
        (lambda: laws_of(map, "map", like=map), "like: expected None, or a kind of activation, head,"),
    ],
    ids=["function", "unknown kind", "another type", "no other"],
)
def test_kinds_must_be_known(call: Any, message: str) -> None:
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    assert str(caught.value).startswith(message)


def test_comparisons_say_what_came() -> None:
    cases = [
        (lambda: require(False, "a positive number", -1), "a positive number", "-1"),
        (lambda: require_same(np.zeros(2), -np.zeros(2), "b"), "b = np.array([-0.0, -0.0])", "np.array([0.0, 0.0])"),
        (lambda: require_close(1.5, 1.0, 0.1, 0), "1.0", "1.5"),
        (
            lambda: require_between(np.ones((1, 2)), np.zeros((1, 2)), np.array([[2, 0.5]]), "s"),
            "s = 0.25 ± 0.2 at [0, 1]",
            "1",
        ),
        (lambda: require_between(np.array(np.nan), np.array(0.0), np.array(1.0)), "0.5 ± 0.5", "nan"),
        (
            lambda: require_same(np.arange(999), np.ones(999, int)),
            "np.resize(np.array([1, 1, 1, ",
            "np.array([0, 1, 2, ",
        ),
    ]
    call: Callable[[], None]
    for call, expected, got in cases:
        with pytest.raises(Mismatch) as caught:
            call()
        assert caught.value.expected.startswith(expected) and caught.value.got.startswith(got)
        assert len(caught.value.expected) <= 304


NETWORK = init_params((2, 3, 1), seed=0, hidden=relu, head=identity_squared_error)
VALUES: list[object] = [
    np.array([[1.5, np.nan], [-np.inf, 1e-300]]),
    np.array([0.1, 1 / 3], np.float32),
    np.array([1, -2]),
    np.array([True, False]),
    np.array(["a", "b'"]),
    np.empty((0, 3), np.float32),
    np.resize(np.arange(127, dtype=np.float32), (40, 10)),
    np.array(0.5),
    np.float32(0.1),
    np.int64(3),
    -np.inf,
    [1, (2.5, "x"), ()],
    (3,),
    None,
    NETWORK,
    Grads(NETWORK.layers),
    Dataset(np.eye(2), np.array([0, 1])),
    Dataset(np.eye(2), np.eye(2), np.array([1.0, 2.0])),
    adam(0.5),
    schedules.cosine(0.5, 10, warmup=2),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_source_is_code_of_the_value(value: Any) -> None:
    names = {"np": np, "Dataset": Dataset, "Dense": Dense, "Grads": Grads, "Params": Params, "adam": adam}
    names |= {"relu": relu, "identity_squared_error": identity_squared_error, "cosine": schedules.cosine}
    again = eval(source(value), names)
    assert type(again) is type(value)
    if isinstance(value, np.ndarray):
        assert again.dtype == value.dtype
        np.testing.assert_array_equal(again, value)
    else:
        assert again == value


def test_types_are_written_by_name() -> None:
    assert [source(kind) for kind in (np.float32, Params)] == ["np.float32", "Params"]
    assert source(abs) == "abs"
