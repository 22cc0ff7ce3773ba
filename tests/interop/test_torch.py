"""The optimizers compared with PyTorch's, step by step; needs the extra `peers`."""

from typing import Any

import numpy as np
import pytest
import torch

from fnnet import Dense, Grads, Params, identity, identity_squared_error
from fnnet.optim.optimizer import Optimizer
from fnnet.optim.optimizers import adagrad, adam, adamw, momentum, nesterov, rmsprop, sgd

PAIRS: list[tuple[Optimizer, str, dict[str, Any]]] = [  # Any: keyword arguments of PyTorch
    (sgd(0.1), "SGD", {"lr": 0.1}),
    (momentum(0.1, 0.8), "SGD", {"lr": 0.1, "momentum": 0.8}),
    (nesterov(0.1, 0.8), "SGD", {"lr": 0.1, "momentum": 0.8, "nesterov": True}),
    (adagrad(0.1), "Adagrad", {"lr": 0.1}),
    (rmsprop(0.01), "RMSprop", {"lr": 0.01}),
    (adam(0.01), "Adam", {"lr": 0.01}),
    (adamw(0.01, decay=0.1), "AdamW", {"lr": 0.01, "weight_decay": 0.1}),
]


@pytest.mark.parametrize("optimizer, name, arguments", PAIRS, ids=[repr(pair[0]) for pair in PAIRS])
def test_twenty_steps_are_pytorchs(optimizer: Optimizer, name: str, arguments: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    weights, bias = rng.normal(size=(3, 4)), rng.normal(size=4)
    params = Params((Dense(weights, bias),), identity, identity_squared_error)
    state = optimizer.init(params)
    theirs = [torch.tensor(array, requires_grad=True) for array in (weights, bias)]
    peer = getattr(torch.optim, name)(theirs, **arguments)
    for _ in range(20):
        g_weights, g_bias = rng.normal(size=(3, 4)), rng.normal(size=4)
        params, state = optimizer.step(params, Grads((Dense(g_weights, g_bias),)), state)
        theirs[0].grad, theirs[1].grad = torch.tensor(g_weights), torch.tensor(g_bias)
        peer.step()
        np.testing.assert_allclose(params.layers[0].weights, theirs[0].detach().numpy(), rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(params.layers[0].bias, theirs[1].detach().numpy(), rtol=1e-7, atol=1e-9)
