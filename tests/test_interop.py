"""What leads to other packages says, where these are missing, how to get them."""

import importlib
import sys

import pytest


@pytest.mark.parametrize("package, name", [("jax", "JAX"), ("onnx", "ONNX")])
def test_a_missing_package_is_told_in_one_line(package: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"fnnet.interop.{package}", raising=False)
    message = rf"^fnnet\.interop\.{package} needs {name}: pip install 'fnnet\[{package}\]'$"
    with pytest.raises(ImportError, match=message):
        importlib.import_module(f"fnnet.interop.{package}")
