"""Hypothesis profiles: `HYPOTHESIS_PROFILE=ci pytest` repeats itself exactly, `mutation` is short."""

import os
import signal
import tracemalloc
from collections.abc import Callable
from importlib.util import find_spec

import pytest
from hypothesis import Phase, settings

if "PYTEST_XDIST_WORKER" in os.environ:  # one of several processes (`pytest -n auto`): one thread is enough for each
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

pytest_plugins = ["fnnet.testing.plugin"]  # explains why two records are not equal

# Some tests send signals to processes that they start, which would ignore them where pytest does: Ctrl-C if a script
# runs it in the background, SIGHUP under nohup.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

settings.register_profile("dev", deadline=None, max_examples=60)
settings.register_profile("ci", deadline=None, max_examples=60, derandomize=True)
settings.register_profile(
    "mutation", deadline=None, max_examples=20, derandomize=True, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

# Tests of other packages are collected where these are installed (extras `interop` and `peers`).
_NEEDS = {
    "test_pyright.py": ("pyright", "jax", "onnx", "toolz", "distributed", "nbclient"),
    "cli/test_tutorial.py": ("nbformat", "nbclient", "ipykernel"),
    "interop/test_torch.py": ("torch",),
    "interop/test_dask.py": ("distributed",),
    "interop/test_page.py": ("scipy",),
    "interop/test_scipy.py": ("scipy",),
    "interop/test_optax.py": ("jax", "optax"),
    "interop/test_jax.py": ("jax",),
    "interop/test_trees.py": ("jax",),
    "interop/test_onnx.py": ("onnx", "onnxruntime"),
    "interop/test_campaigns.py": ("sklearn",),
    "interop/test_own_data.py": ("sklearn", "pandas"),
    "scripts/toolz_pipes.py": ("toolz",),
    "campaigns/scaling.py": ("distributed",),
    "campaigns/tables.py": ("sklearn",),
    "campaigns/initial.py": ("sklearn",),
    "campaigns/folds.py": ("sklearn",),
}
collect_ignore = [file for file, packages in _NEEDS.items() if not all(map(find_spec, packages))]


@pytest.fixture
def peak() -> Callable[[Callable[[], object]], int]:
    """A function that calls another and returns the most memory that it took, in bytes."""

    def measured(call: Callable[[], object]) -> int:
        tracemalloc.start()
        call()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    return measured
