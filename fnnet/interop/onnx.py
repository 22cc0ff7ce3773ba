"""ONNX: the network as a model that other runtimes read."""

from collections.abc import Mapping

from fnnet.core.arrays import F
from fnnet.core.messages import invalid, one_line, quoted
from fnnet.interop.known import NO_OWN, known
from fnnet.io.encoding import encode_layers
from fnnet.nn.activation import Activation
from fnnet.nn.activations import elu, gelu, identity, leaky_relu, relu, sigmoid, silu, softplus, tanh
from fnnet.nn.head import Head
from fnnet.nn.heads import (
    exp_poisson,
    identity_absolute_error,
    identity_huber,
    identity_squared_error,
    logistic_cross_entropy,
    softmax_cross_entropy,
    softmax_squared_error,
)
from fnnet.nn.params import Params

try:
    from onnx import ModelProto, checker, numpy_helper, parser
except ImportError:
    raise ImportError("fnnet.interop.onnx needs ONNX: pip install 'fnnet[onnx]'") from None

# Each in ONNX's text format, where l is the number of a layer and F the dtype. An activation defines a{l} by z{l}, and
# the head of the last layer defines output. ONNX Runtime has no LeakyRelu and no Softplus for float64, and Gelu came
# after opset 13, so these are made of other operators: log(1 + exp z) is max(z, 0) - log sigmoid |z|.
_ACTIVATIONS: dict[Activation, str] = {
    sigmoid: "a{l} = Sigmoid(z{l})",
    tanh: "a{l} = Tanh(z{l})",
    relu: "a{l} = Relu(z{l})",
    leaky_relu: "k{l} = Constant<value = {F} {{0.01}}>()  m{l} = Mul(k{l}, z{l})  a{l} = Max(z{l}, m{l})",
    elu: "c{l} = Constant<value = {F} {{0}}>()  m{l} = Min(z{l}, c{l})  e{l} = Exp(m{l})  "
    "k{l} = Constant<value = {F} {{1}}>()  n{l} = Sub(e{l}, k{l})  r{l} = Relu(z{l})  a{l} = Add(r{l}, n{l})",
    silu: "s{l} = Sigmoid(z{l})  a{l} = Mul(z{l}, s{l})",
    gelu: "q{l} = Mul(z{l}, z{l})  k{l} = Constant<value = {F} {{0.044715}}>()  c{l} = Mul(k{l}, q{l})  "
    "i{l} = Constant<value = {F} {{1}}>()  d{l} = Add(c{l}, i{l})  e{l} = Mul(z{l}, d{l})  "
    "r{l} = Constant<value = {F} {{0.7978845608028654}}>()  u{l} = Mul(e{l}, r{l})  t{l} = Tanh(u{l})  "
    "n{l} = Add(t{l}, i{l})  m{l} = Mul(z{l}, n{l})  h{l} = Constant<value = {F} {{0.5}}>()  a{l} = Mul(m{l}, h{l})",
    softplus: "b{l} = Abs(z{l})  s{l} = Sigmoid(b{l})  n{l} = Log(s{l})  r{l} = Relu(z{l})  a{l} = Sub(r{l}, n{l})",
    identity: "a{l} = Identity(z{l})",
}

_DTYPES = {"float32": "float", "float64": "double"}

_HEADS: dict[Head, str] = {
    softmax_cross_entropy: "output = Softmax(z{l})",
    softmax_squared_error: "output = Softmax(z{l})",
    identity_squared_error: "output = Identity(z{l})",
    identity_huber: "output = Identity(z{l})",
    identity_absolute_error: "output = Identity(z{l})",
    logistic_cross_entropy: "output = Sigmoid(z{l})",
    exp_poisson: "c{l} = Constant<value = {F} {{40}}>()  m{l} = Min(z{l}, c{l})  output = Exp(m{l})",
}


def to_onnx(
    params: Params[F], *, activations: Mapping[Activation, str] = NO_OWN, heads: Mapping[Head, str] = NO_OWN
) -> ModelProto:
    """Convert a network to an ONNX model from "x", shape (n, features), to "output", shape (n, outputs).

    Args:
        params: a network, float32 or float64.
        activations: for an activation of your own, ONNX's text for a{l} in terms of z{l}, where {l} stands for the
            number of a layer and {F} for float or double: "a{l} = Sin(z{l})". Other names in it need an {l}, too.
        heads: for a head of your own, the text for its output: "output = Softmax(z{l})".

    Returns:
        A model for any n; `onnx.save(model, path)` writes it to a file. Law: a runtime's output is
        `fnnet.apply(params, x)`, up to rounding.

    Raises:
        ValueError: an activation or a head is neither the library's nor given, or ONNX does not accept a text.

    >>> from fnnet import init_params
    >>> model = to_onnx(init_params((784, 128, 10), seed=0))
    >>> [node.op_type for node in model.graph.node]
    ['Gemm', 'Sigmoid', 'Gemm', 'Softmax']
    """
    hidden = known("activations", _ACTIVATIONS, activations, params.hidden)
    head = known("heads", _HEADS, heads, params.head)
    dtype, last, nodes, a = _DTYPES[params.dtype.name], len(params.layers) - 1, "", "x"
    for l in range(last + 1):
        text = _filled("activations", hidden, l, dtype) if l < last else _filled("heads", head, l, dtype)
        nodes += f"z{l} = Gemm({a}, weights_{l}, bias_{l})  {text}\n"
        a = f"a{l}"
    # opset 13 is the first whose Softmax is along one axis, and old enough for every runtime in use
    model: ModelProto = parser.parse_model(
        f"""<ir_version: 8, opset_import: ["": 13], producer_name: "fnnet">
        network ({dtype}[n, {params.sizes[0]}] x) => ({dtype}[n, {params.sizes[-1]}] output) {{ {nodes} }}"""
    )
    arrays = encode_layers(params.layers)
    model.graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in arrays.items())
    if activations or heads:
        _check(model)
    return model


def _filled(argument: str, text: str, l: int, dtype: str) -> str:
    """The text for layer l; ValueError unless it is one of ONNX."""
    try:
        filled = text.format(l=l, F=dtype)
        parser.parse_function(f'<opset_import: ["": 13], domain: "fnnet"> f (z{l}) => () {{ {filled} }}')
    except (AttributeError, LookupError, TypeError, ValueError, parser.ParseError):
        raise invalid(argument, "ONNX's text for a layer, such as 'a{l} = Sin(z{l})'", quoted(text)) from None
    return filled


def _check(model: ModelProto) -> None:
    """Raise ValueError unless the operators exist and each name is defined once, before it is used."""
    try:
        checker.check_model(model)
    except checker.ValidationError as error:
        expected = "ONNX's operators, which define a{l} by z{l}, and output in the last layer"
        raise ValueError(f"activations, heads: expected {expected}, got: {one_line(error)}") from None
