"""The process that measures: the same threads and processors for every library, and nothing else set."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

_INSIDE = "FNNET_BENCH"

# what would favor a library on one machine, or spare it the compilation
_REMOVED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "JAX_COMPILATION_CACHE_DIR", "JAX_ENABLE_X64")
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def inside() -> bool:
    """Whether this is the process that measures."""
    return _INSIDE in os.environ


def environment(outer: Mapping[str, str], threads: int) -> dict[str, str]:
    """The variables of the process that measures.

    >>> inner = environment({"HOME": "/", "OPENBLAS_CORETYPE": "Haswell"}, 1)
    >>> inner["HOME"], inner["OMP_NUM_THREADS"], "OPENBLAS_CORETYPE" in inner
    ('/', '1', False)
    """
    kept = {key: value for key, value in outer.items() if key not in _REMOVED}
    parallel = str(threads > 1).lower()
    backend = {
        "KERAS_BACKEND": "jax",
        "JAX_PLATFORMS": "cpu",
        "XLA_FLAGS": f"--xla_cpu_multi_thread_eigen={parallel}",
        _INSIDE: "1",
    }
    return kept | dict.fromkeys(_THREADS, str(threads)) | backend


def processors(available: Sequence[int], threads: int) -> set[int]:
    """As many processors as threads: the last ones, as the system's own work tends to be on the first.

    Raises:
        ValueError: there are fewer.

    >>> processors([0, 1, 2, 3], 2)
    {2, 3}
    """
    if threads > len(available):
        raise ValueError(f"threads: expected up to {len(available)}, the processors there are, got {threads}")
    return set(sorted(available)[-threads:])


def rerun(argv: Sequence[str], threads: int) -> int:
    """Run the benchmark again as a process of that environment; its exit code.

    Raises:
        ValueError: there are fewer processors than threads.
    """
    if sys.platform == "linux":
        # what is started here inherits it, as do XLA's threads, which are as many as the processors
        os.sched_setaffinity(0, processors(list(os.sched_getaffinity(0)), threads))
    line = [sys.executable, "-m", "tests.bench", *argv]
    return subprocess.run(line, env=environment(os.environ, threads)).returncode
