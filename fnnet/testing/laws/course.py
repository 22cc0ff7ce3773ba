"""The laws of a schedule's course: what its fields say of it, or the caller."""

from collections.abc import Callable, Sequence
from typing import Any

import attrs
from hypothesis import strategies as st

from fnnet.optim.schedules import Schedule
from fnnet.testing.laws.law import Example, Law
from fnnet.testing.laws.mismatch import require

ROUNDING = "1e-9, for rounding"


@attrs.frozen
class Course:
    """What is known of a schedule: None where it is not.

    Args:
        warmup: for how many steps it rises.
        peak: its largest value, that of the last step of these.
        steps: from which step on it is `final`.
        final: its last value.
    """

    warmup: int | None = None
    peak: float | None = None
    steps: int | None = None
    final: float | None = None

    def of(self, s: Schedule) -> "Course":
        """What is known of this schedule: what is known here, and else what its fields of the same names hold.

        >>> from fnnet.optim.schedules import cosine
        >>> Course(final=0.5).of(cosine(1.0, 8, warmup=2))
        Course(warmup=2, peak=1.0, steps=8, final=0.5)
        """
        final = _number(s, "last", int, float) if self.final is None else self.final
        return Course(
            _number(s, "warmup", int) if self.warmup is None else self.warmup,
            _number(s, "peak", int, float) if self.peak is None else self.peak,
            _number(s, "steps", int) if self.steps is None else self.steps,
            _number(s, "final", int, float) if final is None else final,
        )

    def top(self, s: Schedule) -> float | None:
        """The value that no other exceeds: the peak or, where that is not known, the last of the warm-up."""
        if self.peak is None:
            return s(self.warmup - 1) if self.warmup else None
        return None if self.final is not None and self.final > self.peak else self.peak


def _number(s: Schedule, name: str, *kinds: type) -> Any:
    value = getattr(s, name, None)
    return value if isinstance(value, kinds) and not isinstance(value, bool) else None


def close(value: float, expected: float, size: float = 0.0) -> bool:
    """Whether two values are the same but for rounding, of numbers of some size."""
    return abs(value - expected) <= 1e-9 * max(abs(expected), size)


def _levels(s: Schedule) -> tuple[Sequence[float], Sequence[int]]:
    values: Any = getattr(s, "values", None)
    boundaries: Any = getattr(s, "boundaries", None)
    listed = isinstance(values, (tuple, list)) and isinstance(boundaries, (tuple, list))
    return (values, boundaries) if listed and len(values) == len(boundaries) + 1 else ((), ())


def _level(s: Schedule, step: int) -> None:
    values, boundaries = _levels(s)
    expected = values[sum(step >= boundary for boundary in boundaries)]
    require(close(s(step), expected), f"s({step}) = {expected!r}", repr(s(step)))


def _near_boundaries(s: Schedule) -> st.SearchStrategy[Example]:
    steps = [max(0, boundary + d) for boundary in _levels(s)[1] for d in (0, -1, 1)]
    return st.fixed_dictionaries({"step": st.sampled_from([0, *steps, 10**6])})


def course_laws(known: Course, stretches: Callable[[Schedule], st.SearchStrategy[Example]]) -> tuple[Law, ...]:
    """The laws of a schedule's course.

    Args:
        known: what the caller knows of it, beside its fields.
        stretches: schedule ↦ the steps on which a law about all of them is tried.
    """

    def warming(s: Schedule) -> st.SearchStrategy[Example]:
        return st.fixed_dictionaries({"step": st.integers(0, (known.of(s).warmup or 1) - 1)})

    def rises(s: Schedule, step: int) -> None:
        course, last = known.of(s), (known.of(s).warmup or 1) - 1
        if course.peak is not None:
            require(close(s(last), course.peak), f"s({last}) = {course.peak!r}", repr(s(last)))
        if step and s(last):
            require(s(step - 1) < s(step), f"s({step - 1}) < s({step})", f"{s(step - 1)!r}, {s(step)!r}")

    def stays_below(s: Schedule, steps: Sequence[int]) -> None:
        top = known.of(s).top(s)
        for step in steps:
            require(top is None or s(step) <= top or close(s(step), top), f"s({step}) ≤ {top!r}", repr(s(step)))

    def ends(s: Schedule, step: int) -> None:
        final = known.of(s).final
        require(final is not None and close(s(step), final, abs(s(0))), f"s({step}) = {final!r}", repr(s(step)))

    def late(s: Schedule) -> st.SearchStrategy[Example]:
        start = known.of(s).steps or 0
        return st.fixed_dictionaries({"step": st.sampled_from([start + k for k in (0, 1, 2, 10, 1000, 10**6)])})

    return (
        Law(
            "warmup",
            "s rises from step to step until it is `peak` at step warmup - 1",
            ROUNDING,
            warming,
            rises,
            lambda s: bool(known.of(s).warmup),
        ),
        Law(
            "peak",
            "s(step) ≤ `peak`, where the warm-up ends",
            ROUNDING,
            stretches,
            stays_below,
            lambda s: known.of(s).top(s) is not None,
        ),
        Law(
            "final",
            "s(step) = `final` from step `steps` on",
            ROUNDING,
            late,
            ends,
            lambda s: known.of(s).steps is not None and known.of(s).final is not None,
        ),
        Law(
            "boundaries",
            "s(step) = values[i], where i of the boundaries are ≤ step",
            ROUNDING,
            _near_boundaries,
            _level,
            lambda s: bool(_levels(s)[0]),
        ),
    )
