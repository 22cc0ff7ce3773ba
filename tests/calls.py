"""A call of each public function, with arguments that suit it."""

from inspect import isfunction
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from fnnet import (
    Dataset,
    TrainState,
    backward,
    data,
    forward,
    identity_squared_error,
    init_params,
    io,
    metrics,
    nn,
    optim,
    save,
    sgd,
    train,
)
from fnnet.data.augment import Warp
from fnnet.nn import tree
from fnnet.nn.initializers import lecun_normal
from fnnet.optim import schedules
from fnnet.optim.schedules import constant
from fnnet.optim.wrappers import ema
from tests.helpers import idx

PUBLIC = (nn, tree, data, optim, schedules, io, train, metrics)


def is_callable_name(value: object) -> bool:
    """Whether this is a function, or a class that is called like one, such as `adam`."""
    return isfunction(value) or (isinstance(value, type) and value.__name__.islower())


FUNCTIONS = {name: f for package in PUBLIC for name in package.__all__ if is_callable_name(f := getattr(package, name))}

X, Y = np.random.default_rng(0).random((6, 4), np.float32), np.array([0, 1, 2, 0, 1, 2])
DATA = Dataset(X, Y)
PARAMS = init_params((4, 5, 3), seed=0)
CACHE = forward(PARAMS, X)
SCALER = data.Scaler(X.mean(axis=0), X.std(axis=0))
REGRESSION = init_params((4, 1), seed=0, head=identity_squared_error)
REGRESSION_SCALER = data.Scaler(np.array([3.0]), np.array([2.0]))
GRADS = backward(PARAMS, CACHE, Y)
STATE = ema(sgd(0.1), 0.5).init(PARAMS)
TRAINED = TrainState(1, PARAMS, STATE)


def equation(lr: float, t: int, theta: Any, g: Any, slots: Any, /) -> None:
    """Plain gradient descent, as an equation for `elementwise`."""
    theta -= lr * g


def no_slots(params: Any) -> tuple[()]:
    """Nothing to remember."""
    return ()


def no_move(params: Any, grads: Any, slots: Any) -> Any:
    """The parameters stay where they are."""
    return params, slots


# Arguments for each public function: by position, then by name.
CALLS: dict[str, tuple[tuple[object, ...], dict[str, object]]] = {
    "absorb": ((SCALER, PARAMS), {}),
    "absorb_targets": ((REGRESSION_SCALER, REGRESSION), {}),
    "accuracy": ((PARAMS, DATA), {}),
    "evaluate": ((PARAMS, DATA), {}),
    "adagrad": ((0.1,), {}),
    "adam": ((0.1,), {}),
    "adamw": ((0.1,), {}),
    "add": ((GRADS, GRADS), {}),
    "adversarial_gradient": ((0.5, PARAMS, X, Y, None, 3), {}),
    "adversarial_inputs": ((PARAMS, X, Y, 0.5), {}),
    "apply": ((PARAMS, X), {}),
    "astype": ((PARAMS, np.float64), {}),
    "average": (([PARAMS, PARAMS], [1, 3]), {}),
    "augment": ((np.ones((2, 9)), 0, Warp(shift=1)), {}),
    "augmented": ((Dataset(np.ones((2, 9)), Y[:2]), 0, Warp(shift=1)), {}),
    "averaged_params": ((PARAMS, STATE), {}),
    "backward": ((PARAMS, CACHE, Y), {}),
    "batches": ((DATA, 4), {}),
    "best": (([TRAINED], tree.count), {"patience": 2}),
    "calibration": ((np.array([0.5, 1.0]), np.array([True, False])), {"bins": 2}),
    "class_weights": ((Y,), {}),
    "clip": ((sgd(0.1), 1.0), {}),
    "distilled": ((PARAMS, DATA), {"temperature": 2.0}),
    "ensemble": (([PARAMS, PARAMS],), {}),
    "tempered": ((PARAMS, 2.0), {}),
    "concatenate": (([DATA, DATA],), {}),
    "confusion_matrix": ((PARAMS, DATA), {}),
    "constant": ((0.1,), {}),
    "cosine": ((0.1, 9), {"warmup": 2}),
    "count": ((PARAMS,), {}),
    "decay": ((sgd(0.1), 0.5), {"biases": True}),
    "dropout_gradient": ((0.5, 0, PARAMS, X, Y, None, 3), {}),
    "dropout_masks": ((PARAMS, 6, 0.5, 0, 3), {}),
    "dot": ((PARAMS, GRADS), {}),
    "elementwise": (("step", 0.1, 0, equation), {}),
    "ema": ((sgd(0.1), 0.5), {}),
    "exponential": ((0.1, 0.5), {}),
    "fit": ((PARAMS, DATA), {"epochs": 2, "lr": 0.1}),
    "forward": ((PARAMS, X), {}),
    "gauss_newton_product": ((PARAMS, X, Y, GRADS), {}),
    "gradient_error": ((PARAMS, X, Y), {"seed": 1}),
    "hvp": ((PARAMS, X, Y, GRADS), {}),
    "init_params": (((4, 3), 0), {"initializer": lecun_normal, "dtype": np.float64}),
    "hold_out": ((DATA, 0.5), {"seed": 1}),
    "input_gradient": ((PARAMS, X, Y), {}),
    "is_finite": ((PARAMS,), {}),
    "join": ((constant(0.1), 2, constant(0.2)), {}),
    "jacobian": ((PARAMS, X), {}),
    "jvp": ((PARAMS, X, GRADS, X), {}),
    "l2": ((sgd(0.1), 0.5), {}),
    "linear": ((1.0, 0.5, 9), {}),
    "load_data": (("data.npz",), {"transpose": True}),
    "load": (("model.npz", np.float64), {}),
    "load_labels": (("model.npz",), {}),
    "load_levels": (("model.npz",), {}),
    "load_idx": (("folder",), {}),
    "load_mnist": ((), {}),
    "load_npz": (("data.npz",), {}),
    "local_sgd": ((PARAMS, [DATA, DATA]), {"epochs": 2, "lr": 0.1}),
    "loss": ((PARAMS, X, Y), {}),
    "map_layers": ((np.sign, PARAMS), {}),
    "max_norm": ((sgd(0.1), 0.5), {}),
    "mean_gradient": ((PARAMS, X, Y), {}),
    "momentum": ((0.1, 0.8), {}),
    "nesterov": ((0.1, 0.8), {}),
    "norm": ((GRADS,), {}),
    "one_hot": ((Y, 3, np.float32), {}),
    "order": ((6, 3), {"epoch": 1}),
    "shard": ((DATA, 4), {}),
    "per_epoch": ((constant(0.1), 3), {}),
    "piecewise": (([1.0, 0.1], [3]), {}),
    "predict": ((PARAMS, X), {}),
    "predict_proba": ((PARAMS, X), {}),
    "predictions": ((PARAMS, DATA), {}),
    "progress_bar": ((DATA,), {}),
    "pure": (("pure", no_slots, no_move), {}),
    "ravel": ((PARAMS,), {}),
    "read_csv": (("table.csv",), {"label": "c"}),
    "read_idx_pair": (("folder/train-images-idx3-ubyte", "folder/train-labels-idx1-ubyte"), {}),
    "read_image_folder": (("images",), {}),
    "read_idx": (("folder/train-images-idx3-ubyte",), {}),
    "read_npz": (("data.npz",), {}),
    "rmsprop": ((0.1,), {}),
    "sample_gradients": ((PARAMS, X, Y), {}),
    "save": ((PARAMS, "saved.npz"), {}),
    "scale": ((PARAMS, 0.5), {}),
    "sgd": ((0.1,), {}),
    "sgd_fold": ((PARAMS, X, Y, 0.1), {"batch_size": 4}),
    "sgd_step": ((PARAMS, GRADS, 0.1), {}),
    "shard_gradients": ((PARAMS, [DATA, DATA]), {}),
    "shuffled": ((DATA, 3), {"epoch": 1}),
    "smooth_labels": ((Y, 3, 0.1, np.float32), {}),
    "split": ((DATA, 4), {}),
    "standardized": ((DATA,), {}),
    "standardized_targets": ((Dataset(X, X),), {}),
    "stop_early": (([TRAINED], tree.count, 2), {}),
    "subtract": ((PARAMS, GRADS), {}),
    "take": ((DATA, np.array([2, 0])), {}),
    "transposed": ((DATA,), {}),
    "unravel": ((PARAMS, tree.ravel(PARAMS)), {}),
    "value_and_gradient": ((PARAMS, X, Y), {}),
    "vjp": ((PARAMS, X), {}),
    "write_npz": (("written.npz", {"x": X}), {}),
    "zeros_like": ((PARAMS,), {}),
    "zip_layers": ((np.add, PARAMS, PARAMS), {}),
}


def write_files() -> None:
    """The files that the calls read, in the working directory."""
    save(PARAMS, "model.npz", labels=("a", "b", "c"))
    images, labels = np.arange(24, dtype=np.uint8).reshape(6, 2, 2), np.arange(6, dtype=np.uint8)
    np.savez("data.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    Path("folder").mkdir()
    Path("table.csv").write_text("a,b,c\n1,2,x\n3,4,y\n")
    for digit in range(2):
        Path(f"images/{digit}").mkdir(parents=True)
        Image.fromarray(images[digit]).save(f"images/{digit}/1.png")
    for name in ("train", "t10k"):
        Path(f"folder/{name}-images-idx3-ubyte").write_bytes(idx(images))
        Path(f"folder/{name}-labels-idx1-ubyte").write_bytes(idx(labels))
