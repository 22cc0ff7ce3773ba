"""`fnnet train`: fit a network, tell how it goes, save it after every epoch."""

import time
from argparse import Namespace

import attrs
import numpy as np

from fnnet.activations import ACTIVATIONS
from fnnet.cli.data import load_data
from fnnet.cli.progress import progress_bar
from fnnet.cli.recipes import Recipe
from fnnet.cli.report import confusion
from fnnet.dataset import Dataset, split
from fnnet.files import check_writable
from fnnet.heads import HEADS
from fnnet.inference import accuracy, loss
from fnnet.initialisers import SCHEMES, init_params
from fnnet.records import Params
from fnnet.storage import save
from fnnet.training import fit


def run(arguments: Namespace) -> None:
    """Train as the arguments say, from the data to the saved model."""
    check_writable(arguments.out)
    recipe = _overridden(arguments)
    train, test = load_data(arguments.data)
    params = _first_params(recipe, arguments.sizes, arguments.seed, train, test)
    if arguments.limit is not None and arguments.limit < len(train):
        train, _ = split(train, arguments.limit)
    start = time.perf_counter()
    done = 0
    stream = fit(
        params,
        train,
        epochs=recipe.epochs,
        lr=lambda epoch: recipe.lr * recipe.decay**epoch,
        batch_size=recipe.batch_size,
        seed=arguments.seed,
        progress=progress_bar(len(train)),
    )
    try:
        for epoch in stream:
            params = epoch.params
            save(params, arguments.out)
            done = epoch.number
            spent = time.perf_counter() - start
            print(
                f"Epoch: {done}, Time Spent: {spent:.2f}s, Loss: {loss(params, test.x, test.y):.4f}, "
                f"Accuracy: {accuracy(params, test):.2%}",
                flush=True,
            )
    except KeyboardInterrupt:
        kept = f"the model of epoch {done} is in {arguments.out}" if done else "nothing is saved"
        raise KeyboardInterrupt(f" after {done} whole epochs: {kept}") from None
    print(f"\n{confusion(params, test)}\n\nSaved to {arguments.out}")


def _overridden(arguments: Namespace) -> Recipe:
    recipe: Recipe = arguments.recipe
    names = ("hidden", "head", "init", "epochs", "lr", "decay", "batch_size")
    given = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    return attrs.evolve(recipe, **given)


def _first_params(
    recipe: Recipe, sizes: tuple[int, ...] | None, seed: int, *data: Dataset[np.float32]
) -> Params[np.float32]:
    features, classes = data[0].x.shape[1], 1 + max(int(part.y.max()) for part in data)
    if sizes and (sizes[0] != features or sizes[-1] < classes):
        raise ValueError(
            f"--sizes: expected {features} features and {classes} classes, as the data, got {sizes}"
        )
    return init_params(
        sizes or (features, *recipe.widths, classes),
        seed,
        ACTIVATIONS[recipe.hidden],
        HEADS[recipe.head],
        SCHEMES[recipe.init],
    )
