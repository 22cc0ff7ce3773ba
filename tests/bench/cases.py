"""What is timed: the cases, and the problem that a case poses to every peer."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import attrs
import numpy as np

# Only from the top of the package: `--against` runs this file with an older fnnet.
from fnnet import Dataset, Params, init_params, load_mnist, shuffled

Work: TypeAlias = Callable[[], Sequence[Any]]
"""Does all the work once, from the initial weights; returns the arrays that came out."""

LR = 0.1
MOMENTUM_LR = 0.01
MU = 0.9
ADAM_LR = 1e-3


@attrs.frozen
class Case:
    """One kind of work on `samples` training images, `batch` at a time.

    Args:
        kind: "train", "momentum" and "adam" are an epoch of gradient descent, with momentum or by Adam, whose result is
            the final weights; "gradient" is the gradient of each batch, whose result is the last; "predict" is all
            probabilities.
        hidden: the widths of the hidden layers.
        name: for the command line.
        side: of the images, in pixels: a multiple or a divisor of 28.
    """

    kind: str
    batch: int
    samples: int
    hidden: tuple[int, ...] = (128, 64)
    name: str = attrs.field(default=attrs.Factory(lambda case: f"{case.kind}-{case.batch}", takes_self=True))
    side: int = 28

    @property
    def sizes(self) -> tuple[int, ...]:
        """The widths from the pixels to the classes."""
        return (self.side**2, *self.hidden, 10)

    @property
    def title(self) -> str:
        """The first cell of the table's row."""
        return f"{self.name}, {'-'.join(map(str, self.sizes))}"


CASES = (
    Case("train", 1, 4096),
    Case("train", 1, 2048, (300, 100), "train-1-300"),
    Case("train", 1, 1024, (512, 512), "train-1-512"),
    *(Case("train", batch, 16384) for batch in (8, 32, 128)),
    *(Case("momentum", batch, samples) for batch, samples in ((1, 4096), (32, 16384), (128, 16384))),
    *(Case("adam", batch, samples) for batch, samples in ((1, 1024), (32, 16384), (128, 16384))),
    Case("gradient", 1, 1024),
    Case("gradient", 128, 16384),
    Case("predict", 1, 1024),
    Case("predict", 10_000, 10_000),
)

GROWTH = (
    *(Case("train", 1, min(1024, 2**19 // n), (n, n), f"width-{n}") for n in (64, 128, 256, 512, 1024, 2048)),
    *(Case("train", 1, 1024, (128,) * n, f"depth-{n}") for n in (2, 3, 4, 5, 6, 8)),
    *(Case("train", n, 16384, name=f"batch-{n}") for n in (1, 4, 16, 64, 256, 1024)),
    # in batches: one image a step, float32 carries the rounding of 600,000 steps beyond the tolerance
    *(Case("train", 64, n, name=f"samples-{n}") for n in (6_400, 64_000, 640_000)),
    *(Case("train", 1, 4096, name=f"features-{n * n}", side=n) for n in (7, 14, 28, 56)),
)
"""How the cost grows with the width of two hidden layers, the number of layers of 128, the batch, the samples (to ten
times MNIST) and the features."""


def chosen(words: Sequence[str]) -> list[Case]:
    """The cases named in full, or whose names begin so; those of `CASES` if there are no words.

    Raises:
        ValueError: a word names no case.

    >>> [case.name for case in chosen(["adam", "train-1"])]
    ['train-1', 'adam-1', 'adam-32', 'adam-128']
    """
    cases = {case.name: case for case in (*CASES, *GROWTH)}
    for word in words:
        if not any(name.startswith(word) for name in cases):
            raise ValueError(f"case: expected one of {', '.join(cases)}, or how some begin, got {word!r}")
    beginnings = tuple(word for word in words if word not in cases)
    return [case for name, case in cases.items() if name in words or name.startswith(beginnings)] or list(CASES)


@attrs.frozen
class Problem:
    """What a peer is given: a network of sigmoid layers with softmax and cross-entropy, and samples.

    Args:
        case: the kind of work.
        data: the samples, which `fit` shuffles.
        params: the initial weights.
        x: images in the order of the epoch, shape (samples, 784).
        y: their labels, shape (samples,).
    """

    case: Case
    data: Dataset[np.float32]
    params: Params[np.float32]
    x: Any
    y: Any

    @property
    def arrays(self) -> list[Any]:
        """The initial weights and bias of each layer in turn."""
        return arrays(self.params)

    @property
    def start(self) -> list[Any]:
        """What the result moves away from: the initial weights in training, otherwise zero."""
        return self.arrays if self.case.kind in ("train", "momentum", "adam") else [0.0]

    def batches(self) -> list[tuple[Any, Any]]:
        """The images and labels of each step; a single sample is a vector and its label."""
        size = self.case.batch
        cuts = range(len(self.x)) if size == 1 else [slice(i, i + size) for i in range(0, len(self.x), size)]
        return [(self.x[cut], self.y[cut]) for cut in cuts]

    def matrices(self) -> list[Any]:
        """The images of each step as a matrix, also for one sample."""
        return [x.reshape(-1, x.shape[-1]) for x, _ in self.batches()]


def problem(case: Case) -> Problem:
    """The case on MNIST, again from the start if it has too few images."""
    train, _ = load_mnist()
    again = np.arange(case.samples) % len(train)
    data = Dataset(resized(train.x[again], case.side), train.y[again])
    ordered = shuffled(data, seed=0)
    return Problem(case, data, init_params(case.sizes, seed=0), ordered.x, ordered.y)


def resized(images: Any, side: int) -> Any:
    """Images of 28 x 28 pixels as others: each pixel repeated, or the mean of several.

    >>> resized(np.arange(784.0).reshape(1, 784), 14)[0, :2]
    array([14.5, 16.5])
    """
    if side >= 28:
        times = np.ones((side // 28, side // 28), images.dtype)
        return np.kron(images.reshape(-1, 28, 28), times).reshape(len(images), -1) if side > 28 else images
    parts = images.reshape(-1, side, 28 // side, side, 28 // side)
    return parts.mean(axis=(2, 4)).reshape(len(images), -1)


def arrays(params: Any) -> list[Any]:
    """The weights and bias of each layer, of parameters or of gradients, in turn."""
    return [array for layer in params.layers for array in (layer.weights, layer.bias)]
