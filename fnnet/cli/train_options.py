"""The options of `fnnet train`, and its help."""

import argparse
from collections.abc import Callable, Collection
from textwrap import fill

from fnnet.cli import train
from fnnet.cli.arguments import Commands, add_command, add_data, integer, number, share, sizes
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS
from fnnet.nn.initializers import INITIALIZERS
from fnnet.optim.optimizers import OPTIMIZERS
from fnnet.recipes.recipe import CLASSIC, RECIPES, SCHEDULES

_EXAMPLES = """\
names:
{names}

examples:
  fnnet train                                the article's job, done right
  fnnet train --recipe best                  the same network, at its best
  fnnet train --sizes 784-300-10 --hidden relu --init he-normal --lr 0.03
  fnnet train --data fashion/ --out fashion.npz
  fnnet train --data emnist/emnist-letters- --out letters.npz
  fnnet train --checkpoint run.npz           what can be interrupted, and then
  fnnet train --resume run.npz               goes on as if it had not been
  fnnet train --article                      the article's own set-up

--article means squared error, learning rate 0.001 without decay, and weights
of variance 1 / fan_out, which can be overridden in turn. What still differs
from the article: biases, the whole Jacobian of softmax instead of its
diagonal, numbers that never overflow, float32, inputs from 0 to 1 and targets
of 0 and 1, and a new order of the images in each epoch.
"""


def _names() -> str:
    known: dict[str, Collection[str]] = {
        "--recipe": RECIPES,
        "--hidden": ACTIVATIONS,
        "--head": HEADS,
        "--init": INITIALIZERS,
        "--optimizer": OPTIMIZERS,
        "--schedule": SCHEDULES,
    }
    return "\n".join(
        fill(f"  {option:11} {', '.join(names)}", width=78, subsequent_indent=" " * 14, break_on_hyphens=False)
        for option, names in known.items()
    )


def add_train(commands: Commands) -> None:
    """Add the command."""
    sub = add_command(commands, "train", "train a network and save it", _EXAMPLES.format(names=_names()))
    sub.set_defaults(run=train.run)
    start = sub.add_mutually_exclusive_group()
    start.add_argument("--recipe", choices=RECIPES, metavar="NAME", help="the settings to start from (classic)")
    start.add_argument(
        "--article",
        dest="recipe",
        action="store_const",
        const="article",
        help="the article's own (see below)",
    )
    sub.add_argument(
        "--sizes",
        type=sizes,
        metavar="N-N-...",
        help="widths from features to classes (784-128-64-10 for MNIST)",
    )
    add_data(sub)
    sub.add_argument("--limit", type=integer(1), metavar="N", help="train on the first N images only")
    sub.add_argument("--seed", type=integer(0), metavar="N", help="of all randomness (0)")
    sub.add_argument(
        "--out",
        metavar="FILE",
        help="where the model is saved, and beside it the history that `fnnet plot` draws, a line of losses and "
        "accuracies an epoch, on the test images and on the first 10,000 training images as they are (model.npz and "
        "model.history.jsonl; a resumed run's own)",
    )
    sub.add_argument("--checkpoint", metavar="FILE", help="where to keep all that it takes to go on")
    sub.add_argument(
        "--resume",
        metavar="FILE",
        help="go on from this checkpoint, and keep it up to date, with the same --data; of its settings only --epochs "
        "can be changed (what falls until the last epoch, as a cosine schedule does, then falls otherwise)",
    )
    _add_settings(sub)
    _add_changes(sub)


def _add_settings(sub: argparse.ArgumentParser) -> None:
    settings = sub.add_argument_group("settings, each instead of the recipe's (classic's in brackets)")
    _add_setting(settings, "--hidden", "activation of the hidden layers", choices=ACTIVATIONS)
    _add_setting(settings, "--head", "output activation and loss", choices=HEADS)
    _add_setting(settings, "--init", "distribution of the first weights", choices=INITIALIZERS)
    _add_setting(settings, "--epochs", "passes over the training images", type=integer(1))
    _add_setting(settings, "--batch-size", "images a step", type=integer(1))
    _add_setting(settings, "--optimizer", "how the weights move", choices=OPTIMIZERS)
    _add_setting(settings, "--lr", "learning rate: the first epoch's, or the largest")
    _add_setting(settings, "--schedule", "of the learning rate", choices=SCHEDULES)
    _add_setting(settings, "--decay", "its factor from one epoch to the next, if exponential")
    _add_setting(settings, "--smoothing", "share of each label spread over all", type=share)
    _add_setting(settings, "--l2", "weight of the L2 penalty")
    _add_setting(settings, "--dropout", "probability of leaving out a hidden unit", type=share)
    _add_setting(settings, "--average", "decay of the weights' moving average", type=share)


def _add_changes(sub: argparse.ArgumentParser) -> None:
    images = sub.add_argument_group("changes of the training images, anew in each epoch (classic: none)")
    images.add_argument("--shift", type=number, metavar="N", help="up to N pixels along each axis")
    images.add_argument("--rotation", type=number, metavar="N", help="up to N degrees")
    images.add_argument("--scale", type=number, metavar="N", help="up to a share N larger or smaller")
    images.add_argument("--shear", type=number, metavar="N", help="up to N degrees")
    images.add_argument("--elastic", type=number, metavar="N", help="elastic distortion of strength N, such as 34")
    images.add_argument("--smoothness", type=number, metavar="N", help="its smoothness in pixels (4)")
    _add_setting(images, "--final-warp", "share of all this that is left in the last epoch")


def _add_setting(
    group: "argparse._ArgumentGroup",
    option: str,
    summary: str,
    type: Callable[[str], object] | None = None,
    choices: Collection[str] = (),
) -> None:
    """An option that overrides the recipe's setting of that name."""
    default = getattr(CLASSIC, option.removeprefix("--").replace("-", "_"))
    group.add_argument(
        option,
        type=type or (str if choices else number),
        choices=choices or None,
        metavar="NAME" if choices else "N",
        help=f"{summary} ({default})",
    )
