"""ONNX: the network as a model that other runtimes read."""

from fnnet.core.arrays import F
from fnnet.interop.known import known
from fnnet.io.encoding import encode_layers
from fnnet.nn.activation import Activation
from fnnet.nn.activations import identity, leaky_relu, relu, sigmoid, silu, softplus, tanh
from fnnet.nn.head import Head
from fnnet.nn.heads import identity_squared_error, logistic_cross_entropy, softmax_cross_entropy, softmax_squared_error
from fnnet.nn.params import Params

try:
    from onnx import ModelProto, numpy_helper, parser
except ImportError:
    raise ImportError("fnnet.interop.onnx needs ONNX: pip install 'fnnet[onnx]'") from None

# Each in ONNX's text format, where l is the number of the layer and F the dtype. ONNX Runtime has no LeakyRelu and no
# Softplus for float64, so these are made of other operators: log(1 + exp z) = max(z, 0) - log sigmoid |z|.
_ACTIVATIONS: dict[Activation, str] = {
    sigmoid: "a{l} = Sigmoid(z{l})",
    tanh: "a{l} = Tanh(z{l})",
    relu: "a{l} = Relu(z{l})",
    leaky_relu: "k{l} = Constant<value = {F} {{0.01}}>()  m{l} = Mul(k{l}, z{l})  a{l} = Max(z{l}, m{l})",
    silu: "s{l} = Sigmoid(z{l})  a{l} = Mul(z{l}, s{l})",
    softplus: "b{l} = Abs(z{l})  s{l} = Sigmoid(b{l})  n{l} = Log(s{l})  r{l} = Relu(z{l})  a{l} = Sub(r{l}, n{l})",
    identity: "a{l} = Identity(z{l})",
}

_DTYPES = {"float32": "float", "float64": "double"}

_HEADS: dict[Head, str] = {
    softmax_cross_entropy: "Softmax",
    softmax_squared_error: "Softmax",
    identity_squared_error: "Identity",
    logistic_cross_entropy: "Sigmoid",
}


def to_onnx(params: Params[F]) -> ModelProto:
    """Convert a network to an ONNX model from "x", shape (n, features), to "output", shape (n, outputs).

    Args:
        params: a network, float32 or float64, whose activation and head are the library's own.

    Returns:
        A model for any n; `onnx.save(model, path)` writes it to a file. Law: a runtime's output is
        `predict_proba(params, x)`, up to rounding.

    Raises:
        ValueError: the activation or the head is not the library's own.

    >>> from fnnet import init_params
    >>> model = to_onnx(init_params((784, 128, 10), seed=0))
    >>> [node.op_type for node in model.graph.node]
    ['Gemm', 'Sigmoid', 'Gemm', 'Softmax']
    """
    hidden, head = known(_ACTIVATIONS, params.hidden), known(_HEADS, params.head)
    dtype, last, nodes, a = _DTYPES[params.dtype.name], len(params.layers) - 1, "", "x"
    for l in range(len(params.layers)):
        activation = hidden.format(l=l, F=dtype) if l < last else f"output = {head}(z{l})"
        nodes += f"z{l} = Gemm({a}, weights_{l}, bias_{l})  {activation}\n"
        a = f"a{l}"
    # opset 13 is the first whose Softmax is along one axis, and old enough for every runtime in use
    model: ModelProto = parser.parse_model(
        f"""<ir_version: 8, opset_import: ["": 13], producer_name: "fnnet">
        network ({dtype}[n, {params.sizes[0]}] x) => ({dtype}[n, {params.sizes[-1]}] output) {{ {nodes} }}"""
    )
    arrays = encode_layers(params.layers)
    model.graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in arrays.items())
    return model
