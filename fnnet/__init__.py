"""A fully connected neural network as pure functions over immutable records."""

__version__ = "0.3.0"

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
from fnnet.dropout import dropout_gradient, dropout_masks
from fnnet.epoch import Diverged, Epoch
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
from fnnet.network import backward, forward, mean_gradient, sgd_step
from fnnet.optimizer import Optimizer, State
from fnnet.optimizers import adagrad, adam, adamw, momentum, nesterov, rmsprop, sgd
from fnnet.parallel import local_sgd, parts, shard_gradients
from fnnet.records import Cache, Dense, Grads, Params
from fnnet.regularisation import averaged, clipped, ema, l2, max_norm, smooth_labels, stop_early
from fnnet.saliency import input_gradient
from fnnet.schedules import constant, cosine, exponential, joined, linear, per_epoch, piecewise
from fnnet.storage import load, save
from fnnet.targets import one_hot
from fnnet.training import fit

__all__ = [
    "Activation",
    "Array",
    "Batch",
    "Cache",
    "Dataset",
    "Dense",
    "Diverged",
    "Domain",
    "Epoch",
    "Grads",
    "Head",
    "Label",
    "Labels",
    "Matrix",
    "Optimizer",
    "Params",
    "Sample",
    "Scheme",
    "State",
    "Vector",
    "accuracy",
    "adagrad",
    "adam",
    "adamw",
    "add",
    "article_normal",
    "astype",
    "average",
    "averaged",
    "backward",
    "batches",
    "clipped",
    "confusion_matrix",
    "constant",
    "cosine",
    "count",
    "distribution",
    "dropout_gradient",
    "dropout_masks",
    "ema",
    "exponential",
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
    "input_gradient",
    "is_finite",
    "joined",
    "l2",
    "leaky_relu",
    "lecun_normal",
    "lecun_uniform",
    "linear",
    "load",
    "load_idx",
    "load_mnist",
    "load_npz",
    "local_sgd",
    "logistic_cross_entropy",
    "loss",
    "map_layers",
    "max_norm",
    "mean_gradient",
    "momentum",
    "nesterov",
    "one_hot",
    "parts",
    "per_epoch",
    "piecewise",
    "predict",
    "predict_proba",
    "ravel",
    "real",
    "relu",
    "rmsprop",
    "save",
    "scale",
    "sgd",
    "sgd_fold",
    "sgd_step",
    "shard_gradients",
    "shuffled",
    "sigmoid",
    "silu",
    "smooth_labels",
    "softmax_cross_entropy",
    "softmax_squared_error",
    "softplus",
    "split",
    "stop_early",
    "take",
    "tanh",
    "unit",
    "unravel",
    "zip_layers",
]
