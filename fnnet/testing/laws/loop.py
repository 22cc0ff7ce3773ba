"""`Loop`: a whole training loop, with all that its laws need to know."""

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from fnnet.data.dataset import Dataset
from fnnet.nn.params import Params
from fnnet.testing.laws.law import named
from fnnet.testing.laws.states import State


@attrs.frozen
class Loop:
    """A whole training loop, with all that its laws need to know.

    Args:
        fit: (start, data, epochs=n) ↦ the states after each epoch, where the start is a network or a state.
        network: one of the sizes, activation and head that it trains; any sizes and labels, if None.
    """

    fit: Callable[..., Iterable[State]]
    network: Params[Any] | None = None

    @classmethod
    def of(cls, fit: Any, **known: Any) -> "Loop":
        """A loop alone, with what is known of it; or a `Loop` as it is."""
        return fit if isinstance(fit, Loop) else cls(fit, **known)

    @property
    def __name__(self) -> str:
        return named(self.fit)

    def __call__(self, start: State, data: Dataset[Any], epochs: int) -> Iterable[State]:
        return self.fit(start, data, epochs=epochs)
