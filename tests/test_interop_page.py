"""The page of recipes for other packages: each section runs where its package is installed."""

import doctest
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

import fnnet.interop

PAGE = Path(fnnet.interop.__path__[0]) / "README.md"
START, *PARTS = re.split("^## ", PAGE.read_text(encoding="utf-8"), flags=re.M)
SECTIONS = {part.splitlines()[0]: part for part in PARTS}

# What each section of the page needs; it is collected where that is installed (extras `interop` and `peers`).
NEEDS = {
    "JAX": ("jax",),
    "ONNX": ("onnx", "onnxruntime"),
    "PyTorch": ("torch",),
    "Keras": ("keras", "jax"),
    "scikit-learn": ("sklearn",),
    "SciPy": ("scipy",),
    "toolz, functools and itertools": ("toolz",),
    "Dask": ("distributed",),
    "joblib": ("joblib",),
}


def test_every_section_is_among_them() -> None:
    assert list(SECTIONS) == list(NEEDS)


@pytest.mark.slow
# Keras' variables are still of the __array__ that NumPy 2 has replaced
@pytest.mark.filterwarnings(r"ignore:__array__ implementation doesn't accept a copy:DeprecationWarning:keras\..*")
@pytest.mark.parametrize("name", [name for name, packages in NEEDS.items() if all(map(find_spec, packages))])
def test_a_section_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))  # where it would write its settings, in the user's home otherwise
    examples = doctest.DocTestParser().get_doctest(START + SECTIONS[name], {}, name, str(PAGE), 0)
    told: list[str] = []
    assert doctest.DocTestRunner().run(examples, out=told.append).failed == 0, "".join(told)
