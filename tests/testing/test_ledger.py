"""`python -m fnnet.testing`: its table, its errors, its exit codes."""

import subprocess
import sys
from pathlib import Path

import pytest

from fnnet import relu, tanh
from fnnet.testing.laws.broken import TWINS
from fnnet.testing.laws.check import LAWS
from fnnet.testing.laws.twin import Twin
from fnnet.testing.ledger.command import main
from fnnet.testing.ledger.objects import OBJECTS
from tests.helpers import patch

MINE = """\
import numpy as np
from fnnet import Activation
tanh = Activation("tanh", np.tanh, lambda z, a, g: g * (1 - a * a))
bent = Activation("bent", np.tanh, lambda z, a, g: g * (1 - a))
"""


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module in the working directory."""
    (tmp_path / "mine.py").write_text(MINE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "mine", raising=False)


def test_each_kind_has_objects() -> None:
    assert OBJECTS.keys() == LAWS.keys()


def test_a_table_of_each_kind(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    patch(monkeypatch, "fnnet.testing.ledger.command.OBJECTS", {"activation": (relu, tanh)})
    assert main(["--seed", "0"]) == 0
    title, header, first, *_ = capsys.readouterr().out.splitlines()
    assert title == "activations"
    assert header == "law              objects examples seconds  result  equation"
    assert first.split()[:3] == ["shape", "2", "150"] and first.endswith("  holds   apply(z), pullback(z, a, g),")


@pytest.mark.usefixtures("mine")
def test_an_object_of_ones_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--object", "mine:tanh", "--seed", "1"]) == 0
    assert main(["--object", "mine:tanh", "--kind", "activation"]) == 0
    capsys.readouterr()
    assert main(["--object", "mine:bent"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[4] for line in lines if line.startswith("derivative")] == ["BROKEN"]
    assert "Activation(bent) breaks the law 'derivative':" in lines


@pytest.mark.usefixtures("mine")
@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--object", "mine"], "--object: expected MODULE:NAME, got 'mine'"),
        (["--object", "mine:other"], "--object: expected a name in mine, got 'other'"),
        (["--object", "yours:f"], "--object: cannot import 'yours': ModuleNotFoundError: No module named 'yours'"),
        (["--object", "mine:np"], "kind: expected what this module is, got None; use one of activation"),
        (["--object", "mine:np", "--kind", "activation"], "activation: expected Activation, got module"),
    ],
    ids=["form", "name", "module", "kind", "type"],
)
def test_errors_are_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"python -m fnnet.testing: error: {message}") and error.count("\n") == 1


def test_twins_are_noticed_or_missed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    harmless = Twin("activation", "local", "breaks nothing", relu)
    patch(monkeypatch, "fnnet.testing.ledger.entries._MANY", 10)
    patch(monkeypatch, "fnnet.testing.ledger.command.TWINS", TWINS[:1])
    assert main(["--break", "--seed", "0"]) == 0
    assert capsys.readouterr().out.split()[:2] == ["shape", "noticed"]
    patch(monkeypatch, "fnnet.testing.ledger.command.TWINS", (harmless,))
    assert main(["--break"]) == 1
    assert capsys.readouterr().out == "local            MISSED  activation   breaks nothing\n"


@pytest.mark.slow
def test_the_reader_of_the_table_may_leave() -> None:
    command = [sys.executable, "-m", "fnnet.testing", "--break"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b"" and process.wait() == 1
