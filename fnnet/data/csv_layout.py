"""The columns of a table in a text file: what separates them, whether they have names, and which has the labels."""

import csv
import re
from collections.abc import Sequence

import attrs

from fnnet.core.messages import quoted
from fnnet.data.labels import is_number

DELIMITERS = ",;\t"
_LABEL_NAMES = ("label", "labels", "class", "target", "y")
_INDEX_NAMES = re.compile(r"|id|unnamed: \d+", re.IGNORECASE)  # of a column that numbers the rows


class Refused(Exception):
    """What is wrong with a file, in one line without its name."""


@attrs.frozen
class Layout:
    """The columns of a table.

    Args:
        delimiter: what separates them.
        width: how many there are.
        labels: which has the labels, if they are read: one or none.
        left_out: those that are not read.
        header: their names, if there is a header.
    """

    delimiter: str
    width: int
    labels: tuple[int, ...]
    left_out: tuple[int, ...]
    header: tuple[str, ...]

    def column(self, k: int) -> str:
        """Column k, counted from 0, in words."""
        return f"column {quoted(self.header[k])}" if self.header else f"column {k + 1}"


def labeled_layout(start: Sequence[str], number: int, label: str) -> Layout:
    """The columns of a table with labels.

    Args:
        start: its first two lines.
        number: that of the second.
        label: the name of the column of labels, or its number; empty where it is to be found.
    """
    layout, second = _columns(start, number, label)
    place = _label_column(layout.header, second, layout.left_out, label)
    return attrs.evolve(layout, labels=(place,), left_out=tuple(k for k in layout.left_out if k != place))


def unlabeled_layout(start: Sequence[str], number: int, label: str, features: int) -> Layout:
    """The columns of a table of rows for a network of so many features; one more may have labels, which are not read.

    Args:
        start, number, label:
            As for `labeled_layout`.
        features: how many columns are to be read.
    """
    layout, second = _columns(start, number, label)
    left_out = layout.left_out
    if not label and layout.width == features:
        left_out = ()
    elif label or layout.width - len(left_out) == features + 1:
        left_out = tuple({*left_out, _label_column(layout.header, second, left_out, label)})
    if layout.width - len(left_out) != features:
        columns = f"{layout.width - len(left_out)} columns" + (" beside those without" if left_out else "")
        raise Refused(f"expected {features} numbers a row, as the network reads, got {columns}")
    return attrs.evolve(layout, left_out=left_out)


def _columns(start: Sequence[str], number: int, label: str) -> tuple[Layout, list[str]]:
    """The columns, and the cells of the second line."""
    if not start:
        raise Refused("expected a CSV file, got no lines")
    delimiter = max(DELIMITERS, key=start[0].count)
    first, second = cells(start[0], delimiter), cells(start[-1], delimiter)
    if len(first) < 2:
        raise Refused(
            f"expected at least two columns between commas, semicolons or tabs, got {quoted(start[0].strip())}"
        )
    header = tuple(first) if _is_header(first, label) else ()
    if header and len(start) < 2:
        raise Refused("expected rows below the header, got none")
    if len(second) != len(first):
        raise Refused(f"line {number}: expected {len(first)} columns, as before, got {len(second)}")
    left_out = [k for k, name in enumerate(header) if _INDEX_NAMES.fullmatch(name)]
    return Layout(delimiter, len(first), (), tuple(left_out), header), second


def _is_header(cells: Sequence[str], label: str) -> bool:
    """Whether the cells of a first line are names: of labels, or all words, or numbers in order beside a word."""
    if (label and label in cells and not is_number(label)) or any(cell.lower() in _LABEL_NAMES for cell in cells):
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
        cure = "name one with label=…, on the command line --label"
        raise Refused(f"expected a column of labels, got columns that are all called alike; {cure}")
    return next((k for k in range(len(row)) if k not in left_out), 0)


def _named_column(header: Sequence[str], width: int, label: str) -> int:
    if label in header:
        return header.index(label)
    place = int(label) if re.fullmatch(r"-?\d{1,9}", label) else 0
    if 1 <= abs(place) <= width:
        return place - 1 if place > 0 else width + place
    got = quoted(", ".join(header)) if header else f"{width} columns without names"
    raise Refused(f"expected a column of labels named {quoted(label)}, got {got}")


def cells(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]
    except csv.Error:  # such as a cell of more than 131,072 characters
        raise Refused(f"expected a line of a CSV file, got {quoted(line)}") from None
