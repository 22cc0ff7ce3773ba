# pyright: reportUnnecessaryTypeIgnoreComment=true
"""Calls that must not type-check; nothing here runs.

`mypy --strict` reports an ignore that ignores nothing, so that each of these lines must be an error of that kind; and
with the setting above, pyright does.
"""

from functools import reduce

import numpy as np

from fnnet import (
    Activation,
    Cache,
    Dataset,
    Dense,
    Grads,
    Params,
    TrainState,
    accuracy,
    backward,
    batches,
    fit,
    forward,
    gradient_error,
    init_params,
    load,
    loss,
    predict,
    predict_proba,
    ravel,
    relu,
    save,
    sgd_fold,
    sgd_step,
    shuffled,
    softmax_cross_entropy,
)
from fnnet.core.arrays import Labels, Matrix, Vector
from fnnet.data.dataset import Batch, Sample
from fnnet.nn import Domain, mean_gradient
from fnnet.nn.tree import add, average

Params32 = Params[np.float32]


def a_vector_is_not_a_matrix(v: Vector[np.float32], m: Matrix[np.float32], p: Params32) -> None:
    Dense(v, v)  # type: ignore[arg-type]  # weights are a matrix
    Dense(m, m)  # type: ignore[arg-type]  # a bias is a vector
    Dataset(v, v)  # type: ignore[arg-type]  # data is a matrix
    sgd_fold(p, v, v, 0.1)  # type: ignore[arg-type]  # so is the data of a fold
    loss(p, v, m)  # type: ignore[arg-type]  # a matrix of targets for one sample


def a_gradient_is_not_a_network(p: Params32, g: Grads[np.float32], c: Cache[tuple[int], np.float32]) -> None:
    sgd_step(g, g, 0.1)  # type: ignore[arg-type]  # Grads for Params
    sgd_step(p, p, 0.1)  # type: ignore[arg-type]  # Params for Grads
    backward(g, c, 0)  # type: ignore[call-overload]  # Grads for Params
    add(g, p)  # type: ignore[call-overload]  # a displacement plus a point
    average([p, g])  # type: ignore[list-item]  # nor averaged
    save(g, "file")  # type: ignore[arg-type]  # only networks are saved


def data_is_indexed_by_samples(d: Dataset[np.float32], m: Matrix[np.float32], v: Vector[np.float32]) -> None:
    d["x"]  # type: ignore[call-overload]  # not by names
    d[1, 2]  # type: ignore[call-overload]  # nor by two axes
    Dataset(m, v, m)  # type: ignore[arg-type]  # weights are a vector


def layers_are_of_one_dtype(
    f: Dense[np.float32], g: Dense[np.float64], m: Matrix[np.float32], v: Vector[np.float64]
) -> None:
    Dense(m, v)  # type: ignore[type-var]  # a float64 bias for float32 weights
    Params([f, g], relu, softmax_cross_entropy)  # type: ignore[list-item]  # a float64 layer after a float32 one
    Params([f], relu)  # type: ignore[call-arg]  # no head
    Params(f, relu, softmax_cross_entropy)  # type: ignore[arg-type]  # one layer is not several


def a_cache_is_of_one_rank(
    p: Params32, one: Cache[tuple[int], np.float32], many: Cache[tuple[int, int], np.float32], labels: Labels
) -> None:
    matrix, vector = many.output, one.output
    v: Vector[np.float32] = matrix  # type: ignore[assignment]  # a batch has a matrix of outputs
    m: Matrix[np.float32] = vector  # type: ignore[assignment]  # one sample has a vector
    backward(p, many, 1)  # type: ignore[arg-type]  # a batch has as many labels
    backward(p, one, labels)  # type: ignore[arg-type]  # one sample has one
    Cache(vector, (matrix,), (matrix,))  # type: ignore[type-var]  # one sample, and the results of many
    loss(p, matrix, vector)  # type: ignore[arg-type]  # numbers are not labels
    print(v, m)


def dtypes_do_not_mix(
    p: Params32,
    q: Params[np.float64],
    x64: Matrix[np.float64],
    g64: Grads[np.float64],
    d64: Dataset[np.float64],
) -> None:
    forward(p, x64)  # type: ignore[misc]  # float64 data in a float32 network
    sgd_step(p, g64, 0.1)  # type: ignore[misc]  # a float64 gradient for a float32 network
    add(p, q)  # type: ignore[misc]  # a sum of two dtypes
    fit(p, d64, epochs=1, lr=0.1)  # type: ignore[arg-type]  # training data of another dtype
    accuracy(p, d64)  # type: ignore[misc]  # test data of another dtype
    init_params((2, 1), seed=0, dtype=np.int64)  # type: ignore[type-var]  # integers


def arguments_are_required(p: Params32, c: Cache[tuple[int], np.float32], d: Dataset[np.float32]) -> None:
    backward(p, c)  # type: ignore[call-overload]  # y
    batches(d)  # type: ignore[call-arg]  # size
    shuffled(d)  # type: ignore[call-arg]  # seed
    init_params((2, 1))  # type: ignore[call-overload]  # seed
    gradient_error(p, d.x)  # type: ignore[call-overload]  # y


def functions_of_users_are_checked(
    p: Params32, q: Params[np.float64], d: Dataset[np.float32], d64: Dataset[np.float64]
) -> None:
    """They may be lambdas, but must take and return arrays, and gradients must be of the network's dtype."""

    def of_float32(
        params: Params32, x: Matrix[np.float32], y: Labels, weights: Vector[np.float32] | None, step: int
    ) -> Grads[np.float32]:
        return mean_gradient(params, x, y, weights)

    def as_a_network(params: Params32, x: object, y: object, weights: object, step: int) -> Params32:
        return params

    def without_weights(params: Params32, x: Matrix[np.float32], y: Labels, step: int) -> Grads[np.float32]:
        return mean_gradient(params, x, y)

    Activation("number", lambda z: 1.0, lambda z, a, g: g)  # type: ignore[arg-type]  # no array
    Activation("binary", lambda z: z, lambda z, a: a)  # type: ignore[arg-type]  # a pullback takes z, a, g
    Activation("half", lambda z: z)  # type: ignore[call-arg]  # no pullback
    Domain("all", lambda t: "yes")  # type: ignore[arg-type]  # not a bool
    fit(p, d, epochs=1, lr=0.1, gradient=of_float32)
    fit(q, d64, epochs=1, lr=0.1, gradient=of_float32)  # type: ignore[arg-type]  # a float32 gradient in float64
    fit(p, d, epochs=1, lr=0.1, gradient=as_a_network)  # type: ignore[arg-type]  # parameters for a gradient
    fit(p, d, epochs=1, lr=0.1, gradient=without_weights)  # type: ignore[arg-type]  # the weights are an argument
    fit(p, d, epochs=1, lr=lambda epoch: "fast")  # type: ignore[arg-type, return-value]  # a rate is a number


def records_are_frozen(p: Params32, layer: Dense[np.float32], a: Activation) -> None:
    p.layers = ()  # type: ignore[misc]  # read-only
    layer.bias = layer.bias  # type: ignore[misc]  # read-only
    a.name = "mine"  # type: ignore[misc]  # read-only


def results_have_their_types(p: Params32, q: Params[np.float64], d: Dataset[np.float32]) -> None:
    """These are correct, and mypy must agree: the types go through."""
    one: Vector[np.float32] = predict_proba(p, d.x[0])
    many: Matrix[np.float32] = predict_proba(p, d.x)
    label: np.int64 = predict(p, one)
    labels: np.ndarray[tuple[int], np.dtype[np.int64]] = predict(p, many)
    vector: Vector[np.float64] = ravel(q)
    state: TrainState[np.float32] = next(fit(p, d, epochs=1, lr=0.1))
    loaded: Params32 = load("file", np.float32)
    default: Params32 = init_params((2, 1), seed=0)
    grads: list[Grads[np.float32]] = [backward(p, forward(p, x), y) for x, y in d]
    print(one, many, label, labels, vector, state, loaded, default, grads)


def a_typed_step(p: Params32, d: Dataset[np.float32]) -> Params32:
    """Steps over samples and over batches, as arguments of reduce."""

    def step(params: Params32, sample: Sample[np.float32]) -> Params32:
        x, y = sample
        return sgd_step(params, backward(params, forward(params, x), y), lr=0.1)

    def batch_step(params: Params32, batch: Batch[np.float32]) -> Params32:
        x, y = batch
        return sgd_step(params, backward(params, forward(params, x), y), lr=0.1)

    return reduce(batch_step, batches(d, 8), reduce(step, shuffled(d, seed=0), p))


def a_slice_is_a_batch(p: Params32, d: Dataset[np.float32]) -> None:
    labels: Labels = predict(p, d.x[:10])
    many: Matrix[np.float32] = predict_proba(p, d.x[:10])
    print(labels, many, loss(p, d.x[:10], d.y[:10]))


def results_have_no_other_types(p: Params32, d: Dataset[np.float32]) -> None:
    wrong: Vector[np.float32] = predict_proba(p, d.x)  # type: ignore[arg-type]  # a batch gives a matrix
    wide: Vector[np.float64] = ravel(p)  # type: ignore[arg-type]  # float32 in, float32 out
    print(wrong, wide)
