"""Schedules: a number, such as a learning rate, as a pure function of the step or the epoch, counted from 0."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from fnnet.core.checks import check_integer, invalid

__all__ = ["Schedule", "constant", "cosine", "exponential", "join", "linear", "per_epoch", "piecewise"]

Schedule: TypeAlias = Callable[[int], float]


def constant(value: float) -> Schedule:
    """The same value at every step.

    >>> constant(0.1)(1000)
    0.1
    """
    return partial(_constant, value)


def _constant(value: float, step: int) -> float:
    return value


def exponential(value: float, factor: float) -> Schedule:
    """A value that is multiplied by a factor at each step: value * factor ** step.

    >>> exponential(8.0, 0.5)(3)
    1.0
    """
    return partial(_exponential, value, factor)


def _exponential(value: float, factor: float, step: int) -> float:
    try:
        return float(value * factor**step)
    except OverflowError:  # beyond every float; whoever takes the value refuses infinity
        return math.inf


def linear(first: float, last: float, steps: int) -> Schedule:
    """A straight line from `first` at step 0 to `last` at step `steps`, and `last` from then on.

    Args:
        first: the value at step 0.
        last: the value from step `steps` on.
        steps: the length of the line, at least 1.

    Raises:
        ValueError: there is no step.

    >>> [linear(1.0, 0.0, 4)(step) for step in (0, 1, 4, 5)]
    [1.0, 0.75, 0.0, 0.0]
    """
    check_integer("steps", steps, 1)
    return partial(_linear, first, last, steps)


def _linear(first: float, last: float, steps: int, step: int) -> float:
    share = min(1.0, step / steps)
    # exact at both ends
    return (1 - share) * first + share * last


def cosine(peak: float, steps: int, *, warmup: int = 0, final: float = 0.0) -> Schedule:
    """A straight line up for `warmup` steps, then half a cosine down to `final` at step `steps`.

    Args:
        peak: the largest value.
        steps: where the descent ends; the value is `final` from then on.
        warmup: how many steps lead up to the peak; the value at step 0 is peak / warmup.
        final: the last value.

    Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017.

    Raises:
        ValueError: warmup is not between 0 and steps.

    >>> [round(cosine(1.0, 8, warmup=2)(step), 3) for step in (0, 1, 2, 5, 8, 9)]
    [0.5, 1.0, 1.0, 0.5, 0.0, 0.0]
    """
    if not 0 <= warmup < steps:
        raise invalid("warmup", f"from 0 to {steps - 1}", warmup)
    return partial(_cosine, peak, steps, warmup, final)


def _cosine(peak: float, steps: int, warmup: int, final: float, step: int) -> float:
    if step < warmup:
        return peak * (step + 1) / warmup
    progress = min(1.0, (step - warmup) / (steps - warmup))
    return final + (peak - final) * (1 + math.cos(math.pi * progress)) / 2


def piecewise(values: Sequence[float], boundaries: Sequence[int]) -> Schedule:
    """The first value until the first boundary, then the second, and so on.

    Args:
        values: one more than there are boundaries.
        boundaries: the steps at which the value changes, increasing.

    Raises:
        ValueError: there is not one value more than boundaries, or the boundaries do not increase.

    >>> [piecewise([1.0, 0.1], [3])(step) for step in (2, 3)]
    [1.0, 0.1]
    """
    if len(values) != len(boundaries) + 1 or list(boundaries) != sorted(set(boundaries)):
        raise invalid("boundaries", f"{len(values) - 1} increasing steps", tuple(boundaries))
    return partial(_piecewise, tuple(values), tuple(boundaries))


def _piecewise(values: tuple[float, ...], boundaries: tuple[int, ...], step: int) -> float:
    return values[sum(step >= boundary for boundary in boundaries)]


def join(first: Schedule, steps: int, then: Schedule) -> Schedule:
    """One schedule for the first `steps` steps, then another, which starts at its own step 0.

    >>> [join(constant(1.0), 2, exponential(4.0, 0.5))(step) for step in range(4)]
    [1.0, 1.0, 4.0, 2.0]
    """
    return partial(_join, first, steps, then)


def _join(first: Schedule, steps: int, then: Schedule, step: int) -> float:
    return first(step) if step < steps else then(step - steps)


def per_epoch(schedule: Schedule, steps: int) -> Schedule:
    """A schedule of epochs as a schedule of steps, with `steps` steps an epoch.

    >>> [per_epoch(exponential(1.0, 0.5), 2)(step) for step in range(4)]
    [1.0, 1.0, 0.5, 0.5]
    """
    if steps < 1:
        raise invalid("steps", "at least 1", steps)
    return partial(_per_epoch, schedule, steps)


def _per_epoch(schedule: Schedule, steps: int, step: int) -> float:
    return schedule(step // steps)
