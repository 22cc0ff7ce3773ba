"""Schedules: a number, such as a learning rate, as a pure function of the step, counted from 0.

A schedule is a value: `cosine(0.5, 10) == cosine(0.5, 10)`, it can be hashed and pickled, and is printed with its
numbers. Any function from an integer to a number is a schedule, too.
"""

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

from attrs import field, frozen

from fnnet.core.call import Call
from fnnet.core.checks import check_finite, check_integer, check_iterable, check_number
from fnnet.core.functions import check_callable
from fnnet.core.messages import invalid

__all__ = ["Schedule", "constant", "cosine", "exponential", "join", "linear", "per_epoch", "piecewise"]

Schedule: TypeAlias = Callable[[int], float]

Rate: TypeAlias = float | Schedule
"""A learning rate: a number, or a function of the step."""


@frozen(repr=False)
class constant(Call):
    """The same value at every step.

    Args:
        value: a finite number.

    Raises:
        ValueError: a number is out of its range.

    >>> constant(0.1)(1000)
    0.1
    """

    value: float

    def __attrs_post_init__(self) -> None:
        self._settle(value=check_finite("value", self.value))

    def __call__(self, step: int, /) -> float:
        return self.value


@frozen(repr=False)
class exponential(Call):
    """A value that is multiplied by a factor at each step: value * factor ** step.

    Args:
        value: at step 0.
        factor: from step to step; a value that exceeds every float becomes infinite, which no optimizer takes.

    Raises:
        ValueError: a number is not finite.

    >>> exponential(8.0, 0.5)(3)
    1.0
    """

    value: float
    factor: float

    def __attrs_post_init__(self) -> None:
        self._settle(value=check_finite("value", self.value), factor=check_finite("factor", self.factor))

    def __call__(self, step: int, /) -> float:
        try:
            return float(self.value * self.factor**step)
        except OverflowError:  # beyond every float; whoever takes the value refuses infinity
            return math.inf


@frozen(repr=False)
class linear(Call):
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

    first: float
    last: float
    steps: int

    def __attrs_post_init__(self) -> None:
        first, last = check_finite("first", self.first), check_finite("last", self.last)
        self._settle(first=first, last=last, steps=check_integer("steps", self.steps, 1))

    def __call__(self, step: int, /) -> float:
        share = min(1.0, step / self.steps)
        # exact at both ends
        return (1 - share) * self.first + share * self.last


@frozen(repr=False)
class cosine(Call):
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

    peak: float
    steps: int
    warmup: int = field(default=0, kw_only=True)
    final: float = field(default=0.0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        steps, warmup = check_integer("steps", self.steps, 1), check_integer("warmup", self.warmup, 0)
        if warmup >= steps:
            raise invalid("warmup", f"from 0 to {steps - 1}", warmup)
        peak, final = check_finite("peak", self.peak), check_finite("final", self.final)
        self._settle(peak=peak, steps=steps, warmup=warmup, final=final)

    def __call__(self, step: int, /) -> float:
        if step < self.warmup:
            return self.peak * (step + 1) / self.warmup
        progress = min(1.0, (step - self.warmup) / (self.steps - self.warmup))
        return self.final + (self.peak - self.final) * (1 + math.cos(math.pi * progress)) / 2


@frozen(repr=False)
class piecewise(Call):
    """The first value until the first boundary, then the second, and so on.

    Args:
        values: one more than there are boundaries.
        boundaries: the steps at which the value changes, increasing.

    Raises:
        ValueError: there is not one value more than boundaries, or the boundaries do not increase.

    >>> [piecewise([1.0, 0.1], [3])(step) for step in (2, 3)]
    [1.0, 0.1]
    """

    values: Sequence[float]
    boundaries: Sequence[int]

    def __attrs_post_init__(self) -> None:
        values = tuple(check_finite("values", value) for value in check_iterable("values", "numbers", self.values))
        steps = check_iterable("boundaries", "integers", self.boundaries)
        boundaries = tuple(check_integer("boundaries", step, 0) for step in steps)
        if len(values) != len(boundaries) + 1 or list(boundaries) != sorted(set(boundaries)):
            raise invalid("boundaries", f"{len(values) - 1} increasing, one fewer than values", boundaries)
        self._settle(values=values, boundaries=boundaries)

    def __call__(self, step: int, /) -> float:
        return self.values[sum(step >= boundary for boundary in self.boundaries)]


@frozen(repr=False)
class join(Call):
    """One schedule for the first `steps` steps, then another, which starts at its own step 0.

    Args:
        first: the schedule of the steps before `steps`.
        steps: an integer of at least 0.
        then: the schedule from there on.

    Raises:
        ValueError: `steps` is negative or not an integer.
        TypeError: a schedule is not a function.

    >>> [join(constant(1.0), 2, exponential(4.0, 0.5))(step) for step in range(4)]
    [1.0, 1.0, 4.0, 2.0]
    """

    first: Schedule
    steps: int
    then: Schedule

    def __attrs_post_init__(self) -> None:
        first, then = check_callable("first", self.first), check_callable("then", self.then)
        self._settle(first=first, steps=check_integer("steps", self.steps, 0), then=then)

    def __call__(self, step: int, /) -> float:
        return self.first(step) if step < self.steps else self.then(step - self.steps)


@frozen(repr=False)
class per_epoch(Call):
    """A schedule of epochs as a schedule of steps, with `steps` steps an epoch.

    Args:
        schedule: a function of the epoch, counted from 0.
        steps: how many steps an epoch has, at least 1: ⌈samples / batch size⌉.

    Raises:
        ValueError: `steps` is not an integer of at least 1.
        TypeError: the schedule is not a function.

    >>> [per_epoch(exponential(1.0, 0.5), 2)(step) for step in range(4)]
    [1.0, 1.0, 0.5, 0.5]
    """

    schedule: Schedule
    steps: int

    def __attrs_post_init__(self) -> None:
        schedule = check_callable("schedule", self.schedule)
        self._settle(schedule=schedule, steps=check_integer("steps", self.steps, 1))

    def __call__(self, step: int, /) -> float:
        return self.schedule(step // self.steps)


def check_rate(name: str, rate: Rate) -> Rate:
    """The rate, if it is a function or a finite number of at least 0.

    Raises:
        ValueError: it is neither.

    >>> check_rate("lr", 1)
    1.0
    """
    return rate if callable(rate) else check_number(name, rate)


def rate_at(name: str, rate: Rate, step: int) -> float:
    """The rate of a step.

    Raises:
        ValueError: the function gives no finite number of at least 0 there.

    >>> rate_at("lr", exponential(8.0, 0.5), 3)
    1.0
    """
    if not callable(rate):
        return rate
    value = rate(step)
    if type(value) is float and 0 <= value < math.inf:  # the usual case, without the name, which takes longer to write
        return value
    return check_number(f"{name} of step {step}", value)
