"""`fnnet evaluate`: the loss, the accuracy and the confusion matrix of a saved model."""

from argparse import Namespace

import numpy as np

from fnnet.cli.data import load_test
from fnnet.core.arrays import Counts
from fnnet.data.dataset import Dataset
from fnnet.io.model import load
from fnnet.metrics.accuracy import accuracy, confusion_matrix
from fnnet.nn.inference import loss
from fnnet.nn.params import Params

_CORNER = "true \\ predicted"
_COLUMNS = 79  # characters across, of a terminal of 80
_DIGITS = 4  # room for the count of a cell: no cell is narrower
_MOST_PAIRS = 10


def run(arguments: Namespace) -> None:
    """Measure the model on the test samples and print the results."""
    params = load(arguments.model, np.float32)
    test = load_test(arguments, params)
    print(f"Loss: {loss(params, test.x, test.y):.4f}, Accuracy: {accuracy(params, test):.2%}")
    print(f"\n{confusion_text(params, test)}")


def confusion_text(params: Params[np.float32], data: Dataset[np.float32]) -> str:
    """The confusion matrix as a table, or, where a table would not fit a terminal, the most common errors."""
    counts = confusion_matrix(params, data)
    digits = max(_DIGITS, len(str(counts.max())))
    width = min(digits + 2, (_COLUMNS - len(_CORNER)) // len(counts))
    return _table(counts, width) if width > digits else _most_common_errors(counts)


def _table(counts: Counts, width: int) -> str:
    """A row for each true label, a column for each predicted one."""
    header = _CORNER + "".join(f"{label:{width}}" for label in range(len(counts)))
    rows = [f"{label:{len(_CORNER)}}" + "".join(f"{n:{width}}" for n in row) for label, row in enumerate(counts)]
    return "\n".join([header, *rows])


def _most_common_errors(counts: Counts) -> str:
    errors = counts - np.diag(np.diag(counts))
    most_common = np.argsort(-errors, axis=None, kind="stable")[:_MOST_PAIRS]
    pairs = [divmod(int(i), len(counts)) for i in most_common]
    lines = [
        f"{true:6} predicted as {predicted:6}: {errors[true, predicted]:6} times"
        for true, predicted in pairs
        if errors[true, predicted]
    ]
    return "\n".join(["Most common errors:", *lines])
