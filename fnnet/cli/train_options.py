"""The options of `fnnet train`, and its help."""

from collections.abc import Callable, Collection
from textwrap import fill
from typing import TYPE_CHECKING

from fnnet.cli import train
from fnnet.cli.shared_options import (
    BRIEF_DATA,
    Commands,
    add_command,
    add_data,
    add_help_all,
    fraction,
    integer,
    local_path,
    number,
    share,
    sizes,
)
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS
from fnnet.nn.initializers import INITIALIZERS
from fnnet.optim.optimizers import OPTIMIZERS
from fnnet.recipes.recipe import CLASSIC, RECIPES, SCHEDULES

if TYPE_CHECKING:
    from argparse import _ActionsContainer as Options

_BRIEF_EPILOG = """\
examples:
  fnnet train --recipe fast
  fnnet train --hidden relu --validation 0.1 --patience 3
"""
_EPILOG = """\
examples:
  fnnet train                               plain SGD, one image at a time
  fnnet train --recipe best                 the same network, most accurate
  fnnet train --sizes 784-300-10 --hidden relu --optimizer adam
  fnnet train --epochs 50 --validation 0.1 --patience 5
  fnnet train --data fashion/ --out fashion.npz
  fnnet train --data emnist/emnist-letters- --out letters.npz
  fnnet train --checkpoint run.npz          a run that can be interrupted
  fnnet train --resume run.npz              resume it, with the same result

recipes:
  classic   plain SGD, one image at a time, with cross-entropy
  article   the settings of the original article (see below)
  fast      mini-batches and Adam: the same network in a few seconds
  best      like fast, but longer, with augmentation and averaged weights
  wide      like best, with 800 units in each layer and an adversary

choices:
{choices}

The article uses squared error, a learning rate of 0.001 without decay, and
initial weights of variance 1 / fan_out. Its recipe sets these, and other
options override them. It still differs from the article in this: biases, the
full Jacobian of softmax instead of its diagonal, no numeric overflow, float32,
inputs from 0 to 1, targets of 0 and 1, and a new order of images every epoch.
"""


def _choices() -> str:
    """The names that each option accepts, as a paragraph for each."""
    names: dict[str, Collection[str]] = {
        "--hidden": ACTIVATIONS,
        "--head": HEADS,
        "--init": INITIALIZERS,
        "--optimizer": OPTIMIZERS,
        "--schedule": SCHEDULES,
    }
    return "\n".join(
        fill(f"  {option:11} {', '.join(known)}", width=78, subsequent_indent=" " * 14, break_on_hyphens=False)
        for option, known in names.items()
    )


_BRIEF = {
    "help": "",
    "recipe": "classic, fast, best, wide or article (classic)",
    "epochs": "passes over the training images (10)",
    "out": "where to save the model (model.npz)",
    "checkpoint": "write a resumable checkpoint every epoch",
    "resume": "continue the run of this checkpoint",
    "data": BRIEF_DATA,
    "sizes": "layer widths (784-128-64-10 for MNIST)",
    "hidden": "sigmoid, tanh, relu or another activation (sigmoid)",
    "batch_size": "images per step (1)",
    "optimizer": "sgd, momentum, adam or another update rule (sgd)",
    "lr": "learning rate (what suits the other settings)",
    "validation": "hold out a share such as 0.1, and keep the best epoch",
    "patience": "stop when N epochs in a row were no better",
}
"""What `--help` says of the options that most runs need; the others are on the page of `--help-all`."""


def add_train(commands: Commands, whole: bool) -> None:
    """Add the command.

    Args:
        commands: to which it is added.
        whole: whether its help has every option, and not only those that most runs need.
    """
    epilog = _EPILOG.format(choices=_choices()) if whole else _BRIEF_EPILOG
    sub = add_command(commands, "train", "train a network and save it", epilog)
    sub.usage = "fnnet train [options]"
    sub.set_defaults(run=train.run)

    def group(title: str) -> "Options":
        return sub.add_argument_group(title) if whole else sub

    sub.add_argument("--recipe", choices=RECIPES, metavar="NAME", help="start from these settings (classic)")
    _add_setting(sub, "--epochs", "passes over the training images", type=integer(1))
    sub.add_argument("--seed", type=integer(0), metavar="N", help="random seed (0)")
    _add_files(sub)
    data = group("data")
    add_data(data)
    data.add_argument("--limit", type=integer(1), metavar="N", help="train on the first N images only")
    text = (
        "nine tenths of each target are what this model answers, one tenth is the label; repeat the option to average "
        "several models"
    )
    data.add_argument("--teacher", type=local_path, action="append", metavar="MODEL", help=text)
    _add_network(group("network"))
    _add_optimization(group("optimization"))
    _add_selection(group("selection"))
    _add_regularization(group("regularization"))
    _add_augmentation(group("augmentation (random changes of the training images, new in every epoch)"))
    add_help_all(sub, whole, _BRIEF)


def _add_files(group: "Options") -> None:
    text = (
        "save the model here, and beside it a history for `fnnet plot`: loss and accuracy after every epoch, on the "
        "test images and the first 10,000 training images (model.npz and model.history.jsonl, or those of the resumed "
        "run)"
    )
    group.add_argument("--out", type=local_path, metavar="FILE", help=text)
    group.add_argument("--checkpoint", type=local_path, metavar="FILE", help="write a resumable checkpoint every epoch")
    text = (
        "continue the run of this checkpoint and keep updating it; needs the same --data and --teacher; the only "
        "settings that may change are --epochs (a cosine schedule is stretched to the new length) and --patience"
    )
    group.add_argument("--resume", type=local_path, metavar="FILE", help=text)


def _add_network(group: "Options") -> None:
    text = "layer widths, from input features to classes (784-128-64-10 for MNIST)"
    group.add_argument("--sizes", type=sizes, metavar="N-N-...", help=text)
    _add_setting(group, "--hidden", "activation of the hidden layers", choices=ACTIVATIONS)
    _add_setting(group, "--head", "output activation and loss", choices=HEADS)
    text = "distribution of the initial weights (what suits the activation)"
    group.add_argument("--init", choices=INITIALIZERS, metavar="NAME", help=text)


def _add_optimization(group: "Options") -> None:
    _add_setting(group, "--batch-size", "images per step", type=integer(1))
    _add_setting(group, "--optimizer", "update rule", choices=OPTIMIZERS)
    text = "initial learning rate; for cosine, the peak (what suits activation, head, optimizer and batch size)"
    group.add_argument("--lr", type=number, metavar="N", help=text)
    _add_setting(group, "--schedule", "learning rate schedule", choices=SCHEDULES)
    _add_setting(group, "--decay", "factor of the exponential schedule, per epoch")


def _add_selection(group: "Options") -> None:
    text = "hold out this share of the training images, and save the epoch that is the most accurate on them"
    group.add_argument("--validation", type=share, metavar="SHARE", help=text)
    text = "with --validation: stop when N epochs in a row were no better"
    group.add_argument("--patience", type=integer(1), metavar="N", help=text)


def _add_regularization(group: "Options") -> None:
    _add_setting(group, "--smoothing", "label smoothing: fraction spread over all classes", type=fraction)
    _add_setting(group, "--l2", "strength of the L2 penalty")
    _add_setting(group, "--dropout", "probability of dropping a hidden unit", type=fraction)
    _add_setting(
        group, "--adversary", "how far each image is moved against the network, a Euclidean length such as 0.5; 0: none"
    )
    _add_setting(group, "--average", "decay of the weights' moving average; 0: none", type=fraction)


def _add_augmentation(group: "Options") -> None:
    group.add_argument("--shift", type=number, metavar="N", help="up to N pixels along each axis")
    group.add_argument("--rotation", type=number, metavar="N", help="up to N degrees in either direction")
    group.add_argument("--scale", type=number, metavar="N", help="up to a factor of 1 - N or 1 + N")
    group.add_argument("--shear", type=number, metavar="N", help="up to N degrees in either direction")
    group.add_argument("--elastic", type=number, metavar="N", help="elastic distortion of strength N, such as 34")
    group.add_argument("--smoothness", type=number, metavar="N", help="width of its smoothing, in pixels (4)")
    _add_setting(group, "--final-warp", "fraction of all this left in the last epoch")


def _add_setting(
    group: "Options",
    option: str,
    summary: str,
    type: Callable[[str], object] | None = None,
    choices: Collection[str] = (),
) -> None:
    """Add an option that overrides the setting of the recipe with the same name."""
    default = getattr(CLASSIC, option.removeprefix("--").replace("-", "_"))
    group.add_argument(
        option,
        type=type or (str if choices else number),
        choices=choices or None,
        metavar="NAME" if choices else "N",
        help=f"{summary} ({default})",
    )
