"""Edges of the laws: nothing to compare, values that raise errors, packages that are missing, readers that leave."""

import importlib
import runpy
import sys

import attrs
import numpy as np
import pytest

from fnnet import Dense, Params, identity, identity_squared_error
from fnnet.nn import Domain
from fnnet.testing import LawBroken, check_head, laws_of
from fnnet.testing.laws.broken import TWINS
from fnnet.testing.laws.check import LAWS
from fnnet.testing.ledger.command import main
from fnnet.testing.ledger.objects import OBJECTS


@pytest.mark.parametrize("name", ["finite", "weights", "identity"])
def test_far_samples_are_left_out(name: str) -> None:
    """Where every sample is out of range, a law of networks says nothing."""
    params = Params((Dense(np.array([[1e9]]), np.zeros(1)),), identity, identity_squared_error)
    (law,) = (law for law in LAWS["network"] if law.name == name)
    assert str(law) == name
    law.test(params, x=np.ones((2, 1)), y=np.ones((2, 1)), weights=None)


def test_a_schedule_may_raise_purely() -> None:
    """Other laws tell of the error."""
    (pure,) = (claim for claim in laws_of(lambda step: step / 0, "schedule") if str(claim) == "pure")
    assert pure.check(examples=2) >= 1


def test_a_domain_that_fails_breaks_a_law() -> None:
    def contains(t: object, /) -> bool:
        raise ZeroDivisionError

    with pytest.raises(LawBroken, match="ZeroDivisionError"):
        check_head(attrs.evolve(identity_squared_error, domain=Domain("odd", contains)), examples=5)


def test_other_laws_of_twins_may_hold() -> None:
    """A map that gives results as they come gives those of quick functions in order."""
    (twin,) = (twin for twin in TWINS if twin.kind == "map" and twin.law == "order")
    (results,) = (claim for claim in laws_of(twin.subject, "map") if str(claim) == "results")
    assert results.check(examples=3) >= 1
    assert laws_of(OBJECTS["gradient"][0], "gradient")[0].check(examples=2) >= 1


def test_the_laws_need_hypothesis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    monkeypatch.delitem(sys.modules, "fnnet.testing.laws")
    with pytest.raises(
        ImportError, match=r"^the laws of fnnet.testing need hypothesis: pip install 'fnnet\[testing\]'$"
    ):
        importlib.import_module("fnnet.testing.laws")


def test_the_ledger_ends_with_its_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr("builtins.print", leave)
    assert main(["--break"]) == 1


def test_the_ledger_is_a_module(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["fnnet.testing", "--help"])
    with pytest.raises(SystemExit) as exited:
        runpy.run_module("fnnet.testing", run_name="__main__")
    assert exited.value.code == 0 and "--object" in capsys.readouterr().out
    runpy.run_module("fnnet.testing.__main__")  # imported, it does nothing
