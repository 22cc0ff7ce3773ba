"""The structure of the package: few rooms at the top, imports that run downward only, no cycle."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent / "fnnet"
# From the ground up: a package imports from those before it.
FLOORS = ("core", "nn", "optim", "io", "data", "train", "metrics", "recipes", "interop", "plots", "cli")
MODULES = {
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in ROOT.rglob("*.py")
}


def imports(name: str) -> set[str]:
    """The modules of ours that a module imports from, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "fnnet":
            found |= {
                node.module if f"{node.module}.{alias.name}" not in MODULES else f"{node.module}.{alias.name}"
                for alias in node.names
            }
    return found


def floor(name: str) -> int:
    """The number of the package that a module is in; what stands at the top of `fnnet` is above them all."""
    parts = name.split(".")
    return FLOORS.index(parts[1]) if len(parts) > 1 and parts[1] in FLOORS else len(FLOORS)


def test_there_are_few_rooms_at_the_top() -> None:
    rooms = {path.name for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert {room for room in rooms if not room.endswith(".py")} == set(FLOORS)
    assert len(rooms) <= 15


def test_nothing_imports_upward() -> None:
    upward = {
        (name, other) for name in MODULES for other in imports(name) if floor(other) > floor(name) and other != "fnnet"
    }
    assert not upward


def test_no_module_is_in_a_cycle() -> None:
    # the face of a package only hands names on, and imports all of it
    faces = {name for name, path in MODULES.items() if path.name == "__init__.py" and not name.endswith("train.fold")}
    TopologicalSorter({name: imports(name) for name in MODULES.keys() - faces}).prepare()


def test_the_top_imports_numpy_and_attrs_alone() -> None:
    command = (
        "import sys, numpy.random, attrs; before = set(sys.modules); import fnnet; print(*sys.modules.keys() - before)"
    )
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    packages = {name.split(".")[0] for name in done.stdout.split()}
    assert packages <= {"fnnet", "attrs", "numpy"} | sys.stdlib_module_names
