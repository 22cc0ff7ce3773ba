"""The command line: the commands, their arguments and their help."""

import argparse
import sys
from collections.abc import Sequence

from fnnet import __version__
from fnnet.cli import evaluate, plot, predict, tutorial
from fnnet.cli.plot import PICTURES
from fnnet.cli.shared_options import (
    BRIEF_DATA,
    CommandParser,
    Commands,
    add_command,
    add_data,
    add_help_all,
    local_path,
    nonempty,
)
from fnnet.cli.train_options import add_train
from fnnet.core.messages import quoted
from fnnet.core.parser import Parser

_EVALUATE_EPILOG = """\
example:
  fnnet evaluate model.npz
"""
_PREDICT_EPILOG = """\
examples:
  fnnet predict model.npz seven.png two.png
  fnnet predict model.npz photo.jpg --show seen.png
  fnnet predict model.npz new.csv

Digits may be dark on light or light on dark, and several in one image, which
are answered from left to right; shadows, frames and lines are left out. In a
terminal, what the network sees is shown above. Rows of a CSV file have the
columns of the training data; labels, if there are some, are left out.
"""
_BRIEF = dict.fromkeys(("help", "model", "pictures", "format"), "") | {"data": BRIEF_DATA}
"""What the short help of the commands that use a model has."""
_PLOT_BRIEF_EPILOG = """\
pictures:
{pictures}

example:  fnnet plot model.npz errors confusion
"""
_PLOT_EPILOG = """\
pictures:
{pictures}

examples:
  fnnet plot model.npz                       all pictures that apply
  fnnet plot model.npz errors confusion      only these two
  fnnet plot model.npz --format svg --out pictures
"""

_TUTORIAL_EPILOG = """\
examples:
  fnnet tutorial
  fnnet tutorial lesson.ipynb

It goes from a neuron to 99 % of MNIST, in text and in code to run and change.
A file is replaced only if it is a tutorial whose cells nobody has changed.
"""


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse the arguments; exit with 2 if they are wrong.

    Returns:
        A namespace whose `run` is the function that runs the command.
    """
    argv = sys.argv[1:] if argv is None else argv
    whole = "--help-all" in argv
    parser = Parser(prog="fnnet", description="Train and use a neural network that recognizes handwritten digits.")
    parser.add_argument("--version", action="version", version=f"fnnet {__version__}", help="show the version and exit")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=CommandParser)
    add_train(commands, whole)
    _add_evaluate(commands, whole)
    _add_predict(commands)
    _add_plot(commands, whole)
    _add_tutorial(commands)
    return parser.parse_args(argv)


def _add_evaluate(commands: Commands, whole: bool) -> None:
    summary = "print loss, accuracy and confusion matrix on the test images"
    sub = add_command(commands, "evaluate", summary, _EVALUATE_EPILOG)
    sub.set_defaults(run=evaluate.run)
    _add_model(sub)
    add_data(sub)
    add_help_all(sub, whole, _BRIEF)


def _add_predict(commands: Commands) -> None:
    sub = add_command(
        commands, "predict", "recognize the digits in photos, or label the rows of a table", _PREDICT_EPILOG
    )
    sub.set_defaults(run=predict.run)
    _add_model(sub)
    text = "a PNG, JPEG, WebP, BMP, TIFF or GIF image; or a CSV file"
    sub.add_argument("files", type=local_path, metavar="FILE", nargs="+", help=text)
    sub.add_argument("--show", type=local_path, metavar="PNG", help="write what the network sees of images, a row each")
    sub.add_argument("--label", type=nonempty, metavar="NAME", help="the column of a CSV file to leave out: its labels")


def _add_plot(commands: Commands, whole: bool) -> None:
    pictures = "\n".join(f"  {name:12} {summary}" for name, summary in PICTURES.items())
    epilog = (_PLOT_EPILOG if whole else _PLOT_BRIEF_EPILOG).format(pictures=pictures)
    sub = add_command(commands, "plot", "draw pictures of a model", epilog)
    sub.usage = "fnnet plot [options] MODEL [PICTURE ...]"
    sub.set_defaults(run=plot.run)
    _add_model(sub)
    text = "from the list below (default: all that apply)"
    sub.add_argument("pictures", metavar="PICTURE", nargs="*", default=[], type=_picture, help=text)
    text = "write the files, named MODEL.PICTURE.png, into this folder (default: the folder of the model)"
    sub.add_argument("--out", type=local_path, metavar="FOLDER", help=text)
    sub.add_argument("--format", choices=("png", "svg"), default="png", metavar="NAME", help="png or svg (png)")
    add_data(sub)
    add_help_all(sub, whole, _BRIEF | {"out": "the folder to write to (that of the model)"})


def _add_tutorial(commands: Commands) -> None:
    sub = add_command(commands, "tutorial", "write the tutorial as a notebook for Jupyter", _TUTORIAL_EPILOG)
    sub.set_defaults(run=tutorial.run)
    text = "the notebook to write (tutorial.ipynb)"
    sub.add_argument("file", type=local_path, metavar="FILE", nargs="?", default="tutorial.ipynb", help=text)


def _add_model(sub: CommandParser) -> None:
    sub.add_argument("model", type=local_path, metavar="MODEL", help="a model file saved by `fnnet train`")


def _picture(text: str) -> str:
    if text not in PICTURES:
        raise argparse.ArgumentTypeError(f"expected one of {', '.join(PICTURES)}, got {quoted(text)}")
    return text
