"""Labels of any integer type, as they come from a file."""

from typing import assert_type

import numpy as np

from fnnet import Dataset, Params, backward, fit, forward, gradient_error, init_params, loss, predict
from fnnet.nn import one_hot
from fnnet.typing import Labels64, Matrix


def main() -> None:
    x = np.eye(3, dtype=np.float32)
    params = init_params((3, 3), seed=0)
    for y in (np.arange(3, dtype=np.uint8), np.arange(3, dtype=np.int32), np.array([0, 1, 2], np.intp)):
        data = Dataset(x, y)
        *_, last = fit(params, data, epochs=200, lr=1.0)
        assert_type(last.params, Params[np.float32])
        assert_type(predict(last.params, x), Labels64)
        assert (predict(last.params, x) == y).all()
        assert_type(one_hot(y, 3, np.float64), Matrix[np.float64])
        backward(params, forward(params, x), y)
        backward(params, forward(params, x[0]), y[0])
        assert loss(last.params, x, y) < loss(params, x, y)
        assert gradient_error(params, x, y) < 1e-5
