"""The history of a training run as a file: a line for each epoch, from which learning curves are drawn.

JSON Lines: an object with the fields of `Row` a line, in the order of the epochs.
"""

import errno
import json
import os
from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from operator import methodcaller
from os import PathLike
from pathlib import Path
from typing import TypeAlias

import attrs

from fnnet.core.checks import check_number, integer, invalid, number
from fnnet.io.files import replacing

LIMIT = 1 << 24
"""How many bytes a history may have unless the caller says otherwise: 16 MiB, some 80,000 epochs."""

Scores: TypeAlias = tuple[float, float]
"""The mean loss and the accuracy on some samples."""


def _share(row: object, field: "attrs.Attribute[float]", value: float) -> None:
    check_number(field.name, value)
    if value > 1:
        raise invalid(field.name, "a share from 0 to 1", value)


def _finite(loss: float) -> float | None:
    return loss if isfinite(loss) else None


@attrs.frozen
class Row:
    """What was measured after an epoch.

    Args:
        epoch: its number, from 1.
        seconds: since the run began or went on.
        train_loss, test_loss: mean losses; None where the loss is no finite number.
        train_accuracy, test_accuracy: the shares of samples decided rightly, from 0 to 1.

    Raises:
        ValueError: a number is out of its range, or none.
    """

    epoch: int = attrs.field(validator=integer(1))
    seconds: float = attrs.field(validator=number())
    train_loss: float | None = attrs.field(validator=attrs.validators.optional(number()))
    train_accuracy: float = attrs.field(validator=_share)
    test_loss: float | None = attrs.field(validator=attrs.validators.optional(number()))
    test_accuracy: float = attrs.field(validator=_share)

    @classmethod
    def of(cls, epoch: int, seconds: float, train: Scores, test: Scores) -> "Row":
        """The row of these losses and accuracies."""
        return cls(epoch, seconds, _finite(train[0]), train[1], _finite(test[0]), test[1])


_NAMES = tuple(field.name for field in attrs.fields(Row))


def history_path(model: str | PathLike[str]) -> Path:
    """Where the history of a model is: beside it.

    >>> history_path("runs/model.npz").as_posix()
    'runs/model.history.jsonl'
    """
    return Path(f"{str(model).removesuffix('.npz')}.history.jsonl")


def write_history(path: str | PathLike[str], rows: Sequence[Row]) -> None:
    """Write the rows to a file, which is replaced only when the new one is whole.

    Raises:
        OSError: the file cannot be written.
        ValueError: the epochs do not increase.

    Law: `read_history(path) == tuple(rows)` after it.
    """
    check_rows(rows)
    with replacing(path) as file:
        file.writelines(map(_line, rows))


def append_history(path: str | PathLike[str], row: Row) -> None:
    """Add a row at the end of a history, in one piece, which a kill does not split.

    Raises:
        OSError: the file cannot be written, or the disk is full; it is as it was.

    Law: `read_history(path)` ends with this row after it, if its epoch comes after the last.
    """
    line = _line(row)
    with open(path, "ab", buffering=0) as file:
        before = file.tell()
        if file.write(line) < len(line):  # what a disk has room for, when it is not all
            file.truncate(before)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def read_history(path: str | PathLike[str], limit: int = LIMIT) -> tuple[Row, ...]:
    """The epochs of a run, in their order.

    Args:
        path: a file that `write_history` wrote.
        limit: how many bytes it may have.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a line is no row (the error names it), the epochs do not increase, or the file is over the limit.
    """
    with open(path, "rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise ValueError(f"{path}: expected at most {limit} bytes, which is the limit, got more")
    rows = tuple(_row(f"{path}, line {place}", line) for place, line in enumerate(content.splitlines(), 1))
    try:
        check_rows(rows)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return rows


def check_rows(rows: Sequence[Row]) -> None:
    """Raise ValueError unless the epochs increase."""
    for before, row in pairwise(rows):
        if row.epoch <= before.epoch:
            raise invalid("history", "epochs that increase", f"{row.epoch} after {before.epoch}")


def decode_row(fields: object) -> Row:
    """The row of an object that was read from JSON.

    Raises:
        ValueError: it has other fields, or a number is out of its range.
    """
    if not isinstance(fields, dict) or set(fields) != set(_NAMES) or not all(map(_is_plain, fields.values())):
        raise ValueError(f"expected a JSON object of the numbers {', '.join(_NAMES)}")
    return Row(**fields)


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, (int, float))


def _line(row: Row) -> bytes:
    return json.dumps(attrs.asdict(row), default=methodcaller("item")).encode() + b"\n"


def _row(where: str, line: bytes) -> Row:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        fields = None
    try:
        return decode_row(fields)
    except ValueError as error:
        raise ValueError(f"{where}: {error}, got {line[:60]!r}") from None
