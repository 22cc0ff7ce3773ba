"""`fnnet train`: fit a network, tell how it goes, save it after every epoch."""

import time
from argparse import Namespace
from collections.abc import Iterator

import attrs
import numpy as np

from fnnet.activations import ACTIVATIONS
from fnnet.cli.data import load_data
from fnnet.cli.progress import progress_bar
from fnnet.cli.recipes import Recipe
from fnnet.cli.report import confusion
from fnnet.cli.threads import blas_threads
from fnnet.dataset import Dataset, split
from fnnet.files import check_writable
from fnnet.heads import HEADS
from fnnet.inference import accuracy, loss
from fnnet.initialisers import SCHEMES, init_params
from fnnet.records import Params
from fnnet.storage import save
from fnnet.training import Epoch, fit


def run(arguments: Namespace) -> None:
    """Train as the arguments say, from the data to the saved model."""
    check_writable(arguments.out)
    recipe = _overridden(arguments)
    train, test = load_data(arguments.data)
    params = _first_params(recipe, arguments.sizes, arguments.seed, train, test)
    if arguments.limit is not None and arguments.limit < len(train):
        train, _ = split(train, arguments.limit)
    stream = fit(
        params,
        train,
        epochs=recipe.epochs,
        lr=lambda epoch: recipe.lr * recipe.decay**epoch,
        batch_size=recipe.batch_size,
        seed=arguments.seed,
        progress=progress_bar(len(train)),
    )
    with blas_threads(recipe.batch_size):
        last = _follow(stream, test, arguments.out)
    print(f"\n{confusion(last, test)}\n\nSaved to {arguments.out}")


def _follow(stream: Iterator[Epoch[np.float32]], test: Dataset[np.float32], out: str) -> Params[np.float32]:
    """Save and report every epoch; the last parameters."""
    start = time.perf_counter()
    done = 0
    try:
        for epoch in stream:
            save(epoch.params, out)
            done = epoch.number
            spent = time.perf_counter() - start
            error, share = loss(epoch.params, test.x, test.y), accuracy(epoch.params, test)
            line = f"Epoch: {done}, Time Spent: {spent:.2f}s, Loss: {error:.4f}, Accuracy: {share:.2%}"
            print(line, flush=True)
    except KeyboardInterrupt:
        kept = f"the model of epoch {done} is in {out}" if done else "nothing is saved"
        raise KeyboardInterrupt(f" after {done} whole epochs: {kept}") from None
    return epoch.params


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
