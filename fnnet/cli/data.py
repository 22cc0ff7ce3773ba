"""The data set that the options `--data` and `--test` name."""

import sys
from argparse import Namespace

import numpy as np

from fnnet.core.messages import quoted, shown
from fnnet.data.dataset import Dataset
from fnnet.data.labels import label_texts, listed, relabel
from fnnet.data.levels import on_levels
from fnnet.data.part import Part
from fnnet.data.sources import Source, load_data
from fnnet.io.model import load_labels, load_levels
from fnnet.nn.inference import classes_of
from fnnet.nn.params import Params


def read_data(arguments: Namespace) -> Source:
    """The training and the test samples.

    Raises:
        ValueError: the data cannot be read, or has a single class.
    """
    source = _read(arguments, arguments.data)
    if max(source.train.outputs, source.test.outputs) == 1:
        (only,) = source.names or ("0",)
        cure = "" if arguments.label else "; name the column of labels of a CSV file with --label"
        raise ValueError(f"--data: expected at least two classes, got {quoted(only)} alone{cure}")
    if source.names:
        print(f"fnnet: the {len(source.names)} labels are {quoted(listed(source.names))}", file=sys.stderr)
    known, tested = (label_texts(part, source.names) for part in (source.train, source.test))
    if unknown := [text for text in tested if text not in known]:
        note = f"the network cannot learn {quoted(listed(unknown))}, of which there are only test samples"
        print(f"fnnet: {note}", file=sys.stderr)
    return source


def load_test(arguments: Namespace, params: Params[np.float32]) -> Dataset[np.float32]:
    """The test samples for a model, with labels in the order that the model has.

    Raises:
        ValueError: they do not match the network.
    """
    source = _read(arguments, arguments.test or arguments.data)
    part = Part(source.test, is_unit=source.levels is None)
    option = "--test" if arguments.test else "--data"
    cure = "" if arguments.test or arguments.data else ", as the bundled MNIST has; name the data with --data"
    expected, features = params.sizes[0], source.test.x.shape[1]
    if features != expected:
        wanted = f"{expected} features, as {shown(arguments.model)} reads"
        raise ValueError(f"{option}: expected {wanted}, got {features}{cure}")
    test = on_levels(part, load_levels(arguments.model))
    names, texts = load_labels(arguments.model), label_texts(test, source.names)
    if not names or (set(texts) - set(names) and all(map(str.isdecimal, texts))):  # they are numbers in the data
        names = tuple(map(str, range(classes_of(params))))
    try:
        return relabel(test, source.names, names)
    except ValueError as error:
        raise ValueError(f"{option}: {error}{cure}") from None


def _read(arguments: Namespace, path: str | None) -> Source:
    options = {"label": arguments.label or "", "transpose": arguments.transpose, "limit": arguments.max_bytes}
    source = load_data(path, arguments.test, **options)
    if source.held_out:
        share = f"a fifth of each class, {len(source.test)} of {len(source.train) + len(source.test)} samples"
        note = f"{shown(path or '')}: {share}, is held out to test with; --test names others"
        print(f"fnnet: {note}", file=sys.stderr)
    return source
