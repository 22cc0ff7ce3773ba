"""The entries of the ledger: a law, tried on everything that it is about."""

from collections.abc import Iterable, Iterator
from time import perf_counter
from typing import Any

import attrs

from fnnet.testing.laws.check import LAWS, laws_of
from fnnet.testing.laws.law import Claim, Law, LawBroken
from fnnet.testing.laws.twin import Twin

_EACH = 75  # examples of a law and a value: all together take under a minute
_ROUNDS, _MANY = 10, 300  # examples of a twin: the first that breaks the law ends the search


@attrs.frozen
class Entry:
    """A law that was tried.

    Args:
        law: which.
        objects: on how many values.
        examples: on how many examples of all of them.
        seconds: how long it took.
        broken: the errors of those values of which it does not hold.
    """

    law: Law
    objects: int
    examples: int
    seconds: float
    broken: tuple[LawBroken, ...]


def entries(kind: str, values: Iterable[Any], seed: int | None) -> Iterator[Entry]:
    """An entry for each law of a kind, tried on all values of which it may hold; lazily.

    >>> from fnnet import relu, tanh
    >>> first = next(entries("activation", [relu, tanh], seed=0))
    >>> first.law.name, first.objects, first.broken
    ('shape', 2, ())
    """
    claims = [claim for value in values for claim in laws_of(value, kind)]
    for law in LAWS[kind]:
        tried = [claim for claim in claims if claim.law is law]
        if tried:
            yield _entry(law, tried, seed)


def noticed(twin: Twin, seed: int | None) -> LawBroken | None:
    """The error by which its law notices a twin; None if it does not, in several rounds of examples."""
    (claim,) = (claim for claim in laws_of(twin.subject, twin.kind) if claim.law.name == twin.law)
    for k in range(_ROUNDS):
        try:
            with twin.in_place():
                claim.check(_MANY, None if seed is None else seed + k, shrink=False)
        except LawBroken as error:
            return error
    return None


def _entry(law: Law, claims: list[Claim], seed: int | None) -> Entry:
    examples, broken, start = 0, [], perf_counter()
    for claim in claims:
        try:
            examples += claim.check(_EACH, seed)
        except LawBroken as error:
            broken.append(error)
    return Entry(law, len(claims), examples, perf_counter() - start, tuple(broken))
