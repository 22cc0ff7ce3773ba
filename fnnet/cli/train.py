"""`fnnet train`: train a network, and after every epoch save it and print a line."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import tee

import attrs
import numpy as np

from fnnet import recipes
from fnnet.cli.chance import is_at_chance, what_to_try
from fnnet.cli.data import load_data
from fnnet.cli.evaluate import confusion_text
from fnnet.cli.labels import label_numbers
from fnnet.cli.signals import deferred
from fnnet.cli.terminal import progress_bar
from fnnet.cli.train_files import TrainFiles, open_run, resume_command
from fnnet.cli.train_report import epoch_line, epochs, interrupted, next_commands, settings_line
from fnnet.cli.train_start import check_same_data, first, new_run
from fnnet.core.messages import shown
from fnnet.core.threads import blas_threads
from fnnet.data.dataset import Dataset
from fnnet.data.loaders import Pair
from fnnet.io.model import save
from fnnet.nn.params import Params
from fnnet.recipes.checkpoint import Checkpoint, save_checkpoint
from fnnet.recipes.history import Row, append_history, write_history
from fnnet.recipes.recipe import Recipe
from fnnet.recipes.track import track
from fnnet.train.state import TrainState

_SCORED = 10_000  # training images measured for the history: as many as MNIST's test images, so that it costs little


def run(arguments: Namespace) -> None:
    """Train as the arguments say, print a line for each epoch, then the confusion matrix.

    Raises:
        KeyboardInterrupt: after Ctrl-C, with a message that says what was saved and how to resume.
    """
    with open_run(arguments) as (resumed, files):
        train, test = load_data(arguments.data, arguments.max_bytes)
        if resumed:
            check_same_data(arguments, resumed, train)
        start = attrs.evolve(resumed or new_run(arguments, train, test), model=files.model_name)
        params = _train_on(first(train, start.samples), test, start, files, resume_command(arguments, files))
        print(f"\n{confusion_text(params, test, label_numbers(params))}\n\nSaved to {shown(files.model)}")
        print(f"\nNext:\n{next_commands(arguments, params, files)}")


def _train_on(
    train: Dataset[np.float32], test: Dataset[np.float32], start: Checkpoint, files: TrainFiles, command: str
) -> Params[np.float32]:
    """Train from the start to the last epoch of the recipe; return the final parameters."""
    recipe, state = start.recipe, start.state
    if state.epoch >= recipe.epochs:
        print(f"Already trained for {epochs(state.epoch)}; use --epochs to train longer.")
    else:
        print(settings_line(start), flush=True)
    show = progress_bar(train)
    with blas_threads(recipe.batch_size), ThreadPoolExecutor(os.cpu_count()) as pool:
        states = recipes.train(recipe, state, train, start.seed, show, pool.map)
        return _train(start, states, (first(train, _SCORED), test), files, command)


def _train(
    start: Checkpoint, states: Iterator[TrainState[np.float32]], scored: Pair, files: TrainFiles, command: str
) -> Params[np.float32]:
    """Save and report the state after each epoch; return the final parameters."""
    train, test = scored
    states, seen = tee(states)
    latest, params = start, start.state.eval_params
    try:
        for state, row in zip(states, track(seen, test, train)):
            params = state.eval_params
            reached = attrs.evolve(latest, state=state, history=(*latest.history, row))
            with deferred():  # what is said after a signal is then true: an epoch is saved or not
                if latest is start:
                    write_history(files.history, reached.history)
                else:
                    append_history(files.history, row)
                _save(reached, params, files)
                is_first, latest = latest is start, reached
            print(epoch_line(row, "Test"), flush=True)
            if is_first:
                _warn_at_chance(row, test, start.recipe)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(interrupted(latest, latest is not start, files, command)) from None
    if latest is start:  # all epochs were done before
        with deferred():
            write_history(files.history, start.history)
            _save(start, params, files)
    return params


def _save(run: Checkpoint, params: Params[np.float32], files: TrainFiles) -> None:
    """Save the model, then the checkpoint.

    The checkpoint comes last: if the process is killed before it, the resumed run repeats the epoch and writes the same
    row of the history and the same model again.
    """
    save(params, files.model)
    if files.checkpoint:
        save_checkpoint(run, files.checkpoint)


def _warn_at_chance(row: Row, data: Dataset[np.float32], recipe: Recipe) -> None:
    """Say on standard error if a network has learned nothing in its first epoch here, and what to try."""
    if row.test_accuracy is not None and is_at_chance(row.test_accuracy, data):
        found = f"after epoch {row.epoch} the network is no better than one that always gives the same answer"
        print(f"fnnet: {found}; try {what_to_try(recipe)}", file=sys.stderr)
