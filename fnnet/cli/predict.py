"""`fnnet predict`: the digits in each image, or the label of each row of a table, with probabilities."""

import os
from argparse import Namespace
from collections.abc import Sequence
from math import isqrt

import attrs
import numpy as np

from fnnet.cli.answers import answer_line, answers
from fnnet.cli.labels import label_names
from fnnet.cli.models import load_model
from fnnet.cli.seen import check_replaceable, write_seen
from fnnet.cli.terminal import show_image
from fnnet.core.arrays import Vector
from fnnet.core.messages import shown
from fnnet.data.csv import read_rows
from fnnet.data.dataset import Dataset
from fnnet.data.inputs import side_of_images
from fnnet.data.kinds import is_table
from fnnet.data.levels import leveled, on_levels
from fnnet.data.part import Part
from fnnet.io.levels import Levels
from fnnet.io.model import load_levels
from fnnet.nn.params import Params


@attrs.frozen(eq=False)
class _Model:
    """A network, and what its file says of it."""

    path: str
    params: Params[np.float32]
    names: Sequence[str]
    levels: Levels | None


def run(arguments: Namespace) -> None:
    """Print a line for each image, and in a terminal, above it, its digits as the network reads them.

    Of a table, print a line for each row.

    Raises:
        ExceptionGroup: an error for each file that cannot be read, after the lines for the others.
    """
    params = load_model(arguments.model)
    names, levels = label_names(arguments.model, params), load_levels(arguments.model)
    model = _Model(arguments.model, params, names, levels)
    if arguments.show:
        check_replaceable(arguments.show)
    rows: list[list[Vector[np.float32]]] = []
    errors: list[Exception] = []
    for path in arguments.files:
        try:
            if os.path.isdir(path):
                cure = f"; name the files in it, as {os.path.join(shown(path), '*')} does"
                raise ValueError(f"{shown(path)}: expected a file, got a folder{cure}")
            if is_table(path):
                _label_rows(model, path, arguments.label or "")
            else:
                rows.append(_read_digits(model, path))
        except (ValueError, OSError) as error:
            errors.append(error)
    try:
        if arguments.show and rows:
            write_seen(rows, isqrt(params.sizes[0]), arguments.show)
    except OSError as error:
        errors.append(error)
    if errors:
        raise ExceptionGroup("files that cannot be read", errors)


def _label_rows(model: _Model, path: str, label: str) -> None:
    """Print a line for each row of a table."""
    x = read_rows(path, model.params.sizes[0], label)
    rows = on_levels(Part(Dataset(x, np.zeros(len(x), np.int64))), model.levels).x
    for k, answer in enumerate(answers(model.params, rows, model.names), 1):
        print(f"{shown(path)}, row {k}: {answer_line([answer])}")


def _read_digits(model: _Model, path: str) -> list[Vector[np.float32]]:
    """Print a line for the digits of an image, and return them."""
    from fnnet.data.images.digits import look

    side = side_of_images(features := model.params.sizes[0])
    if not side:
        expected = f"a CSV file with rows of {features} numbers, as {shown(model.path)} reads"
        raise ValueError(f"{shown(path)}: expected {expected}, got an image or another file")
    try:
        seen = look(path, side)
    except MemoryError:  # of one image, and not of those that follow
        raise ValueError(f"{shown(path)}: expected an image that fits into memory, got one that does not") from None
    digits = [x for x, _ in seen]
    for x in digits:
        show_image(x)
    found = answers(model.params, leveled(np.stack(digits), model.levels), model.names)
    print(f"{shown(path)}: {answer_line(found, digits, any(is_at_edge for _, is_at_edge in seen))}", flush=True)
    return digits
