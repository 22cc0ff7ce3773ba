"""The activations are finite at the extremes, and their derivative at a kink is the left one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fnnet import (
    Activation,
)
from fnnet.nn.activations import ACTIVATIONS


@given(st.sampled_from(list(ACTIVATIONS.values())), st.sampled_from([np.float32, np.float64]))
def test_activations_are_finite(hidden: Activation, dtype: type[np.float32]) -> None:
    """At the extremes of either dtype, the activation and its derivative are finite."""
    z = np.array([-3e38, -1e30, -800, -100, -1e-38, 0, 1e-38, 100, 800, 1e30, 3e38], dtype)
    a = hidden.apply(z)
    assert np.isfinite(a).all() and np.isfinite(hidden.pullback(z, a, np.ones_like(z))).all()
    assert a.dtype == z.dtype == hidden.pullback(z, a, np.ones_like(z)).dtype


def test_derivative_at_a_kink() -> None:
    """The derivative at 0 is the derivative from the left."""
    zero, one = np.zeros(1), np.ones(1)
    for name, slope in (("relu", 0.0), ("leaky-relu", 0.01)):
        f = ACTIVATIONS[name]
        assert f.pullback(zero, f.apply(zero), one).tolist() == [slope]
