"""The gradient of every sample by itself, `sample_gradients`, from one backward pass.

A sample's gradient with respect to the weights of a layer is an outer product, a δ, of what the layer read and its δ,
both of which the backward pass of a batch has for all samples. So n gradients take as much memory as a pass, and
their norms |a| |δ| need no product (Goodfellow, "Efficient per-example gradient computations", 2015).
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Generic, overload

import attrs
import numpy as np

from fnnet.core.arrays import F, Labels, Matrix, Numbers, Vector, frozen, locked, require_float
from fnnet.core.contents import Contents
from fnnet.core.messages import invalid, quoted, wrong_type
from fnnet.core.records import Immutable
from fnnet.nn.network import backward_stream, forward, layer_gradient, output_delta
from fnnet.nn.params import Dense, Grads, Params
from fnnet.nn.weights import Weights, weighted


def _frozen_rows(rows: Matrix[F]) -> Matrix[F]:
    return frozen(rows)


@attrs.frozen(repr=False)
class SampleLayer(Immutable, Generic[F]):
    """The gradients of one layer for each of n samples, as the two factors that they are made of.

    Args:
        inputs: a, what the layer read, shape (n, fan_in).
        deltas: δ, shape (n, fan_out).

    Raises:
        ValueError: the factors are not matrices of as many rows, or not of one dtype, float32 or float64.

    >>> layer = SampleLayer(np.array([[1.0, 2.0]]), np.array([[10.0]]))
    >>> layer.weights, layer.bias
    (array([[[10.],
            [20.]]]), array([[10.]]))
    """

    inputs: Matrix[F] = attrs.field(converter=_frozen_rows, eq=Contents)
    deltas: Matrix[F] = attrs.field(converter=_frozen_rows, eq=Contents)

    def __attrs_post_init__(self) -> None:
        if self.inputs.ndim != 2 or self.deltas.ndim != 2 or len(self.inputs) != len(self.deltas):
            got = f"{self.inputs.shape} and {self.deltas.shape}"
            raise invalid("inputs and deltas", "shapes (n, fan_in) and (n, fan_out)", got)
        require_float("inputs", self.inputs.dtype)
        if self.deltas.dtype != self.inputs.dtype:
            raise invalid("deltas", f"{self.inputs.dtype}, as the inputs", self.deltas.dtype)

    @property
    def weights(self) -> np.ndarray[tuple[int, int, int], np.dtype[F]]:
        """∂L_i/∂W of every sample: a new array, shape (n, fan_in, fan_out), made by one outer product."""
        products: Numbers = self.inputs[:, :, np.newaxis] * self.deltas[:, np.newaxis, :]
        return products

    @property
    def bias(self) -> Matrix[F]:
        """∂L_i/∂b of every sample, shape (n, fan_out): it is δ."""
        return self.deltas

    def _summary(self) -> str:
        n, fan_in = self.inputs.shape
        return f"{n} of {fan_in} -> {self.deltas.shape[1]}, {self.deltas.dtype}"


def _tuple(layers: Iterable[SampleLayer[F]]) -> tuple[SampleLayer[F], ...]:
    return tuple(layers)


def _check_layers(record: object, field: object, layers: tuple[SampleLayer[F], ...]) -> None:
    """Each layer must read as many numbers as the layer before gives, of as many samples, in the same dtype."""
    if not layers or not all(isinstance(layer, SampleLayer) for layer in layers):
        raise invalid("layers", "one or more SampleLayer", quoted(layers))
    for before, after in pairwise(layers):
        if before.deltas.shape != after.inputs.shape or before.deltas.dtype != after.inputs.dtype:
            expected = f"inputs {before.deltas.dtype} {before.deltas.shape} after {before}"
            raise invalid("layers", expected, f"{after.inputs.dtype} {after.inputs.shape}")


@attrs.frozen(repr=False)
class SampleGrads(Immutable, Generic[F]):
    """The gradients of n samples: a sequence of `Grads`, and all at once as arrays with the sample as first axis.

    Args:
        layers: for each layer, `weights` of shape (n, fan_in, fan_out) and `bias` of shape (n, fan_out).

    Raises:
        ValueError: there is no layer, or they differ in samples or dtype, or their widths do not match.

    An integer gives the `Grads` of a sample, a slice those of several.

    Laws: `each[i]` is `backward(params, forward(params, x[i]), y[i])`, and `each.mean(weights)` is the gradient of the
    batch, both to rounding.
    """

    layers: tuple[SampleLayer[F], ...] = attrs.field(converter=_tuple, validator=_check_layers)

    def __len__(self) -> int:
        return len(self.layers[0].deltas)

    @overload
    def __getitem__(self, i: int | np.integer, /) -> Grads[F]: ...
    @overload
    def __getitem__(self, i: slice, /) -> "SampleGrads[F]": ...
    def __getitem__(self, i: int | np.integer | slice, /) -> "Grads[F] | SampleGrads[F]":
        if isinstance(i, slice):
            return SampleGrads(SampleLayer(layer.inputs[i], layer.deltas[i]) for layer in self.layers)
        if not isinstance(i, (int, np.integer)) or isinstance(i, bool):
            of_rows = "sample_gradients(params, x[rows], y[rows])"
            raise wrong_type("index", "an integer or a slice", i, {"ndarray": of_rows, "list": of_rows})
        pairs = ((layer.inputs[i], layer.deltas[i]) for layer in self.layers)
        return Grads(tuple(Dense.from_owned(np.outer(a, delta), delta.copy()) for a, delta in pairs))

    def __iter__(self) -> Iterator[Grads[F]]:
        return (self[i] for i in range(len(self)))

    def mean(self, weights: Weights | None = None) -> Grads[F]:
        """The gradient of the mean loss, or (1/n) Σ wᵢ gᵢ: with wᵢ = min(1, c / |gᵢ|), the mean of clipped gradients.

        Raises:
            ValueError: there is not one weight for each sample, or one is negative or not finite.
        """
        pairs = (layer_gradient(layer.inputs, weighted(layer.deltas, weights)) for layer in self.layers)
        return Grads(tuple(Dense.from_owned(*pair) for pair in pairs))

    def norms(self) -> Vector[F]:
        """The length of each sample's gradient, over all weights and biases, shape (n,); it takes no outer product."""
        # |g|² = Σ_l |a_l|² |δ_l|² + |δ_l|²; hypot, unlike a sum of squares, overflows only where its result does
        lengths = [
            np.hypot.reduce(layer.inputs, axis=1, initial=1) * np.hypot.reduce(layer.deltas, axis=1)
            for layer in self.layers
        ]
        norms: Numbers = np.hypot.reduce(lengths, axis=0)
        return norms

    def _summary(self) -> str:
        sizes = (self.layers[0].inputs.shape[1], *(layer.deltas.shape[1] for layer in self.layers))
        return f"{len(self)} of {'-'.join(map(str, sizes))}, {self.layers[0].deltas.dtype}"


def sample_gradients(params: Params[F], x: Matrix[F], y: Labels | Matrix[F]) -> SampleGrads[F]:
    """The gradient of each sample's own loss, of a whole batch at once.

    Args:
        params: the network.
        x: shape (n, features).
        y: labels (n,) or rows (n, outputs).

    Returns:
        A record whose `layers[l].weights` has the shape (n, fan_in, fan_out), and `layers[l].bias` (n, fan_out).
        Laws: element i is the gradient of sample i alone; the mean is that of the batch.

    Raises:
        ValueError: x or y does not match the network, or x is one sample.

    >>> from fnnet import init_params
    >>> each = sample_gradients(init_params((4, 3, 2), seed=0), np.ones((5, 4), np.float32), np.array([0, 1, 1, 0, 1]))
    >>> each, each.layers[0].weights.shape, each.norms().shape, each[2]
    (SampleGrads(5 of 4-3-2, float32), (5, 4, 3), (5,), Grads(4-3-2, float32))
    """
    cache = forward(params, x)
    if cache.x.ndim == 1:
        raise invalid("x", f"a batch, shape (n, {len(cache.x)})", cache.x.shape, "x[np.newaxis], or backward")
    # a copy, since the delta of a head of one's own may be its target, which is the caller's
    stream = backward_stream(params, cache, output_delta(params, cache, y).copy())
    layers = [SampleLayer[F]._of(inputs=a, deltas=locked(delta)) for a, delta in stream]
    return SampleGrads(layers[::-1])
