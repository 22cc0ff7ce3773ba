"""The records as trees of JAX, and back; needs the extra `jax`."""

import doctest
from collections.abc import Iterator
from typing import Any

import attrs
import jax
import numpy as np
import pytest
from hypothesis import given
from jax import numpy as jnp

import fnnet.interop.trees
from fnnet import Dataset, TrainState, adam, backward, data, forward, init_params, metrics, nn, optim, sigmoid, train
from fnnet.core.contents import Contents
from fnnet.data.scaler import Scaler
from fnnet.interop.jax import loss, to_numpy
from fnnet.interop.trees import _STATIC
from fnnet.metrics.calibration import calibration
from fnnet.metrics.predictions import Predictions
from fnnet.nn.activations import ACTIVATIONS
from fnnet.optim.optimizer import State
from tests.helpers import arrays
from tests.strategies import Problem, problems, random_masks, steady


@pytest.fixture(autouse=True)
def x64() -> Iterator[None]:
    """Let JAX compute in float64, which it does not by default."""
    with jax.enable_x64(True):
        yield


def records(problem: Problem[np.float32]) -> list[Any]:
    """A record of each kind. Any: of several kinds."""
    params, x, y = problem.params, problem.x, problem.y
    optimizer = adam()
    cache = forward(params, x, random_masks(problem, 0))
    grads = backward(params, cache, y)
    _, state = optimizer.step(params, grads, optimizer.init(params))
    confidence, correct = np.array([0.5, 1.0]), np.array([True, False])
    return [
        params.layers[0],
        params,
        grads,
        cache,
        problem.data,
        Dataset(x, y, np.ones(len(x))),
        Scaler(np.array([1.0, 2.0]), np.array([0.5, 3.0])),
        state,
        State(3, (0.5, np.arange(4, dtype=np.uint32)), optimizer="mine"),
        TrainState(3, params, state),
        Predictions(np.array([0, 1]), np.array([0, 0]), confidence),
        calibration(confidence, correct),
    ]


def test_every_record_is_a_tree() -> None:
    packages = (nn, data, optim, train, metrics)
    kinds = {kind for package in packages for kind in vars(package).values() if isinstance(kind, type)}
    of_arrays = {k for k in kinds if attrs.has(k) and any(f.eq_key is Contents for f in attrs.fields(k))}
    assert of_arrays and of_arrays <= set(_STATIC)
    problem = Problem(init_params((3, 2), seed=0), np.ones((4, 3), np.float32), np.array([0, 1, 1, 0]))
    assert {type(record) for record in records(problem)} == set(_STATIC)


@given(problem=problems(head_kinds=steady))
def test_records_are_trees(problem: Problem[np.float32]) -> None:
    """The leaves are arrays and integers; a record made of them equals the original and is read-only."""
    for record in records(problem):
        flat, tree = jax.tree.flatten(record)
        assert all(isinstance(leaf, np.ndarray | int) for leaf in flat)
        for other in (jax.tree.unflatten(tree, flat), jax.tree.map(np.array, record)):
            assert type(other) is type(record) and other == record
            for array in arrays(other):
                with pytest.raises(ValueError):
                    array.flags.writeable = True


def test_unflatten_copies_the_leaves() -> None:
    params = init_params((3, 2), seed=0)
    flat = [leaf.copy() for leaf in jax.tree.leaves(params)]
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


@given(problem=problems(head_kinds=steady))
def test_to_numpy_undoes_device_put(problem: Problem[np.float32]) -> None:
    """And what a compiled function returns; counts are integers again."""
    there = jax.device_put(records(problem))
    assert all(isinstance(leaf, jax.Array) for leaf in jax.tree.leaves(there))
    for record, back in zip(records(problem), to_numpy(there), strict=True):
        assert type(back) is type(record) and back == record and repr(back) == repr(record)
        for array in arrays(back):
            with pytest.raises(ValueError):
                array.flags.writeable = True


def test_to_numpy_goes_through_containers() -> None:
    params = init_params((3, 2), seed=0)
    there = jax.device_put({"one": (params, jnp.arange(2)), "other": [None, params]})
    back = to_numpy(there)
    assert back["one"][0] == params and back["other"] == [None, params]
    assert type(back["one"][1]) is np.ndarray and back["one"][1].tolist() == [0, 1]
    assert to_numpy(params) == params and to_numpy(params).hidden is sigmoid


def test_to_numpy_checks_the_records() -> None:
    params = init_params((3, 2), seed=0)
    with pytest.raises(ValueError, match=r"^weights: expected shape \(fan_in, fan_out\), .*, got \(2, 3, 2\)$"):
        to_numpy(jax.tree.map(lambda a: jnp.stack([a, a]), params))
    with pytest.raises(ValueError, match="^x: expected finite numbers, got NaN or infinity$"):
        to_numpy(jax.tree.map(lambda a: a * jnp.nan, Dataset(np.ones((2, 3)), np.eye(2))))


def test_labels_come_back_as_int64() -> None:
    """Without x64, JAX narrows them."""
    samples = Dataset(np.eye(3, dtype=np.float32), np.arange(3))
    with jax.enable_x64(False):
        there = jax.device_put(samples)
        assert there.y.dtype == np.int32 and to_numpy(there) == samples


def test_functions_map_over_any_record() -> None:
    """`jit` and `vmap` take records and give them, `grad` one of numbers."""
    params = init_params((3, 2), seed=0, dtype=np.float64)
    samples = Dataset(np.random.default_rng(0).normal(size=(5, 3)), np.arange(5) % 2, np.arange(5.0))
    each = jax.vmap(lambda sample: loss(params, sample.x, sample.y, sample.weights))(samples)
    np.testing.assert_allclose(each.mean(), fnnet.loss(params, samples.x, samples.y, samples.weights), rtol=1e-12)
    cache = forward(params, samples.x)
    sums = jax.jit(jax.grad(lambda cache: sum(map(jnp.sum, jax.tree.leaves(cache)))))(cache)
    assert to_numpy(sums) == jax.tree.map(np.ones_like, cache)
    state = TrainState(3, params, adam().init(params))
    later = jax.jit(lambda state: attrs.evolve(state, epoch=state.epoch + 1))(state)
    assert to_numpy(later) == attrs.evolve(state, epoch=4)


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


def test_docstring_examples_run() -> None:
    assert doctest.testmod(fnnet.interop.trees).failed == 0
