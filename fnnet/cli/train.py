"""`fnnet train`: fit a network, tell how it goes, save it after every epoch."""

import time
from argparse import Namespace
from collections.abc import Iterator

import attrs
import numpy as np

from fnnet.augment import Warp
from fnnet.cli.data import load_data
from fnnet.cli.progress import progress_bar
from fnnet.cli.report import confusion
from fnnet.cli.threads import blas_threads
from fnnet.dataset import Dataset, split
from fnnet.files import check_writable
from fnnet.inference import accuracy, loss
from fnnet.recipes import RECIPES, Recipe, first_params, follow, outcome
from fnnet.records import Params
from fnnet.storage import save
from fnnet.training import Epoch


def run(arguments: Namespace) -> None:
    """Train as the arguments say, from the data to the saved model."""
    check_writable(arguments.out)
    recipe = _overridden(arguments)
    train, test = load_data(arguments.data)
    params = _first_params(recipe, arguments, train, test)
    if arguments.limit is not None and arguments.limit < len(train):
        train, _ = split(train, arguments.limit)
    stream = follow(recipe, params, train, arguments.seed, progress_bar(len(train)))
    with blas_threads(recipe.batch_size):
        last = _report(recipe, stream, test, arguments.out)
    print(f"\n{confusion(last, test)}\n\nSaved to {arguments.out}")


def _report(
    recipe: Recipe, stream: Iterator[Epoch[np.float32]], test: Dataset[np.float32], out: str
) -> Params[np.float32]:
    """Save and report every epoch; the last parameters."""
    start = time.perf_counter()
    done = 0
    try:
        for epoch in stream:
            params = outcome(recipe, epoch)
            save(params, out)
            done = epoch.number
            spent = time.perf_counter() - start
            error, share = loss(params, test.x, test.y), accuracy(params, test)
            line = f"Epoch: {done}, Time Spent: {spent:.2f}s, Loss: {error:.4f}, Accuracy: {share:.2%}"
            print(line, flush=True)
    except KeyboardInterrupt:
        kept = f"the model of epoch {done} is in {out}" if done else "nothing is saved"
        raise KeyboardInterrupt(f" after {done} whole epochs: {kept}") from None
    return params


def _overridden(arguments: Namespace) -> Recipe:
    """The recipe, with what the command line gives in its place."""
    given = {name: value for name, value in vars(arguments).items() if value is not None}
    warp = {field.name: given[field.name] for field in attrs.fields(Warp) if field.name in given}
    own = {field.name: given[field.name] for field in attrs.fields(Recipe) if field.name in given}
    recipe = RECIPES[given.get("recipe", "classic")]
    return attrs.evolve(recipe, **own, warp=attrs.evolve(recipe.warp, **warp))


def _first_params(recipe: Recipe, arguments: Namespace, *data: Dataset[np.float32]) -> Params[np.float32]:
    features, classes = data[0].x.shape[1], 1 + max(int(part.y.max()) for part in data)
    sizes: tuple[int, ...] = arguments.sizes or (features, *recipe.widths, classes)
    if sizes[0] != features or sizes[-1] < classes:
        raise ValueError(f"--sizes: expected {features} features and {classes} classes, as the data, got {sizes}")
    return first_params(attrs.evolve(recipe, widths=sizes[1:-1]), sizes[0], sizes[-1], arguments.seed)
