"""ONNX Runtime: inference alone, all graph optimisations on, which is its default."""

from typing import Any

import numpy as np

from fnnet import Matrix, Params
from tests.bench.contender import Contender, Images, calls, stacked
from tests.bench.timing import Work, work


def load(threads: int) -> Contender:
    """The contender; ImportError without ONNX or ONNX Runtime."""
    import onnx  # noqa: F401
    import onnxruntime

    def inference(images: Images) -> Work[Matrix[np.float32]]:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(_model(images.params), options, ["CPUExecutionProvider"])
        inputs = calls(images)

        def run(arrays: list[Any]) -> list[Any]:
            return [session.run(None, {"x": x})[0] for x in arrays]

        return work(lambda: inputs, run, lambda outputs: stacked(outputs, images))

    version: str = onnxruntime.__version__
    return Contender("ONNX Runtime", version, None, inference)


def _model(params: Params[np.float32]) -> bytes:
    """The network as a graph of `Gemm` and `Sigmoid`, then `Softmax`."""
    from onnx import TensorProto, helper, numpy_helper

    nodes, weights, name = [], [], "x"
    for i, layer in enumerate(params.layers):
        last = i == len(params.layers) - 1
        weights += [numpy_helper.from_array(layer.weights, f"w{i}")]
        weights += [numpy_helper.from_array(layer.bias, f"b{i}")]
        nodes += [helper.make_node("Gemm", [name, f"w{i}", f"b{i}"], [f"z{i}"])]
        name = "p" if last else f"a{i}"
        nodes += [helper.make_node("Softmax" if last else "Sigmoid", [f"z{i}"], [name])]
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", params.sizes[0]])],
        [helper.make_tensor_value_info("p", TensorProto.FLOAT, ["n", params.sizes[-1]])],
        weights,
    )
    # opset 13 is the first with the softmax of today, and old enough for every runtime in use
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    serialized: bytes = model.SerializeToString()
    return serialized
