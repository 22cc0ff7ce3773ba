"""Tables in text files: a sample in each line, numbers between commas, and a column of labels."""

import csv
import io
import os
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from os import PathLike

import attrs
import numpy as np

from fnnet.core.arrays import Labels64, Matrix
from fnnet.core.messages import quoted, shown
from fnnet.data.dataset import Dataset
from fnnet.data.labels import Labeled, encode_labels, is_number
from fnnet.data.unzipped import Limited, OverLimit, unzipped
from fnnet.io.limit import LIMIT, over_limit

_DELIMITERS = ",;\t"
_LABEL_NAMES = ("label", "labels", "class", "target", "y")
_INDEX_NAMES = re.compile(r"|id|unnamed: \d+", re.IGNORECASE)  # of a column that numbers the rows
_MOST_LABELS = 1 << 24  # that float32 tells apart


class _Refused(Exception):
    """What is wrong with a file, in one line without its name."""


class _Lines:
    """The lines of a text that are not blank; the last one that was read is the one that an error is about."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text, self.number, self.last = text, 0, ""

    def __iter__(self) -> Iterator[str]:
        for line in self._text:
            self.number += 1
            if line.strip(f'{_DELIMITERS}" \r\n'):
                self.last = line
                yield line


@attrs.frozen
class _Layout:
    """The columns of a table: which has the labels, which are left out, and their names, if there is a header."""

    delimiter: str
    width: int
    label: int
    left_out: tuple[int, ...]
    header: tuple[str, ...]

    def column(self, k: int) -> str:
        """Column k, counted from 0, in words."""
        return f"column {quoted(self.header[k])}" if self.header else f"column {k + 1}"


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
    if (size := os.path.getsize(path)) > limit:
        raise ValueError(f"{shown(path)}: {over_limit(limit, size)}")
    with unzipped(path) as file:
        text = io.TextIOWrapper(io.BufferedReader(Limited(file, limit)), encoding="utf-8-sig")
        try:
            return _read(_Lines(text), label)
        except _Refused as error:
            raise ValueError(f"{shown(path)}: {error}") from None
        except OverLimit:
            raise ValueError(f"{shown(path)}: {over_limit(limit, 'more')}") from None
        except UnicodeDecodeError:
            raise ValueError(f"{shown(path)}: expected text in UTF-8, got other bytes") from None
        finally:
            text.detach()  # or it would close the file


def _read(lines: _Lines, label: str) -> Labeled:
    stream = iter(lines)
    start = list(islice(stream, 2))
    layout = _layout(start, lines.number, label)
    texts, codes, numbers = _numbers(lines, chain(start[bool(layout.header) :], stream), layout)
    x = np.delete(numbers, [layout.label, *layout.left_out], axis=1)
    del numbers
    if x.shape[1] == 0:
        raise _Refused(f"expected numbers beside the labels of {layout.column(layout.label)}, got none")
    try:
        y, names = encode_labels(texts, codes)
        return Dataset.from_owned(_finite(x), y), names
    except ValueError as error:
        cure = "name the column of labels with label=…, on the command line --label"
        raise _Refused(f"{layout.column(layout.label)}: {error}; {cure}") from None


def _numbers(lines: _Lines, rows: Iterator[str], layout: _Layout) -> tuple[Sequence[str], Labels64, Matrix[np.float32]]:
    """The different labels; for each row which of them it has; and all columns as numbers."""
    codes: dict[str, int] = {}

    def encode(text: str) -> float:
        if not (label := text.strip()) or len(codes) == _MOST_LABELS:
            raise ValueError
        return codes.setdefault(label, len(codes))

    converters: dict[int | str, Callable[[str], float]] = {k: _nothing for k in layout.left_out}
    converters[layout.label] = encode
    try:
        # the C reader of NumPy: 42,000 rows of 785 numbers in two seconds
        numbers = np.loadtxt(
            rows, np.float32, None, layout.delimiter, converters, ndmin=2, quotechar='"', encoding=None
        )
    except ValueError:
        raise _Refused(_wrong_line(lines, layout)) from None
    if numbers.shape[1] != layout.width:
        raise _Refused(_wrong_line(lines, layout))
    return list(codes), numbers[:, layout.label].astype(np.int64), numbers


def _nothing(text: str) -> float:
    return 0.0


def _finite(x: Matrix[np.float32]) -> Matrix[np.float32]:
    if np.isfinite(x.min()) and np.isfinite(x.max()):
        return x
    row = int(np.flatnonzero(~np.isfinite(x).all(axis=1))[0])
    raise _Refused(f"row {row + 1}: expected finite numbers, got {x[row][~np.isfinite(x[row])][0]}")


def _wrong_line(lines: _Lines, layout: _Layout) -> str:
    """What is wrong with the last line that was read."""
    where = f"line {lines.number}"
    cells = _cells(lines.last, layout.delimiter)
    if len(cells) != layout.width:
        return f"{where}: expected {layout.width} columns, as before, got {len(cells)}"
    for k, cell in enumerate(cells):
        if k == layout.label and not cell:
            return f"{where}, {layout.column(k)}: expected a label, got none"
        if k != layout.label and k not in layout.left_out and not is_number(cell):
            return f"{where}, {layout.column(k)}: expected a number, got {quoted(cell)}"
    return f"{where}: expected a row of numbers, got {quoted(lines.last)}"


def _layout(start: Sequence[str], number: int, label: str) -> _Layout:
    """The columns of a table of which these are the first two lines, the second of this number."""
    if not start:
        raise _Refused("expected a CSV file, got no lines")
    delimiter = max(_DELIMITERS, key=start[0].count)
    first, second = _cells(start[0], delimiter), _cells(start[-1], delimiter)
    if len(first) < 2:
        raise _Refused(f"expected a CSV file of at least two columns, got {quoted(start[0])}")
    header = tuple(first) if _is_header(first, label) else ()
    if header and len(start) < 2:
        raise _Refused("expected rows below the header, got none")
    if len(second) != len(first):
        raise _Refused(f"line {number}: expected {len(first)} columns, as before, got {len(second)}")
    left_out = [k for k, name in enumerate(header) if _INDEX_NAMES.fullmatch(name)]
    place = _label_column(header, second, left_out, label)
    return _Layout(delimiter, len(first), place, tuple(k for k in left_out if k != place), header)


def _is_header(cells: Sequence[str], label: str) -> bool:
    """Whether the cells of a first line are names: of labels, or all words, or numbers in order beside a word."""
    if (label in cells and not is_number(label)) or any(cell.lower() in _LABEL_NAMES for cell in cells):
        return True
    numbers = [cell for cell in cells if is_number(cell)]
    counted = [[str(k) for k in range(start, start + len(numbers))] for start in (0, 1)]
    return not numbers or ("" in cells and numbers in counted)


def _label_column(header: Sequence[str], row: Sequence[str], left_out: Sequence[int], label: str) -> int:
    if label:
        return _named_column(header, len(row), label)
    named = [k for name in _LABEL_NAMES for k, cell in enumerate(header) if cell.lower() == name]
    words = [k for k, cell in enumerate(row) if k not in left_out and cell and not is_number(cell)]
    if named or len(words) == 1:
        return (named or words)[0]
    stems = {re.sub(r"\d+", "", name) for name in header}
    if header and len(stems) == 1:  # pixel0, pixel1, …
        raise _Refused("expected a column of labels, got a CSV file without one: its columns are all called alike")
    return next((k for k in range(len(row)) if k not in left_out), 0)


def _named_column(header: Sequence[str], width: int, label: str) -> int:
    if label in header:
        return header.index(label)
    place = int(label) if re.fullmatch(r"-?\d{1,9}", label) else 0
    if 1 <= abs(place) <= width:
        return place - 1 if place > 0 else width + place
    got = quoted(", ".join(header)) if header else f"{width} columns without names"
    raise _Refused(f"expected a column of labels named {quoted(label)}, got {got}")


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]
    except csv.Error:  # such as a cell of more than 131,072 characters
        raise _Refused(f"expected a line of a CSV file, got {quoted(line)}") from None
