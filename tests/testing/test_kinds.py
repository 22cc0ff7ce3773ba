"""What is not of a kind is refused in one line, which says what is: before any law is tried."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from fnnet import Activation, Dataset, adam, adamw, backward, fit, relu, sgd_step
from fnnet.core.functions import check_takes
from fnnet.optim import schedules
from fnnet.testing import check_activation, laws_of
from fnnet.testing.laws.augmentation import Augmentation
from fnnet.testing.laws.kind import check_kind, kind_of


def half(z: Any) -> Any:
    return z / 2


WRONG: tuple[tuple[str, Any, str], ...] = (
    ("activation", half, "expected Activation, got function; use Activation(name, f, lambda z, a, g: g * df(z))"),
    ("activation", Activation, "expected Activation, got the class Activation; use Activation(…)"),
    ("head", None, "expected Head, got NoneType; use Head("),
    ("network", (3, 2), "expected Params or SearchStrategy, got tuple; use init_params("),
    ("optimizer", adam, "expected Optimizer, got the class adam; use adam(…)"),
    ("optimizer", "adam", "expected Optimizer, got str; use elementwise("),
    ("schedule", 0.1, "expected a function, got float"),
    ("schedule", schedules.cosine, "expected a function, got the class cosine; use cosine(…)"),
    ("schedule", lambda: 0.1, "expected a function of (step), got <lambda>()"),
    ("gradient", backward, "expected a function of (params, x, y, weights, step), got backward(params, cache, y, "),
    ("training", sgd_step, "expected a function of (state, batch), got sgd_step(params, grads, lr)"),
    ("fit", lambda start, data: [], "expected a function of (start, data, epochs), got <lambda>(start, data)"),
    ("order", half, "expected a function of (n, seed, epoch), got half(z)"),
    ("map", ThreadPoolExecutor(1), "expected a function, got ThreadPoolExecutor; use its method map"),
    ("augmentation", Augmentation(half), "expected a function of (images, seed, epoch), got half(z)"),
    ("augmentation", lambda x, epoch: x, "expected a function of (images, seed, epoch), got <lambda>(x, epoch)"),
    ("reader", "a.csv", "expected a function, got str; use a function without arguments, such as partial("),
    ("reader", half, "expected a function of (), got half(z)"),
)


@pytest.mark.parametrize("kind, value, message", WRONG)
def test_other_kinds_are_refused(kind: str, value: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        laws_of(value, kind)
    assert str(caught.value).startswith(f"{kind}: {message}")


def test_builtins_are_taken_as_they_are() -> None:
    """Python does not know the signatures of all."""
    check_kind("map", map, "map")
    check_kind("augmentation", min, "augmentation")
    check_takes("f", fit, ("start", "data", "epochs="))


def test_like_is_of_the_same_kind() -> None:
    other: Any = half
    with pytest.raises(TypeError, match="^like: expected Activation, got function; use "):
        check_activation(relu, like=other)
    assert str(laws_of(adamw(decay=0.0), like=adam())[-1]) == "like"
    with pytest.raises(ValueError, match="^kind: expected what this Dataset is, got None; use one of activation, "):
        kind_of(Dataset(np.eye(2), np.arange(2)))


def test_laws_are_left_out_by_name() -> None:
    laws = laws_of(relu, without=["local", "second"])
    assert {"local", "second"}.isdisjoint(map(str, laws)) and len(laws) == len(laws_of(relu)) - 2
    assert [law.__name__ for law in laws] == [*map(str, laws)]  # by which pytest names a test
    for without, message in ((["lokal"], "names of laws, shape, .*, got 'lokal'"), ("local", "a list of names, got ")):
        with pytest.raises(ValueError, match=f"^without: expected {message}"):
            laws_of(relu, without=without)


def test_pullbacks_take_three_arrays() -> None:
    slope: Any = half
    with pytest.raises(TypeError) as caught:
        Activation("mine", np.tanh, slope)
    assert str(caught.value) == (
        "pullback: expected a function of (z, a, g), got half(z); use lambda z, a, g: g * df(z), where df is f'"
    )
