"""Every law notices a value that breaks it, and names itself; right values break none."""

import pytest

from fnnet.testing import laws_of
from fnnet.testing.laws.broken import TWINS
from fnnet.testing.laws.check import LAWS
from fnnet.testing.laws.twin import Twin
from fnnet.testing.ledger.entries import noticed
from tests.testing import right, wrong


@pytest.mark.parametrize("twin", (*TWINS, *wrong.TWINS), ids=str)
def test_the_right_law_is_broken(twin: Twin) -> None:
    error = noticed(twin, seed=0)
    assert error and f"breaks the law {twin.law!r}" in str(error)


@pytest.mark.parametrize("kind, value", right.RIGHT, ids=[f"{kind} {i}" for i, (kind, _) in enumerate(right.RIGHT)])
def test_right_values_break_no_law(kind: str, value: object) -> None:
    """On a few examples; `python -m tests.campaigns laws` tries many."""
    for claim in laws_of(value, kind):
        claim.check(examples=2)


def test_each_law_has_a_twin() -> None:
    assert {(kind, law.name) for kind, laws in LAWS.items() for law in laws} == {(t.kind, t.law) for t in TWINS}
