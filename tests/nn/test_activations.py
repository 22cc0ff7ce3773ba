"""The laws hold of the activations, which are finite at the extremes; their derivative at a kink is the left one."""

from math import erf, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Activation, elu, gelu
from fnnet.nn.activations import ACTIVATIONS
from fnnet.testing import check_activation


@pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=repr)
def test_the_laws_of_activations_hold(f: Activation) -> None:
    assert f.second is not None
    check_activation(f, examples=40)


@given(st.sampled_from(list(ACTIVATIONS.values())), st.sampled_from([np.float32, np.float64]))
def test_activations_are_finite(hidden: Activation, dtype: type[np.float32]) -> None:
    """At the extremes of either dtype, the activation and its derivative are finite."""
    z = np.array([-3e38, -1e30, -800, -100, -1e-38, 0, 1e-38, 100, 800, 1e30, 3e38], dtype)
    a = hidden.apply(z)
    assert np.isfinite(a).all() and np.isfinite(hidden.pullback(z, a, np.ones_like(z))).all()
    assert a.dtype == z.dtype == hidden.pullback(z, a, np.ones_like(z)).dtype


def test_gelu_is_nearly_that_of_the_normal() -> None:
    """Within 5e-4 of z Φ(z), and exactly 0 or z where the distribution function is 0 or 1 to rounding."""
    z = np.linspace(-8, 8, 2001)
    exact = [v * (1 + erf(v / sqrt(2))) / 2 for v in z]
    np.testing.assert_allclose(gelu.apply(z), exact, atol=5e-4)
    assert gelu.apply(np.array([-30.0, -1e300, 30, 1e300])).tolist() == [0, 0, 30, 1e300]


def test_elu_worked_by_hand() -> None:
    z, one = np.array([-np.log(2), 0, 3]), np.ones(3)
    a = elu.apply(z)
    np.testing.assert_allclose(a, [-0.5, 0, 3], rtol=1e-15)
    np.testing.assert_allclose(elu.pullback(z, a, one), [0.5, 1, 1], rtol=1e-15)
    assert elu.second is not None
    np.testing.assert_allclose(elu.second(z, a), [0.5, 1, 0], rtol=1e-15)


@given(st.sampled_from(list(ACTIVATIONS.values())), st.sampled_from([np.float32, np.float64]))
def test_second_derivatives_are_finite(hidden: Activation, dtype: Any) -> None:
    top = np.finfo(dtype).max
    z = np.array([-top, -1e30, -800, -100, 0, 100, 800, 1e30, top], dtype)
    assert hidden.second is not None
    second = hidden.second(z, hidden.apply(z))
    assert np.isfinite(second).all() and second.dtype == dtype


def test_derivative_at_a_kink() -> None:
    """The derivative at 0 is the derivative from the left."""
    zero, one = np.zeros(1), np.ones(1)
    for name, slope in (("relu", 0.0), ("leaky-relu", 0.01)):
        f = ACTIVATIONS[name]
        assert f.pullback(zero, f.apply(zero), one).tolist() == [slope]
