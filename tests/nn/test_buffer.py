"""The buffer: one vector, layers that are views of it, and layers that are copies."""

import numpy as np
import pytest
from hypothesis import given

from fnnet import ravel
from fnnet.nn.buffer import Buffer
from tests.strategies import Problem, problems


@given(problems())
def test_views_show_writes_and_copies_not(problem: Problem[np.float32]) -> None:
    """The views of a buffer show later writes to it, the layers of a record do not; nobody can write to either."""
    params = problem.params
    buffer = Buffer.of(params)
    assert np.array_equal(buffer.vector, ravel(params)) and buffer.view_layers() == params.layers
    views, layers = buffer.view_layers(), buffer.record_layers()
    buffer.biases[-1][...] = 7
    assert (buffer.vector[-params.sizes[-1] :] == 7).all() and (views[-1].bias == 7).all()
    assert layers == params.layers
    for layer in (*views, *layers):
        with pytest.raises(ValueError):
            layer.weights[...] = 0
    for layer in layers:
        with pytest.raises(ValueError):
            layer.weights.setflags(write=True)
