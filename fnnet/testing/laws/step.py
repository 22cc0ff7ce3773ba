"""`Training`: a step of training, with all that its laws need to know."""

from collections.abc import Callable, Sequence
from functools import cached_property, reduce
from typing import Any, TypeAlias

import attrs
import numpy as np

from fnnet.nn.domains import distribution
from fnnet.nn.initializers import init_params
from fnnet.nn.params import Params
from fnnet.testing.laws.cases import Samples, samples
from fnnet.testing.laws.law import named
from fnnet.testing.laws.mismatch import require_close
from fnnet.testing.laws.states import State, network_of

Step: TypeAlias = Callable[[Any, Any], Any]
"""(state, batch) ↦ state, where a batch is (x, y). Any: the state is whatever its author has chosen."""

EASY: Params[np.float64] = init_params((4, 5, 3), seed=0, dtype=np.float64)
"""A network that learns a few samples by heart. Its widths differ, so that no shape is right by chance."""


def _first(x: Any, y: Any) -> Samples:
    return x[0], y[0]


def _all(x: Any, y: Any) -> Samples:
    return x, y


def _themselves(params: Params[Any]) -> Any:
    return params


@attrs.frozen(slots=False)
class Training:
    """A step of training, with all that its laws need to know.

    Args:
        step: (state, batch) ↦ state.
        start: params ↦ the first state.
        network: one of the sizes, activation and head that it trains; any sizes and labels, if None.
        batches: whether it takes batches (True), single samples (False), or whatever it takes without an error (None).
    """

    step: Step
    start: Callable[[Params[Any]], State] = _themselves
    network: Params[Any] | None = None
    batches: bool | None = None

    @classmethod
    def of(cls, step: Any, **known: Any) -> "Training":
        """A step alone, with what is known of it; or a `Training` as it is."""
        return step if isinstance(step, Training) else cls(step, **known)

    @property
    def __name__(self) -> str:
        return named(self.step)

    def __call__(self, state: State, batch: Samples) -> State:
        return self.step(state, batch)

    def run(self, params: Params[Any], batches: Sequence[Samples]) -> State:
        """The state after these batches."""
        return self.go_on(self.start(params), batches)

    def go_on(self, state: State, batches: Sequence[Samples]) -> State:
        """The state after these batches more."""
        return reduce(self.step, batches, state)

    def samples(self, params: Params[Any], n: int, seed: int, scale: float = 1.0) -> Samples:
        """Samples for a network, with targets that the step takes."""
        return samples(params, n, seed, scale, self.takes_labels)

    @cached_property
    def takes_labels(self) -> bool:
        """Whether targets are labels: for a head of classes, or for another whose rows the step does not take."""
        if (self.network or EASY).head.domain == distribution:
            return True
        rows, labels = (any(self._takes(form, are_labels) for form in (_first, _all)) for are_labels in (False, True))
        return labels and not rows

    @cached_property
    def takes_samples(self) -> bool:
        """Whether it takes one sample: x of shape (features,), and a label or a row."""
        return self._takes(_first, self.takes_labels) if self.batches is None else not self.batches

    @cached_property
    def takes_batches(self) -> bool:
        """Whether it takes several samples at once. What takes nothing at all is tried with batches, for the error."""
        if self.batches is None:
            return self._takes(_all, self.takes_labels) or not self.takes_samples
        return self.batches

    @cached_property
    def takes_means(self) -> bool:
        """Whether a batch is one step, along a mean, rather than a step for each of its samples."""
        params = self.network or EASY
        x, y = self.samples(params, 3, 0)
        alone = [(x[i : i + 1], y[i : i + 1]) for i in range(3)]
        try:
            one, three = (network_of(self.run(params, batches)) for batches in ([(x, y)], alone))
            require_close(one, three, 1e-7, 1e-9)
        except Exception:  # a mismatch; or whatever a step raises, which the laws tell
            return self.takes_batches
        return False

    def _takes(self, form: Callable[[Any, Any], Samples], are_labels: bool) -> bool:
        params = self.network or EASY
        try:
            with np.errstate(all="ignore"):
                network = network_of(self.run(params, [form(*samples(params, 2, 0, are_labels=are_labels))]))
        except Exception:  # whatever a step raises on what it does not take
            return False
        return getattr(network, "sizes", None) == params.sizes
