"""JAX: records as trees, and the network in `jax.numpy` compared with NumPy's; needs the extra `jax`."""

import doctest
from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from jax import numpy as jnp

import fnnet.interop.jax
from fnnet import (
    Activation,
    Dense,
    Grads,
    Head,
    Params,
    adam,
    backward,
    forward,
    init_params,
    ravel,
    sigmoid,
    softmax_cross_entropy,
)
from fnnet.core.arrays import F, Matrix
from fnnet.interop.jax import apply, loss
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.domains import distribution
from fnnet.nn.heads import HEADS
from fnnet.nn.jacobians import jacobian
from fnnet.nn.per_sample import sample_gradients
from fnnet.nn.targets import one_hot
from fnnet.optim.optimizer import State
from tests.helpers import arrays
from tests.strategies import Problem, problems, problems64, random_like, random_params, random_step, random_targets

KINDS = list(product(ACTIVATIONS.values(), HEADS.values()))
each_kind = pytest.mark.parametrize("hidden, head", KINDS, ids=[f"{f.name} {h.name}" for f, h in KINDS])
near = partial(np.testing.assert_allclose, rtol=1e-9, atol=1e-12)
near32 = partial(np.testing.assert_allclose, rtol=1e-4, atol=2e-5)


@pytest.fixture(autouse=True)
def x64() -> Iterator[None]:
    """Let JAX compute in float64, which it does not by default."""
    with jax.enable_x64(True):
        yield


def everything(params: Params[F], x: Matrix[F], y: Any) -> Any:
    """Output, loss and gradient."""
    return apply(params, x), *jax.value_and_grad(loss)(params, x, y)


compiled = jax.jit(everything)


def leaves(value: object) -> list[Any]:
    found: list[Any] = jax.tree.leaves(value)
    return found


def records(params: Params[F], x: Matrix[F], y: Any) -> tuple[Dense[F], Params[F], Grads[F], State[F]]:
    grads, optimizer = backward(params, forward(params, x), y), adam()
    return params.layers[0], params, grads, optimizer.step(params, grads, optimizer.init(params))[1]


@given(problem=problems())
def test_records_are_trees(problem: Problem[np.float32]) -> None:
    """The leaves are arrays and integers; a record made of them equals the original and is read-only."""
    for record in records(problem.params, problem.x, problem.y):
        flat, tree = jax.tree.flatten(record)
        assert all(isinstance(leaf, np.ndarray | int) for leaf in flat)
        for other in (jax.tree.unflatten(tree, flat), jax.tree.map(np.array, record)):
            assert other == record and type(other) is type(record)
            for array in arrays(other):
                with pytest.raises(ValueError):
                    array.flags.writeable = True


def test_unflatten_copies_the_leaves() -> None:
    params = init_params((3, 2), seed=0)
    flat = [leaf.copy() for leaf in leaves(params)]
    other = jax.tree.unflatten(jax.tree.structure(params), flat)
    for leaf in flat:
        leaf[...] = 7
    assert other == params


def test_trees_hold_any_leaf() -> None:
    """JAX itself puts placeholders into trees."""
    params = init_params((3, 2, 1), seed=0)
    tree: Any = jax.tree.structure(params)  # Any: a C++ class without types
    for leaf in (None, object(), "leaf"):
        other = jax.tree.unflatten(tree, [leaf] * tree.num_leaves)
        assert other.layers[1].bias is leaf and other.hidden == params.hidden
    assert jax.tree.map(lambda a: None, params).layers[0].weights is None
    assert repr(jax.tree.map(lambda a: None, params)).startswith(
        "Params(layers=(Dense(weights=None, bias=None), Dense("
    )
    shapes = jax.eval_shape(lambda p: p, params)
    assert repr(shapes) == repr(params) and shapes == jax.eval_shape(lambda p: p, params)
    shown: list[str] = []
    jax.eval_shape(lambda p: shown.append(repr(p)), params)
    jax.vmap(lambda p: shown.append(repr(p)))(jax.tree.map(lambda a: a[None], params))
    assert shown == [repr(params)] * 2
    assert jax.tree.structure(jax.eval_shape(lambda p: p, params)) == tree


def test_tree_paths_are_field_names() -> None:
    paths = [jax.tree_util.keystr(path) for path, _ in jax.tree_util.tree_leaves_with_path(init_params((3, 2), seed=0))]
    assert paths == [".layers[0].weights", ".layers[0].bias"]


def test_other_activations_are_other_trees() -> None:
    one, other = (init_params((2, 2), seed=0, hidden=f) for f in (sigmoid, ACTIVATIONS["tanh"]))
    with pytest.raises(ValueError, match=r"Activation\(tanh\)"):
        jax.tree.map(lambda a, b: a + b, one, other)


@each_kind
@pytest.mark.parametrize("samples", [(), (6,)], ids=["one", "batch"])
def test_output_loss_and_gradient_agree(hidden: Activation, head: Head, samples: tuple[int, ...]) -> None:
    """They agree with NumPy's for one sample and for a batch."""
    params = random_params((5, 4, 4, 3), hidden, head, 0, np.float64)
    x: Any = np.random.default_rng(1).normal(size=(*samples, 5))
    for as_labels in (False, True):
        y: Any = random_targets(head, 6, 3, 2, np.float64, as_labels)
        y = y if samples else y[0]
        output, value, grads = compiled(params, x, y)
        near(output, forward(params, x).output)
        near(value, fnnet.loss(params, x, y))
        near(ravel(grads), ravel(backward(params, forward(params, x), y)))


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
    output, _, grads = compiled(params, x, np.arange(6) % 3)
    assert output.dtype == np.float32 and {leaf.dtype for leaf in leaves(grads)} == {np.dtype(np.float32)}
    near32(output, fnnet.apply(params, x))


def test_vmap_over_samples_and_networks() -> None:
    """Over samples it gives the batch, over stacked networks an ensemble."""
    x = np.random.default_rng(0).normal(size=(6, 4))
    ensemble = [init_params((4, 3, 2), seed=seed, dtype=np.float64) for seed in range(5)]
    near(jax.vmap(apply, in_axes=(None, 0))(ensemble[0], x), forward(ensemble[0], x).output)
    stacked = jax.tree.map(lambda *each: jnp.stack(each), *ensemble)
    near(jax.vmap(apply, in_axes=(0, None))(stacked, x), [fnnet.apply(params, x) for params in ensemble])


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


def test_optimizer_step_is_compiled_once() -> None:
    """The count of steps is a leaf; if it were part of the tree's type, each step would be compiled anew."""
    compiled = []

    def step(state: State[np.float64]) -> State[np.float64]:
        compiled.append(state)
        return State(state.count + 1, state.slots, optimizer=state.optimizer)

    state = adam().init(init_params((3, 2), seed=0, dtype=np.float64))
    for _ in range(3):
        state = jax.jit(step)(state)
    assert state.count == 3 and len(compiled) == 1


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


def test_custom_functions_are_refused() -> None:
    """They are refused even under the name of a known one."""
    custom = Activation("sigmoid", lambda z: z, lambda z, a, g: g)
    with pytest.raises(ValueError, match=r"^params: expected one of sigmoid, .*, identity, got Activation\(sigmoid\)$"):
        apply(init_params((2, 1), seed=0, hidden=custom), np.ones(2))
    base = softmax_cross_entropy
    custom_head = Head("custom", base.apply, base.loss, base.delta, base.domain)
    for function in (apply, partial(loss, y=0)):
        with pytest.raises(
            ValueError, match=r"^params: expected one of softmax-cross-entropy, .*, got Head\(custom\)$"
        ):
            function(init_params((2, 1), seed=0, head=custom_head), np.ones(2))


def test_rows_and_labels_are_equivalent() -> None:
    params, x, y = init_params((4, 3), seed=0, dtype=np.float64), np.eye(4), np.array([0, 2, 1, 1])
    near(loss(params, x, y), loss(params, x, one_hot(y, 3, np.float64)))


def test_docstring_examples_run() -> None:
    assert doctest.testmod(fnnet.interop.jax).failed == 0
