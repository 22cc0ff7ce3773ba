"""`fnnet predict`: the digits in each image, with their probabilities."""

from argparse import Namespace
from collections.abc import Sequence
from math import isqrt

import numpy as np

from fnnet.cli.data import leveled
from fnnet.cli.labels import label_names
from fnnet.cli.seen import write_seen
from fnnet.cli.terminal import show_image
from fnnet.core.arrays import Vector
from fnnet.core.messages import shown
from fnnet.io.model import load, load_levels
from fnnet.nn.inference import apply, labels_of
from fnnet.nn.params import Params
from fnnet.nn.targets import takes_counts


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
            print(f"{shown(path)}: {_prediction(params, [leveled(x, levels) for x in digits], names)}", flush=True)
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


def _prediction(params: Params[np.float32], digits: Sequence[Vector[np.float32]], names: Sequence[str]) -> str:
    """The names of the digits, with probabilities where outputs are probabilities; or the means of counts.

    For one digit `4 (99.1%)`, for several `4 2 (99.1%, 87.3%)`.
    """
    answers = [_answer(params, apply(params, x), names) for x in digits]
    confidences = ", ".join(f"{confidence:.1%}" for _, confidence in answers if confidence is not None)
    return " ".join(name for name, _ in answers) + (f" ({confidences})" if confidences else "")


def _answer(params: Params[np.float32], p: Vector[np.float32], names: Sequence[str]) -> tuple[str, float | None]:
    """The name of the predicted label and its probability, if any."""
    if takes_counts(params.head, len(p)):
        return f"{p[0]:.3g}", None
    label = int(labels_of(params, p))
    confidence = float(p[label] if len(p) > 1 else max(p[0], 1 - p[0]))
    return names[label], confidence if params.head.gives_probabilities else None
