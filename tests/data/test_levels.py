"""The scale of inputs outside of 0 to 1."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dataset, apply, init_params
from fnnet.data import absorb, standardized
from fnnet.data.levels import input_levels, input_scaler


@given(st.floats(-1e3, 1e3), st.floats(1e-2, 1e6), st.sampled_from([(9, 9), (3, 4)]), st.integers(0, 9))
def test_inputs_get_the_size_of_one(low: float, width: float, shape: tuple[int, int], seed: int) -> None:
    x = low + width * np.random.default_rng(seed).random((5, shape[0] * shape[1]))
    data = Dataset(x, np.arange(5))
    scaler = input_scaler(data)
    assert (input_levels(data) == (0, 1)) == (shape == (3, 4) or scaler is None)
    if scaler is None:
        assert 0 <= x.min() and x.max() <= 1
        return
    scaled = scaler(x)
    if shape == (9, 9):
        np.testing.assert_allclose([scaled.min(), scaled.max()], [0, 1], atol=1e-12)
        assert len(set(scaler.mean)) == len(set(scaler.scale)) == 1
    else:
        np.testing.assert_array_equal(scaled, standardized(data)[0].x)
    params = init_params((x.shape[1], 3), seed, dtype=np.float64)
    np.testing.assert_allclose(apply(absorb(scaler, params), x), apply(params, scaled), rtol=1e-6)


def test_numbers_from_0_to_1_stay() -> None:
    data = Dataset(np.array([[0.0, 1.0]]), np.array([0]))
    assert input_scaler(data) is None and input_levels(data) == (0, 1)


@pytest.mark.parametrize("level", [-3.0, 7.0])
def test_equal_numbers_have_a_scale(level: float) -> None:
    data = Dataset(np.full((2, 64), level), np.array([0, 1]))
    scaler = input_scaler(data)
    assert input_levels(data) == (level, level + 1) and scaler is not None and (scaler(data.x) == 0).all()
