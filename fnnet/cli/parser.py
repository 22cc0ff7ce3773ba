"""The command line: what each command takes, and its help."""

import argparse
from collections.abc import Sequence

from fnnet import __version__
from fnnet.cli import evaluate, plot, predict
from fnnet.cli.arguments import Commands, add_command, add_data
from fnnet.cli.plot import PICTURES
from fnnet.cli.train_options import add_train

_EVALUATE_EXAMPLES = """\
example:
  fnnet evaluate model.npz
"""
_PREDICT_EXAMPLES = """\
example:
  fnnet predict model.npz seven.png two.png

A digit may be dark on light or light on dark; it is cut out, scaled and
centerd as the images of MNIST are. In a terminal it is shown as it then is.
"""
_PLOT_EXAMPLES = """\
pictures:
{pictures}

examples:
  fnnet plot model.npz                       all that can be drawn
  fnnet plot model.npz mistakes confusion    these two
  fnnet plot model.npz --format svg --out pictures
"""


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments as a namespace, whose `run` is the function for the command; exits with 2 if they are wrong."""
    parser = argparse.ArgumentParser(prog="fnnet", description="A neural network that learns digits.")
    parser.add_argument("--version", action="version", version=f"fnnet {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    add_train(commands)

    sub = add_command(commands, "evaluate", "loss, accuracy and confusion matrix of a model", _EVALUATE_EXAMPLES)
    sub.add_argument("model", metavar="MODEL", help="a file that `fnnet train` saved")
    add_data(sub)
    sub.set_defaults(run=evaluate.run)

    sub = add_command(commands, "predict", "tell the digits in images", _PREDICT_EXAMPLES)
    sub.add_argument("model", metavar="MODEL", help="a file that `fnnet train` saved")
    sub.add_argument("images", metavar="IMAGE", nargs="+", help="a PNG file of one digit, of any size")
    sub.set_defaults(run=predict.run)
    _add_plot(commands)
    return parser.parse_args(argv)


def _add_plot(commands: Commands) -> None:
    pictures = "\n".join(f"  {name:12} {summary}" for name, summary in PICTURES.items())
    sub = add_command(commands, "plot", "draw pictures of a model", _PLOT_EXAMPLES.format(pictures=pictures))
    sub.set_defaults(run=plot.run)
    sub.add_argument("model", metavar="MODEL", help="a file that `fnnet train` saved")
    sub.add_argument("pictures", metavar="PICTURE", nargs="*", type=_picture, help="which (all that can be drawn)")
    sub.add_argument("--out", metavar="FOLDER", help="where the files go, named MODEL.PICTURE.png (the model's)")
    sub.add_argument("--format", choices=("png", "svg"), default="png", metavar="NAME", help="png or svg (png)")
    add_data(sub)


def _picture(text: str) -> str:
    if text not in PICTURES:
        raise argparse.ArgumentTypeError(f"expected one of {', '.join(PICTURES)}, got {text!r}")
    return text
