"""Initial weights have the distribution of their scheme, and depend on the seed alone."""

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Activation, init_params, relu, softmax_squared_error
from fnnet.nn import ACTIVATIONS, HEADS
from fnnet.nn.initializers import INITIALIZERS, Initializer, glorot_normal
from fnnet.nn.tree import astype
from tests import reference


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize("fan_in, fan_out", [(400, 100), (100, 400)])
def test_weights_follow_the_scheme(name: str, fan_in: int, fan_out: int) -> None:
    """They have its variance, and the shape of its distribution."""
    (layer,) = init_params((fan_in, fan_out), seed=0, initializer=INITIALIZERS[name], dtype=np.float64).layers
    w, (kind, shape) = layer.weights, name.split("-")
    variance = reference.find(reference.VARIANCES, "initializer", kind)(fan_in, fan_out)
    # of 40,000 numbers, the mean is known to about 1/200 of the standard deviation, the variance to about 1/100
    assert abs(w.mean()) < 0.02 * variance**0.5
    assert w.var() == pytest.approx(variance, rel=0.04)
    spread = np.abs(w).max() / variance**0.5
    if shape == "uniform":
        assert 1.7 < spread <= 3**0.5
        assert np.mean(w > 0.5 * 3**0.5 * variance**0.5) == pytest.approx(0.25, abs=0.01)
    else:
        assert spread > 3.5
        assert np.mean(np.abs(w) < variance**0.5) == pytest.approx(0.683, abs=0.01)
    assert not layer.bias.any()


SIZES = st.lists(st.integers(1, 5), min_size=2, max_size=5)


@given(SIZES, st.integers(0, 2**70), st.sampled_from(sorted(INITIALIZERS)))
def test_each_layer_has_its_own_variance(sizes: list[int], seed: int, name: str) -> None:
    """Its weights are those of variance 1 times the standard deviation of the rule, for its own numbers of units."""
    kind, shape = name.split("-")
    variance = reference.find(reference.VARIANCES, "initializer", kind)
    standard = Initializer("standard", lambda fan_in, fan_out: 1.0, "uniform" if shape == "uniform" else "normal")
    scaled, plain = (
        init_params(sizes, seed, initializer=scheme, dtype=np.float64) for scheme in (INITIALIZERS[name], standard)
    )
    for layer, draws in zip(scaled.layers, plain.layers):
        expected = draws.weights * variance(*draws.weights.shape) ** 0.5
        np.testing.assert_allclose(layer.weights, expected, rtol=1e-13, atol=1e-15)


@given(SIZES, st.integers(0, 2**70), st.sampled_from(sorted(ACTIVATIONS)), st.sampled_from(sorted(HEADS)))
def test_defaults_follow_the_activation(sizes: list[int], seed: int, hidden: str, head: str) -> None:
    """LeCun's for sigmoid, as in every earlier version; Glorot's for every other activation."""
    expected = "lecun-normal" if hidden == "sigmoid" else "glorot-normal"
    chosen = (sizes, seed, ACTIVATIONS[hidden], HEADS[head])
    assert init_params(*chosen) == init_params(*chosen, INITIALIZERS[expected])


def test_own_activation_has_glorot_weights() -> None:
    sine = Activation("sine", lambda z: np.sin(z), lambda z, a, g: g * np.cos(z))
    assert init_params((3, 4, 2), 0, sine) == init_params((3, 4, 2), 0, sine, initializer=glorot_normal)


@given(SIZES, st.integers(0, 2**70), st.sampled_from(sorted(INITIALIZERS)))
def test_init_params_is_deterministic(sizes: list[int], seed: int, name: str) -> None:
    """The network is as asked for; its float32 weights are its float64 weights, rounded."""
    params = init_params(sizes, seed, relu, softmax_squared_error, INITIALIZERS[name])
    assert params.sizes == tuple(sizes) and (params.hidden, params.head) == (relu, softmax_squared_error)
    assert params == init_params(sizes, seed, relu, softmax_squared_error, INITIALIZERS[name])
    wide = init_params(sizes, seed, relu, softmax_squared_error, INITIALIZERS[name], dtype=np.float64)
    assert wide.dtype == np.float64 and params == astype(wide, np.float32)


@given(st.lists(st.integers(1, 127), min_size=2, max_size=4), st.sampled_from([np.int8, np.uint8, np.int64]))
def test_sizes_of_any_integer_dtype(sizes: list[int], dtype: type[np.integer]) -> None:
    """Small integers of NumPy, whose sums overflow, give the same network."""
    small: list[Any] = [dtype(s) for s in sizes]
    assert init_params(small, 0, relu) == init_params(sizes, 0, relu)


def test_what_are_no_sizes() -> None:
    wrong: list[Any] = [4, (True, 2), ("4", "2"), None]
    for sizes in wrong:
        with pytest.raises(ValueError, match="^sizes: expected two or more integers of at least 1, got "):
            init_params(sizes, seed=0)


def test_layers_and_seeds_differ() -> None:
    first, second = (init_params((3, 3, 3), seed) for seed in (0, 1))
    kinds = [layer.weights.tobytes() for params in (first, second) for layer in params.layers]
    assert len(set(kinds)) == 4


def test_schemes_have_names_and_pickle() -> None:
    for name, scheme in INITIALIZERS.items():
        assert repr(scheme) == f"Initializer({name})" and scheme.name == name
        assert pickle.loads(pickle.dumps(scheme)) == scheme
    with pytest.raises(ValueError, match="'shape' must be in"):
        Initializer("round", lambda fan_in, fan_out: 1.0, "round")  # type: ignore[arg-type]  # no such shape
