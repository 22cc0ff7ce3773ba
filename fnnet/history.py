"""The history of a training run as a file: a line for each epoch, from which learning curves are drawn.

JSON Lines: an object with the fields of `Row` a line, and a newline after each. Lines are only ever added. A line of
epoch e takes the place of those before it of epoch e and later, so that a run that went on from a checkpoint, or a new
run in the same file, reads as one. What follows the last newline was cut off by a kill and counts as not there.
"""

import json
from math import isfinite
from operator import methodcaller
from os import PathLike
from pathlib import Path
from typing import TypeAlias

import attrs

from fnnet.checks import check_number, integer, invalid, number

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
_BEGINNING = b'{"epoch": '
_LONGEST = 1024  # bytes of a line, and more than any has


def history_path(model: str | PathLike[str]) -> Path:
    """Where the history of a model is, unless someone said otherwise: beside it.

    >>> history_path("runs/model.npz").as_posix()
    'runs/model.history.jsonl'
    """
    return Path(model).with_suffix(".history.jsonl")


def append_history(path: str | PathLike[str], row: Row) -> None:
    """Add a line to the file, which is made if it is not there; what a kill left of a line goes.

    Raises:
        OSError: the file cannot be written.
        ValueError: its end is no history's.

    Law: `read_history(path)` ends with this row after it.
    """
    line = json.dumps(attrs.asdict(row), default=methodcaller("item")).encode() + b"\n"
    with open(path, "ab+") as file:
        size = file.tell()
        file.seek(max(0, size - _LONGEST))
        rest = file.read().rpartition(b"\n")[2]
        _check_rest(path, rest)
        file.truncate(size - len(rest))
        file.write(line)


def read_history(path: str | PathLike[str], limit: int = LIMIT) -> tuple[Row, ...]:
    """The epochs of a run, in their order.

    Args:
        path: a file that `append_history` wrote.
        limit: how many bytes it may have.

    Returns:
        Rows whose epochs increase. Law: a row is among them if no later row has its epoch or an earlier one.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a line is no row (the error names it), or the file is over the limit.
    """
    with open(path, "rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise ValueError(f"{path}: expected at most {limit} bytes, which is the limit, got more")
    *lines, rest = content.split(b"\n")
    _check_rest(path, rest)
    rows: list[Row] = []
    for place, line in enumerate(lines, 1):
        row = _row(f"{path}, line {place}", line)
        while rows and rows[-1].epoch >= row.epoch:
            rows.pop()
        rows.append(row)
    return tuple(rows)


def _check_rest(path: str | PathLike[str], rest: bytes) -> None:
    """Raise ValueError unless this, after the last newline, can be the beginning of a line."""
    if rest[: len(_BEGINNING)] != _BEGINNING[: len(rest)]:
        raise ValueError(f"{path}: expected a history, each line an epoch, got {rest[:60]!r} at its end")


def _row(where: str, line: bytes) -> Row:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        fields = None
    known = isinstance(fields, dict) and set(fields) == set(_NAMES)
    if not known or not all(value is None or isinstance(value, (int, float)) for value in fields.values()):
        raise ValueError(f"{where}: expected a JSON object of the numbers {', '.join(_NAMES)}, got {line[:60]!r}")
    try:
        return Row(**fields)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
