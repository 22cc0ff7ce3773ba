"""mypy in strict mode finds no fault with the package and the tests, `typing_cases.py` included."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_mypy_is_clean() -> None:
    root = Path(__file__).parent.parent
    run = subprocess.run([sys.executable, "-m", "mypy"], cwd=root, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
