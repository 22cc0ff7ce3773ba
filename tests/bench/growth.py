"""How the cost grows with the network's width and depth, and where fnnet and a peer cross."""

from collections.abc import Sequence
from math import exp, log

import attrs

from tests.bench.cases import TrainingCase
from tests.bench.contenders import OURS

CONTENDERS = (OURS, "JAX", "PyTorch")

WIDTHS = (64, 128, 256, 512, 1024, 2048)
DEPTHS = (2, 3, 4, 5, 6, 7, 8)
_WIDTH_OF_DEPTHS = 128

_WEIGHTS_TO_TOUCH = 4e8  # weights times samples: about a second for the slowest


@attrs.frozen
class Growth:
    """A row of networks along one quantity: one-sample training at each value."""

    quantity: str
    values: tuple[int, ...]
    cases: tuple[TrainingCase, ...]


def _case(name: str, title: str, hidden: tuple[int, ...]) -> TrainingCase:
    sizes = (784, *hidden, 10)
    weights = sum(a * b for a, b in zip(sizes, sizes[1:]))
    samples = 128 * max(1, min(16, round(_WEIGHTS_TO_TOUCH / weights / 128)))
    return TrainingCase(name, title, sizes, 1, samples)


WIDTH = Growth(
    "width of two hidden layers",
    WIDTHS,
    tuple(_case(f"width-{width}", f"784-{width}-{width}-10", (width, width)) for width in WIDTHS),
)
DEPTH = Growth(
    f"hidden layers of {_WIDTH_OF_DEPTHS}",
    DEPTHS,
    tuple(_case(f"depth-{n}", f"{n} layers of {_WIDTH_OF_DEPTHS}", (_WIDTH_OF_DEPTHS,) * n) for n in DEPTHS),
)


def crossings(values: Sequence[int], ratios: Sequence[float]) -> list[float]:
    """Where a ratio passes 1, interpolated between neighbors on logarithmic scales.

    >>> crossings([64, 256], [0.5, 2.0])
    [128.0]
    >>> crossings([64, 256], [2.0, 3.0])
    []
    """
    found = []
    points = list(zip(map(float, values), ratios))
    for (low, before), (high, after) in zip(points, points[1:]):
        if (before < 1) != (after < 1):
            share = log(before) / (log(before) - log(after))
            found.append(round(exp(log(low) + share * (log(high) - log(low))), 6))
    return found


def verdict(name: str, quantity: str, values: Sequence[int], ratios: Sequence[float]) -> str:
    """A sentence on who is faster where, from the ratios of the peer's time to ours.

    >>> verdict("JAX", "width", [64, 256, 1024], [0.5, 2.0, 3.0])
    'JAX is faster than fnnet at the smallest width; they cross near 128.'
    >>> verdict("PyTorch", "width", [64, 256], [8.0, 2.0])
    'fnnet is faster than PyTorch throughout.'
    """
    faster, slower = (OURS, name) if ratios[0] >= 1 else (name, OURS)
    points = crossings(values, ratios)
    if not points:
        return f"{faster} is faster than {slower} throughout."
    near = " and ".join(f"{point:.3g}" for point in points)
    return f"{faster} is faster than {slower} at the smallest {quantity}; they cross near {near}."
