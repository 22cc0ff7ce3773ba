"""Tables in text files: a sample in each line, numbers between commas, and a column of labels."""

import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from os import PathLike

import numpy as np

from fnnet.core.arrays import Labels64, Matrix
from fnnet.core.checks import check_integer, check_path, check_text
from fnnet.core.messages import quoted, shown
from fnnet.data.csv_layout import DELIMITERS, Layout, Refused, cells, labeled_layout, unlabeled_layout
from fnnet.data.dataset import Dataset
from fnnet.data.labels import Labeled, encode_labels, is_number
from fnnet.data.unzipped import Limited, OverLimit, unzipped
from fnnet.io.limit import LIMIT, over_limit

_MISSING = ("", "?", "-", "NA", "N/A", "na", "n/a", "null", "NULL", "None")
_MOST_LABELS = 1 << 24  # that float32 tells apart


class _Lines:
    """The lines of a text that are not blank; the last one that was read is the one that an error is about."""

    def __init__(self, text: io.TextIOBase) -> None:
        numbered = enumerate(text, 1)
        self._lines: Iterator[tuple[int, str]] = (
            (k, line) for k, line in numbered if line.strip(f'{DELIMITERS}" \r\n')
        )
        self.number, self.last = 0, ""

    def start(self) -> Sequence[str]:
        """The first two, which are read once more."""
        start = list(islice(self._lines, 2))
        self._lines = chain(start, self._lines)
        self.number = start[-1][0] if start else 0
        return [line for _, line in start]

    def rows(self, layout: Layout) -> Iterator[str]:
        """Those below the header."""
        for number, line in islice(self._lines, int(bool(layout.header)), None):
            self.number, self.last = number, line
            yield line


def read_csv(path: str | PathLike[str], label: str = "", limit: int = LIMIT) -> Labeled:
    """Read a table of numbers with a column of labels from a CSV file, as Kaggle distributes MNIST.

    Args:
        path: the file, gzipped or not, in UTF-8; with commas, semicolons or tabs; with or without a header. A column
            without a name, or named id, only numbers the rows and is left out.
        label: the name of the column of labels, or its number: 1 for the first, -1 for the last. When not given, the
            column named label, class, target or y; or else the only one that has words; or else the first.
        limit: how many bytes the file may hold, uncompressed.

    Returns:
        The samples, float32, and the names of the labels, as in `save(params, path, labels=names)`: none where the
        labels are whole numbers of at least 0. Numbers are as they are in the file; pixels from 0 to 255 are, too.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not such a table (the error names the line), has no column of labels, or exceeds the
            limit.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "iris.csv").write_text("length,width,species\\n5.1,3.5,setosa\\n6.3,3.3,virginica\\n")
    ...     read_csv(Path(folder, "iris.csv"))
    (Dataset(2 samples of 2 features, labels, float32), ('setosa', 'virginica'))
    """
    check_text("label", label)
    with _lines(path, limit) as lines:
        return _labeled(lines, label)


def read_rows(path: str | PathLike[str], features: int, label: str = "", limit: int = LIMIT) -> Matrix[np.float32]:
    """Read the rows of a table for a network, without their labels if they have some.

    Args:
        path: the file, as for `read_csv`.
        features: how many numbers the network reads.
        label: the column of labels, as for `read_csv`; when not given, there is one if there is a column too many.
        limit: how many bytes the file may hold, uncompressed.

    Returns:
        Shape (rows, features), float32: the numbers as they are in the file.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not such a table (the error names the line), or exceeds the limit.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "iris.csv").write_text("id,length,width\\n1,5.1,3.5\\n2,6.3,3.3\\n")
    ...     read_rows(Path(folder, "iris.csv"), features=2)
    array([[5.1, 3.5],
           [6.3, 3.3]], dtype=float32)
    """
    check_text("label", label)
    with _lines(path, limit) as lines:
        layout = unlabeled_layout(lines.start(), lines.number, label, features)
        return _numbers(lines, layout)[-1]


@contextmanager
def _lines(path: str | PathLike[str], limit: int) -> Iterator[_Lines]:
    """The lines of a file; in the block, what is wrong with it becomes an error that names it."""
    check_path("path", path)
    check_integer("limit", limit, 0)
    if (size := os.path.getsize(path)) > limit:
        raise ValueError(f"{shown(path)}: {over_limit(limit, size)}")
    with unzipped(path) as file:
        text = io.TextIOWrapper(io.BufferedReader(Limited(file, limit)), encoding="utf-8-sig")
        try:
            yield _Lines(text)
        except Refused as error:
            raise ValueError(f"{shown(path)}: {error}") from None
        except OverLimit:
            raise ValueError(f"{shown(path)}: {over_limit(limit, 'more')}") from None
        except UnicodeDecodeError:
            raise ValueError(
                f"{shown(path)}: expected text in UTF-8, got other bytes; save it as CSV in UTF-8"
            ) from None
        finally:
            text.detach()  # or it would close the file


def _labeled(lines: _Lines, label: str) -> Labeled:
    layout = labeled_layout(lines.start(), lines.number, label)
    where = layout.column(*layout.labels)
    texts, codes, x = _numbers(lines, layout)
    if x.shape[1] == 0:
        raise Refused(f"expected numbers beside the labels of {where}, got none")
    try:
        y, names = encode_labels(texts, codes)
        return Dataset.from_owned(x, y), names
    except ValueError as error:
        cure = "name the column of labels with label=…, on the command line --label"
        if label:
            cure = "it has real numbers: for a regression, see fnnet/data/own_data.md"
        raise Refused(f"{where}: {error}; {cure}") from None


def _numbers(lines: _Lines, layout: Layout) -> tuple[Sequence[str], Labels64, Matrix[np.float32]]:
    """The different labels; for each row which of them it has, if any; and the other columns as numbers."""
    codes: dict[str, int] = {}

    def encode(text: str) -> float:
        if not (label := text.strip()) or len(codes) == _MOST_LABELS:
            raise ValueError
        return codes.setdefault(label, len(codes))

    converters: dict[int | str, Callable[[str], float]] = {k: _nothing for k in layout.left_out}
    converters |= dict.fromkeys(layout.labels, encode)
    try:
        # the C reader of NumPy: 42,000 rows of 785 numbers in two seconds
        numbers = np.loadtxt(
            lines.rows(layout), np.float32, None, layout.delimiter, converters, ndmin=2, quotechar='"', encoding=None
        )
    except UnicodeDecodeError:  # which is a ValueError, too
        raise
    except ValueError:
        raise Refused(_wrong_line(lines, layout)) from None
    if numbers.shape[1] != layout.width:
        raise Refused(_wrong_line(lines, layout))
    labels = numbers[:, layout.labels].reshape(-1).astype(np.int64)
    return list(codes), labels, _finite(np.delete(numbers, [*layout.labels, *layout.left_out], axis=1))


def _nothing(text: str) -> float:
    return 0.0


def _cure(cell: str, is_first: bool) -> str:
    """What may be done about a cell that is not a number: if it is in the first row, its column may be of words."""
    if cell in _MISSING:
        return "; fill it in, or leave out its row or column"
    if is_number(cell.replace(",", "")):
        return "; write numbers as 1234.5, with a point and nothing else"
    return "; leave the column out, or if it has the labels, name it (label=…, --label)" if is_first else ""


def _finite(x: Matrix[np.float32]) -> Matrix[np.float32]:
    if x.size == 0 or (np.isfinite(x.min()) and np.isfinite(x.max())):
        return x
    row = int(np.flatnonzero(~np.isfinite(x).all(axis=1))[0])
    raise Refused(f"row {row + 1}: expected finite numbers, got {x[row][~np.isfinite(x[row])][0]}")


def _wrong_line(lines: _Lines, layout: Layout) -> str:
    """What is wrong with the last line that was read."""
    where = f"line {lines.number}"
    row = cells(lines.last, layout.delimiter)
    if len(row) != layout.width:
        return f"{where}: expected {layout.width} columns, as before, got {len(row)}"
    for k, cell in enumerate(row):
        if k in layout.labels and not cell:
            return f"{where}, {layout.column(k)}: expected a label, got none"
        if k not in (*layout.labels, *layout.left_out) and not is_number(cell):
            cure = _cure(cell, is_first=lines.number <= 1 + bool(layout.header))
            return f"{where}, {layout.column(k)}: expected a number, got {quoted(cell)}{cure}"
    return f"{where}: expected a row of numbers, got {quoted(lines.last)}"
