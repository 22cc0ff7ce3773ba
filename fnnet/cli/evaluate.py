"""`fnnet evaluate`: the loss, the accuracy and the confusion matrix of a saved model."""

from argparse import Namespace

import numpy as np

from fnnet.cli.data import load_test
from fnnet.core.arrays import Counts, Labels64
from fnnet.data.dataset import Dataset
from fnnet.io.model import load
from fnnet.metrics.accuracy import accuracy, confusion_counts, confusion_matrix
from fnnet.nn.inference import classes_of, loss
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
    true, predicted, counts = confusion_counts(params, data)
    digits, k = max(_DIGITS, len(str(counts.max()))), classes_of(params)
    width = min(digits + 2, (_COLUMNS - len(_CORNER)) // k)
    if width > digits:
        return _table(confusion_matrix(params, data), width)
    return _most_common_errors(true, predicted, counts)


def _table(counts: Counts, width: int) -> str:
    """A row for each true label, a column for each predicted one."""
    header = _CORNER + "".join(f"{label:{width}}" for label in range(len(counts)))
    rows = [f"{label:{len(_CORNER)}}" + "".join(f"{n:{width}}" for n in row) for label, row in enumerate(counts)]
    return "\n".join([header, *rows])


def _most_common_errors(true: Labels64, predicted: Labels64, counts: Labels64) -> str:
    errors = np.where(true != predicted, counts, 0)
    most_common = [i for i in np.argsort(-errors, kind="stable")[:_MOST_PAIRS] if errors[i]]
    lines = [f"{true[i]:6} predicted as {predicted[i]:6}: {counts[i]:6} times" for i in most_common]
    return "\n".join(["Most common errors:", *lines])
