"""`fnnet evaluate`: the loss, the accuracy and the confusion matrix of a saved model."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from shutil import get_terminal_size

import numpy as np

from fnnet.cli.data import load_test
from fnnet.cli.labels import label_names
from fnnet.cli.models import load_model
from fnnet.core.arrays import Counts, Labels64
from fnnet.core.messages import cut
from fnnet.data.dataset import Dataset
from fnnet.metrics.accuracy import confusion_counts
from fnnet.metrics.evaluation import Evaluation, evaluate
from fnnet.nn.params import Params

_CORNER = "true \\ predicted"
_COLUMNS = 79  # characters across, of a terminal of 80; narrower ones have fewer
_DIGITS = 4  # room for the count of a cell: no cell is narrower
_MOST_PAIRS = 10
_NAME = 24  # characters of a name in a line about a pair


def run(arguments: Namespace) -> None:
    """Measure the model on the test samples and print the results."""
    params = load_model(arguments.model)
    test = load_test(arguments, params)
    print(scores_text("Test", evaluate(params, test)))
    print(f"\n{confusion_text(params, test, label_names(arguments.model, params))}")


def scores_text(images: str, found: Evaluation) -> str:
    """The loss and the accuracy on some images.

    >>> scores_text("Test", Evaluation(0.1, 0.97))
    'Test Loss: 0.1000, Accuracy: 97.00%'
    >>> scores_text("Test", Evaluation(0.1))
    'Test Loss: 0.1000'
    """
    return f"{images} Loss: {found.loss:.4f}" + ("" if found.accuracy is None else f", Accuracy: {found.accuracy:.2%}")


def confusion_text(params: Params[np.float32], data: Dataset[np.float32], names: Sequence[str]) -> str:
    """The confusion matrix as a table, or, where a table would not fit a terminal, the most common errors.

    Args:
        params: the network.
        data: samples with labels.
        names: of the labels, printable; in a table those that do not fit are cut.
    """
    true, predicted, counts = confusion_counts(params, data)
    digits = max(_DIGITS, len(str(counts.max())))
    columns = min(_COLUMNS, get_terminal_size().columns - 1) if sys.stdout and sys.stdout.isatty() else _COLUMNS
    width = min(max(digits, *map(len, names)) + 2, (columns - len(_CORNER)) // len(names))
    if width > digits:
        matrix = np.zeros((len(names), len(names)), np.int64)
        matrix[true, predicted] = counts
        return _table(matrix, names, width)
    return _most_common_errors(true, predicted, counts, names)


def _table(counts: Counts, names: Sequence[str], width: int) -> str:
    """A row for each true label, a column for each predicted one."""
    first = len(_CORNER)
    header = _CORNER + "".join(f"{name:>{width}}" for name in _cut_apart(names, width - 1))
    named = zip(_cut_apart(names, first), counts)
    return "\n".join([header, *(f"{name:>{first}}" + "".join(f"{n:{width}}" for n in row) for name, row in named)])


def _cut_apart(names: Sequence[str], length: int) -> Sequence[str]:
    """The names, cut to so many characters: at the end, or at the start where their ends tell them apart.

    >>> _cut_apart(["cat", "category"], 4), _cut_apart(["digit 1", "digit 2"], 4)
    (['cat', 'cat…'], ['…t 1', '…t 2'])
    """
    heads = [cut(name, length) for name in names]
    tails = [name if len(name) <= length else f"…{name[1 - length :]}" for name in names]
    return tails if len(set(heads)) < len(set(tails)) else heads


def _most_common_errors(true: Labels64, predicted: Labels64, counts: Labels64, names: Sequence[str]) -> str:
    errors = np.where(true != predicted, counts, 0)
    most_common = [int(i) for i in np.argsort(-errors, kind="stable")[:_MOST_PAIRS] if errors[i]]
    confused = {int(label) for i in most_common for label in (true[i], predicted[i])}
    short = {label: f"{cut(names[label], _NAME):>6}" for label in confused}
    lines = [f"{short[true[i]]} predicted as {short[predicted[i]]}: {counts[i]:6} times" for i in most_common]
    return "\n".join(["Most common errors:", *lines])
