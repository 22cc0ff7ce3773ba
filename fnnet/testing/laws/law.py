"""`Law`: an equation that must hold of a value, with random examples of what it is about."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeAlias

import attrs
import numpy as np
from hypothesis import Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky, NoSuchExample

from fnnet.core.messages import one_line, quoted
from fnnet.testing.laws.mismatch import Mismatch
from fnnet.testing.laws.source import assignments

Example: TypeAlias = dict[str, Any]
"""What a law is tried on, by name. Any: arrays, networks, numbers, as the law takes them."""

Test: TypeAlias = Callable[..., None]
"""(subject, **example) ↦ None; it raises `Mismatch` where the law does not hold."""


_PATIENCE = 10.0  # seconds that the first example which breaks a law is made smaller; large networks take their time

EXACT = "none"
NARROW = "1e-4: float32 has seven digits, of which a formula may lose three"


class LawBroken(AssertionError):
    """A value breaks a law; the message says which, on what, what was expected and what came.

    Args:
        claim: the law and the value.
        example: the smallest example that was found.
        mismatch: what was expected there, and what came.
        others: other laws that the value breaks.
    """

    def __init__(
        self, claim: "Claim", example: Example, mismatch: Mismatch, others: Sequence["LawBroken"] = ()
    ) -> None:
        self.claim: Claim = claim
        self.example: Example = example
        self.mismatch: Mismatch = mismatch
        law = claim.law
        rows = {
            "equation": law.equation,
            "tolerance": law.tolerance,
            "example": "\n".join(assignments(example)),
            "expected": mismatch.expected,
            "got": mismatch.got,
        }
        lines = [f"{claim.title} breaks the law {law.name!r}:", *_aligned(rows)]
        if others:
            lines.append(f"  also broken: {', '.join(repr(str(other.claim)) for other in others)}")
        super().__init__("\n".join(lines))


@attrs.frozen
class Law:
    """An equation that must hold of every value of a kind.

    Args:
        name: a few words, as in "local".
        equation: what holds, with f, h, … for the value and the names of the example for all else.
        tolerance: how far from it rounding may lead, and why.
        examples: value ↦ a strategy for what the law is tried on.
        test: (value, **example) ↦ None; it raises `Mismatch` where the law does not hold.
        applies: whether the law is about this value of the kind.
        most: how many examples it is tried on at most, where one of them takes long or holds many draws.
    """

    name: str
    equation: str
    tolerance: str
    examples: Callable[[Any], st.SearchStrategy[Example]]
    test: Test
    applies: Callable[[Any], bool] = lambda subject: True
    most: int | None = None

    def __str__(self) -> str:
        return self.name


@attrs.frozen
class Claim:
    """That a law holds of a value.

    >>> from fnnet import relu
    >>> from fnnet.testing import laws_of
    >>> claim = laws_of(relu)[0]
    >>> str(claim), claim.check(examples=10, seed=0)
    ('shape', 10)
    """

    law: Law
    subject: Any  # of the kind that the law is about

    def __str__(self) -> str:
        return self.law.name

    @property
    def __name__(self) -> str:
        """That of the law, by which pytest names a test of it."""
        return self.law.name

    @property
    def title(self) -> str:
        """The value, as it is printed."""
        return named(self.subject)

    def check(self, examples: int | None = None, seed: int | None = None, *, shrink: bool = True) -> int:
        """Try the law on random examples.

        Args:
            examples: how many, at least 1, where the law has no limit of its own; as many as hypothesis tries by the
                current profile, if None.
            seed: the same examples come again; if None, hypothesis chooses.
            shrink: whether an example that breaks the law is made as small as possible, which takes longer.

        Returns:
            How many examples there were.

        Raises:
            LawBroken: (an `AssertionError`) the law does not hold of one of them.
        """
        __tracebackhide__ = True
        last: tuple[Example, Mismatch] | None = None
        tried, patience = 0, 0.0

        def is_broken(example: Example) -> bool:
            nonlocal last, tried, patience
            if last is not None and time.monotonic() > patience:
                return False  # the example is small enough
            tried += 1
            random.seed(tried)  # hypothesis would give each example the same randomness
            np.random.seed(tried)
            mismatch = self._mismatch(example)
            if mismatch:
                patience = patience if last else time.monotonic() + _PATIENCE
                last = example, mismatch
            return mismatch is not None

        profile = settings.default or settings()
        wanted = profile.max_examples if examples is None else examples
        most = wanted if self.law.most is None else min(wanted, self.law.most)
        phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
        quick = settings(max_examples=most, database=None, deadline=None, phases=phases)
        try:
            find(
                self.law.examples(self.subject),
                is_broken,
                settings=quick,
                random=None if seed is None else random.Random(seed),
            )
        except (NoSuchExample, Flaky):  # what is random fails once and then not: any example of it will do
            pass
        if last is None:
            return tried
        raise LawBroken(self, *last)

    def _mismatch(self, example: Example) -> Mismatch | None:
        """What is wrong with the value on an example; an error that it raises is wrong, too."""
        try:
            with np.errstate(all="ignore"):
                self.law.test(self.subject, **example)
        except Mismatch as mismatch:
            return mismatch
        except Exception as error:
            return Mismatch("no error", f"{type(error).__name__}: {one_line(error)}")
        return None


def named(subject: object) -> str:
    """A value for a title: a function by its name, without its address, also in a partial."""
    if isinstance(subject, partial):
        given = [*map(quoted, subject.args), *(f"{key}={quoted(value)}" for key, value in subject.keywords.items())]
        return f"partial({', '.join([named(subject.func), *given])})"
    name = getattr(subject, "__name__", None)
    return str(name) if name else quoted(subject)


def _aligned(rows: dict[str, str]) -> Iterator[str]:
    """Rows of a name and a text, whose further lines are indented."""
    for name, text in rows.items():
        first, *more = text.splitlines() or [""]
        yield f"  {name:10}{first}".rstrip()
        yield from (f"{'':12}{line}" for line in more)
