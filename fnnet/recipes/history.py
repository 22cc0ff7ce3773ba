"""The history of a training run as a file, from which learning curves are drawn.

JSON Lines: for each epoch, in order, a line with an object of the fields of `Row`. The last line may be torn: where a
power cut or a full disk has left the beginning of a row, the rows before it are the history.
"""

import errno
import json
import os
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import BinaryIO

from fnnet.core.messages import quoted, shown
from fnnet.io.files import derived_name, open_regular, replacing
from fnnet.io.limit import over_limit
from fnnet.recipes.recipe import MOST_EPOCHS
from fnnet.recipes.row import LONGEST, Row, check_rows, decode_row, encode_row
from fnnet.recipes.rows import History

__all__ = [
    "LIMIT",
    "History",
    "Row",
    "append_history",
    "begins_like_history",
    "history_path",
    "read_history",
    "write_history",
]

_START = b'{"epoch": '  # of every row
_LONGEST_LINE = 4 * LONGEST  # bytes that are read of a line; there may be more spaces than are written

LIMIT = MOST_EPOCHS * LONGEST
"""How many bytes a history may have: 24 MiB, which is room for a row of each epoch of the longest recipe."""


def history_path(model: str | PathLike[str]) -> Path:
    """The path of a model's history: beside the model, and named like it.

    Args:
        model: the path of the model. The history of `m.npz` is `m.history.jsonl`, and that of `m`, without `.npz`, is
            `m-history.jsonl`, so that no two models share one. A name that would be too long for a file is cut.

    Returns:
        The path of the history, whether or not there is a file.

    >>> history_path("runs/model.npz").as_posix(), history_path("runs/model").as_posix()
    ('runs/model.history.jsonl', 'runs/model-history.jsonl')
    """
    folder, name = os.path.split(model)
    stem = name.removesuffix(".npz")
    return Path(folder, derived_name(stem, ".history.jsonl" if stem != name else "-history.jsonl"))


def write_history(path: str | PathLike[str], rows: Sequence[Row]) -> None:
    """Write rows to a file, which is replaced only when the new one is complete.

    Args:
        path: the file.
        rows: of epochs that increase.

    Raises:
        OSError: the file cannot be written.
        ValueError: the epochs do not increase, or the rows exceed `LIMIT`.

    Law: `read_history(path) == tuple(rows)`.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "model.history.jsonl")
    ...     write_history(path, [Row(1, 2.5, 0.5, 0.75, 0.5, 0.75)])
    ...     path.read_text()[:28]
    '{"epoch": 1, "seconds": 2.5,'
    """
    check_rows(rows)
    lines = list(map(_line, rows))
    _check_size(path, sum(map(len, lines)), LIMIT)
    with replacing(path) as file:
        file.writelines(lines)


def append_history(path: str | PathLike[str], row: Row) -> None:
    """Add a row to the end of a history by a single write, in place of a torn last line if there is one.

    Args:
        path: the history, which is made if there is none.
        row: of an epoch after those in the file (which are not read to check this).

    Raises:
        OSError: the file cannot be written, or the disk is full; the history is as before.
        ValueError: the history would exceed `LIMIT`; it is as before.

    Law: `read_history(path)` is what it was before, followed by the row.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "model.history.jsonl")
    ...     write_history(path, [Row(1, 2.5, 0.5, 0.75, 0.5, 0.75)])
    ...     append_history(path, Row(2, 5.0, 0.25, 0.875, 0.5, 0.75))
    ...     [row.epoch for row in read_history(path)]
    [1, 2]
    """
    line = _line(row)
    with open(path, "ab+", buffering=0) as file:
        size = _end_of_rows(file)
        _check_size(path, size + len(line), LIMIT)
        if file.write(line) < len(line):  # the disk had room for a part of the line
            file.truncate(size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def read_history(path: str | PathLike[str], limit: int = LIMIT) -> History:
    """Read the history of a run.

    Args:
        path: a file by `write_history` and `append_history`.
        limit: how many bytes it may have.

    Returns:
        A row for each epoch, in order, without a torn last line.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a line is not a row (the error gives its number), the epochs do not increase, or the file exceeds
            the limit.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_history(Path(folder, "h"), [Row(1, 2.5, 0.5, 0.75, None, 0.75)])
    ...     read_history(Path(folder, "h"))
    (Row(epoch=1, seconds=2.5, train_loss=0.5, train_accuracy=0.75, test_loss=None, test_accuracy=0.75, ...),)
    """
    rows: list[Row] = []
    size = 0
    with open_regular(path) as file:
        while line := file.readline(_LONGEST_LINE):  # what is longer fails as a row
            size += len(line)
            _check_size(path, size, limit)
            if not line.endswith(b"\n") and len(line) < _LONGEST_LINE and _is_torn(line):
                break
            rows.append(_row(f"{shown(path)}, line {len(rows) + 1}", line.rstrip(b"\r\n")))
    try:
        check_rows(rows)
    except ValueError as error:
        raise ValueError(f"{shown(path)}: {error}") from None
    return History(rows)


def _check_size(path: str | PathLike[str], size: int, limit: int) -> None:
    if size > limit:
        raise ValueError(f"{shown(path)}: {over_limit(limit, 'more')}")


def begins_like_history(path: str | PathLike[str]) -> bool:
    """Whether a file is empty or begins as a history does, which may be torn or otherwise damaged.

    Args:
        path: a file.

    Raises:
        FileNotFoundError: there is no such file.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "h").write_text('{"epoch": 2, "sec')
    ...     begins_like_history(Path(folder, "h"))
    True
    """
    with open(path, "rb") as file:
        return _is_torn(file.read(len(_START)))


def _is_torn(line: bytes) -> bool:
    """Whether a last line is the beginning of a row, perhaps with zeros in what a power cut left unwritten."""
    start = line.rstrip(b"\0")
    return (start.startswith(_START) or _START.startswith(start)) and not start.endswith(b"}")


def _end_of_rows(file: BinaryIO) -> int:
    """Remove a torn last line, or end one that lacks only its newline; return the size of the file."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 1))
    if file.read() in (b"", b"\n"):
        return size
    file.seek(0)
    last = file.read().rpartition(b"\n")[2]
    return file.truncate(size - len(last)) if _is_torn(last) else size + file.write(b"\n")


def _line(row: Row) -> bytes:
    return encode_row(row).encode() + b"\n"


def _row(where: str, line: bytes) -> Row:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        fields = None
    try:
        return decode_row(fields)
    except ValueError as error:
        raise ValueError(f"{where}: {error}, got {quoted(line)}") from None
