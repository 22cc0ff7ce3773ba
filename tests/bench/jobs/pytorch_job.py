"""The whole job in PyTorch, eager: one image a step, the rate set for each epoch."""

from itertools import pairwise
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from tests.bench.jobs import recipe


def _start(images: Any, labels: Any, weights: list[Any]) -> Any:
    torch.set_num_threads(1)
    layers = [layer for fan in pairwise(recipe.SIZES) for layer in (torch.nn.Linear(*fan), torch.nn.Sigmoid())]
    model = torch.nn.Sequential(*layers[:-1])
    with torch.no_grad():
        for parameter, array in zip(model.parameters(), weights):
            parameter.copy_(torch.tensor(array.T))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, fused=True)

    def train(order: Any, lr: float) -> None:
        x, y = torch.from_numpy(images[order]), torch.from_numpy(labels[order])
        optimizer.param_groups[0]["lr"] = lr
        for sample, label in zip(x.split(1), y.split(1)):
            optimizer.zero_grad(set_to_none=True)
            cross_entropy(model(sample), label).backward()
            optimizer.step()

    def logits(images: Any) -> Any:
        with torch.inference_mode():
            return model(torch.tensor(images))

    return train, logits, lambda: [parameter.detach() for parameter in model.parameters()]


if __name__ == "__main__":
    recipe.run(_start)
