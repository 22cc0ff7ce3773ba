"""The structure of the package: few packages at the top, imports that run downward only, no cycle."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "fnnet"
# From the bottom up: a package imports only from those before it.
PACKAGES = ("core", "nn", "optim", "io", "data", "train", "metrics", "recipes", "interop", "testing", "plots", "cli")
MODULES = {
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in ROOT.rglob("*.py")
}


def imports(name: str) -> set[str]:
    """The modules of fnnet from which a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "fnnet":
            found |= {
                node.module if f"{node.module}.{alias.name}" not in MODULES else f"{node.module}.{alias.name}"
                for alias in node.names
            }
    return found


def rank(name: str) -> int:
    """The place in `PACKAGES` of a module's package; modules at the top of `fnnet` are above all of them."""
    parts = name.split(".")
    return PACKAGES.index(parts[1]) if len(parts) > 1 and parts[1] in PACKAGES else len(PACKAGES)


def test_the_top_has_few_packages() -> None:
    packages = {path.name for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert {name for name in packages if not name.endswith(".py")} == set(PACKAGES)
    assert len(packages) <= 15


def test_nothing_imports_upward() -> None:
    upward = {
        (name, other) for name in MODULES for other in imports(name) if rank(other) > rank(name) and other != "fnnet"
    }
    assert not upward


def test_no_module_is_in_a_cycle() -> None:
    # the __init__ of a package only re-exports names, and imports all of it
    exports = {name for name, path in MODULES.items() if path.name == "__init__.py" and not name.endswith("train.fold")}
    TopologicalSorter({name: imports(name) for name in MODULES.keys() - exports}).prepare()


def test_tests_have_short_names() -> None:
    """And share what they share in helpers, not by importing one another."""
    for path in sorted(Path(__file__).parent.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                assert 15 <= len(node.name) <= 40, (path.name, node.name)
            if isinstance(node, ast.ImportFrom) and path.name != "test_laws_bite.py":
                names = [node.module or "", *(alias.name for alias in node.names)]
                assert not any(name.split(".")[-1].startswith("test_") for name in names), (path.name, names)


@pytest.mark.slow
def test_import_needs_numpy_and_attrs() -> None:
    """Importing fnnet loads nothing else but the standard library, and of that and NumPy nothing that takes long."""
    command = "import sys, numpy, attrs; before = set(sys.modules); import fnnet; print(*sys.modules.keys() - before)"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    assert {name.split(".")[0] for name in modules} <= {"fnnet", "attrs", "numpy"} | sys.stdlib_module_names
    # tens of milliseconds together, for what not every program does
    assert not modules & {"numpy.random", "hashlib", "html", "importlib.resources", "threadpoolctl", "zipfile"}
