"""What a forward pass leaves for the backward pass: `Cache`."""

from collections.abc import Iterable
from typing import Generic, TypeAlias

import attrs
import numpy as np

from fnnet.core.arrays import Array, F, Numbers, S, frozen, locked
from fnnet.core.contents import Contents
from fnnet.core.records import Immutable

Masks: TypeAlias = tuple[Array[S, F], ...]
"""For each hidden layer, an array of the shape of its activations."""


def _frozen_input(x: Array[S, F]) -> Array[S, F]:
    return frozen(x)


def _frozen_each(arrays: tuple[Array[S, F], ...]) -> tuple[Array[S, F], ...]:
    return tuple(frozen(array) for array in arrays)


@attrs.frozen(repr=False)
class Cache(Immutable, Generic[S, F]):
    """All that a forward pass computed, of one sample or of a batch of n.

    Args:
        x: the input, shape (features,) or (n, features).
        pre_activations: z of each layer, shape (fan_out,) or (n, fan_out).
        activations: a of each layer, the same shapes; the last is the network's output.
        masks: for dropout, what each hidden a is multiplied by before the next layer reads it; empty without dropout.
    """

    x: Array[S, F] = attrs.field(converter=_frozen_input, eq=Contents)
    pre_activations: tuple[Array[S, F], ...] = attrs.field(converter=_frozen_each, eq=Contents)
    activations: tuple[Array[S, F], ...] = attrs.field(converter=_frozen_each, eq=Contents)
    masks: Masks[S, F] = attrs.field(default=(), converter=_frozen_each, eq=Contents)

    @classmethod
    def from_owned(
        cls,
        x: Array[S, F],
        pre_activations: tuple[Array[S, F], ...],
        activations: tuple[Array[S, F], ...],
        masks: Masks[S, F],
    ) -> "Cache[S, F]":
        """Wrap these arrays without a check or a copy; they become read-only, and the caller must not write to them."""
        return cls._of(
            x=locked(x),
            pre_activations=tuple(map(locked, pre_activations)),
            activations=tuple(map(locked, activations)),
            masks=tuple(map(locked, masks)),
        )

    @property
    def inputs(self) -> tuple[Array[S, F], ...]:
        """What each layer read: x, then the hidden activations, times their masks if there are any."""
        hidden: tuple[Array[S, F], ...] = self.activations[:-1]
        if self.masks:
            products: Iterable[Numbers] = map(np.multiply, hidden, self.masks)
            hidden = tuple(products)
        return (self.x,) + hidden  # noqa: RUF005  # mypy does not see through the star

    @property
    def output(self) -> Array[S, F]:
        """The network's output, shape (outputs,) or (n, outputs)."""
        return self.activations[-1]

    def _summary(self) -> str:
        return f"x {self.x.shape}, output {self.output.shape}, {self.x.dtype}"
