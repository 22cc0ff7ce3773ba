"""Networks and data of all kinds, and the pictures of them."""

from collections.abc import Callable

import attrs
import numpy as np
from matplotlib.figure import Figure

from fnnet import (
    Dataset,
    Dense,
    Head,
    Params,
    identity,
    identity_squared_error,
    init_params,
    logistic_cross_entropy,
    softmax_cross_entropy,
)
from fnnet.plots import plot_confusion, plot_curves, plot_errors, plot_reliability, plot_saliency, plot_weights
from fnnet.recipes.history import Row


def random_data(classes: int, features: int = 16, n: int = 300) -> Dataset[np.float32]:
    """Random samples with random labels."""
    rng = np.random.default_rng(classes)
    return Dataset(rng.random((n, features), np.float32), rng.integers(0, classes, n))


def pass_through(width: int, head: Head = softmax_cross_entropy) -> Params[np.float32]:
    """A network whose logits are its input."""
    return Params((Dense(np.eye(width, dtype=np.float32), np.zeros(width, np.float32)),), identity, head)


def row(epoch: int) -> Row:
    """What was measured after an epoch; after the third the training loss was not finite."""
    return Row(epoch, epoch, None if epoch == 3 else 1 / epoch, 1 - 0.2 / epoch, 2 / epoch, 1 - 0.25 / epoch)


def judged(epoch: int) -> Row:
    """The same, with scores on validation samples, the best after the fifth epoch."""
    return attrs.evolve(row(epoch), validation_loss=2.1 / epoch, validation_accuracy=0.9 - 0.01 * abs(epoch - 5))


TEN, LETTERS, ONE, YES_OR_NO = map(random_data, (10, 47, 1, 2))
MANY = Dataset(np.eye(13, dtype=np.float32)[[0] * 99_999 + [1] * 99_999], np.array([0] * 99_999 + [2] * 99_999))
NO_WEIGHTS = Params((Dense(np.zeros((4, 3)), np.zeros(3)),), identity, softmax_cross_entropy)
REGRESSION = init_params((16, 10), 0, head=identity_squared_error)

NAMES = ("$\\frac", "hippopotamus amphibius", *"abcdefg", "\x1b[2J\n")
"""Of ten classes: a dollar sign, which is no mathematics, a name that is cut, and characters that are not printable."""

LETTER_NAMES = [f"a name {k}" for k in range(47)]

CASES: dict[str, Callable[[], Figure]] = {
    "curves": lambda: plot_curves([row(epoch) for epoch in range(1, 13)]),
    "curves of one epoch": lambda: plot_curves([row(3)]),
    "curves with validation": lambda: plot_curves([judged(epoch) for epoch in range(1, 13)]),
    "curves of late epochs": lambda: plot_curves([row(epoch) for epoch in range(98, 400)]),
    "confusion": lambda: plot_confusion(init_params((16, 10), 0), TEN),
    "confusion of 47": lambda: plot_confusion(init_params((16, 47), 0), LETTERS),
    "confusion of 120": lambda: plot_confusion(init_params((16, 120), 0), LETTERS),
    "confusion of one": lambda: plot_confusion(init_params((16, 1), 0), ONE),
    "confusion of yes and no": lambda: plot_confusion(init_params((16, 1), 0, head=logistic_cross_entropy), YES_OR_NO),
    "confusion of a regression": lambda: plot_confusion(REGRESSION, TEN),
    "confusion of many samples": lambda: plot_confusion(pass_through(13), MANY),
    "confusion of names": lambda: plot_confusion(init_params((16, 10), 0), TEN, NAMES),
    "confusion of 47 names": lambda: plot_confusion(
        init_params((16, 47), 0), LETTERS, [f"a name {k}" for k in range(47)]
    ),
    "errors": lambda: plot_errors(init_params((16, 10), 0), TEN),
    "errors of 47": lambda: plot_errors(init_params((16, 47), 0), LETTERS),
    "errors of 120": lambda: plot_errors(init_params((16, 120), 0), random_data(120)),
    "errors of names": lambda: plot_errors(init_params((16, 10), 0), TEN, labels=NAMES),
    "no errors": lambda: plot_errors(init_params((16, 1), 0), ONE),
    "weights": lambda: plot_weights(init_params((784, 130, 10), 0)),
    "weights of outputs": lambda: plot_weights(init_params((784, 10), 0)),
    "weights of one": lambda: plot_weights(init_params((1, 1), 0)),
    "weights of zero": lambda: plot_weights(NO_WEIGHTS),
    "reliability": lambda: plot_reliability(init_params((16, 10), 0), TEN),
    "reliability in 20 bins": lambda: plot_reliability(init_params((16, 47), 0), LETTERS, bins=20),
    "reliability in one bin": lambda: plot_reliability(init_params((16, 1), 0), ONE, bins=1),
    "saliency": lambda: plot_saliency(init_params((16, 8, 10), 0), TEN),
    "saliency of 47": lambda: plot_saliency(init_params((16, 47), 0), LETTERS),
    "saliency of names": lambda: plot_saliency(init_params((16, 8, 10), 0), TEN, labels=NAMES),
    "saliency of one": lambda: plot_saliency(init_params((16, 1), 0), ONE),
    "saliency of a regression": lambda: plot_saliency(REGRESSION, TEN),
}
"""A function that draws each picture."""
