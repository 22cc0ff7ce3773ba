"""`fnnet train`: fit a network, tell how it goes, save it after every epoch."""

import os
import time
from argparse import Namespace
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import attrs
import numpy as np

from fnnet import recipes
from fnnet.cli.data import load_data
from fnnet.cli.outputs import Outputs, command_to_resume, outputs
from fnnet.cli.progress import progress_bar
from fnnet.cli.report import confusion
from fnnet.core.threads import blas_threads
from fnnet.data.augment import Warp
from fnnet.data.dataset import Dataset, split
from fnnet.data.loaders import Pair
from fnnet.io.model import save
from fnnet.metrics.accuracy import accuracy
from fnnet.nn.inference import loss
from fnnet.nn.params import Params
from fnnet.recipes.checkpoint import Checkpoint, digest, load_checkpoint, save_checkpoint
from fnnet.recipes.history import Row, Scores, append_history, write_history
from fnnet.recipes.recipe import RECIPES, Recipe
from fnnet.recipes.run import final_params, initial_params
from fnnet.train.state import TrainState

SETTINGS = ("recipe", "sizes", "limit", "seed", *(field.name for field in (*attrs.fields(Recipe), *attrs.fields(Warp))))
"""What decides the course of a run, in which a checkpoint takes the place of the command line."""
_ANSWERS = 4 * 1024  # bytes for each class, as the answers of a network are computed
_SCORED = 10_000  # training images measured for the history: as many as MNIST has to test, so that it costs little


def run(arguments: Namespace) -> None:
    """Train as the arguments say, from the data to the saved model."""
    resumed = _resumed(arguments) if arguments.resume else None
    files = outputs(arguments, resumed)
    data = load_data(arguments.data, arguments.max_bytes)
    if resumed:
        _check_data(arguments, resumed, data[0])
    at = attrs.evolve(resumed or _begun(arguments, *data), model=files.model_beside)
    recipe, (train, test) = at.recipe, (_first(data[0], at.samples), data[1])
    state, show = at.state, progress_bar(at.samples)
    if state.epoch >= recipe.epochs:
        print(f"{state.epoch} epochs are done; more with --epochs.")
    with blas_threads(recipe.batch_size), ThreadPoolExecutor(os.cpu_count()) as pool:
        stream = recipes.train(recipe, state.params, train, at.seed, show, state.epoch, state.opt_state, pool.map)
        last = _report(at, stream, (_first(train, _SCORED), test), files, command_to_resume(arguments, files))
    print(f"\n{confusion(last, test)}\n\nSaved to {files.model}")


def _report(
    at: Checkpoint, stream: Iterator[TrainState[np.float32]], judges: Pair, files: Outputs, command: str
) -> Params[np.float32]:
    """Save and report every epoch; the last parameters."""
    begun, start = at, time.perf_counter()
    params = final_params(at.recipe, at.state)
    try:
        for state in stream:
            params, spent = final_params(at.recipe, state), time.perf_counter() - start
            train, (error, share) = (_scores(params, data) for data in judges)
            row = Row.of(state.epoch, spent, train, (error, share))
            reached = attrs.evolve(at, state=state, history=(*at.history, row))
            if at is begun:
                write_history(files.history, reached.history)
            else:
                append_history(files.history, row)
            _save(reached, params, files)
            at = reached
            line = f"Epoch: {state.epoch}, Time Spent: {spent:.2f}s, Loss: {error:.4f}, Accuracy: {share:.2%}"
            print(line, flush=True)
    except KeyboardInterrupt:
        done = at.state.epoch
        kept = f"the model of epoch {done} is in {files.model}" if at is not begun else "nothing new is saved"
        more = f"; `{command}` goes on" if at is not begun and command else ""
        raise KeyboardInterrupt(f" after {done} whole epochs: {kept}{more}") from None
    if at is begun:  # nothing was left to do
        write_history(files.history, at.history)
        _save(at, params, files)
    return params


def _save(at: Checkpoint, params: Params[np.float32], files: Outputs) -> None:
    # history, model, checkpoint: what an interruption between them repeats, it also replaces
    save(params, files.model)
    if files.checkpoint:
        save_checkpoint(at, files.checkpoint)


def _scores(params: Params[np.float32], data: Dataset[np.float32]) -> Scores:
    return loss(params, data.x, data.y), accuracy(params, data)


def _begun(arguments: Namespace, train: Dataset[np.float32], test: Dataset[np.float32]) -> Checkpoint:
    """Where a run of these arguments begins."""
    recipe = _overridden(arguments)
    features, classes = train.x.shape[1], 1 + max(int(part.y.max()) for part in (train, test))
    if classes > arguments.max_bytes // _ANSWERS:
        raise ValueError(
            f"--data: expected labels below {arguments.max_bytes // _ANSWERS}, to have room, got {classes - 1}"
        )
    sizes: tuple[int, ...] = arguments.sizes or (features, *recipe.widths, classes)
    if sizes[0] != features or sizes[-1] < classes:
        raise ValueError(f"--sizes: expected {features} features and {classes} classes, as the data, got {sizes}")
    recipe, seed = attrs.evolve(recipe, widths=sizes[1:-1]), arguments.seed or 0
    some = _first(train, arguments.limit or len(train))
    params = initial_params(recipe, sizes[0], sizes[-1], seed)
    return Checkpoint(recipe, seed, len(some), digest(some) if arguments.checkpoint else "", TrainState(0, params))


def _resumed(arguments: Namespace) -> Checkpoint:
    """The checkpoint to go on from; its settings stand, but for a new number of epochs."""
    given = [name for name in SETTINGS if getattr(arguments, name, None) is not None and name != "epochs"]
    if given:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise ValueError(f"--resume: expected no setting but --epochs, as the checkpoint has them all, got {options}")
    at = load_checkpoint(arguments.resume)
    return attrs.evolve(at, recipe=attrs.evolve(at.recipe, epochs=arguments.epochs or at.recipe.epochs))


def _check_data(arguments: Namespace, at: Checkpoint, train: Dataset[np.float32]) -> None:
    """Raise ValueError unless the run of the checkpoint was trained on these samples."""
    if len(train) < at.samples or digest(_first(train, at.samples)) != at.digest:
        raise ValueError(
            f"--data: expected the {at.samples} samples that {arguments.resume} was trained on, got "
            + ("others" if arguments.data else "the bundled MNIST")
        )


def _first(data: Dataset[np.float32], n: int) -> Dataset[np.float32]:
    return split(data, n)[0] if n < len(data) else data


def _overridden(arguments: Namespace) -> Recipe:
    """The recipe, with what the command line gives in its place."""
    given = {name: value for name, value in vars(arguments).items() if value is not None}
    warp = {field.name: given[field.name] for field in attrs.fields(Warp) if field.name in given}
    own = {field.name: given[field.name] for field in attrs.fields(Recipe) if field.name in given}
    recipe = RECIPES[given.get("recipe", "classic")]
    return attrs.evolve(recipe, **own, warp=attrs.evolve(recipe.warp, **warp))
