"""A head of the user's own: the logarithm of a mean count, with the loss of the Poisson distribution.

Its derivative is computed from z, where those of the library are computed from p.
"""

import numpy as np
import pytest

from fnnet import (
    Dataset,
    Head,
    fit,
    init_params,
    loss,
    ravel,
    sgd_fold,
    tanh,
)
from fnnet.core.arrays import Floats
from fnnet.nn.domains import real
from fnnet.testing import check_head, check_network
from tests.strategies import Problem, plain_fold


def _rate(z: Floats, /) -> Floats:
    rate: Floats = np.exp(z)
    return rate


def _loss(z: Floats, t: Floats, /) -> Floats:
    losses: Floats = np.sum(np.exp(z) - t * z, axis=-1)
    return losses


def _delta(z: Floats, p: Floats, t: Floats, /) -> Floats:
    delta: Floats = np.exp(z) - t
    return delta


POISSON = Head("poisson", _rate, _loss, _delta, real)
RNG = np.random.default_rng(0)
PARAMS = init_params((4, 5, 2), seed=0, hidden=tanh, head=POISSON, dtype=np.float64)
DATA = Dataset(RNG.normal(size=(12, 4)), RNG.poisson(1.5, (12, 2)).astype(np.float64))


def test_the_laws_hold() -> None:
    """Those of heads, and those of a network that has it."""
    check_head(POISSON, examples=40)
    check_network(PARAMS, examples=20)


@pytest.mark.parametrize("batch_size", [1, 5])
def test_fast_fold_is_exact(batch_size: int) -> None:
    expected = plain_fold(Problem(PARAMS, DATA.x, DATA.y), 0.05, batch_size)
    fast = sgd_fold(PARAMS, DATA.x, DATA.y, 0.05, batch_size=batch_size)
    np.testing.assert_allclose(ravel(fast), ravel(expected), rtol=1e-9, atol=1e-12)


def test_custom_head_learns() -> None:
    *_, last = fit(PARAMS, DATA, epochs=50, lr=0.05)
    assert loss(last.params, DATA.x, DATA.y) < loss(PARAMS, DATA.x, DATA.y) - 0.5
