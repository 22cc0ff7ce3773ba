"""The laws of a schedule s(step): a number, such as a learning rate, as a pure function of the step."""

import math
from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from fnnet.optim.schedules import Schedule
from fnnet.testing.laws.course import ROUNDING, Course, close, course_laws
from fnnet.testing.laws.law import EXACT, Example, Law
from fnnet.testing.laws.mismatch import require, require_same
from fnnet.testing.laws.walks import rebuilt

_NUMBER = (int, float, np.integer, np.floating)
_LENGTH, _CONTIGUOUS = 500, 10_000
# round numbers, where schedules end, and their neighbors; powers of 2
_ENDS = sorted(
    {k * 10**e + d for k in range(1, 100) for e in range(3, 6) for d in (-1, 0, 1)}
    | {2**e + d for e in range(13, 31) for d in (-1, 0, 1)}
)
_NEAR = st.integers(0, 20) | st.integers(0, 2000)
_FAR = [step for step in _ENDS if step >= _CONTIGUOUS]


def _stretches(s: Schedule) -> st.SearchStrategy[Example]:
    """All steps up to 10,000 in stretches, and then round numbers with their neighbors up to 10⁹."""
    stretches = [range(start, start + _LENGTH) for start in range(0, _CONTIGUOUS, _LENGTH)]
    far = [_FAR[i : i + _LENGTH] for i in range(0, len(_FAR), _LENGTH)]
    return st.sampled_from([*stretches, *far]).map(lambda steps: {"steps": steps})


def _few(s: Schedule) -> st.SearchStrategy[Example]:
    return st.lists(_NEAR, min_size=1, max_size=8).map(lambda steps: {"steps": steps})


def _one(s: Schedule) -> st.SearchStrategy[Example]:
    return st.fixed_dictionaries({"step": _NEAR})  # whose powers no integer of 64 bits exceeds


def _number(s: Schedule, steps: Sequence[int]) -> None:
    for step in steps:
        value = s(step)
        holds = isinstance(value, _NUMBER) and not isinstance(value, bool)
        require(holds, f"s({step}): a number", f"{type(value).__name__} {value!r}")


def _pure(s: Schedule, steps: Sequence[int]) -> None:
    kept = rebuilt(s)
    comparable = kept == s
    upward = sorted({0, *steps})
    values = {step: _value(s, step) for step in upward}
    for step in (*reversed(upward), *upward, *steps):
        require_same(_value(s, step), values[step], f"s({step}), again")
    require(not comparable or kept == s, f"the same schedule afterwards, {kept!r}", repr(s))


def _value(s: Schedule, step: int) -> object:
    """The value, or the error that comes in its place: of that, other laws tell."""
    try:
        return s(step)
    except Exception as error:
        return repr(error)


def _finite(s: Schedule, steps: Sequence[int]) -> None:
    for step in steps:
        value = s(step)
        require(math.isfinite(value), f"s({step}): a finite number", value)


def _rate(s: Schedule, steps: Sequence[int]) -> None:
    for step in steps:
        value = s(step)
        require(value >= 0, f"s({step}) ≥ 0", value)


def _integers(s: Schedule, step: int) -> None:
    value, expected = float(s(np.int64(step))), float(s(step))  # type: ignore[arg-type]  # as from np.arange
    require(close(value, expected), f"s(np.int64({step})) = {expected!r}", repr(value))


def like(other: Schedule) -> Law:
    """The law that a schedule gives the same numbers as another."""

    def test(s: Schedule, steps: Sequence[int]) -> None:
        size = abs(other(0))
        for step in steps:
            value, expected = s(step), other(step)
            holds = abs(value - expected) <= 1e-9 * abs(expected) + 1e-12 * size
            require(holds, f"s({step}) = {float(expected)!r}", repr(float(value)))

    name = getattr(other, "__name__", None) or repr(other)
    return Law("like", f"s = {name}", ROUNDING, _stretches, test)


def laws(
    *, warmup: int | None = None, peak: float | None = None, steps: int | None = None, final: float | None = None
) -> tuple[Law, ...]:
    """The laws of a schedule of which this is known beside its fields."""
    return (
        Law("pure", "s(step) is the same number in any order of calls", EXACT, _few, _pure),
        Law("number", "s(step) is an integer or a float, of Python or NumPy", EXACT, _stretches, _number),
        Law("finite", "s(step) is finite, however late the step", EXACT, _stretches, _finite),
        Law("rate", "s(step) ≥ 0: no optimizer takes a negative rate", EXACT, _stretches, _rate),
        Law("integers", "s takes NumPy's integers, too", ROUNDING, _one, _integers),
        *course_laws(Course(warmup, peak, steps, final), _stretches),
    )


LAWS = laws()
