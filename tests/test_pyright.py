"""pyright finds no fault either, in its standard mode, and every public name has a type."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pages import ROOT, write_pages

pytestmark = pytest.mark.slow


def pyright(*arguments: str) -> None:
    """Run pyright in this environment; fail with what it says if it finds an error."""
    # --verifytypes knows no --pythonpath: it asks the Python that it finds on the path
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    run = subprocess.run(
        [sys.executable, "-m", "pyright", *arguments],
        cwd=ROOT,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_pyright_is_clean() -> None:
    """`typing_cases.py` included, where each error must be one, as for mypy."""
    pyright()


def test_pages_are_clean_to_pyright(tmp_path: Path) -> None:
    write_pages(tmp_path)
    pyright(str(tmp_path))


def test_every_public_name_has_a_type() -> None:
    pyright("--verifytypes", "fnnet", "--ignoreexternal")
