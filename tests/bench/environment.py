"""The machine, and what is set so that every library has the same share of it. Imports no NumPy."""

import os
import platform
import sys
from collections.abc import MutableMapping
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

# The first two slow a current NumPy down, the next two spare JAX a compilation or change its dtype; with the last, a
# process would compile our source at each start, as it does not for a user.
REMOVED = (
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
    "JAX_COMPILATION_CACHE_DIR",
    "JAX_ENABLE_X64",
    "PYTHONDONTWRITEBYTECODE",
)

BACKEND = {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"}

PACKAGES = ("numpy", "torch", "jax", "optax", "scikit-learn", "keras", "onnxruntime")


def prepare(variables: MutableMapping[str, str]) -> None:
    """Set the variables for one thread in every library; it must happen before NumPy is imported.

    >>> variables = {"HOME": "/", "OPENBLAS_CORETYPE": "Haswell"}
    >>> prepare(variables)
    >>> variables["OMP_NUM_THREADS"], "OPENBLAS_CORETYPE" in variables
    ('1', False)
    """
    for name in REMOVED:
        variables.pop(name, None)
    variables.update(dict.fromkeys(THREADS, "1") | BACKEND)


def use_one_processor() -> None:
    """Stay on the last processor: the system's own work tends to be on the first, and XLA starts a thread for each."""
    if sys.platform == "linux":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def description() -> str:
    """Two lines: date, processor, system, threads and BLAS; the versions of what is installed."""
    return (
        f"{date.today()}, {_processor()}, {platform.system()}, one thread, {_blas()}, float32.\n"
        f"Python {platform.python_version()}, {', '.join(filter(None, map(_version, PACKAGES)))}."
    )


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _blas() -> str:
    """The library behind NumPy's matrix products, with the kernels it chose if `threadpoolctl` can tell."""
    import numpy as np

    build = np.show_config(mode="dicts") or {}
    name = str(build.get("Build Dependencies", {}).get("blas", {}).get("name", "unknown BLAS"))
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return name
    # SciPy and PyTorch bring libraries of their own
    found = [pool for pool in threadpool_info() if "numpy" in str(pool["filepath"])]
    return " ".join([name, *(str(pool.get(key)) for pool in found for key in ("version", "architecture"))])


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return ""
