"""ONNX: models that its checker accepts, and of which ONNX Runtime computes our output; needs both packages."""

import doctest
from itertools import product
from pathlib import Path
from typing import Any, cast

import attrs
import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given

import fnnet.interop.onnx
from fnnet import Activation, Head, Params, apply, init_params, softmax_cross_entropy
from fnnet.core.arrays import F, Matrix
from fnnet.interop.onnx import to_onnx
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS
from tests.strategies import Problem, problems, random_params


def run(model: bytes, x: Matrix[F]) -> Any:
    """The output of ONNX Runtime."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]


def check(params: Params[F], x: Matrix[F], **own: Any) -> None:
    """The model is valid, and its output is ours."""
    model = to_onnx(params, **own)
    onnx.checker.check_model(model, full_check=True)
    theirs, ours = run(model.SerializeToString(), x), apply(params, x)
    rtol, atol = (1e-4, 2e-5) if params.dtype == np.float32 else (1e-12, 1e-12)
    np.testing.assert_allclose(theirs, ours, rtol=rtol, atol=atol)
    assert theirs.dtype == ours.dtype


@pytest.mark.parametrize("hidden, head", list(product(ACTIVATIONS.values(), HEADS.values())), ids=repr)
def test_runtime_gives_our_output(hidden: Activation, head: Head) -> None:
    rng = np.random.default_rng(0)
    for samples in (1, 7):
        x = rng.normal(size=(samples, 5))
        check(random_params((5, 6, 4, 3), hidden, head, 1, np.float64), x)
        check(random_params((5, 6, 4, 3), hidden, head, 1, np.float32), x.astype(np.float32))


@given(problem=problems())
def test_any_network_is_exported(problem: Problem[np.float32]) -> None:
    check(problem.params, problem.x)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_large_numbers_stay_finite(name: str) -> None:
    params = random_params((2, 3, 2), ACTIVATIONS[name], softmax_cross_entropy, 0, np.float64)
    check(params, np.array([[1e4, -1e4], [-1e4, 1e4]]))


def test_model_describes_its_arrays() -> None:
    """It has names and shapes for its inputs and outputs, and names for its parameters."""
    graph = to_onnx(init_params((4, 3, 2), seed=0)).graph
    shapes = [
        (value.name, [size.dim_param or size.dim_value for size in value.type.tensor_type.shape.dim])
        for value in (*graph.input, *graph.output)
    ]
    assert shapes == [("x", ["n", 4]), ("output", ["n", 2])]
    assert [array.name for array in graph.initializer] == ["weights_0", "bias_0", "weights_1", "bias_1"]


def test_saved_file_is_a_model(tmp_path: Path) -> None:
    params, x = init_params((4, 3, 2), seed=0), np.ones((5, 4), np.float32)
    onnx.save(to_onnx(params), tmp_path / "model.onnx")
    np.testing.assert_allclose(run((tmp_path / "model.onnx").read_bytes(), x), apply(params, x), rtol=1e-5)


SINE = Activation("sine", lambda z: np.sin(z), lambda z, a, g: g * np.cos(z))
MINE = attrs.evolve(softmax_cross_entropy, name="mine")
OWN: Any = {
    "activations": {SINE: "k{l} = Constant<value = {F} {{1}}>()  m{l} = Mul(z{l}, k{l})  a{l} = Sin(m{l})"},
    "heads": {MINE: "output = Softmax(z{l})"},
}


def test_unknown_functions_are_refused() -> None:
    false = attrs.evolve(SINE, name="tanh")
    with pytest.raises(ValueError, match=r"^params: expected one of sigmoid, .* got Activation\(tanh\); use activat"):
        to_onnx(init_params((2, 1), seed=0, hidden=false), **OWN)
    with pytest.raises(ValueError, match=r"^params: .* got Head\(mine\); use heads=\{mine: its counterpart\}$"):
        to_onnx(init_params((2, 1), seed=0, head=MINE))
    with pytest.raises(TypeError, match="^heads: expected a dictionary from .*, got list$"):
        to_onnx(init_params((2, 1), seed=0), heads=cast(Any, [MINE]))


def test_own_functions_have_texts() -> None:
    for params in (
        random_params((5, 4, 3, 2), SINE, MINE, 0, np.float32),
        random_params((5, 2), SINE, MINE, 0, np.float32),
    ):
        x = np.random.default_rng(0).normal(size=(6, 5)).astype(np.float32)
        check(params, x, **OWN)


@pytest.mark.parametrize(
    "hidden, head, message",
    [
        ("a{l} = Sin(z{l}", "output = Softmax(z{l})", "activations: expected ONNX's text .*, got 'a{l} = Sin.z{l}'"),
        ("a{l} = Sin(z{l}) }", "output = Softmax(z{l})", "activations: expected ONNX's text"),
        ("a{k} = Sin(z{l})", "output = Softmax(z{l})", "activations: expected ONNX's text"),
        ("a{l = Sin(z{l})", "output = Softmax(z{l})", "activations: expected ONNX's text"),
        ("a{l} = Sin(z{l}) \ud800", "output = Softmax(z{l})", "activations: expected ONNX's text"),
        (np.sin, "output = Softmax(z{l})", "activations: expected ONNX's text .*, got .ufunc"),
        ("a{l} = Sin(z{l})", "Softmax", "heads: expected ONNX's text for a layer, .*, got 'Softmax'"),
        ("a = Sin(z{l})", "output = Softmax(z{l})", "activations, heads: .*, got: Nodes .* input 'a0' of node: "),
        ("a{l} = Sine(z{l})", "output = Softmax(z{l})", "activations, heads: .*, got: No Op registered for Sine"),
        (
            "a{l} = Sin(z{l})",
            "p = Softmax(z{l})",
            "activations, heads: .*, got: Graph output 'output' is not ",
        ),
    ],
)
def test_malformed_texts_are_refused(hidden: Any, head: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}") as caught:
        to_onnx(random_params((4, 3, 2), SINE, MINE, 0, np.float32), activations={SINE: hidden}, heads={MINE: head})
    assert str(caught.value).isprintable()


def test_docstring_examples_run() -> None:
    assert doctest.testmod(fnnet.interop.onnx).failed == 0
