"""`fnnet train`: train a network, and after every epoch save it and print a line."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import tee

import attrs
import numpy as np

from fnnet import recipes
from fnnet.cli.chance import is_at_chance, what_may_converge
from fnnet.cli.data import read_data
from fnnet.cli.evaluate import confusion_text
from fnnet.cli.signals import deferred
from fnnet.cli.teacher import TEMPERATURE, Teachers, behind, check_lesson, read_teachers, taught
from fnnet.cli.terminal import progress_bar
from fnnet.cli.train_files import TrainFiles, open_run, resume_command
from fnnet.cli.train_inputs import TrainInputs
from fnnet.cli.train_report import (
    best_lines,
    chance_line,
    ended_line,
    epoch_line,
    interrupted,
    next_commands,
    settings_line,
)
from fnnet.cli.train_start import check_same_data, first, new_run
from fnnet.core.messages import shown
from fnnet.core.threads import blas_threads
from fnnet.data.dataset import Dataset
from fnnet.data.holdout import hold_out
from fnnet.recipes.checkpoint import Checkpoint, save_checkpoint
from fnnet.recipes.history import Row, append_history, write_history
from fnnet.recipes.track import track
from fnnet.train.state import Diverged, TrainState

_SCORED = 10_000  # training images measured for the history: as many as MNIST's test images, so that it costs little


@attrs.frozen(eq=False)
class _Samples:
    """Those to train on, those held out to choose the epoch by, if any, and those to test with."""

    train: Dataset[np.float32]
    validation: Dataset[np.float32] | None
    test: Dataset[np.float32]

    @property
    def judged(self) -> str:
        """Those whose scores are printed after each epoch."""
        return "Test" if self.validation is None else "Validation"


def run(arguments: Namespace) -> None:
    """Train as the arguments say, print a line for each epoch, then the confusion matrix.

    Raises:
        KeyboardInterrupt: after Ctrl-C, with a message that says what was saved and how to resume.
    """
    with open_run(arguments) as (resumed, files):
        source = read_data(arguments)
        train, test = source.train, source.test
        teachers = read_teachers(arguments, source)
        if resumed:
            check_same_data(arguments, resumed, train, teachers)
        start = attrs.evolve(resumed or new_run(arguments, train, test, teachers), model=files.model_name)
        check_lesson(teachers, start.state.params.head)
        samples = _samples(train, test, start)
        _tell_of_one_class(samples.train)
        files = attrs.evolve(files, inputs=TrainInputs.of(samples.train, source, TEMPERATURE if teachers else 1.0))
        teachers = tuple(behind(files.inputs, each) for each in teachers)
        end = _train_on(samples, start, files, teachers, resume_command(arguments, files))
        params = files.inputs.absorbed(end.kept_params)
        if end.best is not None:
            print(best_lines(end))
        names = files.inputs.label_names(params)
        print(f"\n{confusion_text(params, test, names)}\n\nSaved to {shown(files.model)}")
        print(f"\nNext:\n{next_commands(arguments, params, files)}")


def _samples(train: Dataset[np.float32], test: Dataset[np.float32], run: Checkpoint) -> _Samples:
    train = first(train, run.samples)
    if not run.validation:
        return _Samples(train, None, test)
    if len(train) < 2:
        raise ValueError(f"--validation: expected at least 2 samples to hold out of, got {len(train)}")
    return _Samples(*hold_out(train, run.validation, run.seed), test)


def _tell_of_one_class(train: Dataset[np.float32]) -> None:
    """Say so if all samples are of one class, as the first of sorted files are."""
    if len(train) > 1 and np.unique(train.y).size == 1:
        print(f"fnnet: all {len(train)} samples to train on are of one class", file=sys.stderr)


def _train_on(samples: _Samples, start: Checkpoint, files: TrainFiles, teachers: Teachers, command: str) -> Checkpoint:
    """Train from the start until the run has ended; return it."""
    recipe, scaled = start.recipe, files.inputs.scaled(samples.train)
    if start.has_ended:
        print(ended_line(start))
        return _finished(start, files)
    show = progress_bar(scaled)
    print(settings_line(start, len(teachers)), flush=True)
    with blas_threads(recipe.batch_size), ThreadPoolExecutor(os.cpu_count()) as pool:
        lesson = partial(taught, teachers, map=pool.map)
        states = recipes.train(recipe, start.state, scaled, start.seed, progress=show, map=pool.map, lesson=lesson)
        return _train(start, states, samples, files, command)


def _finished(run: Checkpoint, files: TrainFiles) -> Checkpoint:
    """Write the files of a run that has nothing left to do."""
    with deferred():
        write_history(files.history, run.history)
        _save(run, files)
    return run


def _train(
    start: Checkpoint, states: Iterator[TrainState[np.float32]], samples: _Samples, files: TrainFiles, command: str
) -> Checkpoint:
    """Save and report the state after each epoch; return the run after the last."""
    latest = start
    states, seen = tee(states)
    rows = track(seen, samples.test, first(samples.train, _SCORED), files.inputs.absorbed, samples.validation)
    try:
        for state, row in zip(states, rows):
            reached = latest.after(state, row)
            with deferred():  # what is said after a signal is then true: an epoch is saved or not
                if latest is start:
                    write_history(files.history, reached.history)
                else:
                    append_history(files.history, row)
                _save(reached, files)
                is_first, latest = latest is start, reached
            print(epoch_line(row, samples.judged), flush=True)
            if is_first and _learned_nothing(row, samples):
                print(chance_line(reached), file=sys.stderr)
            if reached.is_exhausted:
                print(ended_line(reached))
                break
    except Diverged as error:
        anew = " in a new run" if start.state.epoch else ""  # a resumed one keeps its settings
        raise FloatingPointError(f"{error}; try {what_may_converge(start.recipe)}{anew}") from error
    except KeyboardInterrupt:
        raise KeyboardInterrupt(interrupted(latest, latest is not start, files, command)) from None
    return latest


def _save(run: Checkpoint, files: TrainFiles) -> None:
    """Save the model, then the checkpoint.

    The checkpoint comes last: if the process is killed before it, the resumed run repeats the epoch and writes the same
    row of the history and the same model again.
    """
    files.inputs.save(run.kept_params, files.model)
    if files.checkpoint:
        save_checkpoint(run, files.checkpoint)


def _learned_nothing(row: Row, samples: _Samples) -> bool:
    """Whether the network is at chance on the samples that it is judged by."""
    held_out = samples.validation
    reached, data = (row.test_accuracy, samples.test) if held_out is None else (row.validation_accuracy, held_out)
    return reached is not None and is_at_chance(reached, data)
