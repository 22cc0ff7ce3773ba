"""`fnnet predict`: the digit in each image, and how sure the network is."""

from argparse import Namespace
from math import isqrt

import numpy as np

from fnnet.cli.images import read_digit
from fnnet.cli.picture import show_picture
from fnnet.heads import real
from fnnet.inference import predict, predict_proba
from fnnet.storage import load


def run(arguments: Namespace) -> None:
    """Print a line for each image, in a terminal below what the network sees of it."""
    params = load(arguments.model, np.float32)
    side = isqrt(params.sizes[0])
    if side * side != params.sizes[0]:
        raise ValueError(
            f"{arguments.model}: expected a network of square images, got one of {params.sizes[0]} features"
        )
    for path in arguments.images:
        x = read_digit(path, side)
        show_picture(x)
        label = predict(params, x)
        p = predict_proba(params, x)
        sure = p[label] if len(p) > 1 else max(p[0], 1 - p[0])
        print(f"{path}: {label} ({sure:.1%})" if params.head.domain != real else f"{path}: {label}")
