"""JAX: the records as trees, and the network in `jax.numpy` beside NumPy's; where it is installed (extra `jax`)."""

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
    predict_proba,
    ravel,
    sigmoid,
    softmax_cross_entropy,
)
from fnnet.core.arrays import F, Matrix
from fnnet.interop.jax import apply, loss
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS, distribution
from fnnet.nn.targets import one_hot
from fnnet.optim.optimizer import State
from tests.strategies import Problem, problems, problems64, random_params, random_targets
from tests.test_records import arrays

KINDS = list(product(ACTIVATIONS.values(), HEADS.values()))
each_kind = pytest.mark.parametrize("hidden, head", KINDS, ids=[f"{f.name} {h.name}" for f, h in KINDS])
near = partial(np.testing.assert_allclose, rtol=1e-9, atol=1e-12)
near32 = partial(np.testing.assert_allclose, rtol=1e-4, atol=2e-5)


@pytest.fixture(autouse=True)
def x64() -> Iterator[None]:
    """JAX keeps to float32 unless it is told otherwise."""
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
def test_a_record_is_a_tree_of_its_numbers_and_comes_back_read_only(problem: Problem[np.float32]) -> None:
    for record in records(problem.params, problem.x, problem.y):
        flat, tree = jax.tree.flatten(record)
        assert all(isinstance(leaf, np.ndarray | int) for leaf in flat)
        for other in (jax.tree.unflatten(tree, flat), jax.tree.map(np.array, record)):
            assert other == record and type(other) is type(record)
            for array in arrays(other):
                with pytest.raises(ValueError):
                    array.flags.writeable = True


def test_a_record_shares_no_memory_with_the_leaves_it_is_made_of() -> None:
    params = init_params((3, 2), seed=0)
    flat = [leaf.copy() for leaf in leaves(params)]
    other = jax.tree.unflatten(jax.tree.structure(params), flat)
    for leaf in flat:
        leaf[...] = 7
    assert other == params


def test_a_tree_holds_whatever_jax_puts_into_it() -> None:
    params = init_params((3, 2, 1), seed=0)
    tree: Any = jax.tree.structure(params)  # Any: a class of C++, of which mypy knows nothing
    for leaf in (None, object(), "leaf"):
        other = jax.tree.unflatten(tree, [leaf] * tree.num_leaves)
        assert other.layers[1].bias is leaf and other.hidden == params.hidden
    assert jax.tree.map(lambda a: None, params).layers[0].weights is None
    assert jax.tree.structure(jax.eval_shape(lambda p: p, params)) == tree


def test_the_names_of_the_fields_lead_to_the_leaves() -> None:
    paths = [jax.tree_util.keystr(path) for path, _ in jax.tree_util.tree_leaves_with_path(init_params((3, 2), seed=0))]
    assert paths == [".layers[0].weights", ".layers[0].bias"]


def test_networks_of_other_activations_are_trees_of_other_types() -> None:
    one, other = (init_params((2, 2), seed=0, hidden=f) for f in (sigmoid, ACTIVATIONS["tanh"]))
    with pytest.raises(ValueError, match=r"Activation\(tanh\)"):
        jax.tree.map(lambda a, b: a + b, one, other)


@each_kind
@pytest.mark.parametrize("samples", [(), (6,)], ids=["one", "batch"])
def test_output_loss_and_gradient_are_numpys(hidden: Activation, head: Head, samples: tuple[int, ...]) -> None:
    params = random_params((5, 4, 4, 3), hidden, head, 0, np.float64)
    x: Any = np.random.default_rng(1).normal(size=(*samples, 5))
    for as_labels in (False, True):
        y: Any = random_targets(head, 6, 3, 2, np.float64, as_labels)
        y = y if samples else y[0]
        output, value, grads = compiled(params, x, y)
        near(output, forward(params, x).output)
        near(value, fnnet.loss(params, x, y))
        near(ravel(grads), ravel(backward(params, forward(params, x), y)))


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_the_label_of_one_output_is_the_target_where_it_can_be(head: Head, label: int) -> None:
    """Yes or no; but for softmax, whose one class is always certain."""
    if head.domain == distribution and label:
        return
    params = random_params((2, 1), sigmoid, head, 0, np.float64)
    x, y = np.array([[0.5, -1.0]]), np.array([label])
    near(loss(params, x, y), fnnet.loss(params, x, y))
    near(loss(params, x[0], y[0]), fnnet.loss(params, x[0], label))


@pytest.mark.slow
@settings(max_examples=10)  # each compiles anew
@given(problem=problems64())
def test_any_network_agrees_with_numpys(problem: Problem[np.float64]) -> None:
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
    near32(output, predict_proba(params, x))


def test_a_vmap_over_samples_is_the_batch_and_one_over_networks_an_ensemble() -> None:
    x = np.random.default_rng(0).normal(size=(6, 4))
    ensemble = [init_params((4, 3, 2), seed=seed, dtype=np.float64) for seed in range(5)]
    near(jax.vmap(apply, in_axes=(None, 0))(ensemble[0], x), forward(ensemble[0], x).output)
    stacked = jax.tree.map(lambda *each: jnp.stack(each), *ensemble)
    near(jax.vmap(apply, in_axes=(0, None))(stacked, x), [predict_proba(params, x) for params in ensemble])


def test_the_derivative_at_a_kink_is_numpys() -> None:
    for name in ("relu", "leaky-relu"):
        layer = Dense(np.zeros((2, 2)), np.zeros(2))
        params = Params((layer, Dense(np.eye(2), np.zeros(2))), ACTIVATIONS[name], softmax_cross_entropy)
        x = np.ones(2)
        near(ravel(jax.grad(loss)(params, x, 1)), ravel(backward(params, forward(params, x), 1)))


def test_one_output_takes_labels_as_they_are_and_rows_of_a_distribution_as_classes() -> None:
    for head in HEADS.values():
        params = random_params((3, 1), sigmoid, head, 0, np.float64)
        x = np.ones((2, 3))
        y = np.array([0, 0 if head.domain == distribution else 1])
        near(loss(params, x, y), fnnet.loss(params, x, y))


def test_a_jitted_step_of_an_optimizer_is_compiled_once() -> None:
    """The count is a leaf: were it part of the type, each step would be another function."""
    compiled = []

    def step(state: State[np.float64]) -> State[np.float64]:
        compiled.append(state)
        return State(state.count + 1, state.slots)

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
def test_what_does_not_fit_is_told(x: Any, y: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        jax.jit(loss)(init_params((4, 2), seed=0), x, y)


def test_an_activation_or_head_of_ones_own_is_refused_also_under_a_known_name() -> None:
    mine = Activation("sigmoid", lambda z: z, lambda z, a, g: g)
    with pytest.raises(ValueError, match=r"^params: expected one of sigmoid, .*, identity, got Activation\(sigmoid\)$"):
        apply(init_params((2, 1), seed=0, hidden=mine), np.ones(2))
    base = softmax_cross_entropy
    own = Head("mine", base.apply, base.loss, base.delta, base.domain)
    for function in (apply, partial(loss, y=0)):
        with pytest.raises(ValueError, match=r"^params: expected one of softmax-cross-entropy, .*, got Head\(mine\)$"):
            function(init_params((2, 1), seed=0, head=own), np.ones(2))


def test_rows_and_labels_are_the_same_targets() -> None:
    params, x, y = init_params((4, 3), seed=0, dtype=np.float64), np.eye(4), np.array([0, 2, 1, 1])
    near(loss(params, x, y), loss(params, x, one_hot(y, 3, np.float64)))


def test_the_examples_run() -> None:
    assert doctest.testmod(fnnet.interop.jax).failed == 0
