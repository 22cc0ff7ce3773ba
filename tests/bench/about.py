"""The circumstances that a number means nothing without: date, processor, versions, threads."""

import datetime
import platform
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from tests.bench.contender import Contender
from tests.bench.contenders import PLAIN

_CPUINFO = Path("/proc/cpuinfo")


def processor() -> str:
    """The processor's name, as the system tells it."""
    if _CPUINFO.exists():
        for line in _CPUINFO.read_text().splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def blas() -> str:
    """The library behind NumPy's matrix products, with the kernels it chose if `threadpoolctl` can tell."""
    build = np.show_config(mode="dicts") or {}
    name = str(build.get("Build Dependencies", {}).get("blas", {}).get("name", "unknown BLAS"))
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return name
    # SciPy brings a BLAS of its own, so the first is NumPy's only as long as nothing else is imported
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    if not pools:
        return name
    kinds = [pools[0].get(key) for key in ("internal_api", "version", "architecture")]
    return " ".join(str(kind) for kind in kinds if kind)


def circumstances(contenders: Iterable[Contender], threads: int, library: str) -> str:
    """Two lines of Markdown.

    Args:
        contenders: whose versions count.
        threads: of each library.
        library: what `blas()` said.
    """
    today = datetime.date.today().isoformat()
    versions = {f"Python {platform.python_version()}": None, f"NumPy {np.__version__}": None}
    versions |= {f"{c.name} {c.version}": None for c in contenders if c.name != PLAIN}
    number = "one thread" if threads == 1 else f"{threads} threads"
    return f"{today}, {processor()}, {platform.system()}, {number}, {library}, float32.\n{', '.join(versions)}."
