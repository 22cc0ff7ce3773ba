"""The bundled MNIST is the original, and the network of the README learns it."""

import hashlib
from functools import reduce
from importlib.resources import files

import numpy as np
import pytest

from fnnet import Dataset, Params, accuracy, backward, forward, init_params, load_mnist, sgd_step, shuffled, split

ORIGINAL = {
    "x_train": "6bbc9ace898e44ae57da46a324031adb",
    "y_train": "a25bea736e30d166cdddb491f175f624",
    "x_test": "2646ac647ad5339dbf082846283269ea",
    "y_test": "27ae3e4e09519cfbb04c329615203637",
}
"""The MD5 sums of the four unzipped IDX files of the original distribution."""


@pytest.mark.parametrize("name", ORIGINAL)
def test_bundled_arrays_are_the_original(name: str) -> None:
    with np.load(str(files("fnnet") / "data" / "mnist.npz")) as arrays:
        array = arrays[name]
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    assert array.dtype == np.uint8
    assert hashlib.md5(header + array.tobytes()).hexdigest() == ORIGINAL[name]


def test_bundled_data_is_scaled() -> None:
    train, test = load_mnist()
    assert train.x.shape == (60000, 784) and test.x.shape == (10000, 784)
    assert train.x.dtype == np.float32 and train.x.min() == 0 and train.x.max() == 1
    _, counts = np.unique(train.y, return_counts=True)
    assert counts.tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert not train.x.flags.writeable and not train.y.flags.writeable


@pytest.mark.slow
def test_network_learns_most_digits() -> None:
    """Three epochs over 5,000 images suffice."""
    train, test = load_mnist()
    some, _ = split(train, 5000)

    def step(
        params: Params[np.float32], sample: tuple[np.ndarray[tuple[int], np.dtype[np.float32]], object]
    ) -> Params[np.float32]:
        x, y = sample
        assert isinstance(y, np.integer)
        return sgd_step(params, backward(params, forward(params, x), y), lr=0.1)

    def epoch(params: Params[np.float32], number: int) -> Params[np.float32]:
        data: Dataset[np.float32] = shuffled(some, seed=0, epoch=number)
        return reduce(step, data, params)

    params = reduce(epoch, range(3), init_params((784, 128, 64, 10), seed=0))
    assert accuracy(params, test) > 0.9
