"""The scale of inputs outside of 0 to 1."""

from collections.abc import Callable
from itertools import product
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fnnet import Dataset, apply, init_params
from fnnet.core.arrays import Matrix
from fnnet.data import absorb, standardized
from fnnet.data.levels import input_levels, input_scaler, on_levels, training_part
from fnnet.data.part import Part


@given(st.floats(-1e3, 1e3), st.floats(1e-2, 1e6), st.sampled_from([(9, 9), (3, 4)]), st.integers(0, 9))
def test_inputs_get_the_size_of_one(low: float, width: float, shape: tuple[int, int], seed: int) -> None:
    x = low + width * np.random.default_rng(seed).random((5, shape[0] * shape[1]))
    data = Dataset(x, np.arange(5))
    scaler = input_scaler(data)
    assert (input_levels(data) is None) == (shape == (3, 4))
    if scaler is None:
        assert 0 <= x.min() and 0.5 < x.max() <= 1 and input_levels(data) in (None, (0, 1))
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
    assert input_scaler(data) is None and input_levels(data) is None


@pytest.mark.parametrize("level", [-3.0, 7.0])
def test_equal_numbers_have_a_scale(level: float) -> None:
    data = Dataset(np.full((2, 64), level), np.array([0, 1]))
    scaler = input_scaler(data)
    assert input_levels(data) == (level, level + 1) and scaler is not None and (scaler(data.x) == 0).all()


Form: TypeAlias = Callable[[Matrix[np.float32]], Part]
FORMS: dict[str, Form] = {
    "bytes": lambda pixels: part(pixels / np.float32(255), is_unit=True),
    "as written": lambda pixels: part(pixels),
    "from 0 to 1": lambda pixels: part(pixels / np.float32(255)),
}


def part(x: Matrix[np.float32], is_unit: bool = False) -> Part:
    return Part(Dataset(x, np.zeros(len(x), np.int64)), is_unit)


@given(st.sampled_from(list(product(FORMS, FORMS))), st.integers(128, 255), st.integers(2, 255), st.integers(0, 9))
def test_the_scale_is_that_of_training(forms: tuple[str, str], most: int, test_most: int, seed: int) -> None:
    """However bright the test images are, in files of the same form, or where one of them has bytes."""
    assume(forms[0] == forms[1] or "bytes" in forms)
    rng = np.random.default_rng(seed)
    pixels, dim = (rng.integers(0, top + 1, (3, 64)).astype(np.float32) for top in (most, test_most))
    pixels[0, 0], dim[0, :2] = most, (test_most, 0)
    train = training_part(FORMS[forms[0]](pixels))
    scaler, levels = input_scaler(train.data), None if train.is_unit else input_levels(train.data)
    scale = scaler or (lambda x: x)
    seen = scale(on_levels(FORMS[forms[1]](dim), levels).x)
    low, high = (pixels.min(), pixels.max()) if scaler else (0, 255)
    np.testing.assert_allclose(seen, (dim - low) / (high - low), atol=1e-5)


@given(st.sampled_from([1, 16, 127]), st.sampled_from(list(product(["bytes", "as written"], repeat=2))))
def test_few_levels_fill_the_range(most: int, forms: tuple[str, str]) -> None:
    """Of bitmaps of 0 and 1, and of scikit-learn's digits, from 0 to 16, also in bytes; not of photos."""
    pixels = np.resize(np.arange(most + 1, dtype=np.float32), (9, 64))
    train = training_part(FORMS[forms[0]](pixels))
    scale, levels = input_scaler(train.data) or (lambda x: x), input_levels(train.data)
    np.testing.assert_allclose(scale(on_levels(FORMS[forms[1]](pixels), levels).x).max(), 1, rtol=1e-6)
    photo = part(np.resize(np.array([0, 1], np.float32), (1, 64)), is_unit=True)
    np.testing.assert_allclose(scale(on_levels(photo, levels).x).max(), 1, rtol=1e-6)


def test_tables_are_as_they_are() -> None:
    counts = part(np.resize(np.arange(200, dtype=np.float32), (3, 65)))
    assert on_levels(counts, None) is counts.data and training_part(counts) is counts
