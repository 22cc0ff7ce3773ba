"""The public laws hold of the library's own steps and loops."""

import pytest

from fnnet.testing import laws_of
from fnnet.testing.laws import Claim
from fnnet.testing.ledger.objects import OBJECTS

CLAIMS = [(kind, claim) for kind in ("training", "fit") for value in OBJECTS[kind] for claim in laws_of(value, kind)]


@pytest.mark.parametrize("claim", [claim for _, claim in CLAIMS], ids=lambda claim: f"{claim.title}-{claim}")
def test_training_obeys_its_laws(claim: Claim) -> None:
    claim.check()
