"""The pytest plugin explains why records differ, and is not loaded where nobody asks for it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fnnet import Dense, TrainState, init_params, relu, sgd, tanh
from fnnet.nn.domains import Domain
from fnnet.testing.plugin import pytest_assertrepr_compare

PLUGIN = 'pytest_plugins = ["fnnet.testing.plugin"]\n'
TESTS = """\
import numpy as np
from fnnet import Dense, init_params

def test_layers():
    assert Dense(np.ones((4, 3)), np.zeros(3)) == Dense(np.eye(4, 3), np.zeros(3))

def test_pairs():
    assert (1, init_params((4, 3, 2), seed=0)) == (1, init_params((4, 3, 2), seed=0, dtype=np.float64))

def test_equal():
    assert Dense(np.eye(2), np.zeros(2)) == Dense(np.eye(2), -np.zeros(2))
"""
ONE_TEST = "def test_nothing():\n    assert [1, 2] == [1, 3]\n"


def run(folder: Path, tests: str, conftest: str = "", *options: str) -> str:
    """What pytest prints about a project."""
    (folder / "test_project.py").write_text(tests)
    (folder / "conftest.py").write_text(conftest)
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-X", "importtime", "-m", "pytest", "-p", "no:cacheprovider", *options, str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.mark.slow
def test_pytest_says_what_differs(tmp_path: Path) -> None:
    crash = "representation of details failed"
    assert crash in run(tmp_path, TESTS)  # when pytest can compare records of arrays by itself, this line may go
    text = run(tmp_path, TESTS, PLUGIN)
    assert crash not in text
    assert "Dense(4 -> 3, float64) == Dense(4 -> 3, float64)" in text
    assert "weights[0, 1]: 1.0, not 0.0, off by 1; 9 of 12 differ" in text
    assert "[1].layers[0].weights: dtype float32, not float64" in text
    assert "2 failed, 1 passed" in text


@pytest.mark.slow
def test_other_projects_pay_nothing(tmp_path: Path) -> None:
    text = run(
        tmp_path, ONE_TEST, "", "-p", "no:hypothesispytest"
    )  # Hypothesis's own plugin loads it where a test fails
    assert "1 failed" in text
    modules = {line.rpartition("|")[2].strip().split(".")[0] for line in text.splitlines() if "import time:" in line}
    assert "_pytest" in modules
    assert not modules & {"fnnet", "numpy", "attrs", "hypothesis"}


def test_explanations_are_of_records_only() -> None:
    layer = Dense(np.eye(2), np.zeros(2))
    params = init_params((2, 1), seed=0)
    for op, left, right in (
        ("!=", layer, layer),
        ("==", layer, 1),
        ("==", [1, 2], [1, 3]),
        ("==", "one", "two"),
        ("==", layer, layer),
        ("in", layer, [layer]),
    ):
        assert pytest_assertrepr_compare(op, left, right) is None
    summary, empty, line = pytest_assertrepr_compare("==", [relu, 1], [tanh, 1]) or []
    assert (summary, empty) == ("[Activation(relu), 1] == [Activation(tanh), 1]", "")
    assert line == "[0]: Activation(relu), not Activation(tanh)"
    assert (pytest_assertrepr_compare("==", layer, params) or [])[2:] == ["Dense, not Params"]
    states = [TrainState(epoch, params, sgd(0.1).init(params)) for epoch in (1, 2)]
    assert (pytest_assertrepr_compare("==", *states) or [])[2:] == ["epoch: 1, not 2, off by 1, 0.5 times |b|"]
    assert pytest_assertrepr_compare("==", Domain("all", np.all), Domain("any", np.any)) is None
