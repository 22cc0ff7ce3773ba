"""The buffer: one vector, and layers that are views of it."""

import numpy as np
import pytest
from hypothesis import given

from fnnet import (
    ravel,
)
from fnnet.nn.buffer import Buffer
from tests.strategies import Problem, problems


@given(problems())
def test_views_show_writes_until_frozen(problem: Problem[np.float32]) -> None:
    """The layers of a buffer show later writes; nothing can be written once it is frozen."""
    params = problem.params
    buffer = Buffer.of(params)
    assert np.array_equal(buffer.vector, ravel(params)) and buffer.layers() == params.layers
    view = buffer.layers()[-1]
    buffer.biases[-1][...] = 7
    assert (buffer.vector[-params.sizes[-1] :] == 7).all() and (view.bias == 7).all()
    frozen = buffer.frozen()
    for array in (view.weights, buffer.vector, *buffer.weights, *(layer.bias for layer in frozen)):
        with pytest.raises(ValueError):
            array[...] = 0
    for layer in frozen:
        with pytest.raises(ValueError):
            layer.weights.setflags(write=True)
    assert frozen[-1].bias.tolist() == [7] * params.sizes[-1] and frozen[:-1] == params.layers[:-1]
