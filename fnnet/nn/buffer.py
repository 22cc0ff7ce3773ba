"""The numbers of a record in one vector that can be written to: what training works on between two records."""

from collections.abc import Iterator
from typing import Generic, Self

import attrs
import numpy as np

from fnnet.core.arrays import F, Matrix, Vector
from fnnet.nn.activation import Activation
from fnnet.nn.head import Head
from fnnet.nn.params import Dense, Grads, Params


@attrs.frozen(eq=False)
class Buffer(Generic[F]):
    """The numbers of parameters or of a gradient, in memory that its holder owns.

    Args:
        vector: all of them: each layer's weights, row by row, then its bias, as `ravel` orders them.
        weights: of each layer, a view of the vector.
        biases: of each layer, a view of the vector.
    """

    vector: Vector[F]
    weights: tuple[Matrix[F], ...]
    biases: tuple[Vector[F], ...]

    @classmethod
    def like(cls, record: Params[F] | Grads[F]) -> Self:
        """A buffer for the numbers of such a record, which are not set."""
        size = sum(layer.size for layer in record.layers)
        vector: Vector[F] = np.empty(size, record.layers[0].weights.dtype)
        weights, biases = zip(*_views(vector, record.layers))
        return cls(vector, weights, biases)

    @classmethod
    def of(cls, record: Params[F] | Grads[F]) -> Self:
        """A copy of the numbers of a record."""
        buffer = cls.like(record)
        buffer.load(record)
        return buffer

    def load(self, record: Params[F] | Grads[F]) -> None:
        """Take the numbers of a record of the same shapes."""
        for layer, weights, bias in zip(record.layers, self.weights, self.biases):
            weights[...], bias[...] = layer.weights, layer.bias

    def flush(self) -> None:
        """Set subnormal numbers to 0."""
        self.vector[np.abs(self.vector) < np.finfo(self.vector.dtype).tiny] = 0

    def grads(self) -> Grads[F]:
        """A copy as a gradient."""
        return Grads(self.record_layers())

    def view_layers(self) -> tuple[Dense[F], ...]:
        """Read-only views as layers; later writes to the buffer show through."""
        return tuple(Dense.from_owned(w.view(), b.view()) for w, b in zip(self.weights, self.biases))

    def record_layers(self) -> tuple[Dense[F], ...]:
        """A copy as layers: whoever has kept a part of the buffer cannot write to them."""
        return tuple(Dense.from_owned(w.copy(), b.copy()) for w, b in zip(self.weights, self.biases))


@attrs.frozen(eq=False)
class ParamsBuffer(Buffer[F]):
    """The numbers of a network, beside its activation and its head.

    Args:
        hidden: the activation of every layer but the last.
        head: the output activation and its loss.
    """

    hidden: Activation
    head: Head

    @classmethod
    def of_params(cls, params: Params[F]) -> Self:
        """A copy of the numbers of a network."""
        numbers = Buffer.of(params)
        return cls(numbers.vector, numbers.weights, numbers.biases, params.hidden, params.head)

    def view(self) -> Params[F]:
        """The network whose arrays are read-only views; later writes to the buffer show through."""
        return Params(self.view_layers(), self.hidden, self.head)

    def params(self) -> Params[F]:
        """The network as it is now: a copy."""
        return Params(self.record_layers(), self.hidden, self.head)


def _views(vector: Vector[F], layers: tuple[Dense[F], ...]) -> Iterator[tuple[Matrix[F], Vector[F]]]:
    """Each layer's weights and bias as views of the vector."""
    start = 0
    for layer in layers:
        middle, stop = start + layer.weights.size, start + layer.size
        weights: Matrix[F] = vector[start:middle].reshape(layer.weights.shape)
        yield weights, vector[middle:stop]
        start = stop
