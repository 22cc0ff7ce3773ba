"""JAX: records as trees, and the network in `jax.numpy` compared with NumPy's; needs the extra `jax`."""

import doctest
from collections.abc import Iterator
from functools import partial
from operator import itemgetter
from typing import Any

import attrs
import jax
import numpy as np
import pytest
from hypothesis import given, settings
from jax import numpy as jnp

import fnnet.interop.jax
from fnnet import (
    Activation,
    Dataset,
    Dense,
    Head,
    Params,
    adam,
    backward,
    fit,
    forward,
    identity_squared_error,
    init_params,
    ravel,
    sgd_fold,
    sigmoid,
    softmax_cross_entropy,
    tanh,
)
from fnnet.core.arrays import F, Matrix
from fnnet.interop.jax import apply, gradient, loss, to_numpy
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.domains import distribution
from fnnet.nn.ensemble import ensemble
from fnnet.nn.heads import HEADS
from fnnet.nn.jacobians import jacobian
from fnnet.nn.per_sample import sample_gradients
from fnnet.nn.targets import one_hot
from fnnet.nn.tree import astype
from tests.helpers import arrays, pickled
from tests.strategies import Problem, problems64, random_like, random_params, random_step, random_targets

# Each activation with one head, each head with one activation: of the others, hypothesis draws some.
KINDS = [(f, softmax_cross_entropy) for f in ACTIVATIONS.values()]
KINDS += [(tanh, head) for head in HEADS.values() if head != softmax_cross_entropy]
each_kind = pytest.mark.parametrize("hidden, head", KINDS, ids=[f"{f.name} {h.name}" for f, h in KINDS])
near = partial(np.testing.assert_allclose, rtol=1e-9, atol=1e-12)
near32 = partial(np.testing.assert_allclose, rtol=1e-4, atol=2e-5)


@pytest.fixture(autouse=True)
def x64() -> Iterator[None]:
    """Let JAX compute in float64, which it does not by default."""
    with jax.enable_x64(True):
        yield


def everything(params: Params[F], x: Matrix[F], y: Any, weights: Any) -> Any:
    """Output, loss, weighted loss and its gradient."""
    return apply(params, x), loss(params, x, y), *jax.value_and_grad(loss)(params, x, y, weights)


compiled = jax.jit(everything)


@each_kind
@pytest.mark.parametrize("samples", [(), (6,)], ids=["one", "batch"])
def test_output_loss_and_gradient_agree(hidden: Activation, head: Head, samples: tuple[int, ...]) -> None:
    """They agree with NumPy's for one sample and for a batch."""
    params = random_params((5, 4, 4, 3), hidden, head, 0, np.float64)
    x: Any = np.random.default_rng(1).normal(size=(*samples, 5))
    for as_labels in (False, True):
        y: Any = random_targets(head, 6, 3, 2, np.float64, as_labels)
        y = y if samples else y[0]
        weights: Any = np.linspace(0, 2, 6) if samples else 1.5
        output, value, weighted, grads = compiled(params, x, y, weights)
        near(output, forward(params, x).output)
        near(value, fnnet.loss(params, x, y))
        near(weighted, fnnet.loss(params, x, y, weights))
        near(ravel(grads), ravel(backward(params, forward(params, x), y, weights)))


@each_kind
@pytest.mark.parametrize("samples", [(), (6,)], ids=["one", "batch"])
def test_derivatives_of_the_output_agree(hidden: Activation, head: Head, samples: tuple[int, ...]) -> None:
    """Both maps and the Jacobian, for one sample and for a batch."""
    params = random_params((5, 4, 4, 3), hidden, head, 0, np.float64)
    x: Any = np.random.default_rng(1).normal(size=(*samples, 5))
    step, dx, u = random_step(params, 2), random_like(x, 3), random_like(x[..., :3], 4)
    displacement: Any = Params(step.layers, hidden, head)  # of the tree of the parameters
    output, tangent = jax.jvp(apply, (params, x), (displacement, dx))
    near(fnnet.jvp(params, x, step, dx), (output, tangent))
    _, pull = jax.vjp(apply, params, x)
    (ours, ours_dx), (theirs, theirs_dx) = fnnet.vjp(params, x)[1](u), pull(u)
    near(ravel(ours), ravel(theirs))
    near(ours_dx, theirs_dx)
    whole = jax.jacrev(apply, argnums=1)
    theirs_x = jax.vmap(whole, in_axes=(None, 0))(params, x) if samples else whole(params, x)
    near(jacobian(params, x), theirs_x)


@each_kind
@pytest.mark.parametrize("samples", [(), (6,)], ids=["one", "batch"])
def test_hessian_products_agree(hidden: Activation, head: Head, samples: tuple[int, ...]) -> None:
    params = random_params((5, 4, 4, 3), hidden, head, 0, np.float64)
    x: Any = np.random.default_rng(1).normal(size=(*samples, 5))
    y: Any = random_targets(head, 6, 3, 2, np.float64, as_labels=False)
    y, v = y if samples else y[0], random_step(params, 3)
    step: Any = Params(v.layers, hidden, head)  # of the tree of the parameters
    _, theirs = jax.jvp(lambda at: jax.grad(loss)(at, x, y), (params,), (step,))
    near(ravel(fnnet.hvp(params, x, y, v)), ravel(theirs))


@each_kind
def test_gradients_of_samples_agree(hidden: Activation, head: Head) -> None:
    params = random_params((5, 4, 4, 3), hidden, head, 0, np.float64)
    x, y = np.random.default_rng(1).normal(size=(6, 5)), np.arange(6) % 3
    ours, theirs = sample_gradients(params, x, y), jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(params, x, y)
    for layer, other in zip(ours.layers, theirs.layers):
        near(layer.weights, other.weights)
        near(layer.bias, other.bias)


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_labels_of_one_output(head: Head, label: int) -> None:
    """They are the targets 0 and 1; only for softmax, whose single class is certain, is 0 the one label."""
    if head.domain == distribution and label:
        return
    params = random_params((2, 1), sigmoid, head, 0, np.float64)
    x, y = np.array([[0.5, -1.0]]), np.array([label])
    near(loss(params, x, y), fnnet.loss(params, x, y))
    near(loss(params, x[0], y[0]), fnnet.loss(params, x[0], label))


@pytest.mark.slow
@settings(max_examples=10)  # each is compiled anew
@given(problem=problems64())
def test_any_network_agrees_with_numpy(problem: Problem[np.float64]) -> None:
    params, x, y = problem.params, problem.x, problem.y
    near(apply(params, x), forward(params, x).output)
    near(loss(params, x, y), fnnet.loss(params, x, y))
    near(ravel(jax.grad(loss)(params, x, y)), ravel(backward(params, forward(params, x), y)))


@each_kind
def test_float32_stays_float32(hidden: Activation, head: Head) -> None:
    params = random_params((5, 4, 3), hidden, head, 0, np.float32)
    x = np.random.default_rng(1).normal(size=(6, 5)).astype(np.float32)
    output, *values, grads = compiled(params, x, np.arange(6) % 3, np.ones(6))
    assert {leaf.dtype for leaf in jax.tree.leaves((output, values, grads))} == {np.dtype(np.float32)}
    near32(output, fnnet.apply(params, x))


def test_vmap_over_samples_and_networks() -> None:
    """Over samples it gives the batch, over stacked networks an ensemble."""
    x = np.random.default_rng(0).normal(size=(6, 4))
    ensemble = [init_params((4, 3, 2), seed=seed, dtype=np.float64) for seed in range(5)]
    near(jax.vmap(apply, in_axes=(None, 0))(ensemble[0], x), forward(ensemble[0], x).output)
    stacked = jax.tree.map(lambda *each: jnp.stack(each), *ensemble)
    near(jax.vmap(apply, in_axes=(0, None))(stacked, x), [fnnet.apply(params, x) for params in ensemble])


def test_vmap_trains_members_as_a_map_does() -> None:
    """Stacked, trained side by side and taken apart again, they are those that were trained one by one."""
    x, y = np.random.default_rng(0).normal(size=(12, 4)), np.arange(12) % 2

    def trained(params: Params[np.float64]) -> Params[np.float64]:
        for rows in (slice(0, 6), slice(6, 12)):
            slopes = jax.grad(loss)(params, x[rows], y[rows])
            params = jax.tree.map(lambda p, g: p - 0.5 * g, params, slopes)
        return params

    starts = [init_params((4, 3, 2), seed=seed, dtype=np.float64) for seed in range(3)]
    after = jax.vmap(trained)(jax.tree.map(lambda *arrays: jnp.stack(arrays), *starts))
    members = [to_numpy(jax.tree.map(itemgetter(i), after)) for i in range(3)]
    expected = [sgd_fold(start, x, y, 0.5, batch_size=6) for start in starts]
    near(fnnet.apply(ensemble(members), x), fnnet.apply(ensemble(expected), x))


def test_derivative_at_a_kink_agrees() -> None:
    for name in ("relu", "leaky-relu"):
        layer = Dense(np.zeros((2, 2)), np.zeros(2))
        params = Params((layer, Dense(np.eye(2), np.zeros(2))), ACTIVATIONS[name], softmax_cross_entropy)
        x = np.ones(2)
        near(ravel(jax.grad(loss)(params, x, 1)), ravel(backward(params, forward(params, x), 1)))


def test_batches_of_labels_of_one_output() -> None:
    """A label is the target, except for softmax, for which it is the class."""
    for head in HEADS.values():
        params = random_params((3, 1), sigmoid, head, 0, np.float64)
        x = np.ones((2, 3))
        y = np.array([0, 0 if head.domain == distribution else 1])
        near(loss(params, x, y), fnnet.loss(params, x, y))


@pytest.mark.parametrize(
    "x, y, message",
    [
        (np.ones(3), 1, r"x: expected shape \(4,\) or \(n, 4\), got \(3,\)"),
        (np.ones((1, 1, 4)), 1, r"x: expected shape \(4,\) or \(n, 4\), got \(1, 1, 4\)"),
        (np.ones(()), 1, r"x: expected shape \(4,\) or \(n, 4\), got \(\)"),
        (np.ones((5, 4)), 1, r"y: expected integer labels \(5,\) or rows \(5, 2\), got int\d\d \(\)"),
        (np.ones(4), np.ones(3), r"y: expected integer labels \(\) or rows \(2,\), got float64 \(3,\)"),
        (np.ones((5, 4)), np.ones(5), r"y: expected integer labels \(5,\) or rows \(5, 2\), got float64 \(5,\)"),
    ],
)
def test_bad_shapes_are_refused(x: Any, y: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        jax.jit(loss)(init_params((4, 2), seed=0), x, y)


def test_unknown_functions_are_refused() -> None:
    """They are refused even under the name of a known one."""
    false = attrs.evolve(SINE, name="sigmoid")
    with pytest.raises(ValueError, match=r"^params: expected one of sigmoid, .* got Activation\(sigmoid\); use activ"):
        apply(init_params((2, 1), seed=0, hidden=false), np.ones(2), activations={SINE: jnp.sin})
    for function in (apply, partial(loss, y=0)):
        with pytest.raises(
            ValueError,
            match=r"^params: .*, got Head\(mine\); use heads=\{mine: its counterpart\}$",
        ):
            function(init_params((2, 1), seed=0, head=MINE), np.ones(2))
    calls: list[Any] = [partial(apply, PARAMS, X), partial(gradient, PARAMS, X, Y)]
    for call in calls:
        with pytest.raises(TypeError, match=r"^activations: expected a dictionary from .*, got list$"):
            call(activations=[SINE], heads=OWN["heads"])


SINE = Activation("sine", lambda z: np.sin(z), lambda z, a, g: g * np.cos(z))
MINE = attrs.evolve(identity_squared_error, name="mine")
OWN: Any = {
    "activations": {SINE: jnp.sin},
    "heads": {MINE: (lambda z: z, lambda z, t: jnp.square(z - t).mean(-1))},
}
PARAMS = random_params((4, 3, 3, 2), SINE, MINE, 0, np.float64)
X, Y = np.random.default_rng(0).normal(size=(5, 4)), np.random.default_rng(1).normal(size=(5, 2))


def test_own_functions_have_counterparts() -> None:
    near(apply(PARAMS, X, **OWN), fnnet.apply(PARAMS, X))
    near(loss(PARAMS, X, Y, **OWN), fnnet.loss(PARAMS, X, Y))
    near(ravel(gradient(PARAMS, X, Y, **OWN)), ravel(mean_gradient(PARAMS, X, Y)))


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_gradient_is_the_mean_gradient(head: Head) -> None:
    """In both dtypes, with and without weights; as records of NumPy."""
    params, x = random_params((4, 3, 2), sigmoid, head, 0, np.float64), X
    for as_labels, weights in ((True, None), (False, np.arange(5.0))):
        y = random_targets(head, 5, 2, 2, np.float64, as_labels)
        grads = gradient(params, x, y, weights, 7)
        near(ravel(grads), ravel(mean_gradient(params, x, y, weights)))
        assert grads == pickled(grads) and all(type(array) is np.ndarray for array in arrays(grads))
    small = gradient(astype(params, np.float32), x.astype(np.float32), np.arange(5) % 2)
    assert small.dtype == np.float32
    near32(ravel(small), ravel(mean_gradient(params, x, np.arange(5) % 2)))


@pytest.mark.parametrize("weights", [None, np.linspace(0, 2, 7)], ids=["plain", "weighted"])
def test_fit_with_jax_equals_fit(weights: Any) -> None:
    """Also where the last batch is smaller, and with functions of one's own."""
    rng = np.random.default_rng(0)
    data = Dataset(rng.normal(size=(7, 4)), rng.normal(size=(7, 2)), weights)
    run = partial(fit, PARAMS, data, epochs=3, optimizer=adam(0.01), batch_size=3)
    for ours, theirs in zip(run(), run(gradient=partial(gradient, **OWN)), strict=True):
        near(ravel(theirs.params), ravel(ours.params))
        assert theirs.epoch == ours.epoch and all(type(array) is np.ndarray for array in arrays(theirs))


def test_gradient_is_compiled_once() -> None:
    """For each size and dtype, however many steps there are."""
    traced: list[Any] = []
    own = {SINE: lambda z: traced.append(z.dtype) or jnp.sin(z)}  # type: ignore[func-returns-value]  # None, so sin z
    params = random_params((4, 3, 2), SINE, identity_squared_error, 0, np.float64)
    for _ in range(3):
        for samples in (5, 4):
            gradient(params, X[:samples], Y[:samples], activations=own)
    assert traced == [np.float64] * 2
    gradient(astype(params, np.float32), X.astype(np.float32), Y.astype(np.float32), activations=own)
    assert traced[2:] == [np.float32]


def test_float64_needs_x64() -> None:
    message = '^params: expected float32, .*, got float64; use jax.config.update."jax_enable_x64", True.$'
    with jax.enable_x64(False):
        for call in (partial(apply, PARAMS, X), partial(loss, PARAMS, X, Y), partial(gradient, PARAMS, X, Y)):
            with pytest.raises(ValueError, match=message):
                call(**OWN)


def test_wrong_shapes_of_weights_are_refused() -> None:
    for weights in (1.0, np.ones(4), np.ones((5, 1))):
        with pytest.raises(ValueError, match=r"^weights: expected shape \(5,\), one for each sample, got \("):
            loss(PARAMS, X, Y, weights, **OWN)


def test_rows_and_labels_are_equivalent() -> None:
    params, x, y = init_params((4, 3), seed=0, dtype=np.float64), np.eye(4), np.array([0, 2, 1, 1])
    near(loss(params, x, y), loss(params, x, one_hot(y, 3, np.float64)))


def test_docstring_examples_run() -> None:
    assert doctest.testmod(fnnet.interop.jax).failed == 0
