"""Which initial weights serve: each scheme with each activation, at three depths, on tables and on images."""

from collections.abc import Callable, Sequence
from functools import partial

import attrs
import numpy as np

from fnnet import Params, adam, fit, identity_squared_error, init_params, initializers, sgd, softmax_cross_entropy
from fnnet.nn import ACTIVATIONS, Activation
from fnnet.optim import Optimizer
from fnnet.train import Diverged
from tests.campaigns.tables import Problem, bundled, friedman, held_out, houses, mnist, score

WIDTH, DEPTHS, SEEDS = 64, (2, 4, 8), (0, 1, 2)

SCHEMES = {
    "LeCun": (initializers.lecun_normal, initializers.lecun_normal),
    "LeCun, uniform": (initializers.lecun_uniform, initializers.lecun_uniform),
    "Glorot": (initializers.glorot_normal, initializers.glorot_normal),
    "Glorot, uniform": (initializers.glorot_uniform, initializers.glorot_uniform),
    "Glorot, LeCun before the head": (initializers.glorot_normal, initializers.lecun_normal),
    "He": (initializers.he_normal, initializers.he_normal),
    "He, uniform": (initializers.he_uniform, initializers.he_uniform),
    "He, LeCun before the head": (initializers.he_normal, initializers.lecun_normal),
}
"""The initializers of the layers before an activation, and of the one before the head."""


@attrs.frozen
class Data:
    """Samples for each seed, how many make a batch, and how many steps are taken, up to whole epochs.

    The learning rates are those of plain gradient descent; squared error has the steeper gradients.
    """

    read: Callable[[int], Problem]
    batch_size: int
    steps: int
    rates: tuple[float, float]

    @property
    def optimizers(self) -> tuple[tuple[Optimizer, ...], ...]:
        """Adam and gradient descent, each with two rates, of which the better counts."""
        return (adam(1e-3), adam(3e-3)), tuple(sgd(rate) for rate in self.rates)


CLASSIFICATION = (
    Data(partial(held_out, bundled("breast_cancer")), 32, 500, (0.03, 0.2)),
    Data(partial(held_out, bundled("wine")), 32, 300, (0.03, 0.2)),
    Data(partial(held_out, bundled("digits")), 32, 1000, (0.03, 0.2)),
    Data(mnist, 64, 640, (0.03, 0.2)),
)
REGRESSION = (
    Data(partial(held_out, bundled("diabetes")), 32, 300, (0.01, 0.05)),
    Data(partial(held_out, friedman()), 32, 1000, (0.01, 0.05)),
    Data(partial(held_out, houses()), 100, 900, (0.01, 0.05)),
)


def campaign(activations: Sequence[str]) -> None:
    """Print a table of accuracies and one of R², in percent, for the numbers of layers in `DEPTHS`."""
    for title, group in (("accuracy", CLASSIFICATION), ("R²", REGRESSION)):
        print(f"| {title}, % | {' | '.join(activations)} |", f"|---|{'---|' * len(activations)}", sep="\n")
        for scheme in SCHEMES:
            cells = (" / ".join(f"{mean(group, scheme, name, depth):.1f}" for depth in DEPTHS) for name in activations)
            print(f"| {scheme} | {' | '.join(cells)} |", flush=True)
        print()


def mean(group: Sequence[Data], scheme: str, activation: str, depth: int) -> float:
    """The mean score over data and optimizers, in percent."""
    return 100 * float(
        np.mean(
            [
                max(np.mean([trained(data, scheme, activation, depth, one, seed) for seed in SEEDS]) for one in rates)
                for data in group
                for rates in data.optimizers
            ]
        )
    )


def trained(data: Data, scheme: str, activation: str, depth: int, optimizer: Optimizer, seed: int) -> float:
    """The score of a network that starts from these weights; 0, that of a constant in a regression, if it is worse."""
    given, size = data.read(seed), data.batch_size
    epochs = max(1, round(data.steps * size / len(given.train)))
    params = start(given, scheme, ACTIVATIONS[activation], depth, seed)
    try:
        *_, last = fit(params, given.train, epochs=epochs, optimizer=optimizer, batch_size=size, seed=seed)
    except Diverged:
        return 0.0
    return max(0.0, score(given, last.params))


def start(given: Problem, scheme: str, hidden: Activation, depth: int, seed: int) -> Params[np.float32]:
    """The initial weights of a network of so many layers."""
    sizes = (given.train.x.shape[1], *[WIDTH] * (depth - 1), given.train.outputs)
    head = identity_squared_error if given.is_regression else softmax_cross_entropy
    first, last = (init_params(sizes, seed, hidden, head, initializer) for initializer in SCHEMES[scheme])
    return attrs.evolve(first, layers=(*first.layers[:-1], last.layers[-1]))
