"""Activations and heads of one's own are checked once, when they are made: dtype, shape, kind, untouched arguments."""

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest

from fnnet import Activation, Head, identity_squared_error, relu, softmax_cross_entropy
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.domains import real
from fnnet.nn.heads import HEADS

WRONG: dict[str, tuple[Callable[[Any], Any], str]] = {
    "float64": (lambda a: np.asarray(a, np.float64), "float32 .*, got float64 "),
    "a scalar": (lambda a: a.sum(), r"float32 \(.+\), got float32"),
    "a list": (lambda a: a.tolist(), "an array, got list"),
    "a masked array": (lambda a: np.ma.masked_array(a), "an array, got MaskedArray"),
    "a transposed array": (lambda a: a.T, r"float32 .*, got float32 \(3, 2\)"),
    "a row too few": (lambda a: a[:1], r"float32 \(.*\), got float32 \(1"),
    "None": (lambda a: None, "an array, got NoneType"),
}


def writing(z: Any) -> Any:
    z *= 2
    return z


@pytest.mark.parametrize("wrong, message", WRONG.values(), ids=WRONG)
def test_results_of_an_activation(wrong: Callable[[Any], Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=rf"^apply of mine: expected {message}"):
        Activation("mine", lambda z: wrong(np.tanh(z)), relu.pullback)
    with pytest.raises((ValueError, TypeError), match=rf"^pullback of mine: expected {message}"):
        Activation("mine", relu.apply, lambda z, a, g: wrong(g * 1))


@pytest.mark.parametrize("record", [relu, softmax_cross_entropy])
def test_a_name_is_of_one_line(record: Any) -> None:
    """Every error that quotes it is."""
    assert attrs.evolve(record, name="größer als 0").name == "größer als 0"
    for name in ("two\nlines", "\x1b[2J"):
        with pytest.raises(ValueError) as caught:
            attrs.evolve(record, name=name)
        assert str(caught.value) == f"name: expected printable characters, got {name!r}"
    with pytest.raises(TypeError, match="^name: expected str, got 3$"):
        attrs.evolve(record, name=3)


def test_activations_leave_their_arguments() -> None:
    with pytest.raises(ValueError, match="^apply of mine: expected to leave its arguments unchanged"):
        Activation("mine", writing, relu.pullback)
    with pytest.raises(ValueError, match="^pullback of mine: expected to leave its arguments unchanged"):
        Activation("mine", relu.apply, lambda z, a, g: writing(g))


@pytest.mark.parametrize("wrong, message", WRONG.values(), ids=WRONG)
def test_results_of_a_head(wrong: Callable[[Any], Any], message: str) -> None:
    head = softmax_cross_entropy
    with pytest.raises((ValueError, TypeError), match=rf"^apply of mine: expected {message}"):
        Head("mine", lambda z: wrong(head.apply(z)), head.loss, head.delta, head.domain)
    with pytest.raises((ValueError, TypeError), match=rf"^delta of mine: expected {message}"):
        Head("mine", head.apply, head.loss, lambda z, p, t: wrong(p - t), head.domain)
    for name in ("pullback", "pushforward"):
        optional: dict[str, Any] = {name: lambda z, p, u: wrong(u * 1)}
        with pytest.raises((ValueError, TypeError), match=rf"^{name} of mine: expected {message}"):
            Head("mine", head.apply, head.loss, head.delta, head.domain, **optional)


def test_losses_are_a_number_a_sample() -> None:
    head = identity_squared_error
    with pytest.raises(ValueError, match=r"^loss of mine: expected float64 \(2,\), got float64 \(2, 3\)$"):
        Head("mine", head.apply, lambda z, t: np.square(z - t), head.delta, real)
    with pytest.raises(ValueError, match=r"^loss of mine: expected float64 \(2,\), got float64 \(\)$"):
        Head("mine", head.apply, lambda z, t: np.square(z - t).sum(), head.delta, real)


def test_the_librarys_own_pass() -> None:
    for f in ACTIVATIONS.values():
        assert attrs.evolve(f) == f
    for head in HEADS.values():
        assert attrs.evolve(head) == head


def test_the_cure_of_a_dtype_is_named() -> None:
    message = r"^apply of mine: expected float32 \(2, 3\), got float64 \(2, 3\); use astype\(z.dtype\)$"
    with pytest.raises(ValueError, match=message):
        Activation("mine", lambda z: z.astype(np.float64), relu.pullback)
    with pytest.raises(ValueError, match=r"got float32 \(3, 2\)$"):
        Activation("mine", lambda z: z.T, relu.pullback)
    message = "^apply of mine: expected to leave its arguments unchanged, got an argument that it wrote to$"
    with pytest.raises(ValueError, match=message):
        Activation("mine", writing, relu.pullback)


def test_one_sample_is_tried_too() -> None:
    """Along axis 1, a function works on a batch only; NumPy's own error says so."""
    with pytest.raises(np.exceptions.AxisError):
        Head("mine", lambda z: z / z.sum(axis=1, keepdims=True), *HEAD[1:])
    wrong = {"apply": lambda z: z if z.ndim == 2 else z[:1], "delta": lambda z, p, t: p - t if z.ndim == 2 else p[:1]}
    for name, function in wrong.items():
        functions: dict[str, Any] = {"apply": HEAD[0], "loss": HEAD[1], "delta": HEAD[2], name: function}
        with pytest.raises(ValueError, match=rf"^{name} of mine: expected float32 \(3,\), got float32 \(1,\)$"):
            Head("mine", functions["apply"], functions["loss"], functions["delta"], real)


def test_warnings_do_not_matter_there() -> None:
    """The logarithm of a negative number warns; whether it may come is for the training to tell."""
    assert Activation("log", lambda z: np.log(z), lambda z, a, g: g / z).name == "log"


HEAD: tuple[Any, ...] = (
    identity_squared_error.apply,
    identity_squared_error.loss,
    identity_squared_error.delta,
    real,
)
