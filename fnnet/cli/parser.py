"""The command line: what each command takes, and its help."""

import argparse
from collections.abc import Callable, Collection, Sequence
from math import isfinite
from textwrap import fill

from fnnet import __version__
from fnnet.activations import ACTIVATIONS
from fnnet.cli import evaluate, plot, predict, train
from fnnet.cli.plot import PICTURES
from fnnet.heads import HEADS
from fnnet.initialisers import SCHEMES
from fnnet.npz import LIMIT
from fnnet.optimizers import OPTIMIZERS
from fnnet.recipe import SCHEDULES
from fnnet.recipes import CLASSIC, RECIPES

_TRAIN_EXAMPLES = """\
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
_EVALUATE_EXAMPLES = """\
example:
  fnnet evaluate model.npz
"""
_PREDICT_EXAMPLES = """\
example:
  fnnet predict model.npz seven.png two.png

A digit may be dark on light or light on dark; it is cut out, scaled and
centred as the images of MNIST are. In a terminal it is shown as it then is.
"""
_PLOT_EXAMPLES = """\
pictures:
{pictures}

examples:
  fnnet plot model.npz                       all that can be drawn
  fnnet plot model.npz mistakes confusion    these two
  fnnet plot model.npz --format svg --out pictures/
"""


def _names() -> str:
    known: dict[str, Collection[str]] = {
        "--recipe": RECIPES,
        "--hidden": ACTIVATIONS,
        "--head": HEADS,
        "--init": SCHEMES,
        "--optimizer": OPTIMIZERS,
        "--schedule": SCHEDULES,
    }
    return "\n".join(
        fill(f"  {option:11} {', '.join(names)}", width=78, subsequent_indent=" " * 14, break_on_hyphens=False)
        for option, names in known.items()
    )


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments as a namespace, whose `run` is the function for the command; exits with 2 if they are wrong."""
    parser = argparse.ArgumentParser(prog="fnnet", description="A neural network that learns digits.")
    parser.add_argument("--version", action="version", version=f"fnnet {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_train(commands)

    sub = _add_command(commands, "evaluate", "loss, accuracy and confusion matrix of a model", _EVALUATE_EXAMPLES)
    sub.add_argument("model", metavar="MODEL", help="a file that `fnnet train` saved")
    _add_data(sub)
    sub.set_defaults(run=evaluate.run)

    sub = _add_command(commands, "predict", "tell the digits in images", _PREDICT_EXAMPLES)
    sub.add_argument("model", metavar="MODEL", help="a file that `fnnet train` saved")
    sub.add_argument("images", metavar="IMAGE", nargs="+", help="a PNG file of one digit, of any size")
    sub.set_defaults(run=predict.run)
    _add_plot(commands)
    return parser.parse_args(argv)


def _add_plot(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    pictures = "\n".join(f"  {name:12} {summary}" for name, summary in PICTURES.items())
    sub = _add_command(commands, "plot", "draw pictures of a model", _PLOT_EXAMPLES.format(pictures=pictures))
    sub.set_defaults(run=plot.run)
    sub.add_argument("model", metavar="MODEL", help="a file that `fnnet train` saved")
    sub.add_argument("pictures", metavar="PICTURE", nargs="*", type=_picture, help="which (all that can be drawn)")
    sub.add_argument("--out", metavar="FOLDER", help="where the files go, named MODEL.PICTURE.png (the model's)")
    sub.add_argument("--format", choices=("png", "svg"), default="png", metavar="NAME", help="png or svg (png)")
    sub.add_argument("--history", metavar="FILE", help="what `fnnet train` kept (beside the model)")
    _add_data(sub)


def _add_train(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    sub = _add_command(commands, "train", "train a network and save it", _TRAIN_EXAMPLES.format(names=_names()))
    sub.set_defaults(run=train.run)
    sub.add_argument("--recipe", choices=RECIPES, metavar="NAME", help="the settings to start from (classic)")
    sub.add_argument(
        "--article",
        dest="recipe",
        action="store_const",
        const="article",
        help="the article's own (see below)",
    )
    sub.add_argument(
        "--sizes",
        type=_sizes,
        metavar="N-N-...",
        help="widths from features to classes (784-128-64-10 for MNIST)",
    )
    _add_data(sub)
    sub.add_argument("--limit", type=_integer(1), metavar="N", help="train on the first N images only")
    sub.add_argument("--seed", type=_integer(0), metavar="N", help="of all randomness (0)")
    sub.add_argument("--out", default="model.npz", metavar="FILE", help="where the model is saved (model.npz)")
    sub.add_argument(
        "--history",
        metavar="FILE",
        help="where each epoch adds a line of losses and accuracies, on the test images and on the first 10,000 "
        "training images as they are, for `fnnet plot` (beside the model: model.history.jsonl)",
    )
    sub.add_argument("--checkpoint", metavar="FILE", help="where to keep all that it takes to go on")
    sub.add_argument(
        "--resume",
        metavar="FILE",
        help="go on from this checkpoint, and keep it up to date; of its settings only --epochs can be changed",
    )
    settings = sub.add_argument_group("settings, each instead of the recipe's (classic's in brackets)")
    _add_setting(settings, "--hidden", "activation of the hidden layers", choices=ACTIVATIONS)
    _add_setting(settings, "--head", "output activation and loss", choices=HEADS)
    _add_setting(settings, "--init", "distribution of the first weights", choices=SCHEMES)
    _add_setting(settings, "--epochs", "passes over the training images", type=_integer(1))
    _add_setting(settings, "--batch-size", "images a step", type=_integer(1))
    _add_setting(settings, "--optimizer", "how the weights move", choices=OPTIMIZERS)
    _add_setting(settings, "--lr", "learning rate: the first epoch's, or the largest")
    _add_setting(settings, "--schedule", "of the learning rate", choices=SCHEDULES)
    _add_setting(settings, "--decay", "its factor from one epoch to the next, if exponential")
    _add_setting(settings, "--smoothing", "share of each label spread over all")
    _add_setting(settings, "--l2", "weight of the L2 penalty")
    _add_setting(settings, "--dropout", "probability of leaving out a hidden unit")
    _add_setting(settings, "--average", "decay of the weights' moving average")
    images = sub.add_argument_group("changes of the training images, anew in each epoch (classic: none)")
    images.add_argument("--shift", type=_number, metavar="N", help="up to N pixels along each axis")
    images.add_argument("--rotation", type=_number, metavar="N", help="up to N degrees")
    images.add_argument("--scale", type=_number, metavar="N", help="up to a share N larger or smaller")
    images.add_argument("--shear", type=_number, metavar="N", help="up to N degrees")
    images.add_argument("--elastic", type=_number, metavar="N", help="elastic distortion of strength N (34)")
    images.add_argument("--smoothness", type=_number, metavar="N", help="its smoothness in pixels (4)")


def _add_command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str, examples: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=summary,
        description=summary.capitalize() + ".",
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_data(sub: argparse.ArgumentParser) -> None:
    text = "a Keras-style .npz file, a folder of IDX files, or what their names begin with (the bundled MNIST)"
    sub.add_argument("--data", metavar="PATH", help=text)
    text = f"how much a data file may hold, unpacked ({LIMIT})"
    sub.add_argument("--max-bytes", type=_integer(1), default=LIMIT, metavar="N", help=text)


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
        type=type or (str if choices else _number),
        choices=choices or None,
        metavar="NAME" if choices else "N",
        help=f"{summary} ({default})",
    )


def _sizes(text: str) -> tuple[int, ...]:
    try:
        sizes = tuple(map(int, text.replace(",", "-").split("-")))
    except ValueError:
        sizes = ()
    if len(sizes) < 2 or min(sizes) < 1:
        raise argparse.ArgumentTypeError(f"expected widths of 1 or more as in 784-128-64-10, got {text!r}")
    return sizes


def _picture(text: str) -> str:
    if text not in PICTURES:
        raise argparse.ArgumentTypeError(f"expected one of {', '.join(PICTURES)}, got {text!r}")
    return text


def _integer(least: int) -> Callable[[str], int]:
    def parse_integer(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"expected an integer of {least} or more, got {text!r}")
        return int(text)

    return parse_integer


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not (isfinite(number) and number >= 0):
        raise argparse.ArgumentTypeError(f"expected a number of 0 or more, got {text!r}")
    return number
