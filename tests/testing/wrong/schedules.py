"""Wrong schedules."""

import math
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from attrs import frozen

from fnnet.optim.schedules import cosine, exponential, linear, piecewise
from fnnet.testing.laws.twin import Twin


def _twin(law: str, fault: str, subject: Any) -> Twin:
    return Twin("schedule", law, fault, subject)


def _falling() -> Iterator[float]:
    rate = 0.1
    while True:
        yield rate
        rate *= 0.999


def _of_a_generator(rates: Iterator[float], step: int) -> float:
    return next(rates)


def _noisy(step: int) -> float:
    return 0.1 + 0.01 * float(np.random.random())


def _best_so_far(most: list[int], step: int) -> float:
    most[0] = max(most[0], step)
    return 0.1 / (1 + most[0])


@frozen(repr=False)
class _wearing(exponential):
    """Its value falls with each call, not with the step."""

    def __call__(self, step: int, /) -> float:
        self._settle(value=self.value * self.factor)
        return self.value


def _where(step: int) -> Any:
    return np.where(step < 10, 0.1, 0.01)


def _complex(step: int) -> Any:
    return 0.1 * (1 - step / 5000) ** 0.5


def _nan_at_the_end(step: int) -> float:
    return 0.1 * float(np.sqrt(np.float64(1 - step / 100_000)))


def _nan_at_one(step: int) -> float:
    remaining = np.float64(80_000 - step)
    return 0.1 * abs(float(remaining / remaining))


@frozen(repr=False)
class _rising_again(cosine):
    """Half a cosine down, and up again."""

    def __call__(self, step: int, /) -> float:
        return self.final + (self.peak - self.final) * (1 + math.cos(math.pi * step / self.steps)) / 2


@frozen(repr=False)
class _low_start(cosine):
    """A step of the warm-up is missing."""

    def __call__(self, step: int, /) -> float:
        return cosine.__call__(self, step + 1) if step < self.warmup - 2 else cosine.__call__(self, step)


@frozen(repr=False)
class _overshooting(cosine):
    def __call__(self, step: int, /) -> float:
        return cosine.__call__(self, step) * (1.05 if step == self.warmup else 1)


@frozen(repr=False)
class _too_low(linear):
    def __call__(self, step: int, /) -> float:
        return 0.999 * linear.__call__(self, step)


@frozen(repr=False)
class _one_early(piecewise):
    def __call__(self, step: int, /) -> float:
        return piecewise.__call__(self, step + 1)


TWINS = (
    _twin("number", "gives arrays of no dimension", _where),
    _twin("number", "is complex beyond the end", _complex),
    _twin("number", "divides by 0 at step 0", lambda step: 0.1 / step),
    _twin("number", "overflows", lambda step: 0.001 * 1.5**step),
    _twin("number", "is True or False", lambda step: step < 10),
    _twin("number", "is a text", lambda step: "0.1"),
    _twin("number", "is a table that is too short", lambda step: [0.1, 0.01, 0.001][step // 1000]),
    _twin("pure", "takes its values of a generator", partial(_of_a_generator, _falling())),
    _twin("pure", "has noise of the global generator", _noisy),
    _twin("pure", "remembers the latest step", partial(_best_so_far, [0])),
    _twin("pure", "changes itself", _wearing(0.1, 0.999)),
    _twin("finite", "is NaN from the last step on", _nan_at_the_end),
    _twin("finite", "is NaN at step 80,000", _nan_at_one),
    _twin("rate", "falls below 0", lambda step: 0.1 - 1e-5 * step),
    _twin("warmup", "leaves out a step of the warm-up", _low_start(0.1, 100, warmup=10)),
    _twin("peak", "overshoots after the warm-up", _overshooting(0.1, 100, warmup=10)),
    _twin("final", "rises again after the end", _rising_again(0.1, 100)),
    _twin("final", "ends 0.1 % too low", _too_low(0.1, 0.01, 100)),
    _twin("boundaries", "changes a step before the boundary", _one_early([0.1, 0.01], [30])),
)
