"""Who takes part: fnnet, its definition, and the peers that are installed."""

from collections.abc import Callable, Mapping

import attrs

from tests.bench import (
    peer_fnnet,
    peer_jax,
    peer_keras,
    peer_onnx,
    peer_sklearn,
    peer_torch,
)
from tests.bench.contender import Contender

Loader = Callable[[int], Contender]
"""Imports a peer and tells it the number of threads; ImportError if it is missing."""

OURS = "fnnet"
"""The contender whose times the others' are divided by."""

PLAIN = "plain reduce"
"""The contender whose weights are the definition."""

LOADERS: dict[str, Loader] = {
    OURS: peer_fnnet.fast,
    PLAIN: peer_fnnet.plain,
    "PyTorch": peer_torch.load,
    "JAX": peer_jax.load,
    "JAX unrolled": peer_jax.load_unrolled,
    "scikit-learn": peer_sklearn.load,
    "Keras": peer_keras.load,
    "ONNX Runtime": peer_onnx.load,
}


@attrs.frozen
class Field:
    """The contenders that are there, by name, and the names of those that are not."""

    present: dict[str, Contender]
    missing: tuple[str, ...]

    @property
    def notice(self) -> str:
        """One line that names the missing peers and how to get them; empty if there are none.

        >>> Field({}, ("JAX", "Keras")).notice
        "Not installed, so not compared: JAX, Keras (pip install -e '.[peers]')."
        """
        if not self.missing:
            return ""
        return f"Not installed, so not compared: {', '.join(self.missing)} (pip install -e '.[peers]')."


def assemble(loaders: Mapping[str, Loader], threads: int) -> Field:
    """Load all that can be loaded."""
    present: dict[str, Contender] = {}
    missing: list[str] = []
    for name, loader in loaders.items():
        try:
            present[name] = loader(threads)
        except ImportError:
            missing.append(name)
    return Field(present, tuple(missing))
