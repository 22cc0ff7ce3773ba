"""The peers: a module each, with a function for every kind of case that the peer can do.

Such a function prepares all that does not depend on the weights, and returns the work. A module imports its package
at the top, so it can be imported only where that is installed.
"""

from collections.abc import Iterable
from importlib import import_module
from types import ModuleType

from tests.bench.cases import Problem
from tests.bench.measure import Turn, clock

OURS = "fnnet"

MODULES = {
    OURS: "ours",
    "plain reduce": "plain",
    "PyTorch": "pytorch",
    "JAX": "jax_scan",
    "scikit-learn": "sklearn_mlp",
    "Keras": "keras_jax",
    "ONNX Runtime": "onnx_runtime",
}


def load(names: Iterable[str] | None) -> tuple[dict[str, ModuleType], str]:
    """The modules of fnnet and of these peers, or all, as far as they are installed; a line on those that are not.

    Raises:
        ValueError: there is no such peer.
    """
    wanted = MODULES.keys() if names is None else [OURS, *names]
    if unknown := set(wanted) - MODULES.keys():
        raise ValueError(f"peers: expected some of {', '.join(MODULES)}, got {', '.join(unknown)}")
    found, missing = {}, []
    for name in wanted:
        try:
            found[name] = import_module(f"{__name__}.{MODULES[name]}")
        except ModuleNotFoundError as error:
            missing.append(f"{name} (no module {error.name})")
    return found, f"Left out, as not installed: {', '.join(missing)}." if missing else ""


def turns(problem: Problem, peers: dict[str, ModuleType]) -> dict[str, Turn]:
    """The timed work of each peer that can do this kind of case."""
    kind = problem.case.kind
    return {name: clock(getattr(peer, kind)(problem)) for name, peer in peers.items() if hasattr(peer, kind)}
