"""PyTorch, eager, on the CPU.

After its "Performance Tuning Guide" and the page of `torch.optim`: gradients are set to None, the optimizer is the
fused one, the batches are views made ahead, inference runs in `inference_mode`.
"""

from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from tests.bench.cases import ADAM_LR, LR, MOMENTUM_LR, MU, Problem, Work

torch.set_num_threads(1)


def train(problem: Problem) -> Work:
    """A step of gradient descent for each batch."""
    return _epoch(problem, lambda model: torch.optim.SGD(model.parameters(), lr=LR, fused=True))


def momentum(problem: Problem) -> Work:
    """A step with momentum for each batch."""
    return _epoch(problem, lambda model: torch.optim.SGD(model.parameters(), lr=MOMENTUM_LR, momentum=MU, fused=True))


def adam(problem: Problem) -> Work:
    """A step of Adam for each batch."""
    return _epoch(problem, lambda model: torch.optim.Adam(model.parameters(), lr=ADAM_LR, fused=True))


def _epoch(problem: Problem, optimizer_of: Any) -> Work:
    model, batches = _model(problem), _batches(problem)

    def work() -> list[Any]:
        _set(model, problem)
        optimizer = optimizer_of(model)
        for x, y in batches:
            optimizer.zero_grad(set_to_none=True)
            cross_entropy(model(x), y).backward()
            optimizer.step()
        return _transposed(model.parameters())

    return work


def gradient(problem: Problem) -> Work:
    """The gradient for each batch."""
    model, batches = _model(problem), _batches(problem)

    def work() -> list[Any]:
        for x, y in batches:
            model.zero_grad(set_to_none=True)
            cross_entropy(model(x), y).backward()
        return _transposed(parameter.grad for parameter in model.parameters())

    return work


def predict(problem: Problem) -> Work:
    """The probabilities of each batch."""
    model = torch.nn.Sequential(*_model(problem), torch.nn.Softmax(dim=-1)).eval()
    inputs = [x for x, _ in _batches(problem)]

    def work() -> list[Any]:
        with torch.inference_mode():
            return [np.concatenate([model(x).numpy() for x in inputs])]

    return work


def _model(problem: Problem) -> Any:
    """The layers up to the logits."""
    layers = [layer for fan in pairwise(problem.case.sizes) for layer in (torch.nn.Linear(*fan), torch.nn.Sigmoid())]
    model = torch.nn.Sequential(*layers[:-1])
    _set(model, problem)
    return model


def _set(model: Any, problem: Problem) -> None:
    """Overwrite the weights, which PyTorch stores as (fan_out, fan_in)."""
    with torch.no_grad():
        for tensor, array in zip(model.parameters(), problem.arrays):
            tensor.copy_(torch.tensor(array.T))


def _transposed(tensors: Any) -> list[Any]:
    return [tensor.detach().numpy().T for tensor in tensors]


def _batches(problem: Problem) -> list[tuple[Any, Any]]:
    size = problem.case.batch
    return list(zip(torch.tensor(problem.x).split(size), torch.tensor(problem.y).split(size)))
