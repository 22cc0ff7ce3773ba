"""A head of one's own, p = z with the loss Σ log cosh(p - t), and a domain of one's own."""

import numpy as np

from fnnet import Head, gradient_error, init_params
from fnnet.nn import Domain
from fnnet.typing import Floats


def log_cosh(z: Floats, t: Floats) -> Floats:
    d = z - t
    losses: Floats = (np.logaddexp(d, -d) - np.log(2)).sum(axis=1)
    return losses


small = Domain("numbers from -9 to 9", lambda t: np.all(np.abs(t) <= 9))
head = Head("log-cosh", apply=lambda z: z, loss=log_cosh, delta=lambda z, p, t: np.tanh(p - t), domain=small)


def main() -> None:
    rng = np.random.default_rng(0)
    params = init_params((3, 4, 2), seed=0, head=head, dtype=np.float64)
    assert gradient_error(params, rng.normal(size=(5, 3)), rng.normal(size=(5, 2))) < 1e-5
