"""`fnnet plot`: draw pictures of a saved model to files."""

import sys
import warnings
from argparse import Namespace
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np

from fnnet.cli.data import load_test
from fnnet.cli.labels import label_names
from fnnet.cli.models import load_model
from fnnet.core.messages import one_line, shown
from fnnet.data.dataset import Dataset
from fnnet.data.inputs import side_of_images
from fnnet.io.files import derived_name
from fnnet.nn.params import Params
from fnnet.recipes.history import history_path, read_history

PICTURES = {
    "curves": "loss and accuracy by epoch, from the training history",
    "confusion": "the confusion matrix: predicted by true class",
    "errors": "the images of the most confident errors",
    "weights": "the weights of the first layer as images",
    "reliability": "accuracy by confidence, and the calibration error",
    "saliency": "the pixels that support each prediction",
}
"""What each picture shows, by its name."""


def run(arguments: Namespace) -> None:
    """Draw the requested pictures, or else all that can be drawn, and print the path of each file."""
    from fnnet import plots

    params = load_model(arguments.model)
    names = label_names(arguments.model, params)
    history = history_path(arguments.model)

    @cache
    def test() -> Dataset[np.float32]:
        return load_test(arguments, params)

    draw = {
        "curves": lambda: plots.plot_curves(read_history(history)),
        "confusion": lambda: plots.plot_confusion(params, test(), names),
        "errors": lambda: plots.plot_errors(params, test(), labels=names),
        "weights": lambda: plots.plot_weights(params),
        "reliability": lambda: plots.plot_reliability(params, test()),
        "saliency": lambda: plots.plot_saliency(params, test(), labels=names),
    }
    model = Path(arguments.model)
    folder = Path(arguments.out or model.parent)
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"--out: expected a folder, got the file {shown(folder)}")
    for name in dict.fromkeys(arguments.pictures) or _possible(params, history):
        path = folder / derived_name(model.name.removesuffix(".npz"), f".{name}.{arguments.format}")
        figure = draw[name]()
        folder.mkdir(parents=True, exist_ok=True)
        with warnings.catch_warnings(record=True) as missing:  # of characters for which the font has no glyph
            warnings.simplefilter("always")
            plots.write_figure(figure, path, arguments.format)
        for warning in missing[:1]:
            print(f"fnnet: {name}: {one_line(warning.message)}", file=sys.stderr)
        print(shown(path), flush=True)


def _possible(params: Params[np.float32], history: Path) -> Iterator[str]:
    """The pictures that can be drawn of this network; standard error says why each of the others is skipped."""
    features = params.sizes[0]
    for name in PICTURES:
        if name == "curves" and (broken := _what_is_wrong(history)):
            reason = broken
        elif name in ("errors", "weights", "saliency") and not side_of_images(features):
            reason = f"{features} features are not those of a square image"
        elif name in ("errors", "reliability") and not params.head.gives_probabilities:
            reason = f"the outputs of {params.head.name} are not probabilities"
        else:
            yield name
            continue
        print(f"fnnet: {name} skipped: {reason}", file=sys.stderr)


def _what_is_wrong(history: Path) -> str:
    """Why there are no curves of this history; empty if there are."""
    if not history.exists():
        return f"there is no {shown(history)}"
    try:
        return "" if read_history(history) else f"{shown(history)} has no epoch"
    except (ValueError, OSError) as error:
        return one_line(error)
