"""What the programs share: fnnet's data, initial weights and orders, so that they do not differ by luck.

The import of fnnet costs a peer some 50 ms beyond that of NumPy.
"""

import sys
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from fnnet import init_params, load_mnist
from fnnet.data.subsets import order

SIZES = (784, 128, 64, 10)
Train: TypeAlias = Callable[[Any, float], None]
Logits: TypeAlias = Callable[[Any], Any]
Weights: TypeAlias = Callable[[], list[Any]]


def rate(epoch: int) -> float:
    """The learning rate of an epoch, counted from 0."""
    return float(0.1 * 0.8**epoch)


def run(start: Callable[[Any, Any, list[Any]], tuple[Train, Logits, Weights]]) -> None:
    """Train, print loss and accuracy on the test data after each epoch, save.

    They are measured on the first 10,000 training images as well, as the command does for its history.

    Args:
        start: takes images, labels and initial weights; returns a function that trains for an epoch, given the order
            of the samples and the learning rate, one from images to their logits, and one that returns the weights.
    """
    _, epochs, model = sys.argv
    data, test = load_mnist()
    initial = [array for layer in init_params(SIZES, seed=0).layers for array in (layer.weights, layer.bias)]
    train, logits, weights = start(data.x, data.y, initial)
    for epoch in range(int(epochs)):
        train(order(len(data), 0, epoch), rate(epoch))
        learned, unseen = (_measured(logits, some.x, some.y) for some in (data[:10_000], test))
        print(f"Epoch: {epoch + 1}, Training: {learned}, Test: {unseen}", flush=True)
    np.savez(model, *map(np.asarray, weights()))


def _measured(logits: Logits, x: Any, y: Any) -> str:
    """The mean cross-entropy and the accuracy."""
    z = np.asarray(logits(x))
    z = z - z.max(axis=1, keepdims=True)
    losses = np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]
    return f"{losses.mean():.4f}, {np.mean(z.argmax(axis=1) == y):.2%}"
