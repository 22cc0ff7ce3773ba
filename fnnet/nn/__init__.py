"""The network: parameters, activations, heads, forward and backward pass, inference."""

from fnnet.nn.activation import Activation
from fnnet.nn.activations import ACTIVATIONS, elu, gelu, identity, leaky_relu, relu, sigmoid, silu, softplus, tanh
from fnnet.nn.adversary import adversarial_gradient, adversarial_inputs
from fnnet.nn.cache import Cache
from fnnet.nn.calculus import input_gradient, mean_gradient, value_and_gradient
from fnnet.nn.domains import Domain, distribution, nonnegative, real, unit
from fnnet.nn.dropout import dropout_gradient, dropout_masks
from fnnet.nn.ensemble import ensemble, tempered
from fnnet.nn.gradcheck import gradient_error
from fnnet.nn.head import Head
from fnnet.nn.heads import (
    HEADS,
    exp_poisson,
    identity_absolute_error,
    identity_huber,
    identity_squared_error,
    logistic_cross_entropy,
    softmax_cross_entropy,
    softmax_squared_error,
)
from fnnet.nn.hessians import gauss_newton_product, hvp
from fnnet.nn.inference import apply, loss, predict, predict_proba
from fnnet.nn.initializers import INITIALIZERS, Initializer, init_params
from fnnet.nn.jacobians import jacobian, jvp, vjp
from fnnet.nn.network import backward, forward, sgd_step
from fnnet.nn.params import Dense, Grads, Params
from fnnet.nn.per_sample import SampleGrads, sample_gradients
from fnnet.nn.targets import one_hot, smooth_labels
from fnnet.nn.tree import ravel, unravel

__all__ = [
    "ACTIVATIONS",
    "HEADS",
    "INITIALIZERS",
    "Activation",
    "Cache",
    "Dense",
    "Domain",
    "Grads",
    "Head",
    "Initializer",
    "Params",
    "SampleGrads",
    "adversarial_gradient",
    "adversarial_inputs",
    "apply",
    "backward",
    "distribution",
    "dropout_gradient",
    "dropout_masks",
    "elu",
    "ensemble",
    "exp_poisson",
    "forward",
    "gauss_newton_product",
    "gelu",
    "gradient_error",
    "hvp",
    "identity",
    "identity_absolute_error",
    "identity_huber",
    "identity_squared_error",
    "init_params",
    "input_gradient",
    "jacobian",
    "jvp",
    "leaky_relu",
    "logistic_cross_entropy",
    "loss",
    "mean_gradient",
    "nonnegative",
    "one_hot",
    "predict",
    "predict_proba",
    "ravel",
    "real",
    "relu",
    "sample_gradients",
    "sgd_step",
    "sigmoid",
    "silu",
    "smooth_labels",
    "softmax_cross_entropy",
    "softmax_squared_error",
    "softplus",
    "tanh",
    "tempered",
    "unit",
    "unravel",
    "value_and_gradient",
    "vjp",
]
