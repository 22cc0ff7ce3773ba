"""A network from a list of layers, and its parts."""

from typing import assert_type

import numpy as np

from fnnet import Dense, Params, apply, forward, identity_squared_error, loss, ravel, tanh, tree, unravel
from fnnet.typing import Matrix, Vector


def main() -> None:
    rng = np.random.default_rng(0)
    first = Dense(rng.normal(size=(3, 4)), np.zeros(4))
    last = Dense(rng.normal(size=(4, 1)), rng.normal(size=1))
    params = Params([first, last], hidden=tanh, head=identity_squared_error)
    assert_type(params, Params[np.float64])
    x, one = np.ones((5, 3)), np.ones(3)
    assert_type(apply(params, x), Matrix[np.float64])
    assert_type(apply(params, one), Vector[np.float64])
    assert_type(forward(params, x).output, Matrix[np.float64])
    assert_type(forward(params, one).output, Vector[np.float64])
    assert_type(ravel(params), Vector[np.float64])
    narrow = tree.astype(params, np.float32)
    assert_type(narrow, Params[np.float32])
    moved = tree.add(narrow, tree.scale(tree.map_layers(np.sign, narrow), 0.1))
    assert_type(moved, Params[np.float32])
    assert_type(tree.average([moved, narrow], [1, 2]), Params[np.float32])
    assert unravel(params, ravel(params)) == params
    assert loss(params, x, apply(params, x)) == 0
