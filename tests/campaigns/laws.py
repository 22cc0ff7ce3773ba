"""The laws on many seeds: right values break none, and what is wrong breaks its own law first."""

from fnnet.testing import LawBroken, laws_of
from fnnet.testing.laws.broken import TWINS
from fnnet.testing.laws.law import Claim
from fnnet.testing.laws.twin import Twin
from tests.testing import right, wrong


def campaign(kinds: list[str], first: int, count: int, examples: int) -> None:
    """Print each false alarm, and each twin that breaks another law before its own.

    Args:
        kinds: of values; all if empty.
        first: the first seed.
        count: how many seeds each right value is tried with.
        examples: of each law with each seed.
    """
    values = [(kind, value) for kind, value in right.RIGHT if kind in kinds or not kinds]
    alarms = sum(_alarms(claim, first, count, examples) for kind, value in values for claim in laws_of(value, kind))
    twins = [twin for twin in (*TWINS, *wrong.TWINS) if twin.kind in kinds or not kinds]
    others = [f"{twin}: {found}, not {twin.law}" for twin in twins if (found := _first_broken(twin)) != twin.law]
    print(*others, sep="\n")
    print(
        f"{len(values)} right values, {count} seeds: {alarms} false alarms; {len(twins)} twins, {len(others)} by others"
    )


def _alarms(claim: Claim, first: int, count: int, examples: int) -> int:
    alarms = 0
    for seed in range(first, first + count):
        try:
            claim.check(examples, seed)
        except LawBroken as error:
            print(f"seed {seed}: {error}", flush=True)
            alarms += 1
    return alarms


def _first_broken(twin: Twin) -> str:
    """The name of the first law that a twin breaks."""
    for claim in laws_of(twin.subject, twin.kind):
        try:
            with twin.in_place():
                claim.check(shrink=False)
        except LawBroken:
            return claim.law.name
    return "none"
