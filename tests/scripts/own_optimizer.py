"""An optimizer from one's own equation, and its steps in a loop of one's own."""

from functools import partial

import numpy as np

from fnnet import Dataset, fit, init_params, loss
from fnnet.nn import mean_gradient
from fnnet.optim import Optimizer, elementwise
from fnnet.typing import Floats


def sign(lr: float, t: int, theta: Floats, g: Floats, slots: tuple[Floats, ...]) -> None:
    theta -= lr * np.sign(g)


def lion(beta: float, lr: float, t: int, theta: Floats, g: Floats, slots: tuple[Floats, ...]) -> None:
    (m,) = slots
    theta -= lr * np.sign(beta * m + (1 - beta) * g)
    m *= beta
    m += (1 - beta) * g


def main() -> None:
    data = Dataset(np.eye(4, dtype=np.float32), np.arange(4))
    start = init_params((4, 4), seed=0)
    optimizers: list[Optimizer] = [
        elementwise("sign", 0.01, 0, sign),
        elementwise("lion", lambda step: 0.1 / (step + 1), 1, partial(lion, 0.9)),
    ]
    for optimizer in optimizers:
        *_, last = fit(start, data, epochs=5, optimizer=optimizer, batch_size=2)
        params, state = start, optimizer.init(start)
        for _ in range(5):
            params, state = optimizer.step(params, mean_gradient(params, data.x, data.labels), state)
        assert loss(start, data.x, data.y) > max(loss(p, data.x, data.y) for p in (last.params, params))
