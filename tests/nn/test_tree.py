"""Parameters of one shape are a vector space."""

import copy
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dense, Grads, Params, init_params, ravel, relu, softmax_squared_error, unravel
from fnnet.nn.tree import add, astype, average, count, map_layers, scale, zip_layers
from tests.strategies import Problem, problems

finite = st.floats(-3, 3)


@given(problems())
def test_mapping_the_identity(problem: Problem[np.float32]) -> None:
    """Mapping the identity function changes nothing."""
    assert map_layers(lambda a: a, problem.params) == problem.params


@given(problems(np.float64), finite, finite)
def test_add_and_scale_act_on_every_number(problem: Problem[np.float64], a: float, b: float) -> None:
    params = problem.params
    other = map_layers(np.cos, params)
    mixed = add(scale(params, a), scale(other, b))
    np.testing.assert_allclose(ravel(mixed), a * ravel(params) + b * np.cos(ravel(params)), atol=1e-14)
    assert (mixed.hidden, mixed.head) == (params.hidden, params.head)


@given(problems(np.float64))
def test_zip_layers_pairs_the_arrays(problem: Problem[np.float64]) -> None:
    params = problem.params
    assert zip_layers(np.subtract, params, params) == scale(params, 0)
    assert zip_layers(lambda a, b: a, params, scale(params, 2)) == params
    assert zip_layers(lambda a, b: b, params, scale(params, 2)) == scale(params, 2)


@given(problems())
def test_unravel_undoes_ravel(problem: Problem[np.float32]) -> None:
    """This holds for parameters and for gradients."""
    params, grads = problem.params, Grads(problem.params.layers)
    assert unravel(params, ravel(params)) == params
    assert unravel(grads, ravel(grads)) == grads
    assert ravel(params).size == count(params) == count(grads)


def test_ravel_goes_layer_by_layer() -> None:
    """In each layer come the weights, row by row, and then the bias."""
    params = unravel(init_params((2, 2, 1), seed=0), np.arange(9.0))
    assert params.layers[0].weights.tolist() == [[0, 1], [2, 3]]
    assert params.layers[0].bias.tolist() == [4, 5]
    assert params.layers[1].weights.tolist() == [[6], [7]]
    assert params.layers[1].bias.tolist() == [8]
    assert params.dtype == np.float32


def test_average_is_weighted() -> None:
    one = unravel(init_params((1, 1), seed=0), np.array([1.0, 2.0]))
    other = unravel(one, np.array([5.0, 10.0]))
    assert ravel(average([one, other])).tolist() == [3, 6]
    assert ravel(average([one, other], [3, 1])).tolist() == [2, 4]
    assert ravel(average(iter([one]))).tolist() == [1, 2]


@given(problems(np.float64))
def test_astype_rounds_every_number(problem: Problem[np.float64]) -> None:
    """This holds for layers, networks and gradients; float32 fits into float64."""
    params = problem.params
    for record in (params, Grads(params.layers)):
        rounded: Any = record.astype(np.float32)
        assert type(rounded) is type(record) and astype(record, np.float32) == rounded
        assert ravel(rounded).tobytes() == ravel(record).astype(np.float32).tobytes()
        assert rounded.astype(np.float64).astype(np.float32) == rounded and record.astype(np.float64) == record
        assert rounded.layers[0] == astype(record.layers[0], np.float32)


def test_initial_weights_are_rounded_once() -> None:
    params = init_params((3, 4, 2), seed=0, dtype=np.float64)
    assert astype(params, np.float32) == init_params((3, 4, 2), seed=0)


def test_networks_are_not_of_integers() -> None:
    with pytest.raises(ValueError, match="^dtype: expected float32 or float64, got <class 'numpy.int64'>$"):
        init_params((2, 1), seed=0).astype(untyped(np.int64))


def untyped(value: object) -> Any:  # Any: past the type checker
    return value


@pytest.mark.parametrize("f", [add, lambda a, b: zip_layers(np.add, a, b)])
def test_unlike_records_are_refused(f: object) -> None:
    """Records of other shapes, or of another dtype, cannot be combined."""
    assert callable(f)
    params = init_params((3, 2), seed=0)
    with pytest.raises(ValueError, match=r"b: expected weights \[\(3, 2\)\], as a, got \[\(2, 2\)\]"):
        f(params, init_params((2, 2), seed=0))
    with pytest.raises(ValueError, match="b: expected float32, as a, got float64"):
        f(params, init_params((3, 2), seed=0, dtype=np.float64))


def test_bad_arguments_are_refused() -> None:
    params: Params[np.float32] = init_params((1, 1), seed=0)
    none: list[Params[np.float32]] = []
    with pytest.raises(ValueError, match="one for each of one or more records"):
        average(none)
    with pytest.raises(ValueError, match="one for each of one or more records"):
        average([params], [1, 2])
    for weights in ([1, -1], [1, np.nan], [1, np.inf], [1e308, 1e308]):
        with pytest.raises(ValueError, match="a finite sum other than 0"):
            average([params, params], weights)
    with pytest.raises(ValueError, match=r"vector: expected shape \(2,\), got \(3,\)"):
        unravel(params, np.zeros(3))


@pytest.mark.parametrize("other", [{"hidden": relu}, {"head": softmax_squared_error}], ids=["activation", "head"])
@pytest.mark.parametrize("combine", [add, lambda a, b: average([a, b]), lambda a, b: zip_layers(np.add, a, b)])
def test_other_functions_do_not_mix(other: dict[str, Any], combine: Callable[[Any, Any], object]) -> None:
    """The mean of the numbers of two networks of other activations is not a network between them."""
    a, b = init_params((3, 2), seed=0), init_params((3, 2), seed=0, **other)
    with pytest.raises(ValueError, match="^b: expected sigmoid and softmax-cross-entropy, as a, got "):
        combine(a, b)


def test_nan_is_equal_to_nan() -> None:
    """A record equals itself and its copies, whatever it holds; -0 is 0, and the dtype counts."""
    layer = Dense(np.array([[np.nan, 0.0]]), np.array([1.0, np.inf]))
    other = Dense(np.array([[np.nan, -0.0]]), np.array([1.0, np.inf]))
    params = Params((layer,), relu, softmax_squared_error)
    assert layer == other == copy.deepcopy(layer) and params == attrs.evolve(params, layers=(other,))
    assert layer != Dense(np.array([[0.0, 0.0]]), layer.bias) and layer != Dense(np.array([[1.0, np.nan]]), layer.bias)
    assert layer != Dense(layer.weights.astype(np.float32), layer.bias.astype(np.float32))
