"""First weights: the distribution that the scheme says, from the seed alone."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import init_params, relu, softmax_squared_error
from fnnet.nn.initializers import INITIALIZERS, Initializer
from fnnet.nn.tree import astype

VARIANCES = {
    "lecun": lambda fan_in, fan_out: 1 / fan_in,
    "glorot": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    "he": lambda fan_in, fan_out: 2 / fan_in,
    "article": lambda fan_in, fan_out: 1 / fan_out,
}


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize("fan_in, fan_out", [(400, 100), (100, 400)])
def test_weights_have_the_variance_and_the_shape_of_the_scheme(name: str, fan_in: int, fan_out: int) -> None:
    (layer,) = init_params((fan_in, fan_out), seed=0, initializer=INITIALIZERS[name], dtype=np.float64).layers
    w, (kind, shape) = layer.weights, name.split("-")
    variance = VARIANCES[kind](fan_in, fan_out)
    # 40,000 numbers: the mean is sure to about a 200th of the deviation, the variance to a hundredth
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


@given(
    st.lists(st.integers(1, 5), min_size=2, max_size=5), st.integers(0, 2**70), st.sampled_from(sorted(INITIALIZERS))
)
def test_the_network_is_as_asked_for_and_the_same_each_time(sizes: list[int], seed: int, name: str) -> None:
    params = init_params(sizes, seed, relu, softmax_squared_error, INITIALIZERS[name])
    assert params.sizes == tuple(sizes) and (params.hidden, params.head) == (relu, softmax_squared_error)
    assert params == init_params(sizes, seed, relu, softmax_squared_error, INITIALIZERS[name])
    wide = init_params(sizes, seed, relu, softmax_squared_error, INITIALIZERS[name], dtype=np.float64)
    assert wide.dtype == np.float64 and params == astype(wide, np.float32)


def test_layers_and_seeds_have_weights_of_their_own() -> None:
    first, second = (init_params((3, 3, 3), seed) for seed in (0, 1))
    kinds = [layer.weights.tobytes() for params in (first, second) for layer in params.layers]
    assert len(set(kinds)) == 4


def test_a_scheme_is_told_by_its_name_and_pickles() -> None:
    for name, scheme in INITIALIZERS.items():
        assert repr(scheme) == f"Initializer({name})" and scheme.name == name
        assert pickle.loads(pickle.dumps(scheme)) == scheme
    with pytest.raises(ValueError, match="'shape' must be in"):
        Initializer("round", lambda fan_in, fan_out: 1.0, "round")  # type: ignore[arg-type]  # no such shape
