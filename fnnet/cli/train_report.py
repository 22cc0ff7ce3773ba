"""What `fnnet train` prints: how it trains, a line for each epoch, what was saved and what comes next."""

import shlex
from argparse import Namespace
from math import inf

import numpy as np

from fnnet.cli.chance import what_to_try
from fnnet.cli.evaluate import scores_text
from fnnet.cli.train_files import TrainFiles, data_options
from fnnet.core.messages import one_line
from fnnet.data.augment import Warp
from fnnet.data.inputs import side_of_images
from fnnet.metrics.evaluation import Evaluation
from fnnet.nn.params import Params
from fnnet.recipes.checkpoint import Checkpoint
from fnnet.recipes.row import Row
from fnnet.recipes.selection import best_row
from fnnet.recipes.suitable import rate_of

_EXTRA = ("smoothing", "l2", "dropout", "adversary", "average")
"""Settings of a recipe that are 0 where they are not in use."""


def settings_line(run: Checkpoint, teachers: int) -> str:
    """What trains, the settings that follow from the others unless they are given, and what else is in use.

    Args:
        run: before its first epoch here.
        teachers: how many there are.
    """
    recipe, sizes = run.recipe, "-".join(map(str, run.state.params.sizes))
    how = f"{recipe.optimizer}, batch size {recipe.batch_size}, lr {rate_of(recipe):.3g}, init {recipe.init}"
    extra = [f"{name} {value:.3g}" for name in _EXTRA if (value := getattr(recipe, name))]
    extra += ["augmentation"] * (recipe.warp != Warp())
    extra += [f"{teachers} teacher{'s' if teachers > 1 else ''}"] * (teachers > 0)
    return f"Training {sizes}: {', '.join([recipe.hidden, how, *extra])}"


def epoch_line(row: Row, images: str) -> str:
    """How an epoch ended.

    >>> epoch_line(Row(2, 3.0, 0.2, 0.95, 0.1, 0.97), "Test")
    'Epoch: 2, Time Spent: 3.00s, Test Loss: 0.1000, Accuracy: 97.00%'
    """
    return f"Epoch: {row.epoch}, Time Spent: {row.seconds:.2f}s, {row_text(row, images)}"


def row_text(row: Row, images: str) -> str:
    """What an epoch scored on some images.

    >>> row_text(Row(2, 3.0, 0.2, 0.95, 0.1, 0.97, None, 0.96), "Validation")
    'Validation Loss: inf, Accuracy: 96.00%'
    """
    loss, accuracy = (getattr(row, f"{images.lower()}_{measure}") for measure in ("loss", "accuracy"))
    return scores_text(images, Evaluation(inf if loss is None else loss, accuracy))


def chance_line(run: Checkpoint) -> str:
    """That a network has learned nothing, and what to try."""
    found = f"after epoch {run.state.epoch} the network is no better than one that always gives the same answer"
    return f"fnnet: {found}; try {what_to_try(run.recipe, run.samples)}"


def ended_line(run: Checkpoint) -> str:
    """Why there are no more epochs."""
    done = epochs(run.state.epoch)
    if run.is_exhausted:
        return f"Stopped after {done}: the last {run.patience} were no better on the validation images."
    return f"Already trained for {done}; use --epochs to train longer."


def best_lines(run: Checkpoint) -> str:
    """The epoch that was chosen, and what it scores on the test images, by which nothing was chosen."""
    row = best_row(run.history)
    return f"Best epoch: {row.epoch}, {row_text(row, 'Validation')}\n{row_text(row, 'Test')}"


def next_commands(arguments: Namespace, params: Params[np.float32], files: TrainFiles) -> str:
    """The commands that use the model, one a line."""
    data, features = data_options(arguments), params.sizes[0]
    commands = [["plot", files.model, *data], ["evaluate", files.model, *data]]
    if side_of_images(features):
        commands.append(["predict", files.model, "digit.png"])
    else:
        commands.append(["predict", files.model, "new.csv"])
    return "\n".join(f"  {one_line(shlex.join(['fnnet', *command]))}" for command in commands)


def interrupted(run: Checkpoint, is_saved: bool, files: TrainFiles, command: str) -> str:
    """What a user wants to know after Ctrl-C: how far the run came, what was saved, and how to resume it."""
    done = f" after {epochs(run.state.epoch)}"
    if not is_saved:
        return f"{done}; nothing new was saved"
    resume = f"; to resume: {command}" if command else ""
    return f"{done}, {'saved' if run.best is None else 'the best of them saved'} in {files.model}{resume}"


def epochs(n: int) -> str:
    """So many complete epochs.

    >>> epochs(1), epochs(2)
    ('1 complete epoch', '2 complete epochs')
    """
    return f"{n} complete epoch" + ("s" if n != 1 else "")
