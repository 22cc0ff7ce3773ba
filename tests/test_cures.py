"""What is often taken for something else: the error names the cure, and following it helps."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fnnet import (
    Dataset,
    Grads,
    Params,
    TrainState,
    adam,
    backward,
    exp_poisson,
    forward,
    hvp,
    identity_huber,
    init_params,
    logistic_cross_entropy,
    loss,
    ravel,
    save,
)
from fnnet.data import absorb, absorb_targets, class_weights, standardized
from fnnet.nn import Head, sample_gradients
from fnnet.train import best, stop_early

X, Y = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([0, 1])
P = init_params((2, 3, 2), seed=0, dtype=np.float64)
DATA = Dataset(X, Y)
STATE = TrainState(1, P, adam().init(P))
SCALER = standardized(DATA)[1]


def of_one_output(head: Head) -> Params[np.float64]:
    return init_params((2, 1), seed=0, head=head, dtype=np.float64)


ROWS = "y.reshape(-1, 1)"


@pytest.mark.parametrize(
    "head, y, cure",
    [
        (identity_huber, np.array([0.5, 2.0]), ROWS),
        (identity_huber, np.array([0.5, 2.0], np.float32), f"{ROWS}.astype(np.float64)"),
        (exp_poisson, np.array([0.5, 2.0]), ROWS),
        (logistic_cross_entropy, np.array([0.0, 1.0]), f"y.astype(np.int64) for labels, {ROWS} for numbers"),
        (logistic_cross_entropy, np.array([False, True]), "y.astype(np.int64)"),
        (identity_huber, np.array([[0.5], [2.0]], np.float32), "y.astype(np.float64)"),
    ],
)
def test_targets_are_told_their_shape(head: Head, y: Any, cure: str) -> None:
    """Real targets are never told to become integers, which would cut them short."""
    params = of_one_output(head)
    with pytest.raises(ValueError, match=r"^y: expected integer labels \(2,\) or float64 \(2, 1\), got") as caught:
        loss(params, X, y)
    message = str(caught.value)
    assert message.endswith(f"; use {cure}")
    for expression in re.split(" for labels, | for numbers", cure):
        if expression:
            assert loss(params, X, eval(expression, {"y": y, "np": np})) > 0


def test_one_target_is_told_its_shape() -> None:
    params = of_one_output(identity_huber)
    for call in (lambda y: backward(params, forward(params, X[0]), y), lambda y: loss(params, X[0], y)):
        with pytest.raises(ValueError, match=r"^y: expected an integer label .*; use np.array\(\[y\], np.float64\)$"):
            call(untyped(0.5))


def untyped(value: object) -> Any:
    """A value that a type checker would refuse. Any: so that it does not."""
    return value


EACH = sample_gradients(P, X, Y)
CASES: list[tuple[Callable[[], object], str]] = [
    (lambda: ravel(untyped(EACH)), "got SampleGrads; use np.stack([ravel(grads) for grads in each])"),
    (lambda: ravel(untyped(STATE)), "got TrainState; use ravel(state.params)"),
    (lambda: save(untyped(STATE), "m.npz"), "got TrainState; use state.eval_params"),
    (lambda: hvp(P, X, Y, untyped(ravel(P))), "got ndarray; use unravel(Grads(params.layers), v)"),
    (lambda: hvp(P, X, Y, untyped(P)), "got Params; use Grads(v.layers)"),
    (lambda: absorb(untyped(P), untyped(SCALER)), "got Params; use absorb(scaler, params)"),
    (lambda: absorb(SCALER, untyped(DATA)), "got Dataset; use scaler(data.x)"),
    (lambda: absorb_targets(SCALER, untyped(STATE)), "got TrainState; use state.eval_params"),
    (lambda: SCALER(untyped(DATA)), "got Dataset; use attrs.evolve(data, x=scaler(data.x))"),
    (lambda: class_weights(untyped(DATA)), "got Dataset; use class_weights(data.labels)"),
    (lambda: list(best([STATE], untyped(print))), "score: expected a number, got NoneType"),
    (lambda: list(stop_early([STATE], untyped(ravel), 1)), "score: expected a number, got ndarray"),
]


@pytest.mark.parametrize("call, message", CASES)
def test_types_are_told_their_cure(call: Callable[[], object], message: str) -> None:
    with pytest.raises(TypeError, match=re.escape(message)):
        call()


def test_the_cures_of_types_help() -> None:
    assert np.stack([ravel(grads) for grads in EACH]).shape == (2, ravel(P).size)
    assert hvp(P, X, Y, Grads(P.layers)).dtype == P.dtype
