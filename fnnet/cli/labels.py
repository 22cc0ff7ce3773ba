"""What the command calls the labels of a model: by the names that were saved with it, or else by their numbers."""

from collections.abc import Sequence

import numpy as np

from fnnet.core.messages import cut
from fnnet.io.model import load_labels
from fnnet.nn.inference import classes_of
from fnnet.nn.params import Params

_LONGEST = 40  # characters of a name


def label_names(path: str, params: Params[np.float32]) -> Sequence[str]:
    """The names of the labels of the model at this path, for a terminal: printable and cut."""
    names = printable_names(load_labels(path))
    # the file may have been replaced since it was loaded
    return names if len(names) == classes_of(params) else label_numbers(params)


def printable_names(names: Sequence[str]) -> Sequence[str]:
    """The names for a terminal."""
    return [cut(name, _LONGEST) for name in names]


def label_numbers(params: Params[np.float32]) -> Sequence[str]:
    """The labels of a network without names."""
    return [str(label) for label in range(classes_of(params))]
