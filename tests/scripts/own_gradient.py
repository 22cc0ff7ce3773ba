"""Gradients of one's own: of float32 and labels alone, of any dtype, and one of the library's in a partial."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from fnnet import Dataset, Grads, Params, TrainState, fit, init_params, tree
from fnnet.nn import dropout_gradient, mean_gradient
from fnnet.typing import F, Labels, Matrix, Vector


def halved(
    params: Params[np.float32], x: Matrix[np.float32], y: Labels, weights: Vector[np.float32] | None, step: int
) -> Grads[np.float32]:
    return tree.scale(mean_gradient(params, x, y, weights), 0.5)


def decayed(params: Params[F], x: Matrix[F], y: Labels | Matrix[F], weights: Vector[F] | None, step: int) -> Grads[F]:
    return tree.scale(mean_gradient(params, x, y, weights), 0.9**step)


def noisy(
    scale: float, params: Params[F], x: Matrix[F], y: Labels | Matrix[F], weights: Vector[F] | None, step: int
) -> Grads[F]:
    rng, grads = np.random.default_rng(step), mean_gradient(params, x, y, weights)
    return tree.map_layers(lambda g: g + scale * rng.normal(size=g.shape).astype(g.dtype), grads)


def main() -> None:
    data = Dataset(np.eye(4, dtype=np.float32), np.arange(4))
    start = init_params((4, 4), seed=0)
    streams: list[Iterator[TrainState[np.float32]]] = [
        fit(start, data, epochs=2, lr=0.1, gradient=halved),
        fit(start, data, epochs=2, lr=0.1, gradient=decayed),
        fit(start, data, epochs=2, lr=0.1, gradient=partial(noisy, 1e-3)),
        fit(start, data, epochs=2, lr=0.1, gradient=partial(dropout_gradient, 0.2, 0)),
        fit(start, data, epochs=2, lr=0.1, gradient=lambda params, x, y, weights, step: mean_gradient(params, x, y)),
    ]
    assert [[state.epoch for state in stream] for stream in streams] == [[1, 2]] * len(streams)
