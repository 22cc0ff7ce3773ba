"""`mypy --strict` finds no fault with the package, the tests, the scripts of users and the examples of the pages."""

import importlib
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.pages import ROOT, write_pages

SCRIPTS = [path.stem for path in sorted(Path(__file__).parent.glob("scripts/[a-z]*.py"))]
NEEDS = {"toolz_pipes": "toolz"}


@pytest.mark.slow
def test_mypy_is_clean(tmp_path: Path) -> None:
    """What must not type-check is in `typing_cases.py`, where each error must be one."""
    write_pages(tmp_path)
    command = [sys.executable, "-m", "mypy", "fnnet", "tests", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in SCRIPTS if find_spec(NEEDS.get(name, "numpy"))])
def test_scripts_of_users_run(name: str) -> None:
    importlib.import_module(f"tests.scripts.{name}").main()
