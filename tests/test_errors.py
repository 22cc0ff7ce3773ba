"""Bad arguments: each raises a one-line error that names the argument, what was expected and what came."""

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest

from fnnet import (
    Cache,
    Dataset,
    Dense,
    Grads,
    Params,
    TrainState,
    accuracy,
    adam,
    backward,
    batches,
    fit,
    forward,
    gradient_error,
    identity_squared_error,
    init_params,
    logistic_cross_entropy,
    loss,
    momentum,
    predict,
    relu,
    save,
    sgd_fold,
    sgd_step,
    shuffled,
    softmax_cross_entropy,
    split,
    value_and_gradient,
)
from fnnet.core.arrays import Floats
from fnnet.data.subsets import concatenate, take
from fnnet.metrics.accuracy import confusion_matrix
from fnnet.metrics.predictions import predictions
from fnnet.nn.targets import one_hot
from fnnet.nn.tree import add, average
from fnnet.optim.elementwise import elementwise
from fnnet.optim.schedules import linear
from fnnet.optim.wrappers import averaged_params, max_norm
from fnnet.recipes.recipe import Recipe
from fnnet.recipes.sweeps import sweep

P = init_params((3, 4, 2), seed=0, dtype=np.float64)
P32 = init_params((3, 4, 2), seed=0)
LOGISTIC = init_params((3, 2), seed=0, head=logistic_cross_entropy, dtype=np.float64)
LINEAR = init_params((3, 2), seed=0, head=identity_squared_error, dtype=np.float64)
X, Y = np.ones((5, 3)), np.array([0, 1, 1, 0, 1])
CACHE = forward(P, X)
GRADS = backward(P, CACHE, Y)
DATA = Dataset(X, Y)
STATE = TrainState(1, P, adam().init(P))
NAN = np.where(np.eye(5, 3) > 0, np.nan, 1.0)


def untyped(value: object) -> Any:  # Any: the calls below do not type-check, and must fail at run time, too
    """An argument of a wrong type, past the type checker."""
    return value


CASES: list[tuple[str, Callable[[], object], str]] = [
    ("wide input", lambda: forward(P, np.ones(4)), r"x: expected shape (3,) or (n, 3), got (4,)"),
    ("wide batch", lambda: forward(P, np.ones((2, 4))), r"x: expected shape (3,) or (n, 3), got (2, 4)"),
    ("rank 0", lambda: forward(P, untyped(np.array(1.0))), r"x: expected shape (3,) or (n, 3), got ()"),
    (
        "rank 3",
        lambda: predict(P, untyped(np.ones((1, 1, 3)))),
        "x: expected shape (3,) or (n, 3), got (1, 1, 3); use x.reshape(-1)",
    ),
    (
        "infinite inputs",
        lambda: Dataset(np.where(np.eye(5, 3) > 0, np.inf, 1.0), Y),
        "x: expected finite numbers, got NaN or infinity",
    ),
    (
        "negative infinity",
        lambda: Dataset(np.where(np.eye(5, 3) > 0, -np.inf, 1.0), Y),
        "x: expected finite numbers, got NaN or infinity",
    ),
    ("split of size 0", lambda: split(DATA, 0), "size: expected an integer from 1 to 4, got 0"),
    (
        "third class of one output",
        lambda: loss(init_params((3, 1), 0, head=logistic_cross_entropy, dtype=np.float64), X, Y + 1),
        "y: expected labels from 0 to 1, got 2",
    ),
    ("one label for a batch", lambda: loss(P, X, untyped(1)), "y: expected one target for each of 5 samples, got ()"),
    (
        "labels for one sample",
        lambda: backward(P, forward(P, X[0]), untyped(np.array([0, 1]))),
        "y: expected an integer label or float64 (2,), got int64 (2,)",
    ),
    (
        "wide row for one sample",
        lambda: backward(P, forward(P, X[0]), np.ones(5)),
        "y: expected an integer label or float64 (2,), got float64 (5,)",
    ),
    (
        "gradient of another dtype, one layer",
        lambda: sgd_step(LOGISTIC, untyped(Grads((Dense(np.ones((3, 2), np.float32), np.ones(2, np.float32)),))), 0.1),
        "grads: expected float64, as the parameters, got float32",
    ),
    ("loss of no samples", lambda: loss(P, X[:0], Y[:0]), "x: expected at least one sample, got none"),
    (
        "gradient of no samples",
        lambda: backward(P, forward(P, X[:0]), Y[:0]),
        "x: expected at least one sample, got none",
    ),
    (
        "loss and gradient of no samples",
        lambda: value_and_gradient(P, X[:0], Y[:0]),
        "x: expected at least one sample, got none",
    ),
    ("fit to no samples", lambda: fit(P, DATA[:0], epochs=1, lr=1), "data: expected at least one sample, got none"),
    ("accuracy of no samples", lambda: accuracy(P, DATA[:0]), "data: expected at least one sample, got none"),
    ("no data sets", lambda: concatenate([]), "datasets: expected at least one, got none"),
    (
        "data sets of other features",
        lambda: concatenate([DATA, Dataset(X[:, :2], Y)]),
        "datasets: expected all as the first, Dataset(5 samples of 3 features, labels, float64), "
        "got Dataset(5 samples of 2 features, labels, float64)",
    ),
    (
        "data sets of other targets",
        lambda: concatenate([Dataset(X, X), DATA]),
        "datasets: expected all as the first, Dataset(5 samples of 3 features, 3 targets each, float64), "
        "got Dataset(5 samples of 3 features, labels, float64)",
    ),
    (
        "data sets of other dtypes",
        lambda: concatenate([DATA, untyped(DATA.astype(np.float32))]),
        "datasets: expected all as the first, Dataset(5 samples of 3 features, labels, float64), "
        "got Dataset(5 samples of 3 features, labels, float32)",
    ),
    ("data as integers", lambda: DATA.astype(untyped(int)), "dtype: expected float32 or float64, got <class 'int'>"),
    (
        "data beyond float32",
        lambda: Dataset(X * 1e300, Y).astype(np.float32),
        "x: expected finite numbers, got NaN or infinity",
    ),
    (
        "input of another dtype",
        lambda: loss(P, untyped(X.astype(np.float32)), Y),
        "x: expected float64, as the parameters, got float32; use x.astype(np.float64), or params.astype(np.float32)",
    ),
    (
        "integer input",
        lambda: forward(P32, untyped(np.ones(3, int))),
        "x: expected float32, as the parameters, got int64; "
        "use x.astype(np.float32) / 255 for pixels, x.astype(np.float32) for other numbers",
    ),
    ("label too large", lambda: backward(P, CACHE, Y + 1), "y: expected labels from 0 to 1, got 2"),
    ("label negative", lambda: backward(P, CACHE, Y - 1), "y: expected labels from 0 to 1, got -1"),
    ("label of one sample", lambda: backward(P, forward(P, X[0]), 2), "y: expected labels from 0 to 1, got 2"),
    (
        "labels missing",
        lambda: backward(P, CACHE, Y[:4]),
        "y: expected integer labels (5,) or float64 (5, 2), got int64 (4,)",
    ),
    (
        "label for a batch",
        lambda: backward(P, CACHE, untyped(1)),
        "y: expected integer labels (5,) or float64 (5, 2), got int64 ()",
    ),
    (
        "rows too wide",
        lambda: backward(P, CACHE, np.ones((5, 3))),
        "y: expected integer labels (5,) or float64 (5, 2), got float64 (5, 3)",
    ),
    (
        "rows of another dtype",
        lambda: backward(P, CACHE, untyped(np.eye(2, dtype=np.float32)[Y])),
        "y: expected integer labels (5,) or float64 (5, 2), got float32 (5, 2); use y.astype(np.float64)",
    ),
    (
        "not a distribution",
        lambda: backward(P, CACHE, np.ones((5, 2))),
        "y: expected rows of probabilities that sum to 1, as softmax-cross-entropy needs, got 1 to 1",
    ),
    (
        "negative probability",
        lambda: loss(P, X, np.array([[2.0, -1.0]] * 5)),
        "y: expected rows of probabilities that sum to 1, as softmax-cross-entropy needs, got -1 to 2",
    ),
    (
        "outside the unit interval",
        lambda: loss(LOGISTIC, X, np.full((5, 2), 1.5)),
        "y: expected numbers from 0 to 1, as logistic-cross-entropy needs, got 1.5 to 1.5",
    ),
    (
        "NaN target",
        lambda: loss(LINEAR, X, np.full((5, 2), np.nan)),
        "y: expected finite numbers, as identity-squared-error needs, got nan to nan",
    ),
    ("targets missing", lambda: loss(P, X, Y[:4]), "y: expected one target for each of 5 samples, got (4,)"),
    (
        "target for a batch",
        lambda: loss(P, X, untyped(1)),
        "y: expected one target for each of 5 samples, got ()",
    ),
    (
        "cache of another network",
        lambda: backward(LINEAR, CACHE, Y),
        "cache: expected that of a 3-2 network, got Cache(x (5, 3), output (5, 2), float64)",
    ),
    (
        "gradient of another network",
        lambda: sgd_step(LINEAR, GRADS, 0.1),
        "grads: expected weights [(3, 2)], as the parameters, got [(3, 4), (4, 2)]",
    ),
    (
        "gradient of another dtype",
        lambda: sgd_step(P32, untyped(GRADS), 0.1),
        "grads: expected float32, as the parameters, got float64",
    ),
    (
        "wide input of gradient_error",
        lambda: gradient_error(P, np.ones(4), 0),
        "x: expected shape (3,) or (n, 3), got (4,)",
    ),
    (
        "one size",
        lambda: init_params((3,), seed=0),
        "sizes: expected two or more integers of at least 1, got (3,)",
    ),
    (
        "no sizes",
        lambda: init_params((), seed=0),
        "sizes: expected two or more integers of at least 1, got ()",
    ),
    (
        "size 0",
        lambda: init_params((3, 0), seed=0),
        "sizes: expected two or more integers of at least 1, got (3, 0)",
    ),
    (
        "negative size",
        lambda: init_params((3, -2), seed=0),
        "sizes: expected two or more integers of at least 1, got (3, -2)",
    ),
    (
        "size 2.5",
        lambda: init_params(untyped((3, 2.5)), seed=0),
        "sizes: expected two or more integers of at least 1, got (3, 2.5)",
    ),
    ("negative seed", lambda: init_params((3, 2), seed=-1), "seed: expected an integer of at least 0, got -1"),
    (
        "no seed",
        lambda: init_params((3, 2), seed=untyped(None)),
        "seed: expected an integer of at least 0, got None",
    ),
    (
        "half precision",
        lambda: init_params((3, 2), seed=0, dtype=untyped(np.float16)),
        "dtype: expected float32 or float64, got <class 'numpy.float16'>",
    ),
    (
        "vector of weights",
        lambda: Dense(untyped(np.ones(3)), np.ones(3)),
        "weights: expected shape (fan_in, fan_out), both at least 1, got (3,)",
    ),
    (
        "no inputs",
        lambda: Dense(np.ones((0, 3)), np.ones(3)),
        "weights: expected shape (fan_in, fan_out), both at least 1, got (0, 3)",
    ),
    ("bias too long", lambda: Dense(np.ones((2, 3)), np.ones(4)), "bias: expected shape (3,), got (4,)"),
    (
        "bias of another dtype",
        lambda: Dense(np.ones((2, 3)), untyped(np.ones(3, np.float32))),
        "bias: expected float64, as the weights, got float32",
    ),
    (
        "integer weights",
        lambda: Dense(untyped(np.ones((2, 3), int)), untyped(np.ones(3, int))),
        "weights: expected float32 or float64, got int64",
    ),
    (
        "no layers",
        lambda: Params((), relu, softmax_cross_entropy),
        "layers: expected one or more Dense, got ()",
    ),
    (
        "layers of other widths",
        lambda: Grads((P.layers[0], P.layers[0])),
        "layers: expected a layer of fan_in 4 after Dense(3 -> 4, float64), got Dense(3 -> 4, float64)",
    ),
    (
        "layers of two dtypes",
        lambda: Grads((P.layers[0], untyped(P32.layers[1]))),
        "layers: expected float64 throughout, got float32",
    ),
    ("NaN in data", lambda: Dataset(NAN, Y), "x: expected finite numbers, got NaN or infinity"),
    ("infinity in data", lambda: Dataset(X * np.inf, Y), "x: expected finite numbers, got NaN or infinity"),
    (
        "targets of another dtype",
        lambda: Dataset(X, untyped(X.astype(np.float32))),
        "y: expected integer labels (5,) or float64 (5, outputs), got float32 (5, 3); use y.astype(np.float64)",
    ),
    (
        "targets of width 0",
        lambda: Dataset(X, X[:, :0]),
        "y: expected integer labels (5,) or float64 (5, outputs), got float64 (5, 0)",
    ),
    ("NaN in targets", lambda: Dataset(X, NAN), "y: expected finite numbers, got NaN or infinity"),
    (
        "data without features",
        lambda: Dataset(X[:, :0], Y),
        "x: expected shape (n, features), at least one feature, got (5, 0)",
    ),
    (
        "vector of data",
        lambda: Dataset(untyped(X[0]), Y),
        "x: expected shape (n, features), at least one feature, got (3,); "
        "use x.reshape(-1, 1) for one feature, x.reshape(1, -1) for one sample",
    ),
    (
        "integer data",
        lambda: Dataset(untyped(X.astype(int)), Y),
        "x: expected float32 or float64, got int64; "
        "use x.astype(np.float32) / 255 for pixels, x.astype(np.float32) for other numbers",
    ),
    (
        "lengths differ",
        lambda: Dataset(X, Y[:4]),
        "y: expected integer labels (5,) or float64 (5, outputs), got int64 (4,)",
    ),
    (
        "rows differ",
        lambda: Dataset(X, X[:4]),
        "y: expected integer labels (5,) or float64 (5, outputs), got float64 (4, 3)",
    ),
    (
        "boolean labels",
        lambda: Dataset(X, untyped(Y > 0)),
        "y: expected integer labels (5,) or float64 (5, outputs), got bool (5,); use y.astype(np.int64)",
    ),
    (
        "negative label",
        lambda: Dataset(X, Y - 1),
        "y: expected labels of at least 0, got -1; use np.unique(y, return_inverse=True)[1]",
    ),
    (
        "labels as floats",
        lambda: Dataset(X, untyped(Y.astype(float))),
        "y: expected integer labels (5,) or float64 (5, outputs), got float64 (5,); "
        "use y.astype(np.int64) for labels, y.reshape(-1, 1) for numbers",
    ),
    (
        "labels as text",
        lambda: Dataset(X, untyped(np.array(list("abbab")))),
        "y: expected integer labels (5,) or float64 (5, outputs), got <U1 (5,); "
        "use np.unique(y, return_inverse=True)[1]",
    ),
    (
        "a column of labels",
        lambda: Dataset(X, untyped(Y.reshape(-1, 1))),
        "y: expected integer labels (5,) or float64 (5, outputs), got int64 (5, 1); "
        "use y.reshape(-1) for labels, y.astype(np.float64) for numbers",
    ),
    ("one sample split", lambda: split(take(DATA, Y[:1]), 1), "data: expected at least 2 samples to split, got 1"),
    (
        "shuffle by a negative seed",
        lambda: shuffled(DATA, seed=-1),
        "seed: expected an integer of at least 0, got -1",
    ),
    (
        "shuffle of a negative epoch",
        lambda: shuffled(DATA, 0, epoch=-1),
        "epoch: expected an integer of at least 0, got -1",
    ),
    ("batches of size 0", lambda: batches(DATA, 0), "size: expected an integer of at least 1, got 0"),
    (
        "split of size 0.8",
        lambda: split(DATA, untyped(0.8)),
        "size: expected an integer from 1 to 4, got 0.8; use round(0.8 * len(data))",
    ),
    ("no index", lambda: take(DATA, untyped(None)), "indices: expected integers (k,) or booleans (5,), got object ()"),
    (
        "cache of another dtype",
        lambda: backward(P32, untyped(CACHE), Y),
        "cache: expected float32, as the parameters, got float64",
    ),
    (
        "integer rows",
        lambda: Dataset(X, untyped(np.eye(5, dtype=int))),
        "y: expected integer labels (5,) or float64 (5, outputs), got int64 (5, 5); use y.astype(np.float64)",
    ),
    ("fold at a rate of NaN", lambda: sgd_fold(P, X, Y, np.nan), "lr: expected a finite number, got nan"),
    (
        "fold with too many targets",
        lambda: sgd_fold(P, X[:3], Y, 0.1),
        "y: expected one target for each of 3 samples, got (5,)",
    ),
    ("split that leaves nothing", lambda: split(DATA, 5), "size: expected an integer from 1 to 4, got 5"),
    (
        "one-hot of a matrix",
        lambda: one_hot(untyped(X.astype(int)), 3, np.float64),
        "labels: expected shape (n,), got (5, 3)",
    ),
    ("one-hot out of range", lambda: one_hot(Y, 1, np.float64), "labels: expected labels from 0 to 0, got 1"),
    ("one-hot of floats", lambda: one_hot(untyped(X[0]), 3, np.float64), "labels: expected integers, got float64"),
    (
        "accuracy of other data",
        lambda: accuracy(P, Dataset(np.ones((5, 4)), Y)),
        "x: expected shape (3,) or (n, 3), got (5, 4)",
    ),
    (
        "accuracy of other classes",
        lambda: accuracy(P, Dataset(X, Y + 1)),
        "y: expected labels from 0 to 1, got 2",
    ),
    (
        "confusion of other classes",
        lambda: confusion_matrix(P, Dataset(X, Y + 1)),
        "y: expected labels from 0 to 1, got 2",
    ),
    (
        "fit to other data",
        lambda: fit(P, Dataset(np.ones((5, 4)), Y), epochs=1, lr=1),
        "x: expected shape (3,) or (n, 3), got (5, 4)",
    ),
    (
        "fit to other classes",
        lambda: fit(P, Dataset(X, Y + 1), epochs=1, lr=1),
        "y: expected labels from 0 to 1, got 2",
    ),
    (
        "negative epochs",
        lambda: fit(P, DATA, epochs=-1, lr=1),
        "epochs: expected an integer of at least 0, got -1",
    ),
    (
        "batch of size 0",
        lambda: fit(P, DATA, epochs=1, lr=1, batch_size=0),
        "batch_size: expected an integer of at least 1, got 0",
    ),
    (
        "fit with a negative seed",
        lambda: fit(P, DATA, epochs=1, lr=1, seed=-3),
        "seed: expected an integer of at least 0, got -3",
    ),
    (
        "negative rate",
        lambda: fit(P, DATA, epochs=1, lr=-1),
        "lr: expected a finite number of at least 0, got -1",
    ),
    (
        "NaN rate",
        lambda: list(fit(P, DATA, epochs=1, lr=lambda k: np.nan)),
        "lr of step 0: expected a finite number of at least 0, got nan",
    ),
    (
        "fold with batches of size 0",
        lambda: sgd_fold(P, X, Y, 0.1, batch_size=0),
        "batch_size: expected an integer of at least 1, got 0",
    ),
    (
        "fold of other data",
        lambda: sgd_fold(P, np.ones((5, 4)), Y, 0.1),
        "x: expected shape (n, 3), got (5, 4)",
    ),
    (
        "fold of another dtype",
        lambda: sgd_fold(P, untyped(X.astype(np.float32)), Y, 0.1),
        "x: expected float64, as the parameters, got float32; use x.astype(np.float64), or params.astype(np.float32)",
    ),
    ("fold at a rate of NaN", lambda: sgd_fold(P, X, Y, np.nan), "lr: expected a finite number, got nan"),
    (
        "fold with too few targets",
        lambda: sgd_fold(P, X, Y[:4], 0.1),
        "y: expected one target for each of 5 samples, got (4,)",
    ),
    ("mean of nothing", lambda: average([]), "weights: expected one for each of one or more records (0), got 0"),
    (
        "mean with too many weights",
        lambda: average([P], [1, 2]),
        "weights: expected one for each of one or more records (1), got 2",
    ),
    (
        "mean with weights that sum to 0",
        lambda: average([P, P], [1, -1]),
        "weights: expected a finite sum other than 0, got (1.0, -1.0)",
    ),
    ("max-norm of 0", lambda: max_norm(adam(), 0), "limit: expected a number above 0, got 0"),
    (
        "negative number of slots",
        lambda: elementwise("odd", 0.1, -1, untyped(returning)),
        "slots: expected an integer of at least 0, got -1",
    ),
    ("rate that is a string", lambda: adam(untyped("0.1")), "lr: expected a number, got '0.1'"),
    ("fit at an empty string", lambda: fit(P, DATA, epochs=1, lr=untyped("")), "lr: expected a number, got ''"),
    ("fit at a string", lambda: fit(P, DATA, epochs=1, lr=untyped("0.1")), "lr: expected a number, got '0.1'"),
    (
        "sweep over an unknown field",
        lambda: sweep(Recipe(), {"epoch": [1]}, lambda: untyped(None)),
        f"grid: expected fields among {', '.join(field.name for field in attrs.fields(Recipe))}, got 'epoch'",
    ),
    ("linear over no steps", lambda: linear(1.0, 0.0, 0), "steps: expected an integer of at least 1, got 0"),
    (
        "state of another optimizer",
        lambda: fit(STATE, DATA, epochs=2, optimizer=momentum(0.1)),
        "state: expected that of momentum, got that of adam",
    ),
    (
        "average without ema",
        lambda: averaged_params(P, adam().init(P)),
        "state: expected that of an optimizer with a moving average, got one without; use ema(optimizer, decay)",
    ),
    (
        "fit without lr or optimizer",
        lambda: fit(P, DATA, epochs=1),
        "lr: expected either lr or optimizer, got neither; use lr=0.1 or optimizer=adam(1e-3)",
    ),
    (
        "fit with lr and optimizer",
        lambda: fit(P, DATA, epochs=1, lr=1, optimizer=adam()),
        "lr: expected either lr or optimizer, got both; use one of them",
    ),
]


@pytest.mark.parametrize("call, message", [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_bad_input_is_explained(call: Callable[[], object], message: str) -> None:
    """The message says what was expected and what came."""
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message


def test_records_check_their_types() -> None:
    with pytest.raises(TypeError, match="^hidden: expected Activation, got 'relu'; use one such as fnnet.relu$"):
        Params(P.layers, untyped("relu"), softmax_cross_entropy)
    with pytest.raises(TypeError, match="^initializer: expected Initializer, got 'he'$"):
        init_params((2, 1), seed=0, initializer=untyped("he"))
    with pytest.raises(TypeError, match="^b: expected Grads, as a, got Params$"):
        add(GRADS, untyped(P))
    with pytest.raises(TypeError):
        untyped(backward)(P, CACHE)
    assert isinstance(CACHE, Cache)


@pytest.mark.parametrize(
    "call, message",
    [
        (
            lambda: fit(P, untyped((X, Y)), epochs=1, lr=1),
            "data: expected a Dataset or a function of the epoch, got tuple; use Dataset(x, y)",
        ),
        (
            lambda: fit(P, DATA, epochs=1, optimizer=untyped("adam")),
            "optimizer: expected Optimizer, got str; use adam(1e-3)",
        ),
        (
            lambda: fit(P, DATA, epochs=1, optimizer=untyped(adam)),
            "optimizer: expected Optimizer, got the class adam; use adam(…)",
        ),
        (
            lambda: next(fit(P, DATA, epochs=1, lr=1, gradient=untyped(lambda *arguments: None))),
            "gradient: expected a function that gives Grads, got NoneType",
        ),
        (
            lambda: sweep(Recipe(), {"epochs": untyped(3)}, untyped(None)),
            "grid: expected values to try for epochs, got 3; use [3]",
        ),
        (
            lambda: sweep(Recipe(), {"hidden": "relu"}, untyped(None)),
            "grid: expected values to try for hidden, got 'relu'; use ['relu']",
        ),
        (
            lambda: sweep(Recipe(), {"epochs": [3]}, untyped((DATA, DATA))),
            "data: expected a function that gives two Datasets, got tuple",
        ),
        (
            lambda: accuracy(untyped(STATE), DATA),
            "params: expected Params, got TrainState; use state.eval_params, or state.params to go on training",
        ),
        (lambda: forward(untyped(X), untyped(P)), "params: expected Params, got ndarray"),
        (
            lambda: fit(untyped((X, Y)), DATA, epochs=1, lr=1),
            "start: expected Params or TrainState, got tuple",
        ),
        (lambda: sgd_step(untyped(STATE), GRADS, 0.1), "params: expected Params, got TrainState; use state.params"),
        (lambda: backward(P, untyped(X), Y), "cache: expected Cache, got ndarray; use forward(params, x)"),
        (lambda: accuracy(P, untyped((X, Y))), "data: expected Dataset, got tuple; use Dataset(x, y)"),
        (lambda: accuracy(P, untyped(X)), "data: expected Dataset, got ndarray; use Dataset(x, y)"),
        (lambda: confusion_matrix(P, untyped((X, Y))), "data: expected Dataset, got tuple; use Dataset(x, y)"),
        (lambda: predictions(P, untyped((X, Y))), "data: expected Dataset, got tuple; use Dataset(x, y)"),
        (
            lambda: next(fit(P, lambda epoch: untyped((X, Y)), epochs=1, lr=1)),
            "data: expected a Dataset from the function of the epoch, got tuple; use Dataset(x, y)",
        ),
        (
            lambda: adam().step(P, GRADS, untyped(STATE)),
            "state: expected State, got TrainState; use state.opt_state",
        ),
        (lambda: sgd_step(P, untyped(P), 0.1), "grads: expected Grads, got Params; use Grads(grads.layers)"),
        (lambda: save(untyped("m.npz"), untyped(P)), "params: expected Params, got str; use save(params, path)"),
        (lambda: elementwise("odd", 0.1, 0, untyped("equation")), "equation: expected a function, got 'equation'"),
        (
            lambda: next(fit(P, DATA, epochs=1, optimizer=elementwise("odd", 0.1, 0, untyped(returning)))),
            "equation: expected to work in place and return None, got ndarray",
        ),
    ],
    ids=lambda value: value.split(":")[0] if isinstance(value, str) else "call",
)
def test_type_errors_name_the_argument(call: Callable[[], object], message: str) -> None:
    """What a type checker refuses is refused at run time, too."""
    with pytest.raises(TypeError) as caught:
        call()
    assert str(caught.value) == message


def returning(lr: float, t: int, theta: Floats, g: Floats, slots: tuple[Floats, ...], /) -> Floats:
    """An equation that returns the new numbers, instead of writing them."""
    return theta - lr * g
