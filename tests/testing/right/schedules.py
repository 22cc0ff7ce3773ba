"""Schedules that the library does not have."""

import math
from functools import partial
from typing import Any

import numpy as np
from attrs import frozen

from fnnet.optim.schedules import Schedule, constant, cosine, join, linear


def one_cycle(step: int) -> float:
    half, steps = 300, 1000
    if step < half:
        return 0.01 + 0.09 * step / half
    return 0.1 * (1 + math.cos(math.pi * min((step - half) / (steps - half), 1))) / 2


def inverse_root(step: int) -> float:
    return float(0.1 * min((step + 1) / 400, (400 / (step + 1)) ** 0.5))


def noam(step: int) -> Any:
    t = np.float64(step + 1)
    return 512**-0.5 * min(t**-0.5, t * 4000**-1.5)


def triangle(step: int) -> float:
    position = step % 200 / 100
    return 0.001 + 0.1 * (position if position < 1 else 2 - position)


def polynomial(power: float, step: int) -> float:
    return float(0.1 * max(0.0, 1 - step / 2000) ** power)


def restarts(step: int) -> float:
    length, start = 10, 0
    while step >= start + length:
        start, length = start + length, 2 * length
    return 0.05 * (1 + math.cos(math.pi * (step - start) / length))


def table(step: int) -> Any:
    return np.array([0.1, 0.01, 0.001], np.float32)[min(step // 30, 2)]


def power(step: int) -> Any:
    return np.power(0.5, step // 10)


@frozen
class one_cycle_class:
    peak: float
    steps: int
    warmup: int
    final: float = 0.0

    def __call__(self, step: int) -> float:
        if step < self.warmup:
            return self.peak * (step + 1) / self.warmup
        share = min(1, (step - self.warmup) / (self.steps - self.warmup))
        return (1 - share) * self.peak + share * self.final


RIGHT: tuple[Schedule, ...] = (
    one_cycle,
    inverse_root,
    noam,
    triangle,
    partial(polynomial, 2.0),
    partial(polynomial, 0.5),
    restarts,
    table,
    power,
    lambda step: 0.1,
    lambda step: 1,
    lambda step: 0,
    lambda step: 0.1 * 0.5 ** (step // 30),
    lambda step: 0.1 / (1 + 0.01 * step),
    lambda step: 0.1 * math.exp(-0.05 * step),
    lambda step: np.interp(step, [0, 100, 1000], [0.0, 0.1, 0.0]),
    lambda step: np.clip(0.1 - 1e-4 * step, 0, None),
    one_cycle_class(0.1, 100, 10),
    join(linear(0.0, 0.1, 10), 10, cosine(0.1, 90, final=0.001)),
    join(linear(0.0, 1.0, 4), 5, constant(0.75)),
    cosine(0.1, 10, final=0.5),
)
