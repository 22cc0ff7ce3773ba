"""The activations of the library by name."""

from fnnet.nn.activation import Activation
from fnnet.nn.linear_units import identity, leaky_relu, relu
from fnnet.nn.sigmoids import sigmoid, tanh
from fnnet.nn.smooth_units import elu, gelu, silu, softplus

__all__ = ["ACTIVATIONS", "elu", "gelu", "identity", "leaky_relu", "relu", "sigmoid", "silu", "softplus", "tanh"]

ACTIVATIONS: dict[str, Activation] = {
    f.name: f for f in (sigmoid, tanh, relu, leaky_relu, elu, silu, gelu, softplus, identity)
}
"""The activations of the library by name."""
