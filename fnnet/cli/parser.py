"""The command line: what each command takes, and its help."""

import argparse
from collections.abc import Callable, Collection, Sequence
from math import isfinite
from textwrap import fill

from fnnet import __version__
from fnnet.activations import ACTIVATIONS
from fnnet.cli import evaluate, predict, train
from fnnet.cli.recipes import ARTICLE, CLASSIC
from fnnet.heads import HEADS
from fnnet.initialisers import SCHEMES

_TRAIN_EXAMPLES = """\
names:
{names}

examples:
  fnnet train                                the article's job, done right
  fnnet train --sizes 784-300-10 --hidden relu --init he-normal --lr 0.03
  fnnet train --data fashion/ --out fashion.npz
  fnnet train --data emnist/emnist-letters- --out letters.npz
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
centred as the images of MNIST are.
"""


def _names() -> str:
    known: dict[str, Collection[str]] = {"--hidden": ACTIVATIONS, "--head": HEADS, "--init": SCHEMES}
    return "\n".join(
        fill(f"  {option:9} {', '.join(names)}", width=78, subsequent_indent=" " * 12, break_on_hyphens=False)
        for option, names in known.items()
    )


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments as a namespace, whose `run` is the function for the command; exits with 2 if they are wrong."""
    parser = argparse.ArgumentParser(prog="fnnet", description="A neural network that learns digits.")
    parser.add_argument("--version", action="version", version=f"fnnet {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_train(commands)

    sub = _add_command(
        commands, "evaluate", "loss, accuracy and confusion matrix of a model", _EVALUATE_EXAMPLES
    )
    sub.add_argument("model", metavar="MODEL", help="a file that `fnnet train` saved")
    _add_data(sub)
    sub.set_defaults(run=evaluate.run)

    sub = _add_command(commands, "predict", "tell the digits in images", _PREDICT_EXAMPLES)
    sub.add_argument("model", metavar="MODEL", help="a file that `fnnet train` saved")
    sub.add_argument("images", metavar="IMAGE", nargs="+", help="a PNG file of one digit, of any size")
    sub.set_defaults(run=predict.run)
    return parser.parse_args(argv)


def _add_train(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    sub = _add_command(
        commands, "train", "train a network and save it", _TRAIN_EXAMPLES.format(names=_names())
    )
    sub.set_defaults(run=train.run, recipe=CLASSIC)
    sub.add_argument(
        "--article",
        dest="recipe",
        action="store_const",
        const=ARTICLE,
        help="the article's own set-up (see below)",
    )
    sub.add_argument(
        "--sizes",
        type=_sizes,
        metavar="N-N-...",
        help="widths from features to classes (784-128-64-10 for MNIST)",
    )
    _add_setting(sub, "--hidden", "activation of the hidden layers", choices=ACTIVATIONS)
    _add_setting(sub, "--head", "output activation and loss", choices=HEADS)
    _add_setting(sub, "--init", "distribution of the first weights", choices=SCHEMES)
    _add_setting(sub, "--epochs", "passes over the training images", type=_integer(1))
    _add_setting(sub, "--lr", "learning rate of the first epoch", type=_number)
    _add_setting(sub, "--decay", "factor of the learning rate from one epoch to the next", type=_number)
    _add_setting(sub, "--batch-size", "images a step", type=_integer(1))
    sub.add_argument("--seed", type=_integer(0), default=0, metavar="N", help="of all randomness (0)")
    _add_data(sub)
    sub.add_argument("--limit", type=_integer(1), metavar="N", help="train on the first N images only")
    sub.add_argument(
        "--out", default="model.npz", metavar="FILE", help="where the model is saved (model.npz)"
    )


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
    text = (
        "a Keras-style .npz file, a folder of IDX files, or what their names begin with (the bundled MNIST)"
    )
    sub.add_argument("--data", metavar="PATH", help=text)


def _add_setting(
    sub: argparse.ArgumentParser,
    option: str,
    summary: str,
    type: Callable[[str], object] = str,
    choices: Collection[str] = (),
) -> None:
    """An option that overrides the recipe's setting of that name."""
    default = getattr(CLASSIC, option.removeprefix("--").replace("-", "_"))
    sub.add_argument(
        option,
        type=type,
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
