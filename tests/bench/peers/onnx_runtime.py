"""ONNX Runtime: inference alone, all graph optimizations on, which is its default."""

import numpy as np
import onnxruntime

from fnnet.interop.onnx import to_onnx
from tests.bench.cases import Problem, Work


def predict(problem: Problem) -> Work:
    """The probabilities of each batch."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    model = to_onnx(problem.params).SerializeToString()
    session = onnxruntime.InferenceSession(model, options, ["CPUExecutionProvider"])
    inputs = problem.matrices()
    return lambda: [np.concatenate([session.run(None, {"x": x})[0] for x in inputs])]
