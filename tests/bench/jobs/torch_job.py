"""The whole job in PyTorch, eager: one image a step, the rate set for each epoch."""

import os
from itertools import pairwise

from tests.bench.jobs import recipe


def main() -> None:
    """Train, tell the accuracy after each epoch, save."""
    import torch
    from torch import nn
    from torch.nn.functional import cross_entropy

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    path, epochs, out = recipe.arguments()
    x_train, y_train, x_test, y_test = recipe.load(path)
    x, y, images = torch.from_numpy(x_train), torch.from_numpy(y_train), torch.from_numpy(x_test)
    layers = [layer for fan in pairwise(recipe.SIZES) for layer in (nn.Linear(*fan), nn.Sigmoid())][:-1]
    model = nn.Sequential(*layers)
    with torch.no_grad():
        for dense, (weights, bias) in zip(model[::2], recipe.first_weights()):
            dense.weight.copy_(torch.from_numpy(weights.T))
            dense.bias.copy_(torch.from_numpy(bias))
    optimizer = torch.optim.SGD(model.parameters(), lr=recipe.rate(0), fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 0.8**epoch)

    for epoch in range(epochs):
        order = torch.from_numpy(recipe.order(len(x_train), epoch))
        for sample, label in zip(x[order].split(1), y[order].split(1)):
            optimizer.zero_grad(set_to_none=True)
            cross_entropy(model(sample), label).backward()
            optimizer.step()
        schedule.step()
        with torch.inference_mode():
            recipe.report(epoch, model(images).numpy(), y_test)
    recipe.save(out, [tensor.detach().numpy() for tensor in model.parameters()])


if __name__ == "__main__":
    main()
