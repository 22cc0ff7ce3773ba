"""Masked arrays: what is under a mask is not taken for a measurement."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fnnet import Dataset, apply, backward, forward, init_params, loss, predict
from fnnet.core.arrays import unmasked
from fnnet.core.contents import same
from fnnet.data import Scaler, class_weights

PARAMS = init_params((2, 2), seed=0, dtype=np.float64)
X, Y, W = np.ones((3, 2)), np.array([0, 1, 1]), np.ones(3)
SCALER = Scaler(np.zeros(2), np.ones(2))

USES: dict[str, tuple[str, Any, Callable[[Any], object]]] = {
    "apply": ("x", X, lambda a: apply(PARAMS, a)),
    "predict": ("x", X, lambda a: predict(PARAMS, a)),
    "loss of x": ("x", X, lambda a: loss(PARAMS, a, Y)),
    "loss of y": ("y", Y, lambda a: loss(PARAMS, X, a)),
    "loss of weights": ("weights", W, lambda a: loss(PARAMS, X, Y, a)),
    "gradient of y": ("y", Y, lambda a: backward(PARAMS, forward(PARAMS, X), a)),
    "gradient of weights": ("weights", W, lambda a: backward(PARAMS, forward(PARAMS, X), Y, a)),
    "data of x": ("x", X, lambda a: Dataset(a, Y)),
    "data of y": ("y", Y, lambda a: Dataset(X, a)),
    "data of rows": ("y", X, lambda a: Dataset(X, a)),
    "data of weights": ("weights", W, lambda a: Dataset(X, Y, a)),
    "scaler": ("x", X, SCALER),
    "class weights": ("labels", Y, lambda a: class_weights(a)),
}


@pytest.mark.parametrize("name, array, use", USES.values(), ids=USES)
def test_masks_are_not_overlooked(name: str, array: Any, use: Callable[[Any], object]) -> None:
    """Masked numbers are refused; a mask that covers none changes nothing."""
    mask = np.zeros(array.shape, bool)
    assert same(use(np.ma.array(array, mask=mask)), use(array))
    mask.flat[1] = True
    with pytest.raises(ValueError) as caught:
        use(np.ma.array(array, mask=mask))
    cure = f"use {name}.filled(...), or the unmasked rows"
    assert str(caught.value) == f"{name}: expected numbers without a mask, got MaskedArray; {cure}"


def test_other_arrays_are_taken_as_they_are() -> None:
    class Subclass(np.ndarray[Any, Any]):
        pass

    for value in ([1.0, 2.0], np.ones(2), np.ones(2).view(Subclass), 3):
        assert type(unmasked("x", value)) is np.ndarray and np.array_equal(unmasked("x", value), value)
