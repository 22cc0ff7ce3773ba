"""`fnnet plot`: pictures of a model as files."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from functools import cache
from math import isqrt
from pathlib import Path

import numpy as np

from fnnet.cli.data import load_test
from fnnet.data.dataset import Dataset
from fnnet.io.model import load
from fnnet.nn.heads import real
from fnnet.nn.params import Params
from fnnet.recipes.history import history_path, read_history

PICTURES = {
    "curves": "loss and accuracy by epoch, from the history that train kept",
    "confusion": "how often each class is taken for each other",
    "mistakes": "the images it gets wrong, the surest first",
    "weights": "what the units of the first layer read",
    "reliability": "how often it is right when it is so sure",
    "saliency": "where more ink, or less, would make it surer",
}
"""The pictures by name."""


def run(arguments: Namespace) -> None:
    """Draw the pictures that were asked for, or all that can be drawn, and print a line for each file."""
    from fnnet import plots

    params = load(arguments.model, np.float32)
    history = history_path(arguments.model)

    @cache
    def test() -> Dataset[np.float32]:
        return load_test(arguments, params)

    draw = {
        "curves": lambda: plots.plot_curves(read_history(history)),
        "confusion": lambda: plots.plot_confusion(params, test()),
        "mistakes": lambda: plots.plot_mistakes(params, test()),
        "weights": lambda: plots.plot_weights(params),
        "reliability": lambda: plots.plot_reliability(params, test()),
        "saliency": lambda: plots.plot_saliency(params, test()),
    }
    model = Path(arguments.model)
    folder = Path(arguments.out or model.parent)
    for name in dict.fromkeys(arguments.pictures) or _possible(params, history):
        path = folder / f"{model.name.removesuffix('.npz')}.{name}.{arguments.format}"
        figure = draw[name]()
        folder.mkdir(parents=True, exist_ok=True)
        plots.write_figure(figure, path, arguments.format)
        print(path, flush=True)


def _possible(params: Params[np.float32], history: Path) -> Iterator[str]:
    """The pictures that can be drawn of this network; a word on standard error for each of the others."""
    features, images = params.sizes[0], ("mistakes", "weights", "saliency")
    for name in PICTURES:
        if name == "curves" and not history.exists():
            why = f"there is no {history}"
        elif name in images and isqrt(features) ** 2 != features:
            why = f"{features} features are no square image"
        elif name in ("mistakes", "reliability") and params.head.domain == real:
            why = f"the outputs of {params.head.name} are no probabilities"
        else:
            yield name
            continue
        print(f"fnnet: {name} left out: {why}", file=sys.stderr)
