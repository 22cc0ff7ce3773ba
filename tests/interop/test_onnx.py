"""ONNX: models that its checker accepts, and of which ONNX Runtime computes our output; needs both packages."""

import doctest
from itertools import product
from pathlib import Path
from typing import Any

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


def check(params: Params[F], x: Matrix[F]) -> None:
    """The model is valid, and its output is ours."""
    model = to_onnx(params)
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


def test_custom_functions_are_refused() -> None:
    custom = Activation("tanh", lambda z: z, lambda z, a, g: g)
    with pytest.raises(ValueError, match=r"^params: expected one of sigmoid, .*, identity, got Activation\(tanh\)$"):
        to_onnx(init_params((2, 1), seed=0, hidden=custom))
    base = softmax_cross_entropy
    custom_head = Head("custom", base.apply, base.loss, base.delta, base.domain)
    with pytest.raises(ValueError, match=r"^params: expected one of softmax-cross-entropy, .*, got Head\(custom\)$"):
        to_onnx(init_params((2, 1), seed=0, head=custom_head))


def test_docstring_examples_run() -> None:
    assert doctest.testmod(fnnet.interop.onnx).failed == 0
