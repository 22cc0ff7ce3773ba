"""Activations of one's own: as lambdas, as functions of floats of any kind, and as functions of float64 alone."""

import numpy as np
from numpy.typing import NDArray

from fnnet import Activation, gradient_error, init_params
from fnnet.typing import Floats

sine = Activation("sine", lambda z: np.sin(z), lambda z, a, g: g * np.cos(z))
bent = Activation("bent", lambda z: z + np.tanh(z), lambda z, a, g: g * (2 - np.tanh(z) ** 2))


def cube(z: Floats) -> Floats:
    return z * z * z


def cube_pullback(z: Floats, a: Floats, g: Floats) -> Floats:
    return g * (3 * z * z)


def square(z: NDArray[np.float64]) -> NDArray[np.float64]:
    return z * z


def square_pullback(z: NDArray[np.float64], a: NDArray[np.float64], g: NDArray[np.float64]) -> NDArray[np.float64]:
    return g * (2 * z)


def main() -> None:
    x = np.random.default_rng(0).normal(size=(5, 3))
    for f in (sine, bent, Activation("cube", cube, cube_pullback), Activation("square", square, square_pullback)):
        params = init_params((3, 4, 2), seed=0, hidden=f, dtype=np.float64)
        assert gradient_error(params, x, np.array([0, 1, 0, 1, 1])) < 1e-5
