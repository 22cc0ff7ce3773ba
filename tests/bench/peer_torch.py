"""PyTorch, eager, on the CPU.

After the "Performance Tuning Guide" and the page of `torch.optim`: gradients are set to None, the optimizer
is the fused one, the batches are views made ahead, inference runs in `inference_mode`.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from fnnet import Params
from fnnet.core.arrays import Matrix
from tests.bench.contender import Contender, Images, Problem, calls, stacked, trained
from tests.bench.timing import Work, work


def load(threads: int) -> Contender:
    """The contender; ImportError without PyTorch."""
    import torch

    torch.set_num_threads(threads)
    version: str = torch.__version__
    return Contender("PyTorch", version, _training, _inference)


def _network(sizes: tuple[int, ...]) -> Any:
    """The layers up to the logits."""
    from torch import nn

    layers = [layer for fan in pairwise(sizes) for layer in (nn.Linear(*fan), nn.Sigmoid())]
    return nn.Sequential(*layers[:-1])


def _set(model: Any, params: Params[np.float32]) -> None:
    """Overwrite the weights, which PyTorch stores as (fan_out, fan_in)."""
    import torch

    arrays = [array for layer in params.layers for array in (layer.weights.T, layer.bias)]
    with torch.no_grad():
        for tensor, array in zip(model.parameters(), arrays):
            tensor.copy_(torch.tensor(array))


def _training(problem: Problem) -> Work[Params[np.float32]]:
    import torch
    from torch.nn.functional import cross_entropy

    model = _network(problem.params.sizes)
    optimizer = torch.optim.SGD(model.parameters(), lr=problem.lr, fused=True)
    xs = torch.tensor(problem.x).split(problem.batch_size)
    ys = torch.tensor(problem.y).split(problem.batch_size)

    def start() -> None:
        _set(model, problem.params)

    def run(_: None) -> None:
        for x, y in zip(xs, ys):
            optimizer.zero_grad(set_to_none=True)
            cross_entropy(model(x), y).backward()
            optimizer.step()

    def read(_: None) -> Params[np.float32]:
        return trained(problem.params, [tensor.detach().numpy().T for tensor in model.parameters()])

    return work(start, run, read)


def _inference(images: Images) -> Work[Matrix[np.float32]]:
    import torch

    model = torch.nn.Sequential(*_network(images.params.sizes), torch.nn.Softmax(dim=-1)).eval()
    _set(model, images.params)
    inputs = [torch.tensor(x) for x in calls(images)]

    def run(tensors: list[Any]) -> list[Any]:
        with torch.inference_mode():
            return [model(x) for x in tensors]

    return work(lambda: inputs, run, lambda outputs: stacked([p.numpy() for p in outputs], images))
