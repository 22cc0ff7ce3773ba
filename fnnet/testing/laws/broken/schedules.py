"""Schedules, each of which breaks a law."""

import math
from itertools import count
from typing import Any

from attrs import frozen

from fnnet.optim.schedules import Schedule, cosine, linear, piecewise
from fnnet.testing.laws.twin import Twin

_STEPS = count()


def _twin(law: str, fault: str, subject: Schedule) -> Twin:
    return Twin("schedule", law, fault, subject)


def _unfinished(step: int) -> Any:
    if step < 100:
        return 0.1 * 0.99**step
    # and then no more `return`


def _own_counter(step: int) -> float:
    return 0.1 / (1 + next(_STEPS))


def _late_nan(step: int) -> float:
    return 0.1 * abs(1 - step / 3000) / (1 - step / 3000) if step != 3000 else math.nan


def _unbounded(step: int) -> float:
    return 0.1 * (1 - step / 1000)


def _bits(step: int) -> float:
    return 0.1 / step.bit_length() if step else 0.1


@frozen(repr=False)
class _from_zero(cosine):
    def __call__(self, step: int, /) -> float:
        return self.peak * step / self.warmup if step < self.warmup else cosine.__call__(self, step)


@frozen(repr=False)
class _one_too_many(cosine):
    def __call__(self, step: int, /) -> float:
        return self.peak * (step + 1) / self.warmup if step <= self.warmup else cosine.__call__(self, step)


@frozen(repr=False)
class _never_done(linear):
    def __call__(self, step: int, /) -> float:
        return linear.__call__(self, min(step, self.steps - 1))


@frozen(repr=False)
class _one_late(piecewise):
    def __call__(self, step: int, /) -> float:
        return self.values[sum(step > boundary for boundary in self.boundaries)]


TWINS = (
    _twin("pure", "counts its calls, whatever the step", _own_counter),
    _twin("number", "returns None in the end", _unfinished),
    _twin("finite", "is NaN at one step, late", _late_nan),
    _twin("rate", "goes on below 0", _unbounded),
    _twin("integers", "takes Python's integers alone", _bits),
    _twin("warmup", "warms up from 0, and so is a step late", _from_zero(0.1, 100, warmup=10)),
    _twin("peak", "warms up for a step too many", _one_too_many(0.1, 100, warmup=10)),
    _twin("final", "stops a step before the end", _never_done(0.1, 0.0, 50)),
    _twin("boundaries", "changes a step after the boundary", _one_late([0.1, 0.01], [30])),
)
