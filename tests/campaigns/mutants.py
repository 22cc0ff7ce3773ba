"""The mutants for which `mutmut run` found no test: those of modules whose tests need other packages.

mutmut forks its tests from one process, which the threads of JAX do not survive. Here each mutant has its own process.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

MUTANTS = Path("mutants")
_NO_TESTS = 33  # mutmut's code for it
_TESTS = {
    "fnnet/interop/known.py": ["tests/interop/test_onnx.py", "tests/interop/test_jax.py"],
    "fnnet/interop/onnx.py": ["tests/interop/test_onnx.py"],
    "fnnet/interop/jax.py": ["tests/interop/test_jax.py"],
    "fnnet/interop/trees.py": ["tests/interop/test_trees.py"],
}


def campaign() -> None:
    """Run the tests of `fnnet/interop` on each of its mutants, in the folder where `mutmut` ran; print survivors."""
    for module, tests in _TESTS.items():
        codes = json.loads((MUTANTS / f"{module}.meta").read_text())["exit_code_by_key"]
        names = [name for name, code in codes.items() if code == _NO_TESTS]
        ends = Counter(_is_killed(name, tests) for name in names)
        print(f"{module}: {ends[True]} of {len(names)} mutants killed", flush=True)


def _is_killed(name: str, tests: list[str]) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-m", "not slow", *tests]
    environment = {**os.environ, "MUTANT_UNDER_TEST": name}
    killed = subprocess.run(command, cwd=MUTANTS, env=environment, capture_output=True).returncode != 0
    if not killed:
        print(name, flush=True)
    return killed
