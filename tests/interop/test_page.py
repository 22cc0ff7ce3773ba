"""The page of recipes for other packages: each section runs where its packages are installed."""

import doctest
from importlib.util import find_spec
from pathlib import Path

import pytest

import fnnet.interop
from tests.pages import sections

PAGE = Path(fnnet.interop.__path__[0]) / "README.md"
START, SECTIONS = sections(PAGE.read_text(encoding="utf-8"))

# The packages that each section needs; it is tested where they are installed (extras `interop` and `peers`).
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


def test_every_section_is_tested() -> None:
    assert list(SECTIONS) == list(NEEDS)


@pytest.mark.slow
# Keras still defines __array__ as NumPy 1 called it
@pytest.mark.filterwarnings(r"ignore:__array__ implementation doesn't accept a copy:DeprecationWarning:keras\..*")
@pytest.mark.parametrize("name", [name for name, packages in NEEDS.items() if all(map(find_spec, packages))])
def test_the_section_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))  # Keras writes its settings there, by default in the user's home
    examples = doctest.DocTestParser().get_doctest(START + SECTIONS[name], {}, name, str(PAGE), 0)
    output: list[str] = []
    assert doctest.DocTestRunner().run(examples, out=output.append).failed == 0, "".join(output)
