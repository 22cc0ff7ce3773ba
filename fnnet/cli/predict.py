"""`fnnet predict`: the digit in each image, with its probability."""

from argparse import Namespace
from collections.abc import Sequence
from math import isqrt

import numpy as np

from fnnet.cli.data import leveled
from fnnet.cli.images import read_digit
from fnnet.cli.labels import label_names
from fnnet.cli.terminal import show_image
from fnnet.core.arrays import Vector
from fnnet.core.messages import shown
from fnnet.io.model import load, load_levels
from fnnet.nn.inference import apply, labels_of
from fnnet.nn.params import Params
from fnnet.nn.targets import takes_counts


def run(arguments: Namespace) -> None:
    """Print a line for each image, and in a terminal, above it, the image as the network reads it.

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
    errors: list[Exception] = []
    for path in arguments.images:
        try:
            x = read_digit(path, side)
        except (ValueError, OSError) as error:
            errors.append(error)
        else:
            show_image(x)
            print(f"{shown(path)}: {_prediction(params, leveled(x, levels), names)}")
    if errors:
        raise ExceptionGroup("images that cannot be read", errors)


def _prediction(params: Params[np.float32], x: Vector[np.float32], names: Sequence[str]) -> str:
    """The name of the predicted label, with its probability where outputs are probabilities; or the mean of a count."""
    p = apply(params, x)
    if takes_counts(params.head, len(p)):
        return f"{p[0]:.3g}"
    label = int(labels_of(params, p))
    confidence = p[label] if len(p) > 1 else max(p[0], 1 - p[0])
    return f"{names[label]} ({confidence:.1%})" if params.head.gives_probabilities else names[label]
