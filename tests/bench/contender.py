"""What is compared: a contender, and the problem that all of them are given."""

from collections.abc import Callable, Sequence
from typing import cast

import attrs
import numpy as np

from fnnet import Dense, Params
from fnnet.core.arrays import Labels, Matrix, Vector
from tests.bench.timing import Work


@attrs.frozen
class Problem:
    """Training of one pass over the samples in their order, a batch a step.

    Args:
        params: the start, a network of sigmoid layers with softmax and cross-entropy.
        x: shape (n, features), n a multiple of the batch size.
        y: labels, shape (n,).
        lr: the learning rate.
        batch_size: samples a step.
    """

    params: Params[np.float32]
    x: Matrix[np.float32]
    y: Labels
    lr: float
    batch_size: int


@attrs.frozen
class Images:
    """Inference: the probabilities of each class for images, shape (n, features), `size` of them a call."""

    params: Params[np.float32]
    x: Matrix[np.float32]
    size: int


@attrs.frozen
class Contender:
    """One way of doing the work.

    Args:
        name: as the tables call it.
        version: of the library.
        training: the work whose result is the trained network, or None if it does not train.
        inference: the work whose result is the probabilities, shape (n, classes), or None.
    """

    name: str
    version: str
    training: Callable[[Problem], Work[Params[np.float32]]] | None
    inference: Callable[[Images], Work[Matrix[np.float32]]] | None


def stacked(parts: Sequence[np.ndarray[tuple[int, ...]]], images: Images) -> Matrix[np.float32]:
    """The outputs of all calls, one after the other, as one array of shape (n, classes)."""
    joined: Matrix[np.float32] = np.concatenate([part.reshape(-1, images.params.sizes[-1]) for part in parts])
    return joined


def calls(images: Images) -> list[Matrix[np.float32]]:
    """What each call of an inference is given: copies of shape (size, features), which may be written to."""
    return [images.x[i : i + images.size].copy() for i in range(0, len(images.x), images.size)]


def trained(params: Params[np.float32], arrays: list[np.ndarray[tuple[int, ...]]]) -> Params[np.float32]:
    """The network `params` with other numbers: weights and bias of each layer in turn."""
    weights = cast(list[Matrix[np.float32]], arrays[::2])
    biases = cast(list[Vector[np.float32]], arrays[1::2])
    return Params(tuple(map(Dense, weights, biases)), params.hidden, params.head)
