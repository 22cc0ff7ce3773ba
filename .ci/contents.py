"""Check what is in the wheel and in the source distribution: `contents.py FILE...`."""

import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = {
    str(path.relative_to(ROOT))
    for path in (ROOT / "fnnet").rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
}


def check(path: str) -> None:
    """The package is there, whole; tests are in the source and not in the wheel."""
    if path.endswith(".whl"):
        names = set(zipfile.ZipFile(path).namelist())
        extra = {name for name in names if not name.startswith(("fnnet/", "fnnet-"))}
        assert {name for name in names if name.startswith("fnnet/")} == PACKAGE, names ^ PACKAGE
        assert not extra, extra
    else:
        names = {name.split("/", 1)[1] for name in tarfile.open(path).getnames()}
        wanted = PACKAGE | {
            "README.md",
            "pyproject.toml",
            "tests/train/test_fold.py",
            "typings/threadpoolctl/__init__.pyi",
        }
        assert wanted <= names, wanted - names
    assert {"fnnet/py.typed", "fnnet/data/mnist.npz", "fnnet/LICENSE"} <= names
    print(f"{Path(path).name}: {len(names)} files, {Path(path).stat().st_size:,} bytes")


for argument in sys.argv[1:]:
    check(argument)
