"""Where another package is missing, the error says how to install it."""

import importlib
import sys

import pytest


@pytest.mark.parametrize("package, name", [("jax", "JAX"), ("onnx", "ONNX")])
def test_missing_package_names_its_extra(package: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"fnnet.interop.{package}", raising=False)
    message = rf"^fnnet\.interop\.{package} needs {name}: pip install 'fnnet\[{package}\]'$"
    with pytest.raises(ImportError, match=message):
        importlib.import_module(f"fnnet.interop.{package}")
