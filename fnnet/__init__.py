"""A fully connected neural network as pure functions over immutable records."""

__version__ = "0.1.0"

from fnnet.activations import (
    Activation,
    identity,
    leaky_relu,
    relu,
    sigmoid,
    silu,
    softplus,
    tanh,
)
from fnnet.algebra import (
    add,
    astype,
    average,
    count,
    is_finite,
    map_layers,
    ravel,
    scale,
    unravel,
    zip_layers,
)
from fnnet.arrays import Array, Label, Labels, Matrix, Vector
from fnnet.dataset import Batch, Dataset, Sample, batches, shuffled, split, take
from fnnet.fold import sgd_fold
from fnnet.gradcheck import gradient_error
from fnnet.heads import (
    Domain,
    Head,
    distribution,
    identity_squared_error,
    logistic_cross_entropy,
    real,
    softmax_cross_entropy,
    softmax_squared_error,
    unit,
)
from fnnet.inference import accuracy, confusion_matrix, loss, predict, predict_proba
from fnnet.initialisers import (
    Scheme,
    article_normal,
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    init_params,
    lecun_normal,
    lecun_uniform,
)
from fnnet.loaders import load_idx, load_mnist, load_npz
from fnnet.network import backward, forward, sgd_step
from fnnet.records import Cache, Dense, Grads, Params
from fnnet.storage import load, save
from fnnet.targets import one_hot
from fnnet.training import Epoch, fit

__all__ = [
    "Activation",
    "Array",
    "Batch",
    "Cache",
    "Dataset",
    "Dense",
    "Domain",
    "Epoch",
    "Grads",
    "Head",
    "Label",
    "Labels",
    "Matrix",
    "Params",
    "Sample",
    "Scheme",
    "Vector",
    "accuracy",
    "add",
    "article_normal",
    "astype",
    "average",
    "backward",
    "batches",
    "confusion_matrix",
    "count",
    "distribution",
    "fit",
    "forward",
    "glorot_normal",
    "glorot_uniform",
    "gradient_error",
    "he_normal",
    "he_uniform",
    "identity",
    "identity_squared_error",
    "init_params",
    "is_finite",
    "leaky_relu",
    "lecun_normal",
    "lecun_uniform",
    "load",
    "load_idx",
    "load_mnist",
    "load_npz",
    "logistic_cross_entropy",
    "loss",
    "map_layers",
    "one_hot",
    "predict",
    "predict_proba",
    "ravel",
    "real",
    "relu",
    "save",
    "scale",
    "sgd_fold",
    "sgd_step",
    "shuffled",
    "sigmoid",
    "silu",
    "softmax_cross_entropy",
    "softmax_squared_error",
    "softplus",
    "split",
    "take",
    "tanh",
    "unit",
    "unravel",
    "zip_layers",
]
