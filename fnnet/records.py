"""The network as values: `Dense` layers in `Params`, their gradient `Grads`, and the `Cache` of a pass.

Every record is frozen and every array in it read-only, also after pickle, `copy` and `attrs.evolve`.
The constructors copy what they are given, so that nobody can write to a record's memory. `adopt`
does not: it is for code that has just made the arrays and will not touch them again.
"""

from typing import Generic, Self

import attrs
import numpy as np

from fnnet.activations import Activation
from fnnet.arrays import Array, F, Matrix, S, Vector, frozen, locked, require_float, same
from fnnet.checks import instance_of, invalid
from fnnet.heads import Head


class Immutable:
    """A record of arrays: pickle and copy go through the constructor, which locks the arrays again."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        fields: tuple[str, ...] = self.__match_args__  # type: ignore[attr-defined]  # attrs sets it
        return type(self), tuple(getattr(self, field) for field in fields)

    @classmethod
    def _of(cls, **fields: object) -> Self:
        """The record of these values as they are: nothing is checked, nothing copied."""
        record = object.__new__(cls)
        for field, value in fields.items():
            object.__setattr__(record, field, value)
        return record


def _frozen_weights(weights: Matrix[F]) -> Matrix[F]:
    return frozen(weights)


def _frozen_bias(bias: Vector[F]) -> Vector[F]:
    return frozen(bias)


@attrs.frozen(repr=False)
class Dense(Immutable, Generic[F]):
    """A fully connected layer: x ↦ x W + b.

    Args:
        weights: W, shape (fan_in, fan_out), float32 or float64.
        bias: b, shape (fan_out,), of the same format.

    Raises:
        ValueError: the ranks, the widths or the formats do not fit.

    >>> Dense(np.zeros((3, 2)), np.ones(2))
    Dense(3 -> 2, float64)
    """

    weights: Matrix[F] = attrs.field(converter=_frozen_weights, eq=attrs.cmp_using(eq=same))
    bias: Vector[F] = attrs.field(converter=_frozen_bias, eq=attrs.cmp_using(eq=same))

    def __attrs_post_init__(self) -> None:
        require_float("weights", self.weights.dtype)
        if self.weights.ndim != 2 or 0 in self.weights.shape:
            raise invalid("weights", "shape (fan_in, fan_out), both at least 1", self.weights.shape)
        if self.bias.shape != self.weights.shape[1:]:
            raise invalid("bias", f"shape {self.weights.shape[1:]}", self.bias.shape)
        if self.bias.dtype != self.weights.dtype:
            raise invalid("bias", f"{self.weights.dtype}, as the weights", self.bias.dtype)

    @classmethod
    def adopt(cls, weights: Matrix[F], bias: Vector[F]) -> "Dense[F]":
        """The layer of arrays that the caller gives up: they are locked, not copied or checked."""
        return cls._of(weights=locked(weights), bias=locked(bias))

    def __repr__(self) -> str:
        return f"Dense({self.weights.shape[0]} -> {self.weights.shape[1]}, {self.weights.dtype})"


def _chain(owner: object, field: object, layers: tuple[Dense[F], ...]) -> None:
    """Each layer must take what the one before gives, in the same format."""
    if not layers or not all(isinstance(layer, Dense) for layer in layers):
        raise invalid("layers", "one or more Dense", layers)
    for before, after in zip(layers, layers[1:]):
        if before.weights.shape[1] != after.weights.shape[0]:
            raise invalid("layers", f"a layer of fan_in {before.weights.shape[1]} after {before}", after)
        if before.weights.dtype != after.weights.dtype:
            raise invalid("layers", f"{before.weights.dtype} throughout", after.weights.dtype)


def _layers(layers: tuple[Dense[F], ...]) -> tuple[Dense[F], ...]:
    return tuple(layers)


def _widths(layers: tuple[Dense[F], ...]) -> tuple[int, ...]:
    return (layers[0].weights.shape[0], *(layer.bias.shape[0] for layer in layers))


def _summary(layers: tuple[Dense[F], ...]) -> str:
    return f"{'-'.join(map(str, _widths(layers)))}, {layers[0].weights.dtype}"


@attrs.frozen(repr=False)
class Params(Generic[F]):
    """A network as a value: its layers, the activation between them, the head at the end.

    Args:
        layers: one `Dense` or more, each taking what the one before gives.
        hidden: the activation of every layer but the last.
        head: the output activation and its loss.

    Raises:
        ValueError: no layer, or layers whose widths or formats do not chain.

    >>> from fnnet import init_params
    >>> init_params((784, 128, 64, 10), seed=0)
    Params(784-128-64-10, float32, sigmoid, softmax-cross-entropy, 109386 parameters)
    """

    layers: tuple[Dense[F], ...] = attrs.field(converter=_layers, validator=_chain)
    hidden: Activation = attrs.field(validator=instance_of(Activation))
    head: Head = attrs.field(validator=instance_of(Head))

    @property
    def sizes(self) -> tuple[int, ...]:
        """The widths, from the features to the outputs: (784, 128, 64, 10)."""
        return _widths(self.layers)

    @property
    def dtype(self) -> np.dtype[F]:
        """The number format of every array in the network."""
        return self.layers[0].weights.dtype

    def __repr__(self) -> str:
        count = sum(layer.weights.size + layer.bias.size for layer in self.layers)
        return f"Params({_summary(self.layers)}, {self.hidden.name}, {self.head.name}, {count} parameters)"


@attrs.frozen(repr=False)
class Grads(Generic[F]):
    """The gradient of a loss: for each layer of the parameters, the derivatives in a `Dense` of its shapes.

    Raises:
        ValueError: no layer, or layers whose widths or formats do not chain.
    """

    layers: tuple[Dense[F], ...] = attrs.field(converter=_layers, validator=_chain)

    def __repr__(self) -> str:
        return f"Grads({_summary(self.layers)})"


def _frozen_input(x: Array[S, F]) -> Array[S, F]:
    return frozen(x)


def _frozen_each(arrays: tuple[Array[S, F], ...]) -> tuple[Array[S, F], ...]:
    return tuple(frozen(array) for array in arrays)


def _same_each(a: object, b: object) -> bool:
    return isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b) and all(map(same, a, b))


@attrs.frozen(repr=False)
class Cache(Immutable, Generic[S, F]):
    """What a forward pass leaves for the backward pass, of one sample or of a batch of n.

    Args:
        x: the input, shape (features,) or (n, features).
        pre_activations: z of each layer, shape (fan_out,) or (n, fan_out).
        activations: a of each layer, the same shapes; the last is the network's output.
    """

    x: Array[S, F] = attrs.field(converter=_frozen_input, eq=attrs.cmp_using(eq=same))
    pre_activations: tuple[Array[S, F], ...] = attrs.field(converter=_frozen_each, eq=attrs.cmp_using(eq=_same_each))
    activations: tuple[Array[S, F], ...] = attrs.field(converter=_frozen_each, eq=attrs.cmp_using(eq=_same_each))

    @classmethod
    def adopt(cls, x: Array[S, F], pre_activations: list[Array[S, F]], activations: list[Array[S, F]]) -> "Cache[S, F]":
        """The cache of arrays that the caller gives up: they are locked, not copied or checked."""
        return cls._of(
            x=locked(x),
            pre_activations=tuple(map(locked, pre_activations)),
            activations=tuple(map(locked, activations)),
        )

    @property
    def output(self) -> Array[S, F]:
        """The network's output, shape (outputs,) or (n, outputs)."""
        return self.activations[-1]

    def __repr__(self) -> str:
        return f"Cache(x {self.x.shape}, output {self.output.shape}, {self.x.dtype})"
