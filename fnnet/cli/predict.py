"""`fnnet predict`: the digits in each image, with their probabilities."""

from argparse import Namespace
from math import isqrt

import numpy as np

from fnnet.cli.answers import answer, answer_line
from fnnet.cli.labels import label_names
from fnnet.cli.seen import write_seen
from fnnet.cli.terminal import show_image
from fnnet.core.arrays import Vector
from fnnet.core.messages import shown
from fnnet.data.levels import leveled
from fnnet.io.model import load, load_levels


def run(arguments: Namespace) -> None:
    """Print a line for each image, and in a terminal, above it, its digits as the network reads them.

    Raises:
        ExceptionGroup: an error for each image that cannot be read, after the lines for the others.
    """
    params = load(arguments.model, np.float32)
    features = params.sizes[0]
    side = isqrt(features)
    if side * side != features:
        raise ValueError(
            f"{shown(arguments.model)}: expected a network for square images, got one for {features} features"
        )
    names = label_names(arguments.model, params)
    levels = load_levels(arguments.model)
    rows: list[list[Vector[np.float32]]] = []
    errors: list[Exception] = []
    for path in arguments.images:
        try:
            digits = _read(path, side)
        except (ValueError, OSError) as error:
            errors.append(error)
        else:
            for x in digits:
                show_image(x)
            answers = [answer(params, leveled(x, levels), names) for x in digits]
            print(f"{shown(path)}: {answer_line(answers, digits)}", flush=True)
            rows.append(digits)
    try:
        if arguments.show and rows:
            write_seen(rows, side, arguments.show)
    except OSError as error:
        errors.append(error)
    if errors:
        raise ExceptionGroup("images that cannot be read", errors)


def _read(path: str, side: int) -> list[Vector[np.float32]]:
    from fnnet.data.images import read_digits

    try:
        return read_digits(path, side)
    except MemoryError:  # of one image, and not of those that follow
        raise ValueError(f"{shown(path)}: expected an image that fits into memory, got one that does not") from None
