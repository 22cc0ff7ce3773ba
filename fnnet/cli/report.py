"""The confusion matrix as text."""

import numpy as np

from fnnet.data.dataset import Dataset
from fnnet.metrics.accuracy import confusion_matrix
from fnnet.nn.params import Params

_MOST_COLUMNS = 12  # of six characters: what fits a terminal of 80
_MOST_PAIRS = 10


def confusion(params: Params[np.float32], data: Dataset[np.float32]) -> str:
    """A row for each true label and a column for each answer; only the commonest mistakes if there are many classes."""
    counts = confusion_matrix(params, data)
    return _table(counts) if len(counts) <= _MOST_COLUMNS else _mistakes(counts)


def _table(counts: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> str:
    header = "true \\ said" + "".join(f"{label:6}" for label in range(len(counts)))
    rows = [f"{label:11}" + "".join(f"{n:6}" for n in row) for label, row in enumerate(counts)]
    return "\n".join([header, *rows])


def _mistakes(counts: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> str:
    wrong = counts - np.diag(np.diag(counts))
    commonest = np.argsort(-wrong, axis=None, kind="stable")[:_MOST_PAIRS]
    pairs = [divmod(int(i), len(counts)) for i in commonest]
    lines = [f"{true:6} said to be {said:6}: {wrong[true, said]:6} times" for true, said in pairs if wrong[true, said]]
    return "\n".join(["Commonest mistakes:", *lines])
