"""Schedules: a number, such as a learning rate, as a pure function of the step or the epoch, counted from 0."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from fnnet.core.checks import check_finite, check_integer
from fnnet.core.messages import invalid

__all__ = ["Schedule", "constant", "cosine", "exponential", "join", "linear", "per_epoch", "piecewise"]

Schedule: TypeAlias = Callable[[int], float]


def constant(value: float) -> Schedule:
    """The same value at every step.

    Args:
        value: a finite number.

    Raises:
        ValueError: a number is out of its range.

    >>> constant(0.1)(1000)
    0.1
    """
    return partial(_constant, check_finite("value", value))


def _constant(value: float, step: int) -> float:
    return value


def exponential(value: float, factor: float) -> Schedule:
    """A value that is multiplied by a factor at each step: value * factor ** step.

    Args:
        value: at step 0.
        factor: from step to step; a value that exceeds every float becomes infinite, which no optimizer takes.

    Raises:
        ValueError: a number is not finite.

    >>> exponential(8.0, 0.5)(3)
    1.0
    """
    return partial(_exponential, check_finite("value", value), check_finite("factor", factor))


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
        ValueError: a number is out of its range.

    >>> [linear(1.0, 0.0, 4)(step) for step in (0, 1, 4, 5)]
    [1.0, 0.75, 0.0, 0.0]
    """
    first, last = check_finite("first", first), check_finite("last", last)
    return partial(_linear, first, last, check_integer("steps", steps, 1))


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
    steps, warmup = check_integer("steps", steps, 1), check_integer("warmup", warmup, 0)
    if warmup >= steps:
        raise invalid("warmup", f"from 0 to {steps - 1}", warmup)
    return partial(_cosine, check_finite("peak", peak), steps, warmup, check_finite("final", final))


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
    numbers = tuple(check_finite("values", value) for value in values)
    return partial(_piecewise, numbers, tuple(check_integer("boundaries", step, 0) for step in boundaries))


def _piecewise(values: tuple[float, ...], boundaries: tuple[int, ...], step: int) -> float:
    return values[sum(step >= boundary for boundary in boundaries)]


def join(first: Schedule, steps: int, then: Schedule) -> Schedule:
    """One schedule for the first `steps` steps, then another, which starts at its own step 0.

    Args:
        first: the schedule of the steps before `steps`.
        steps: an integer of at least 0.
        then: the schedule from there on.

    Raises:
        ValueError: `steps` is negative or not an integer.

    >>> [join(constant(1.0), 2, exponential(4.0, 0.5))(step) for step in range(4)]
    [1.0, 1.0, 4.0, 2.0]
    """
    return partial(_join, first, check_integer("steps", steps, 0), then)


def _join(first: Schedule, steps: int, then: Schedule, step: int) -> float:
    return first(step) if step < steps else then(step - steps)


def per_epoch(schedule: Schedule, steps: int) -> Schedule:
    """A schedule of epochs as a schedule of steps, with `steps` steps an epoch.

    `fit(lr=…)` counts epochs, an optimizer counts steps: this is the way from one to the other.

    Args:
        schedule: a function of the epoch.
        steps: how many steps an epoch has, at least 1.

    Raises:
        ValueError: `steps` is not an integer of at least 1.

    >>> [per_epoch(exponential(1.0, 0.5), 2)(step) for step in range(4)]
    [1.0, 1.0, 0.5, 0.5]
    """
    return partial(_per_epoch, schedule, check_integer("steps", steps, 1))


def _per_epoch(schedule: Schedule, steps: int, step: int) -> float:
    return schedule(step // steps)
