"""The numbers of a record in one vector that can be written to: what training works on between two records."""

from typing import Generic, Self

import attrs
import numpy as np

from fnnet.arrays import F, Matrix, Vector
from fnnet.records import Dense, Grads, Params


@attrs.frozen(eq=False)
class Memory(Generic[F]):
    """The numbers of parameters or of a gradient, as memory of its holder's own.

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
        """Memory for the numbers of such a record, which are not set."""
        size = sum(layer.weights.size + layer.bias.size for layer in record.layers)
        vector: Vector[F] = np.empty(size, record.layers[0].weights.dtype)
        weights, biases, rest = [], [], vector
        for layer in record.layers:
            w, b, rest = np.split(rest, [layer.weights.size, layer.weights.size + layer.bias.size])
            weights.append(w.reshape(layer.weights.shape))
            biases.append(b)
        return cls(vector, tuple(weights), tuple(biases))

    @classmethod
    def of(cls, record: Params[F] | Grads[F]) -> Self:
        """A copy of the numbers of a record."""
        memory = cls.like(record)
        memory.load(record)
        return memory

    def load(self, record: Params[F] | Grads[F]) -> None:
        """Take the numbers of a record of the same shapes."""
        for layer, weights, bias in zip(record.layers, self.weights, self.biases):
            weights[...], bias[...] = layer.weights, layer.bias

    def flush(self) -> None:
        """What is below the normal numbers of the format becomes 0."""
        self.vector[np.abs(self.vector) < np.finfo(self.vector.dtype).tiny] = 0

    def layers(self) -> tuple[Dense[F], ...]:
        """A look at the memory, for as long as it is written to: read-only from there."""
        return tuple(Dense.adopt(w.view(), b.view()) for w, b in zip(self.weights, self.biases))

    def frozen(self) -> tuple[Dense[F], ...]:
        """The memory as layers; it is given up: nobody can write to it again."""
        self.vector.setflags(write=False)
        for part in (*self.weights, *self.biases):
            part.setflags(write=False)
        return self.layers()
