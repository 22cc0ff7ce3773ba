"""`fnnet predict`: the digit in each image, and how sure the network is."""

from argparse import Namespace
from math import isqrt

import numpy as np

from fnnet.cli.images import read_digit
from fnnet.cli.picture import show_picture
from fnnet.core.arrays import Vector
from fnnet.io.model import load
from fnnet.nn.heads import real
from fnnet.nn.inference import predict, predict_proba
from fnnet.nn.params import Params


def run(arguments: Namespace) -> None:
    """Print a line for each image, in a terminal below what the network sees of it.

    Raises:
        ExceptionGroup: of an error for each image that cannot be read, after the lines for the others.
    """
    params = load(arguments.model, np.float32)
    side = isqrt(params.sizes[0])
    if side * side != params.sizes[0]:
        raise ValueError(
            f"{arguments.model}: expected a network of square images, got one of {params.sizes[0]} features"
        )
    errors: list[Exception] = []
    for path in arguments.images:
        try:
            x = read_digit(path, side)
        except (ValueError, OSError) as error:
            errors.append(error)
        else:
            show_picture(x)
            print(f"{path}: {_answer(params, x)}")
    if errors:
        raise ExceptionGroup("images that cannot be read", errors)


def _answer(params: Params[np.float32], x: Vector[np.float32]) -> str:
    """The label, and how sure the network is, where its outputs are probabilities."""
    label, p = predict(params, x), predict_proba(params, x)
    sure = p[label] if len(p) > 1 else max(p[0], 1 - p[0])
    return f"{label} ({sure:.1%})" if params.head.domain != real else str(label)
