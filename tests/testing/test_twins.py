"""Every law notices a value that breaks it, and names itself; right values break none."""

import pytest

from fnnet.testing import LawBroken, laws_of
from fnnet.testing.laws.broken import TWINS
from fnnet.testing.laws.check import LAWS
from fnnet.testing.laws.twin import Twin
from tests.testing import right, wrong


def first_broken(twin: Twin) -> str:
    """The name of the first law that a twin breaks."""
    for claim in laws_of(twin.subject, twin.kind):
        try:
            with twin.in_place():
                claim.check()
        except LawBroken as error:
            assert error.claim is claim and f"breaks the law {claim.law.name!r}" in str(error)
            return claim.law.name
    return "none"


@pytest.mark.parametrize("twin", (*TWINS, *wrong.TWINS), ids=str)
def test_the_right_law_is_named(twin: Twin) -> None:
    assert first_broken(twin) == twin.law


@pytest.mark.parametrize("kind, value", right.RIGHT, ids=[f"{kind} {i}" for i, (kind, _) in enumerate(right.RIGHT)])
def test_right_values_break_no_law(kind: str, value: object) -> None:
    for claim in laws_of(value, kind):
        claim.check(examples=30)


def test_each_law_has_a_twin() -> None:
    assert {(kind, law.name) for kind, laws in LAWS.items() for law in laws} == {(t.kind, t.law) for t in TWINS}
