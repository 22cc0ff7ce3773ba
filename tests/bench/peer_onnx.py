"""ONNX Runtime: inference alone, all graph optimizations on, which is its default."""

from typing import Any

import numpy as np

from fnnet.core.arrays import Matrix
from tests.bench.contender import Contender, Images, calls, stacked
from tests.bench.timing import Work, work


def load(threads: int) -> Contender:
    """The contender; ImportError without ONNX or ONNX Runtime."""
    import onnxruntime

    from fnnet.interop.onnx import to_onnx

    def inference(images: Images) -> Work[Matrix[np.float32]]:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        model = to_onnx(images.params).SerializeToString()
        session = onnxruntime.InferenceSession(model, options, ["CPUExecutionProvider"])
        inputs = calls(images)

        def run(arrays: list[Any]) -> list[Any]:
            return [session.run(None, {"x": x})[0] for x in arrays]

        return work(lambda: inputs, run, lambda outputs: stacked(outputs, images))

    version: str = onnxruntime.__version__
    return Contender("ONNX Runtime", version, None, inference)
