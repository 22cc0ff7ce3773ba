"""The network as values: `Dense` layers in `Params`, and their gradient, `Grads`.

Every record is frozen and every array in it read-only, also after pickle, `copy` and `attrs.evolve`. Records are equal
when their numbers are, NaN being equal to NaN, so that each equals its copies. The constructors
copy what they are given, so that nobody can write to a record's memory. `from_owned` does not: it is for code that
has just made the arrays and will not write to them again.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Generic

import attrs
import numpy as np

from fnnet.core.arrays import F, G, Matrix, Vector, frozen, locked, require_float
from fnnet.core.contents import Contents
from fnnet.core.messages import invalid, wrong_type
from fnnet.core.records import Immutable, Table, set_field
from fnnet.core.validators import instance_of
from fnnet.nn.activation import Activation
from fnnet.nn.head import Head


# attrs takes the types of the constructor's arguments from its converters: one for each rank.
def _frozen_weights(weights: Matrix[F]) -> Matrix[F]:
    return frozen(weights)


def _frozen_bias(bias: Vector[F]) -> Vector[F]:
    return frozen(bias)


@attrs.frozen(repr=False)
class Dense(Immutable, Generic[F]):
    """A fully connected layer: x ↦ x W + b.

    Args:
        weights: W, shape (fan_in, fan_out), float32 or float64.
        bias: b, shape (fan_out,), of the same dtype.

    Raises:
        ValueError: the ranks, the widths or the dtypes do not match.

    >>> Dense(np.zeros((3, 2)), np.ones(2))
    Dense(3 -> 2, float64)
    """

    weights: Matrix[F] = attrs.field(converter=_frozen_weights, eq=Contents)
    bias: Vector[F] = attrs.field(converter=_frozen_bias, eq=Contents)

    def __attrs_post_init__(self) -> None:
        require_float("weights", self.weights.dtype)
        if self.weights.ndim != 2 or 0 in self.weights.shape:
            raise invalid("weights", "shape (fan_in, fan_out), both at least 1", self.weights.shape)
        if self.bias.shape != self.weights.shape[1:]:
            raise invalid("bias", f"shape {self.weights.shape[1:]}", self.bias.shape)
        if self.bias.dtype != self.weights.dtype:
            raise invalid("bias", f"{self.weights.dtype}, as the weights", self.bias.dtype)

    @classmethod
    def from_owned(cls, weights: Matrix[F], bias: Vector[F]) -> "Dense[F]":
        """Wrap these arrays without a check or a copy; they become read-only, and the caller must not write to them."""
        layer = object.__new__(cls)
        set_field(layer, "weights", locked(weights))
        set_field(layer, "bias", locked(bias))
        return layer

    def astype(self, dtype: type[G]) -> "Dense[G]":
        """The same layer with another dtype, `np.float32` or `np.float64`.

        Raises:
            ValueError: the dtype is another.

        >>> Dense(np.zeros((3, 2)), np.ones(2)).astype(np.float32)
        Dense(3 -> 2, float32)
        """
        require_float("dtype", dtype)
        return Dense.from_owned(self.weights.astype(dtype), self.bias.astype(dtype))

    @property
    def size(self) -> int:
        """How many numbers the layer holds."""
        return self.weights.size + self.bias.size

    def _summary(self) -> str:
        fan_in, fan_out = self.weights.shape
        return f"{fan_in} -> {fan_out}, {self.weights.dtype}"


def _check_layers(record: object, field: object, layers: tuple[Dense[F], ...]) -> None:
    """Each layer must take what the layer before gives, in the same dtype."""
    if not layers or not all(isinstance(layer, Dense) for layer in layers):
        raise invalid("layers", "one or more Dense", layers)
    for before, after in pairwise(layers):
        if before.weights.shape[1] != after.weights.shape[0]:
            raise invalid("layers", f"a layer of fan_in {before.weights.shape[1]} after {before}", after)
        if before.weights.dtype != after.weights.dtype:
            raise invalid("layers", f"{before.weights.dtype} throughout", after.weights.dtype)


def _tuple(layers: Iterable[Dense[F]]) -> tuple[Dense[F], ...]:
    return tuple(layers)


def _sizes(layers: tuple[Dense[F], ...]) -> tuple[int, ...]:
    return (len(layers[0].weights), *[len(layer.bias) for layer in layers])


def _widths(layers: tuple[Dense[F], ...]) -> str:
    shapes: list[tuple[int, int]] = [layer.weights.shape for layer in layers]
    return "-".join(map(str, (shapes[0][0], *(fan_out for _, fan_out in shapes))))


def _row(k: int, layer: Dense[F], *rest: object) -> tuple[object, ...]:
    """The row of a layer in a table: its number, its widths, and the rest."""
    return (k, *layer.weights.shape, *rest)


@attrs.frozen(repr=False)
class Params(Immutable, Generic[F]):
    """A network as a value: its layers, the activation between them, the head at the end.

    Args:
        layers: one `Dense` or more, each taking what the layer before gives.
        hidden: the activation of every layer but the last.
        head: the output activation and its loss.

    Raises:
        ValueError: there is no layer, or the widths or dtypes of the layers do not match.

    >>> from fnnet import init_params
    >>> init_params((784, 128, 64, 10), seed=0)
    Params(784-128-64-10, float32, sigmoid, softmax-cross-entropy, 109386 parameters)
    """

    layers: tuple[Dense[F], ...] = attrs.field(converter=_tuple, validator=_check_layers)
    hidden: Activation = attrs.field(validator=instance_of(Activation, "one such as fnnet.relu"))
    head: Head = attrs.field(validator=instance_of(Head, "one such as fnnet.identity_squared_error"))

    @property
    def sizes(self) -> tuple[int, ...]:
        """The widths, from the features to the outputs: (784, 128, 64, 10)."""
        return _sizes(self.layers)

    @property
    def dtype(self) -> np.dtype[F]:
        """The dtype of every array in the network."""
        return self.layers[0].weights.dtype

    def astype(self, dtype: type[G]) -> "Params[G]":
        """The same network with another dtype, `np.float32` or `np.float64`.

        Raises:
            ValueError: the dtype is another.

        >>> from fnnet import init_params
        >>> init_params((4, 2), seed=0).astype(np.float64)
        Params(4-2, float64, sigmoid, softmax-cross-entropy, 10 parameters)
        """
        return Params(tuple(layer.astype(dtype) for layer in self.layers), self.hidden, self.head)

    def with_layers(self, layers: tuple[Dense[F], ...]) -> "Params[F]":
        """The network with these layers, unchecked: the caller has made them with the shapes of these, and their dtype.

        >>> from fnnet import init_params
        >>> params, other = init_params((4, 2), seed=0), init_params((4, 2), seed=1)
        >>> params.with_layers(other.layers) == other
        True
        """
        return Params._of(layers=layers, hidden=self.hidden, head=self.head)

    def _summary(self) -> str:
        count = sum(layer.size for layer in self.layers)
        return f"{_widths(self.layers)}, {self.dtype}, {self.hidden.name}, {self.head.name}, {count} parameters"

    def _table(self) -> Table:
        activations = [self.hidden.name] * (len(self.layers) - 1) + [self.head.name]
        rows = [_row(k, layer, f, layer.size) for k, (layer, f) in enumerate(zip(self.layers, activations), 1)]
        return repr(self), ("layer", "inputs", "outputs", "activation", "parameters"), rows


@attrs.frozen(repr=False)
class Grads(Immutable, Generic[F]):
    """The gradient of a loss: for each layer of the parameters, the derivatives as a `Dense` of its shapes.

    Args:
        layers: one `Dense` or more, each taking what the layer before gives.

    Raises:
        ValueError: there is no layer, or the widths or dtypes of the layers do not match.

    >>> Grads((Dense(np.zeros((3, 2)), np.ones(2)),))
    Grads(3-2, float64)
    """

    layers: tuple[Dense[F], ...] = attrs.field(converter=_tuple, validator=_check_layers)

    @property
    def dtype(self) -> np.dtype[F]:
        """The dtype of every array in the gradient."""
        return self.layers[0].weights.dtype

    def astype(self, dtype: type[G]) -> "Grads[G]":
        """The same gradient with another dtype, `np.float32` or `np.float64`.

        Raises:
            ValueError: the dtype is another.

        >>> Grads((Dense(np.zeros((3, 2)), np.ones(2)),)).astype(np.float32)
        Grads(3-2, float32)
        """
        return Grads(tuple(layer.astype(dtype) for layer in self.layers))

    @classmethod
    def from_owned(cls, layers: tuple[Dense[F], ...]) -> "Grads[F]":
        """The gradient of these layers, unchecked: the caller has made them, each for what the layer before gives.

        >>> Grads.from_owned((Dense(np.zeros((3, 2)), np.ones(2)),))
        Grads(3-2, float64)
        """
        grads = object.__new__(cls)
        set_field(grads, "layers", layers)
        return grads

    def with_layers(self, layers: tuple[Dense[F], ...]) -> "Grads[F]":
        """The gradient of these layers, unchecked, as `Params.with_layers`.

        >>> grads = Grads((Dense(np.zeros((3, 2)), np.ones(2)),))
        >>> grads.with_layers(grads.layers) == grads
        True
        """
        return Grads.from_owned(layers)

    def _summary(self) -> str:
        return f"{_widths(self.layers)}, {self.dtype}"

    def _table(self) -> Table:
        rows = [
            _row(k, layer, *(f"{np.abs(array).max():.3g}" for array in (layer.weights, layer.bias)))
            for k, layer in enumerate(self.layers, 1)
        ]
        return repr(self), ("layer", "inputs", "outputs", "largest |∂L/∂W|", "largest |∂L/∂b|"), rows


def require_params(params: object, name: str = "params") -> None:
    """Raise TypeError, with this name, unless it is a network."""
    if not isinstance(params, Params):
        is_several = isinstance(params, (list, tuple)) and params and all(isinstance(each, Params) for each in params)
        cures = {"TrainState": "state.eval_params, or state.params to go on training"}
        raise wrong_type(name, "Params", params, {type(params).__name__: f"ensemble({name})"} if is_several else cures)


def check_alike(params: Params[F], grads: Grads[F], name: str = "grads") -> None:
    """Raise TypeError unless `grads` is a `Grads`, ValueError unless it has the shapes and dtype of `params`."""
    if not isinstance(params, Params):
        raise wrong_type("params", "Params", params, {"TrainState": "state.params"})
    if not isinstance(grads, Grads):
        cures = {"ndarray": f"unravel(Grads(params.layers), {name})", "Params": f"Grads({name}.layers)"}
        raise wrong_type(name, "Grads", grads, cures)
    expected = [layer.weights.shape for layer in params.layers]
    shapes = [layer.weights.shape for layer in grads.layers]
    if shapes != expected:
        raise invalid(name, f"weights {expected}, as the parameters", shapes)
    if grads.dtype != params.dtype:
        raise invalid(name, f"{params.dtype}, as the parameters", grads.dtype)
