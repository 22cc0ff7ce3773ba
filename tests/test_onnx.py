"""ONNX: models that its checker accepts and ONNX Runtime computes as we do; where both are installed."""

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
from fnnet import Activation, Head, Params, init_params, predict_proba, softmax_cross_entropy
from fnnet.core.arrays import F, Matrix
from fnnet.interop.onnx import to_onnx
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS
from tests.strategies import Problem, problems, random_params


def run(model: bytes, x: Matrix[F]) -> Any:
    """What ONNX Runtime makes of x."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]


def check(params: Params[F], x: Matrix[F]) -> None:
    model = to_onnx(params)
    onnx.checker.check_model(model, full_check=True)
    theirs, ours = run(model.SerializeToString(), x), predict_proba(params, x)
    rtol, atol = (1e-4, 2e-5) if params.dtype == np.float32 else (1e-12, 1e-12)
    np.testing.assert_allclose(theirs, ours, rtol=rtol, atol=atol)
    assert theirs.dtype == ours.dtype


@pytest.mark.parametrize("hidden, head", list(product(ACTIVATIONS.values(), HEADS.values())), ids=repr)
def test_the_runtime_gives_our_output(hidden: Activation, head: Head) -> None:
    rng = np.random.default_rng(0)
    for samples in (1, 7):
        x = rng.normal(size=(samples, 5))
        check(random_params((5, 6, 4, 3), hidden, head, 1, np.float64), x)
        check(random_params((5, 6, 4, 3), hidden, head, 1, np.float32), x.astype(np.float32))


@given(problem=problems())
def test_so_it_does_for_any_network(problem: Problem[np.float32]) -> None:
    check(problem.params, problem.x)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_large_numbers_stay_finite(name: str) -> None:
    params = random_params((2, 3, 2), ACTIVATIONS[name], softmax_cross_entropy, 0, np.float64)
    check(params, np.array([[1e4, -1e4], [-1e4, 1e4]]))


def test_a_model_says_what_it_takes_and_gives() -> None:
    graph = to_onnx(init_params((4, 3, 2), seed=0)).graph
    shapes = [
        (value.name, [size.dim_param or size.dim_value for size in value.type.tensor_type.shape.dim])
        for value in (*graph.input, *graph.output)
    ]
    assert shapes == [("x", ["n", 4]), ("output", ["n", 2])]
    assert [array.name for array in graph.initializer] == ["weights_0", "bias_0", "weights_1", "bias_1"]


def test_a_file_of_it_is_a_model(tmp_path: Path) -> None:
    params, x = init_params((4, 3, 2), seed=0), np.ones((5, 4), np.float32)
    onnx.save(to_onnx(params), tmp_path / "model.onnx")
    np.testing.assert_allclose(run((tmp_path / "model.onnx").read_bytes(), x), predict_proba(params, x), rtol=1e-5)


def test_an_activation_or_head_of_ones_own_is_refused() -> None:
    mine = Activation("tanh", lambda z: z, lambda z, a, g: g)
    with pytest.raises(ValueError, match=r"^params: expected one of sigmoid, .*, identity, got Activation\(tanh\)$"):
        to_onnx(init_params((2, 1), seed=0, hidden=mine))
    base = softmax_cross_entropy
    own = Head("mine", base.apply, base.loss, base.delta, base.domain)
    with pytest.raises(ValueError, match=r"^params: expected one of softmax-cross-entropy, .*, got Head\(mine\)$"):
        to_onnx(init_params((2, 1), seed=0, head=own))


def test_the_examples_run() -> None:
    assert doctest.testmod(fnnet.interop.onnx).failed == 0
