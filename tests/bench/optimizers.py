"""What an optimizer adds to the cost of plain gradient descent."""

from collections.abc import Iterable, Mapping
from statistics import median

import numpy as np

from fnnet import Dataset, Params, adam, adamw, fit, momentum
from fnnet.data.loaders import Pair
from fnnet.optim.optimizer import Optimizer
from fnnet.optim.wrappers import ema
from tests.bench.measure import start
from tests.bench.table import markdown, number
from tests.bench.timing import Work, interleaved, work

SIZES = (784, 128, 64, 10)
BATCH_SIZES = (32, 64, 128, 256)
SAMPLES = 16384
PLAIN = "plain"
OPTIMIZERS: Mapping[str, Optimizer] = {
    "momentum": momentum(0.01),
    "adam": adam(1e-3),
    "adamw": adamw(1e-3),
    "adam, averaged": ema(adam(1e-3), 0.999),
}


def cost(data: Pair, repeats: int, batch_sizes: Iterable[int] = BATCH_SIZES, samples: int = SAMPLES) -> str:
    """For each batch size the microseconds an image of plain descent, and the factor by which each optimizer is slower."""
    train = Dataset(data[0].x[:samples], data[0].y[:samples])
    rows = (_row(train, size, repeats) for size in batch_sizes)
    return markdown(["images a step", "plain, µs an image", *OPTIMIZERS], rows)


def _row(train: Dataset[np.float32], size: int, repeats: int) -> list[str]:
    works = {name: _epoch(train, size, optimizer) for name, optimizer in {PLAIN: None, **OPTIMIZERS}.items()}
    for once in works.values():
        once.result()
    times = {name: found.seconds for name, found in interleaved(works, repeats).items()}
    # round by round, for the machine is slower in some
    ratios = [median(a / b for a, b in zip(times[name], times[PLAIN])) for name in OPTIMIZERS]
    return [str(size), number(median(times[PLAIN]) / len(train) * 1e6), *map(number, ratios)]


def _epoch(train: Dataset[np.float32], size: int, optimizer: Optimizer | None) -> Work[Params[np.float32]]:
    def run(params: Params[np.float32]) -> Params[np.float32]:
        lr = None if optimizer else 0.01
        (epoch,) = fit(params, train, epochs=1, lr=lr, optimizer=optimizer, batch_size=size)
        return epoch.params

    return work(lambda: start(SIZES), run, lambda params: params)
